/**
 * A call as a curl command. Nothing is sent, and secrets are placeholders.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Predicate from "effect/Predicate"
import * as Preview from "../ai/preview.ts"
import type * as Operation from "../Operation.ts"
import type * as Profiles from "./profiles.ts"

export const of = (
  operation: Operation.Any,
  input: Readonly<Record<string, unknown>>,
  options: {
    readonly settings: Profiles.Settings
    readonly secrets: ReadonlyArray<string>
    readonly files: ReadonlyMap<unknown, string>
  }
) =>
  Effect.map(Preview.of(operation, input, options.settings), (request) => {
    const query = UrlParams.toString(request.urlParams)
    const url = escape(request.url + (query === "" ? "" : `${request.url.includes("?") ? "&" : "?"}${query}`))
    const parts = [`curl -X ${request.method} "${url.replace(`/${Preview.account}`, `/$${Preview.account}`)}"`]
    if (request.headers["x-auth-token"] !== undefined) {
      parts.push(
        `-H "X-Auth-Token: ${operation.traits.family === "account" ? "$AUDIAN_AUTH_TOKEN" : "$AUDIAN_API_KEY"}"`
      )
    }
    if (request.headers.accept !== undefined) parts.push(`-H ${quote(`Accept: ${request.headers.accept}`)}`)
    return [...parts, ...bodyOf(request, input, options)].join(" \\\n  ")
  })

const bodyOf = (
  { body }: HttpClientRequest.HttpClientRequest,
  input: Readonly<Record<string, unknown>>,
  { files, secrets }: { readonly secrets: ReadonlyArray<string>; readonly files: ReadonlyMap<unknown, string> }
): ReadonlyArray<string> => {
  if (body._tag === "Empty") return []
  if (body._tag === "Uint8Array") {
    const json: unknown = JSON.parse(new TextDecoder().decode(body.body))
    return ["-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(redact(json, secrets)))}`]
  }
  return Object.entries(input).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item: unknown) => {
      const file = files.get(item)
      return `-F ${quote(file === undefined ? `${name}=${String(redact(item, secrets))}` : `${name}=@${file}`)}`
    })
  )
}

export const redact = (value: unknown, secrets: ReadonlyArray<string>): unknown => {
  if (typeof value === "string") return secrets.includes(value) ? "<redacted>" : value
  if (Array.isArray(value)) return value.map((item) => redact(item, secrets))
  if (!Predicate.isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redact(inner, secrets)]))
}

/** A word of a shell. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** A text between double quotes of a shell. */
const escape = (text: string): string => text.replace(/["\\$`]/g, "\\$&")

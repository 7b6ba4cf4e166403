/**
 * The log of `Audian.logRequests`: each request and its response in full, without secrets, and the request as a curl line.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import { isSecretName, redacted, scrub, scrubPairs, scrubText } from "../error/redact.ts"
import { type RequestLog, requestLogEnabled } from "./references.ts"

type Secrets = ReadonlyArray<string>

const withLog: RequestLog["withLog"] = (client, operation, url, secrets) =>
  HttpClient.mapRequestEffect(client, (request) => {
    const { body, method } = request
    const headers = shownHeaders(request.headers, secrets)
    const content = shownBody(body, secrets)
    const lines = [
      `${operation}: sends ${method} ${url}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      ...(content === undefined ? [] : [content]),
      curl(method, url, headers, body, content)
    ]
    return Effect.as(Effect.logInfo(lines.join("\n")), request)
  })

const response: RequestLog["response"] = (operation, result, received, secrets) => {
  const lines = [`${operation}: got ${result}`]
  if (received !== undefined) {
    for (const [name, value] of shownHeaders(received.headers, secrets)) lines.push(`${name}: ${value}`)
    if (received.json !== undefined) lines.push(JSON.stringify(scrub(received.json, secrets)))
  }
  return Effect.logInfo(lines.join("\n"))
}

const shownHeaders = (headers: Headers.Headers, secrets: Secrets): ReadonlyArray<readonly [string, string]> =>
  Object.entries(headers).map(([name, value]) => [
    name,
    isCredential(name) ? redacted : scrubPairs(scrubText(String(value), secrets))
  ])

const isCredential = (name: string): boolean => name === "cookie" || name === "set-cookie" || isSecretName(name)

/** The text of a body; the kind of one that is not text. */
const shownBody = (body: HttpBody.HttpBody, secrets: Secrets): string | undefined => {
  switch (body._tag) {
    case "Empty":
      return undefined
    case "Uint8Array": {
      const text = new TextDecoder().decode(body.body)
      try {
        return JSON.stringify(scrub(JSON.parse(text), secrets))
      } catch {
        return scrubPairs(scrubText(text, secrets))
      }
    }
    case "FormData":
      return `<a form: ${Array.from(new Set(body.formData.keys())).join(", ")}>`
    default:
      return `<${body.contentType ?? "a stream"}>`
  }
}

/** A line for a shell. The credential is a variable, and a body that is no text is read from a file. */
const curl = (
  method: string,
  url: string,
  headers: ReadonlyArray<readonly [string, string]>,
  body: HttpBody.HttpBody,
  content: string | undefined
): string => {
  const words = ["curl", "-X", method, quote(url)]
  for (const [name, value] of headers) {
    if (name === "content-length" || name === "accept-encoding") continue
    words.push("-H", isCredential(name) ? `"${name}: $AUDIAN_TOKEN"` : quote(`${name}: ${value}`))
  }
  const hasType = headers.some(([name]) => name === "content-type")
  if (content !== undefined) {
    if (!hasType && "contentType" in body) words.push("-H", quote(`content-type: ${body.contentType}`))
    words.push(...(body._tag === "Uint8Array" ? ["--data-raw", quote(content)] : ["--data-binary", "@body"]))
  }
  return words.join(" ")
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Default false. True: each request and its response are logged at Info, as `Audian.logRequests` does. */
export const RequestLogEnabled = /*@__PURE__*/ requestLogEnabled({ withLog, response })

/**
 * The embedded server of `effect-audian serve`.
 *
 * @internal
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as EmbeddedAudian from "../testing/EmbeddedAudian.ts"
import * as Demo from "./demo.ts"
import * as CommandError from "./failure.ts"

interface Options {
  readonly port: number
  readonly host: string
  readonly seed: "empty" | "demo"
  readonly apiKey: string | undefined
  readonly accountId: string | undefined
  /** Requests per minute; 0 for no limit. */
  readonly quota: number
}

export const run = ({ accountId, apiKey, host, port, quota, seed }: Options) =>
  Effect.gen(function* () {
    const embedded = yield* EmbeddedAudian.EmbeddedAudian
    if (seed === "demo") yield* Demo.fill
    // The requests of the demo do not count towards the quota.
    if (quota > 0) yield* embedded.setQuota({ limit: quota, window: "1 minute" })
    yield* Console.log(greeting(embedded, apiKey === undefined))
    return yield* Effect.never
  }).pipe(
    Effect.provide(
      EmbeddedAudian.client().pipe(
        Layer.provideMerge(EmbeddedAudian.serve({ port, host, quota: false, apiKey, accountId })),
        Layer.provide(NodeHttpClient.layerUndici)
      )
    ),
    Effect.catchTags({
      ServeError: (error) =>
        CommandError.make(
          CommandError.Code.failure,
          "CannotListen",
          `cannot listen on ${host}:${port}: ${reasonOf(error)}`
        )
    })
  )

const reasonOf = ({ cause }: HttpServerError.ServeError): string => {
  const { code, message } = cause as { readonly code?: string; readonly message: string }
  return code === "EADDRINUSE" ? "the port is in use; --port 0 takes a free one" : message
}

/** The greeting shows only the default key: a key given by the user may be a real one. */
const greeting = ({ accountId, apiKey, baseUrl }: EmbeddedAudian.EmbeddedAudian["Service"], isDefaultKey: boolean) => {
  const key = isDefaultKey ? Redacted.value(apiKey) : "$AUDIAN_API_KEY"
  return `Audian, embedded   ${baseUrl}
API key            ${isDefaultKey ? key : "the one that was given"}
Account            ${accountId}
Reference          ${baseUrl}/docs
OpenAPI            ${baseUrl}/openapi.json

  curl -H "X-Auth-Token: ${key}" ${baseUrl}/v2/numbers

Operations under /v2/accounts take a token, the auth_token in the response to this:

  curl -X PUT -H "Content-Type: application/json" -d "{\\"data\\":{\\"api_key\\":\\"${key}\\"}}" ${baseUrl}/v2/api_auth

Ctrl+C ends it.`
}

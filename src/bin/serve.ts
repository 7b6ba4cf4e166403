/**
 * `effect-audian serve`: the embedded server on a port, for programs in any language. `effect-audian-embedded` is its
 * other name.
 *
 * @internal
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as EmbeddedAudian from "../testing/EmbeddedAudian.ts"
import * as Demo from "./demo.ts"
import * as CommandError from "./failure.ts"

const isNotEmpty = Flag.filter(
  (text: string) => text !== "",
  () => "Expected a text"
)

const flags = {
  port: Flag.Int("port").pipe(
    Flag.withDescription("The port to listen on, 8443 by default; 0 takes a free one"),
    Flag.filter(
      (port) => port >= 0 && port <= 65535,
      () => "Expected a port from 0 to 65535"
    ),
    Flag.withDefault(8443)
  ),
  host: Flag.String("host").pipe(
    Flag.withDescription("The address to listen on, 127.0.0.1 by default; 0.0.0.0 is every one of this machine"),
    isNotEmpty,
    Flag.withDefault("127.0.0.1")
  ),
  seed: Flag.Literals("seed", ["empty", "demo"]).pipe(
    Flag.withDescription("What the account has at the start: nothing, by default, or some of everything"),
    Flag.withDefault("empty")
  ),
  apiKey: Flag.Redacted("api-key").pipe(
    Flag.withDescription("The key to accept, sk_test_embedded by default"),
    Flag.filter(
      (key) => Redacted.value(key) !== "",
      () => "Expected a key"
    ),
    Flag.optional
  ),
  accountId: Flag.String("account-id").pipe(
    Flag.withDescription("The account that the key belongs to, account_embedded by default"),
    isNotEmpty,
    Flag.optional
  ),
  quota: Flag.Int("quota").pipe(
    Flag.withDescription("Requests per minute, 1000 by default; 0 for no limit"),
    Flag.filter(
      (requests) => requests >= 0,
      () => "Expected 0 or more"
    ),
    Flag.withDefault(1000)
  )
}

/** The command under one of its names; `program` is what a user types. */
export const make = (name: string, program: string) =>
  Command.make(name, flags, ({ accountId, apiKey, host, port, quota, seed }) =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      if (seed === "demo") yield* Demo.fill
      // The requests of the demo do not count towards the quota.
      if (quota > 0) yield* embedded.setQuota({ limit: quota, window: "1 minute" })
      yield* Console.log(greeting(embedded, Option.isNone(apiKey)))
      return yield* Effect.never
    }).pipe(
      Effect.provide(
        EmbeddedAudian.client().pipe(
          Layer.provideMerge(
            EmbeddedAudian.serve({
              port,
              host,
              quota: false,
              apiKey: Option.getOrUndefined(Option.map(apiKey, Redacted.value)),
              accountId: Option.getOrUndefined(accountId)
            })
          ),
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
  ).pipe(
    Command.withDescription("Serves the Audian API from memory, for programs in any language to be tested against"),
    Command.withExamples([
      { command: `${program} --seed demo`, description: "An account with some of everything" },
      { command: `${program} --port 0 --quota 10`, description: "A free port, and few requests a minute" }
    ])
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

What is under /v2/accounts takes the token that this gives as auth_token:

  curl -X PUT -H "Content-Type: application/json" -d "{\\"data\\":{\\"api_key\\":\\"${key}\\"}}" ${baseUrl}/v2/api_auth

Ctrl+C ends it.`
}

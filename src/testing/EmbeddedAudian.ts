/**
 * The API in memory, or on a port: a server built from the contract, with state, credentials, a quota, a request log
 * and scripted faults. Requests go through the same encoding and decoding as with the real API.
 *
 * **Details**
 *
 * The server simulates every operation of the contract, and the WebSocket that `Events` reads.
 *
 * - A created resource is listed and read until it is removed; then the response is 404.
 * - Ports, calls and faxes progress with the clock. A call must come from a number of the account; it rings, is
 *   answered, and ends; then the response is 404. An action that the state of a call or recording forbids is 409.
 * - The balance pays for use by the documented tariff: a number, a port, each started minute of a call, a minute for
 *   each recipient of a fax. Unanswered calls and faxes are refunded. Spending limits are not enforced.
 * - A token of `AccessTokens.create` is valid until it expires, for the methods of its permissions, on every resource.
 * - Webhooks are delivered to the client that the options or `deliverTo` give, and logged in `deliveries`. Those of an API
 *   key are signed with their secret, and retried by the vendor's schedule: five attempts in all, 1, 5, 15 and 30 minutes
 *   plus up to one after the previous. The engine retries only failed connections, after 2 seconds, and disables a webhook
 *   that fails six times within a minute. A server on a port delivers with `fetch` to programs on this machine, to an
 *   HTTPS URL of which over HTTP.
 * - A fax webhook receives `fax.received`, signed with the `signing_secret` of its response; neither is documented.
 * - A body of a request has at most 8,000,000 bytes, else the response is 413. Pages of any origin can read responses.
 * - An operation without a documented response returns its input, with an id.
 * - `Account` responds as the engine does: documents that keep unknown fields, its envelopes, errors and pages. The key
 *   works in its own account and in the accounts below it, each with its own documents and all with one balance.
 *   Another account is 403, an unknown one 401.
 * - Both families share numbers and their E911 addresses, the balance, devices and SIP devices. A call of `Calls` is a
 *   channel while it is active and a record once it has ended, and its events reach the sockets. Faxes, conferences and
 *   webhooks are separate.
 * - The purchase of a number for an account requires `accept_charges`. `Accounts.setParent` takes `parentId`.
 *
 * The server is deterministic: ids are counted, time is Effect's `Clock`, chance its `Random`. Two servers never share
 * state.
 *
 * **Example** (A test)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { EmbeddedAudian } from "effect-audian/testing"
 *
 * export const test = Effect.gen(function* () {
 *   const bought = yield* Numbers.purchase({ number: "+14155551234" })
 *   const { numbers } = yield* Numbers.list()
 *   return numbers.some(({ id }) => id === bought.id)
 * }).pipe(Effect.provide(EmbeddedAudian.layer()))
 * ```
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import type { Options } from "./embedded/options.ts"
import * as Server from "./embedded/server.ts"
import { EmbeddedAudian } from "./embedded/service.ts"
import * as Port from "./embedded/transport/port.ts"
import * as Loopback from "./embedded/webhooks/loopback.ts"

export { client, layer } from "./embedded/layers.ts"
export type { Options, Quota, Records } from "./embedded/options.ts"
export {
  EmbeddedAudian,
  type IncomingFax,
  type Request,
  type VoicemailMessage,
  type WebhookDelivery
} from "./embedded/service.ts"

/**
 * The server on a port of this machine. Needs Node.js, Bun or Deno, and `@effect/platform-node`.
 *
 * **Details**
 *
 * A `port` of 0, the default, takes any free one; `baseUrl` contains it.
 *
 * The server also has the reference of the API as a page at `/docs`, from which requests can be sent, and its OpenAPI
 * document at `/openapi.json`. The page fills in the key and a token, unless `apiKey` is given.
 *
 * **Example** (A server for a program in any language)
 *
 * ```ts
 * import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
 * import * as Layer from "effect/Layer"
 * import { EmbeddedAudian } from "effect-audian/testing"
 *
 * NodeRuntime.runMain(Layer.launch(EmbeddedAudian.serve({ port: 8443 })))
 * ```
 *
 * @see {@link client} for the client of this server
 * @category layers
 * @since 0.1.0
 */
export const serve = (
  options: Options & {
    /** Default 0: any free port. */
    readonly port?: number | undefined
    /** Default 127.0.0.1. */
    readonly host?: string | undefined
    /** URLs of other machines whose origins receive webhooks. Ignored with `deliver`. */
    readonly receivers?: ReadonlyArray<string> | undefined
  } = {}
): Layer.Layer<EmbeddedAudian, HttpServerError.ServeError> =>
  Layer.effect(
    EmbeddedAudian,
    Effect.gen(function* () {
      const { app, auth, service, sockets } = yield* Server.make(options, yield* Loopback.make(options.receivers ?? []))
      const docs = yield* Effect.promise(() => import("./embedded/docs.ts"))
      const listener = yield* Port.listen({ host: options.host ?? "127.0.0.1", port: options.port ?? 0 }, sockets.drop)
      const started = service(listener.baseUrl)
      yield* listener.serve(
        yield* docs.withReference(sockets.over(app), {
          baseUrl: started.baseUrl,
          accountId: started.accountId,
          // A key of the user's own may be a real one.
          credentials:
            options.apiKey === undefined
              ? Effect.map(auth.exchange, (authToken) => ({ apiKey: started.apiKey, authToken }))
              : undefined
        })
      )
      return started
    })
  )

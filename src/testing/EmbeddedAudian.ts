/**
 * The API in memory, or on a port: a server built from the contract, with state, credentials, a quota, a request log
 * and scripted faults. Requests go through the same encoding and decoding as with the real one.
 *
 * It simulates the flat family (`Numbers`, `Calls`, `Fax` and the others that are not under `Account`) and the token
 * exchange. Any other operation of the contract is routed, checked and refused with 422 and the code `not_simulated`;
 * use `AudianTest` for those.
 *
 * - What is created is listed and read until it is removed, and answered 404 from then on.
 * - Ports, calls and faxes move with the clock. A call must come from a number of the account; it rings, is answered,
 *   and ends, after which it is not found. What a call or a recording is not in the state for is answered 409.
 * - Money is taken as it is spent, by the documented tariff: a number, a port, each minute of a call as it begins, a
 *   minute for each recipient of a fax. What reached nobody is given back. Spending limits are measured, and stop nothing.
 * - A token of `AccessTokens.create` is good until it expires, for the methods that its permissions name, whatever the
 *   resource.
 * - Webhooks are taken, and told of nothing.
 * - Where no answer is documented, it is what was sent, with an id.
 *
 * It is deterministic: ids are counted, time is Effect's `Clock`. Two servers never share state.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Audian from "../Audian.ts"
import * as Auth from "../internal/embedded/auth.ts"
import type * as Faults from "../internal/embedded/faults.ts"
import type * as Fax from "../internal/embedded/fax.ts"
import * as Flat from "../internal/embedded/flat.ts"
import * as Log from "../internal/embedded/log.ts"
import * as Server from "../internal/embedded/server.ts"
import * as Transport from "../internal/embedded/transport.ts"
import type * as Voicemail from "../internal/embedded/voicemail.ts"
import * as World from "../internal/embedded/world.ts"
import type * as Fault from "./Fault.ts"

/**
 * How the embedded server is set up.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The key it accepts. Default `sk_test_embedded`. */
  readonly apiKey?: string | undefined
  /** The account that the key belongs to. Default `account_embedded`. */
  readonly accountId?: string | undefined
  /** How long an exchanged token lives. Default 1 hour. */
  readonly tokenLife?: Duration.Input | undefined
  /** The balance at the start, in USD. Default 100. */
  readonly balance?: number | undefined
  /** How many requests a window may hold. Default 1000 a minute; `false` for no quota. */
  readonly quota?: { readonly limit: number; readonly window: Duration.Input } | false | undefined
  /** How long a port takes. Default 4 days. */
  readonly portDuration?: Duration.Input | undefined
  /** Which numbers can be ported. Default: all but those that end in 0000. */
  readonly isPortable?: ((number: string) => boolean) | undefined
  /** Which numbers answer calls and faxes. Default: all but those that end in 0000. */
  readonly isReachable?: ((number: string) => boolean) | undefined
  /** How long a phone is called until it is answered. Default 3 seconds. */
  readonly answerAfter?: Duration.Input | undefined
  /** How long an answered call lasts, unless its `max_duration` is shorter. Default 10 minutes. */
  readonly callDuration?: Duration.Input | undefined
  /** How long an attempt to deliver a fax takes. Default 30 seconds. */
  readonly faxDuration?: Duration.Input | undefined
  /** How many requests `requests` remembers, the last ones. Default 10,000. */
  readonly logLimit?: number | undefined
  /** Faults from the start; add others with `fault`. */
  readonly faults?: ReadonlyArray<Fault.Fault> | undefined
}

/**
 * One request that the embedded server has seen. Secrets are left out of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** The operation's name; empty when no route took it. */
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string | ReadonlyArray<string>>>
  /** The operation's input, as the server decoded it; a file as its `name`, `size` and `content_type`. */
  readonly input: Schema.Json
  readonly headers: Readonly<Record<string, string>>
  /** What was answered; `undefined` when nothing was. */
  readonly status: number | undefined
  readonly requestId: string
  readonly at: DateTime.Utc
}

/**
 * A fax that someone sends to the account. `bytes` is its document, a PDF without a page by default; `pages` is 1 by
 * default.
 *
 * @category models
 * @since 0.1.0
 */
export type IncomingFax = Fax.Incoming

/**
 * A message that a caller leaves. `duration` is in seconds, 10 by default.
 *
 * @category models
 * @since 0.1.0
 */
export type VoicemailMessage = Voicemail.Message

/**
 * The running server, as a test or a program sees it.
 *
 * @category services
 * @since 0.1.0
 */
export class EmbeddedAudian extends Context.Service<
  EmbeddedAudian,
  {
    /** Where it listens. */
    readonly baseUrl: string
    /** The key it accepts. */
    readonly apiKey: Redacted.Redacted
    readonly accountId: string
    /** Every request so far, the oldest first, as far back as `logLimit` goes. */
    readonly requests: Effect.Effect<ReadonlyArray<Request>>
    /** Adds a fault to the script. */
    readonly fault: (...faults: ReadonlyArray<Fault.Fault>) => Effect.Effect<void>
    /** Forgets all faults. */
    readonly clearFaults: Effect.Effect<void>
    /** The balance, in USD. */
    readonly balance: Effect.Effect<number>
    readonly setBalance: (usd: number) => Effect.Effect<void>
    /** Ends a token before its time: from then on it is answered 401. Dies when it has ended already. */
    readonly revokeToken: (token: Redacted.Redacted) => Effect.Effect<void>
    /** Has the called party answer, reachable or not. Dies unless the phone rings. */
    readonly answerCall: (callId: string) => Effect.Effect<void>
    /** Has a party hang up. Dies when there is no such call, or it is over. */
    readonly hangUp: (callId: string) => Effect.Effect<void>
    /** Has a fax come in; the result is its id. */
    readonly receiveFax: (fax: IncomingFax) => Effect.Effect<string>
    /** Leaves a message in a box; the result is its id. Dies when there is no such box, or it is full. */
    readonly leaveVoicemail: (boxId: string, message: VoicemailMessage) => Effect.Effect<string>
  }
>()("effect-audian/testing/EmbeddedAudian") {}

interface Made {
  readonly app: Server.App
  readonly service: (baseUrl: string) => EmbeddedAudian["Service"]
}

const make = (options: Options): Effect.Effect<Made, never, Scope.Scope> =>
  Effect.suspend(() => {
    const apiKey = Redacted.make(options.apiKey ?? "sk_test_embedded")
    const accountId = options.accountId ?? "account_embedded"
    const endsOtherwise = (number: string) => !number.endsWith("0000")
    const world = World.make({
      accountId,
      balance: options.balance ?? 100,
      portMillis: Duration.toMillis(options.portDuration ?? "4 days"),
      answerMillis: Duration.toMillis(options.answerAfter ?? "3 seconds"),
      callMillis: Duration.toMillis(options.callDuration ?? "10 minutes"),
      faxMillis: Duration.toMillis(options.faxDuration ?? "30 seconds"),
      isPortable: options.isPortable ?? endsOtherwise,
      isReachable: options.isReachable ?? endsOtherwise
    })
    const auth = Auth.make(world, { apiKey, tokenMillis: Duration.toMillis(options.tokenLife ?? "1 hour") })
    const flat = Flat.make(world)
    const quota = options.quota ?? { limit: 1000, window: "1 minute" }
    const log = Log.make(options.logLimit ?? 10_000, auth.secretsIn)
    const rule = (fault: Fault.Fault): Faults.Rule => ({ fault, met: 0 })
    const faults = (options.faults ?? []).map(rule)
    const app = Server.make({
      auth,
      handlers: [...auth.handlers, ...flat.handlers],
      quota: quota === false ? undefined : { limit: quota.limit, windowMillis: Duration.toMillis(quota.window) },
      advance: (now) => {
        world.agenda.advance(now)
        world.ledger.record(now, "api_calls", { count: 1, cost: 0 })
      },
      log,
      faults
    })
    return Effect.map(app, (app) => ({
      app,
      service: (baseUrl) => ({
        baseUrl,
        apiKey,
        accountId,
        requests: Effect.sync(log.all),
        fault: (...added) => Effect.sync(() => void faults.push(...added.map(rule))),
        clearFaults: Effect.sync(() => void faults.splice(0)),
        balance: Effect.map(World.present(world), () => world.balance),
        setBalance: (usd) => Effect.map(World.present(world), () => void (world.balance = usd)),
        revokeToken: (token) =>
          Effect.suspend(() =>
            auth.revoke(Redacted.value(token)) ? Effect.void : Effect.die(new Error("EmbeddedAudian: no such token"))
          ),
        ...flat.others
      })
    }))
  })

/**
 * The client on a server in memory, and that server. Nothing is listening; the `HttpClient` of the client calls it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options & { readonly client?: Audian.ClientOptions | undefined } = {}
): Layer.Layer<Audian.Audian | EmbeddedAudian> =>
  Layer.unwrap(
    Effect.map(make(options), ({ app, service }) => {
      const embedded = Layer.succeed(EmbeddedAudian, service("http://embedded"))
      return Layer.provideMerge(
        Layer.provide(client(options.client), Layer.succeed(HttpClient.HttpClient, Transport.inMemory(app))),
        embedded
      )
    })
  )

/**
 * The server on a socket of this machine. A `port` of 0, the default, takes any free one; `baseUrl` says which. Needs
 * Node.js and `@effect/platform-node`.
 *
 * @category layers
 * @since 0.1.0
 */
export const serve = (
  options: Options & { readonly port?: number | undefined; readonly host?: string | undefined } = {}
): Layer.Layer<EmbeddedAudian, HttpServerError.ServeError> =>
  Layer.effect(
    EmbeddedAudian,
    Effect.gen(function* () {
      const { app, service } = yield* make(options)
      const [{ createServer }, NodeHttpServer] = yield* Effect.promise(() =>
        Promise.all([import("node:http"), import("@effect/platform-node/NodeHttpServer")])
      )
      const host = options.host ?? "127.0.0.1"
      const server = yield* NodeHttpServer.make(() => createServer(), {
        port: options.port ?? 0,
        host,
        disablePreemptiveShutdown: true
      })
      yield* server.serve(Effect.catchDefect(app, (defect) => Transport.breakConnection(defect)))
      const port = "port" in server.address ? server.address.port : 0
      return service(`http://${host.includes(":") ? `[${host}]` : host}:${port}`)
    })
  )

/**
 * The client of a server that {@link serve} runs.
 *
 * @category layers
 * @since 0.1.0
 */
export const client = (
  options: Audian.ClientOptions = {}
): Layer.Layer<Audian.Audian, never, EmbeddedAudian | HttpClient.HttpClient> =>
  Layer.unwrap(Effect.map(EmbeddedAudian, ({ apiKey, baseUrl }) => Audian.layer({ apiKey, baseUrl, ...options })))

/**
 * The API in memory, or on a port: a server built from the contract, with state, credentials, a quota, a request log
 * and scripted faults. Requests go through the same encoding and decoding as with the real one.
 *
 * It simulates `Numbers`, `Ports` and the token exchange. Any other operation of the contract is routed, checked and
 * refused with 422 and the code `not_simulated`; use `AudianTest` for those.
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
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Audian from "../Audian.ts"
import * as Auth from "../internal/embedded/auth.ts"
import * as EmbeddedNumbers from "../internal/embedded/numbers.ts"
import * as EmbeddedPorts from "../internal/embedded/ports.ts"
import * as Server from "../internal/embedded/server.ts"
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
  /** Numbers for sale beside the 201 of its catalogue, in E.164. */
  readonly numbers?: ReadonlyArray<string> | undefined
  /** The balance at the start, in USD. Default 100. */
  readonly balance?: number | undefined
  /** How many requests a window may hold. Default 1000 a minute; `false` for no quota. */
  readonly quota?: { readonly limit: number; readonly window: Duration.Input } | false | undefined
  /** How long a port takes. Default 4 days. */
  readonly portDuration?: Duration.Input | undefined
  /** Which numbers can be ported. Default: all but those that end in 0000. */
  readonly isPortable?: ((number: string) => boolean) | undefined
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
  /** The operation's input, as the server decoded it. */
  readonly input: Schema.Json
  readonly headers: Readonly<Record<string, string>>
  /** What was answered; `undefined` when nothing was. */
  readonly status: number | undefined
  readonly requestId: string
  readonly at: DateTime.Utc
}

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
    /** Every request so far, the oldest first. */
    readonly requests: Effect.Effect<ReadonlyArray<Request>>
    /** Adds a fault to the script. */
    readonly fault: (...faults: ReadonlyArray<Fault.Fault>) => Effect.Effect<void>
    /** Forgets all faults. */
    readonly clearFaults: Effect.Effect<void>
    /** The balance, in USD. */
    readonly balance: Effect.Effect<number>
    readonly setBalance: (usd: number) => Effect.Effect<void>
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
    const world = World.make({
      balance: options.balance ?? 100,
      portMillis: Duration.toMillis(options.portDuration ?? "4 days"),
      isPortable: options.isPortable ?? ((number) => !number.endsWith("0000"))
    })
    const auth = Auth.make({ apiKey, accountId, tokenMillis: Duration.toMillis(options.tokenLife ?? "1 hour") })
    const quota = options.quota ?? { limit: 1000, window: "1 minute" }
    const log: Array<Request> = []
    const rule = (fault: Fault.Fault): Server.Rule => ({ fault, met: 0 })
    const faults = (options.faults ?? []).map(rule)
    const app = Server.make({
      auth,
      handlers: [
        ...auth.handlers,
        ...EmbeddedNumbers.handlers(world, options.numbers),
        ...EmbeddedPorts.handlers(world)
      ],
      quota: quota === false ? undefined : { limit: quota.limit, windowMillis: Duration.toMillis(quota.window) },
      advance: (now) => EmbeddedPorts.advance(world, now),
      log,
      faults
    })
    return Effect.map(app, (app) => ({
      app,
      service: (baseUrl) => ({
        baseUrl,
        apiKey,
        accountId,
        requests: Effect.sync(() => log.slice()),
        fault: (...added) => Effect.sync(() => void faults.push(...added.map(rule))),
        clearFaults: Effect.sync(() => void faults.splice(0)),
        balance: Effect.sync(() => world.balance),
        setBalance: (usd) => Effect.sync(() => void (world.balance = usd))
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
        Layer.provide(client(options.client), Layer.succeed(HttpClient.HttpClient, inMemory(app))),
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
      yield* server.serve(Effect.catchDefect(app, (defect) => breakConnection(defect)))
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

const inMemory = (app: Server.App): HttpClient.HttpClient =>
  HttpClient.make((request) =>
    Effect.scoped(
      Effect.provideService(app, HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request))
    ).pipe(
      Effect.map((response) => HttpServerResponse.toClientResponse(response, { request })),
      Effect.catchDefect((defect) =>
        defect instanceof Server.Reset
          ? Effect.fail(
              new HttpClientError.HttpClientError({
                reason: new HttpClientError.TransportError({
                  request,
                  cause: Object.assign(new Error("The connection was reset"), { code: "ECONNRESET" })
                })
              })
            )
          : Effect.die(defect)
      )
    )
  )

const breakConnection = (defect: unknown): Server.App =>
  defect instanceof Server.Reset
    ? Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ source }) => {
        const { socket } = source as { readonly socket?: { readonly destroy: () => void } }
        socket?.destroy()
        // Nobody waits for the rest of the request.
        return Effect.interrupt
      })
    : Effect.die(defect)

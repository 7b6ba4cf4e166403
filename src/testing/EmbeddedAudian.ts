/**
 * The API in memory, or on a port: a server built from the contract, with state, credentials, a quota, a request log
 * and scripted faults. Requests go through the same encoding and decoding as with the real one.
 *
 * It simulates every operation of the contract, and the WebSocket that `Events` reads.
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
 * - `Account` answers as the engine does: documents that keep what was sent, its envelopes, its errors, its pages. The
 *   key works in its own account and in those below it, each with its own documents and all with one balance; any other
 *   is answered 403, one that is not known 401.
 * - What both families have is one: numbers and their E911 addresses, the balance, devices and SIP devices; a call of
 *   `Calls` is a channel while it is up and a record when it is over, and is told to the sockets at its time. Faxes, conferences and webhooks are apart.
 * - A number is sold to an account once it accepts the charges. `Accounts.setParent` takes `parentId`.
 *
 * It is deterministic: ids are counted, time is Effect's `Clock`, chance its `Random`. Two servers never share state.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { WebSocketConstructor } from "effect/socket/Socket"
import * as Audian from "../Audian.ts"
import type * as Account from "../account/index.ts"
import { make } from "./embedded/make.ts"
import * as Transport from "./embedded/transport/transport.ts"
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
  readonly quota?: Quota | false | undefined
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
  readonly faults?: ReadonlyArray<Fault.Data> | undefined
  /** What there is from the start; add more with `seed`. */
  readonly records?: Records | undefined
}

/**
 * How many requests a window of time may hold.
 *
 * @category options
 * @since 0.1.0
 */
export interface Quota {
  readonly limit: number
  readonly window: Duration.Input
}

/**
 * What an account has and no operation makes. An id that is left out is counted, a time is now.
 *
 * @category options
 * @since 0.1.0
 */
export interface Records {
  /** Whose they are. Default the account of the key. */
  readonly accountId?: string | undefined
  /** Calls that are over; those of one `interaction_id` are the legs of one. */
  readonly cdrs?: ReadonlyArray<Account.Cdrs.CdrDocument> | undefined
  /** Calls that are up, by their `uuid`. */
  readonly channels?: ReadonlyArray<Account.Channels.Channel> | undefined
  /** Faxes; the pages of each are an empty file. */
  readonly faxes?: ReadonlyArray<Account.Faxes.Fax> | undefined
  /** Presences, by their `presence_id`. */
  readonly presences?: ReadonlyArray<Account.Presence.Presence> | undefined
  /** Phones that have registered, for `expires` seconds, an hour by default; `authorizing_id` is that of the device. */
  readonly registrations?: ReadonlyArray<Account.Registrations.Registration> | undefined
  readonly transactions?: ReadonlyArray<Account.Billing.Transaction> | undefined
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
  /**
   * The operation's input, as the server decoded it; a file as its `name`, `size` and `content_type`. `null` when it
   * was not read: the credential was refused, or it does not fit.
   */
  readonly input: Schema.Json
  readonly headers: Readonly<Record<string, string>>
  /** What was answered; `undefined` when nothing was. */
  readonly status: number | undefined
  /** What befell it, by the tags of the fault. */
  readonly fault: string | undefined
  /**
   * How many requests in the log before it had the same operation and input. A server cannot tell the attempts of one
   * call from calls that are alike: where a program makes each call once, it is how often a request was sent again.
   */
  readonly repeat: number
  readonly requestId: string
  readonly at: DateTime.Utc
}

/**
 * A fax that someone sends to the account.
 *
 * @category models
 * @since 0.1.0
 */
export interface IncomingFax {
  readonly from: string
  readonly to: string
  /** The document. Default the first line of a PDF. */
  readonly bytes?: Uint8Array | undefined
  /** Default 1. */
  readonly pages?: number | undefined
}

/**
 * A message that a caller leaves.
 *
 * @category models
 * @since 0.1.0
 */
export interface VoicemailMessage {
  readonly from: string
  /** In seconds. Default 10; cut to the `max_message_length` of the box. */
  readonly duration?: number | undefined
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
    /** Every request so far, the oldest first, as far back as `logLimit` goes. */
    readonly requests: Effect.Effect<ReadonlyArray<Request>>
    /** Adds faults to the script. */
    readonly fault: (...faults: ReadonlyArray<Fault.Data>) => Effect.Effect<void>
    /** Forgets all faults. */
    readonly clearFaults: Effect.Effect<void>
    /** The balance, in USD. */
    readonly balance: Effect.Effect<number>
    readonly setBalance: (usd: number) => Effect.Effect<void>
    /** Changes the quota; requests that a window has seen still count in it. */
    readonly setQuota: (quota: Quota | false) => Effect.Effect<void>
    /** Sends an event to the sockets that have a matching binding. `data` is `{}` by default. */
    readonly emit: (event: { readonly name: string; readonly data?: Schema.Json | undefined }) => Effect.Effect<void>
    /** How many sockets are open. */
    readonly sockets: Effect.Effect<number>
    /** Closes every socket, as a server does that restarts. */
    readonly dropSockets: Effect.Effect<void>
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
    /** Adds what no operation makes. Dies when there is no such account. */
    readonly seed: (records: Records) => Effect.Effect<void>
  }
>()("effect-audian/testing/EmbeddedAudian") {}

/**
 * The client on a server in memory, and that server. Nothing is listening; the `HttpClient` of the client calls it, and
 * so does the `WebSocketConstructor` for `Events.stream`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options & { readonly client?: Audian.ClientOptions | undefined } = {}
): Layer.Layer<Audian.Audian | EmbeddedAudian | WebSocketConstructor> =>
  Layer.unwrap(
    Effect.map(make(options), ({ app, service, sockets }) => {
      const embedded = Layer.merge(
        Layer.succeed(EmbeddedAudian, service("http://embedded")),
        Layer.effect(WebSocketConstructor, sockets.inMemory)
      )
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
 * It also has the reference of the API as a page at `/docs`, from which requests can be sent to it, and its document at
 * `/openapi.json`. The page fills in the key and a token, unless `apiKey` is given.
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
      const { app, auth, service, sockets } = yield* make(options)
      const [{ createServer }, NodeHttpServer, Reference] = yield* Effect.promise(() =>
        Promise.all([import("node:http"), import("@effect/platform-node/NodeHttpServer"), import("./embedded/docs.ts")])
      )
      const host = options.host ?? "127.0.0.1"
      const listener = createServer()
      const connections = new Set<{ readonly destroy: () => void }>()
      listener.on("connection", (connection) => {
        connections.add(connection)
        connection.once("close", () => connections.delete(connection))
      })
      // What the server adds to its scope as it runs waits for the other side of each WebSocket.
      const scope = yield* Scope.fork(yield* Effect.scope)
      const server = yield* NodeHttpServer.make(() => listener, {
        port: options.port ?? 0,
        host,
        disablePreemptiveShutdown: true
      }).pipe(Scope.provide(scope))
      // Whoever has begun a request, and does not end it, would hold up the end of the server; so would an open socket.
      yield* Effect.addFinalizer(() =>
        Effect.andThen(
          sockets.drop,
          Effect.sync(() => {
            listener.close()
            for (const connection of connections) connection.destroy()
          })
        )
      )
      const port = "port" in server.address ? server.address.port : 0
      const started = service(`http://${reachable(host)}:${port}`)
      const whole = yield* Reference.beside(sockets.over(app), {
        baseUrl: started.baseUrl,
        accountId: started.accountId,
        // A key that somebody chose may be one that matters elsewhere.
        credentials:
          options.apiKey === undefined
            ? Effect.map(auth.exchange, (authToken) => ({ apiKey: started.apiKey, authToken }))
            : undefined
      })
      yield* server
        .serve(Effect.catchDefect(whole, (defect) => Transport.breakConnection(defect)))
        .pipe(Scope.provide(scope))
      return started
    })
  )

/** How a host is written in an address; where the server listens on all, one that leads to it. */
const reachable = (host: string): string => {
  if (host === "0.0.0.0") return "127.0.0.1"
  if (host === "::") return "[::1]"
  return host.includes(":") ? `[${host}]` : host
}

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

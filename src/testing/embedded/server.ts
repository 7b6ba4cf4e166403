/**
 * One embedded server, assembled from its options: the app that serves requests, and the service that controls it.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Api from "../../Api.ts"
import * as Account from "./account/index.ts"
import type { App } from "./app.ts"
import * as Auth from "./auth.ts"
import * as Faults from "./faults.ts"
import * as Flat from "./flat/index.ts"
import * as Inventory from "./inventory.ts"
import * as Middleware from "./middleware.ts"
import type { Options, Quota } from "./options.ts"
import type { Handler } from "./requestContext.ts"
import * as RequestLog from "./requestLog.ts"
import { routesWith } from "./routes.ts"
import type { EmbeddedAudian } from "./service.ts"
import * as State from "./state.ts"
import * as Websocket from "./transport/websocket.ts"
import * as ApiWebhooks from "./webhooks/apiWebhooks.ts"
import * as EngineHooks from "./webhooks/engineHooks.ts"
import * as Sender from "./webhooks/sender.ts"

interface EmbeddedServer {
  readonly app: App
  readonly auth: Auth.Auth
  readonly sockets: Websocket.Sockets
  readonly service: (baseUrl: string) => EmbeddedAudian["Service"]
}

export const make = (
  options: Options,
  /** The receivers of webhooks, unless the options name a client. */
  receivers?: Sender.Receivers | undefined
): Effect.Effect<EmbeddedServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const apiKey = Redacted.make(options.apiKey ?? "sk_test_embedded")
    const accountId = options.accountId ?? "account_embedded"
    const isServed = (number: string) => !number.endsWith("0000")
    const settings: State.Settings = {
      accountId,
      balance: options.balance ?? 100,
      portMillis: Duration.toMillis(options.portDuration ?? "4 days"),
      answerMillis: Duration.toMillis(options.answerAfter ?? "3 seconds"),
      callMillis: Duration.toMillis(options.callDuration ?? "10 minutes"),
      faxMillis: Duration.toMillis(options.faxDuration ?? "30 seconds"),
      isPortable: options.isPortable ?? isServed,
      isReachable: options.isReachable ?? isServed
    }
    const state = State.make(settings, Inventory.make(options.numbers))
    const auth = Auth.make(state, { apiKey, tokenMillis: Duration.toMillis(options.tokenLife ?? "1 hour") })
    const sockets = Websocket.make({ auth, accountId, meanwhile: State.followClock(state) })
    yield* emitCallEvents(state, sockets)
    const flat = Flat.make(state)
    const account = Account.make(state, options.records, now)
    let quota = quotaOf(options.quota ?? { limit: 1000, window: "1 minute" })
    const log = RequestLog.make(options.logLimit ?? 10_000, auth.secretsIn)
    const faults = (options.faults ?? []).map((fault) => Faults.rule(fault, now))
    const sender = yield* Sender.make({
      state,
      faults,
      receivers: options.deliver === undefined ? receivers : { client: options.deliver },
      limit: options.logLimit ?? 10_000
    })
    const apiWebhooks = sendWebhooks(state, account, sender)
    const simulated = [...auth.handlers, ...apiWebhooks.over(flat.handlers), ...account.handlers]
    const given = (options.handlers ?? []).map((handler) => ({ ...handler, givesPayload: true }))
    const handlers: ReadonlyArray<Handler> = [...simulated, ...given]
    const contract = new Set(Api.operations())
    const own = given.map(({ operation }) => operation).filter((operation) => !contract.has(operation))
    const app = Middleware.perRequest(
      {
        auth,
        handlers: new Map(handlers.map((handler) => [handler.operation.name, handler])),
        quota: () => quota,
        advance: (now) => {
          state.scheduler.advance(now)
          state.ledger.record(now, "api_calls", { count: 1, cost: 0 })
        },
        log,
        faults,
        maxBodySize: options.maxBodySize ?? 8_000_000
      },
      yield* routesWith(own)
    )
    return {
      app,
      auth,
      sockets,
      service: (baseUrl) => ({
        baseUrl,
        apiKey,
        accountId,
        requests: Effect.sync(log.all),
        fault: (...added) =>
          Effect.map(
            Clock.currentTimeMillis,
            (now) => void faults.push(...added.map((fault) => Faults.rule(fault, now)))
          ),
        clearFaults: Effect.sync(() => void faults.splice(0)),
        balance: Effect.map(State.advance(state), () => state.balance),
        setBalance: (usd) => Effect.map(State.advance(state), () => void (state.balance = usd)),
        setQuota: (changed) => Effect.sync(() => void (quota = quotaOf(changed))),
        revokeToken: (token) =>
          Effect.flatMap(State.advance(state), () =>
            auth.revoke(Redacted.value(token)) ? Effect.void : Effect.die(new Error("EmbeddedAudian: no such token"))
          ),
        seed: account.seed,
        deliveries: sender.deliveries,
        awaitDeliveries: Effect.andThen(sender.settled, sender.deliveries),
        nextEvent: Effect.map(State.advance(state), () => {
          const next = state.scheduler.next()
          return Number.isFinite(next) ? DateTime.makeUnsafe(next) : undefined
        }),
        deliverTo: (client) => Effect.sync(() => sender.deliverTo({ client })),
        emit: ({ data = {}, name }) => sockets.emit(name, data),
        sockets: sockets.open,
        dropSockets: sockets.drop,
        ...flat.externalParties
      })
    }
  })

const quotaOf = (quota: Quota | false) =>
  quota === false ? undefined : { limit: quota.limit, windowMillis: Duration.toMillis(quota.window) }

/** Sends webhooks for the changes of the state. */
const sendWebhooks = (
  state: State.State,
  { accounts }: Account.Family,
  sender: Sender.Sender
): ApiWebhooks.Registrations => {
  const api = ApiWebhooks.make(state, sender.start)
  const engine = EngineHooks.make(accounts)
  state.onCall.push((call) => sender.send([...api.ofCall(call), ...engine.ofCall(call)]))
  state.onChange.push((change, now) => {
    if (change._tag === "Document" && change.kind === EngineHooks.kind) sender.start()
    sender.send([...api.ofChange(change, now), ...engine.ofChange(change, now)])
  })
  return api
}

/** Sends the events of calls to the sockets: created, answered, ended. */
const emitCallEvents = (state: State.State, { emit }: Websocket.Sockets): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const calls = yield* Queue.unbounded<State.CallState>()
    state.onCall.push((call) => void Queue.offerUnsafe(calls, call))
    yield* Effect.forkScoped(
      Effect.forever(
        Effect.flatMap(Queue.take(calls), ({ answeredAt, endedAt, from, id, to }) => {
          const name = endedAt !== undefined ? "DESTROY" : answeredAt !== undefined ? "ANSWER" : "CREATE"
          return emit(`call.CHANNEL_${name}`, { call_id: id, from, to })
        })
      )
    )
  })

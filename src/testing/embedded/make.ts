/**
 * One embedded server, put together of its options: the app that answers, and the service that a test sees.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { EmbeddedAudian, Options, Quota } from "../EmbeddedAudian.ts"
import * as Accounts from "./account/index.ts"
import * as Auth from "./auth.ts"
import * as Faults from "./faults.ts"
import * as Flat from "./flat/index.ts"
import * as Numbers from "./flat/numbers.ts"
import * as Log from "./requestLog.ts"
import * as Server from "./server.ts"
import * as World from "./state.ts"
import * as Sockets from "./transport/websocket.ts"

export interface Made {
  readonly app: Server.App
  readonly auth: Auth.Auth
  readonly sockets: Sockets.Sockets
  readonly service: (baseUrl: string) => EmbeddedAudian["Service"]
}

export const make = (options: Options): Effect.Effect<Made, never, Scope.Scope> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const apiKey = Redacted.make(options.apiKey ?? "sk_test_embedded")
    const accountId = options.accountId ?? "account_embedded"
    const byDefault = (number: string) => !number.endsWith("0000")
    const settings: World.Settings = {
      accountId,
      balance: options.balance ?? 100,
      portMillis: Duration.toMillis(options.portDuration ?? "4 days"),
      answerMillis: Duration.toMillis(options.answerAfter ?? "3 seconds"),
      callMillis: Duration.toMillis(options.callDuration ?? "10 minutes"),
      faxMillis: Duration.toMillis(options.faxDuration ?? "30 seconds"),
      isPortable: options.isPortable ?? byDefault,
      isReachable: options.isReachable ?? byDefault
    }
    const world = World.make(settings, Numbers.forSale(options.numbers))
    const auth = Auth.make(world, { apiKey, tokenMillis: Duration.toMillis(options.tokenLife ?? "1 hour") })
    const sockets = Sockets.make({ auth, accountId, meanwhile: World.follow(world) })
    yield* tellOfCalls(world, sockets)
    const flat = Flat.make(world)
    const accounts = Accounts.make(world, options.records, now)
    let quota = quotaOf(options.quota ?? { limit: 1000, window: "1 minute" })
    const log = Log.make(options.logLimit ?? 10_000, auth.secretsIn)
    const faults = (options.faults ?? []).map((fault) => Faults.rule(fault, now))
    const handlers = [...auth.handlers, ...flat.handlers, ...accounts.handlers]
    const app = Server.make({
      auth,
      handlers: new Map(handlers.map((handler) => [handler.operation.name, handler])),
      quota: () => quota,
      advance: (now) => {
        world.agenda.advance(now)
        world.ledger.record(now, "api_calls", { count: 1, cost: 0 })
      },
      log,
      faults
    })
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
        balance: Effect.map(World.present(world), () => world.balance),
        setBalance: (usd) => Effect.map(World.present(world), () => void (world.balance = usd)),
        setQuota: (changed) => Effect.sync(() => void (quota = quotaOf(changed))),
        revokeToken: (token) =>
          Effect.flatMap(World.present(world), () =>
            auth.revoke(Redacted.value(token)) ? Effect.void : Effect.die(new Error("EmbeddedAudian: no such token"))
          ),
        seed: accounts.seed,
        emit: ({ data = {}, name }) => sockets.emit(name, data),
        sockets: sockets.open,
        dropSockets: sockets.drop,
        ...flat.others
      })
    }
  })

const quotaOf = (quota: Quota | false) =>
  quota === false ? undefined : { limit: quota.limit, windowMillis: Duration.toMillis(quota.window) }

/** Has the sockets hear of each call: that it began, was answered, is over. */
const tellOfCalls = (world: World.World, { emit }: Sockets.Sockets): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const calls = yield* Queue.unbounded<World.CallState>()
    world.onCall.push((call) => void Queue.offerUnsafe(calls, call))
    yield* Effect.forkScoped(
      Effect.forever(
        Effect.flatMap(Queue.take(calls), ({ answeredAt, endedAt, from, id, to }) => {
          const name = endedAt !== undefined ? "DESTROY" : answeredAt !== undefined ? "ANSWER" : "CREATE"
          return emit(`call.CHANNEL_${name}`, { call_id: id, from, to })
        })
      )
    )
  })

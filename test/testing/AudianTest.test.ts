import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { Account, Audian, AudianError, Numbers, Operation, PhoneNumber, Ports } from "effect-audian"
import { AudianTest } from "effect-audian/testing"
import { portRequest as port } from "../support/operations.ts"

const number = PhoneNumber.make("+14155551234")

class Stock extends Context.Service<Stock, Ref.Ref<number>>()("test/Stock") {
  static readonly layer = (left: number) => Layer.effect(Stock, Ref.make(left))
}

const purchase = AudianTest.handle(Numbers.purchase, ({ friendly_name, number }) =>
  Effect.succeed({ id: "num_1", number: PhoneNumber.make(number), friendly_name })
)

describe("AudianTest", () => {
  it.effect("handle: the handler receives the input and its result is the response", () =>
    Effect.gen(function* () {
      const bought = yield* Numbers.purchase({ number, friendly_name: "Front desk" })
      assert.deepStrictEqual(bought, { id: "num_1", number, friendly_name: "Front desk" })
    }).pipe(Effect.provide(AudianTest.layer(purchase)))
  )

  it.effect("handle: the handler runs once per call, with the input of that call", () => {
    const inputs: Array<unknown> = []
    const list = AudianTest.handle(Numbers.list, (input) =>
      Effect.sync(() => {
        inputs.push(input)
        return { numbers: [], total: inputs.length }
      })
    )
    return Effect.gen(function* () {
      assert.strictEqual((yield* Numbers.list()).total, 1)
      assert.strictEqual((yield* Numbers.list({ limit: 2 })).total, 2)
      assert.deepStrictEqual(inputs, [{}, { limit: 2 }])
    }).pipe(Effect.provide(AudianTest.layer(list)))
  })

  it.effect("layer: the last stub of an operation wins", () => {
    const stub = (id: string) => AudianTest.handle(Ports.get, () => Effect.succeed({ id, status: "pending" }))
    return Effect.gen(function* () {
      assert.strictEqual((yield* Ports.get({ port_id: "p" })).id, "second")
    }).pipe(Effect.provide(AudianTest.layer(stub("first"), stub("second"))))
  })

  it.effect("layer: an operation without a stub dies with its name, past any error handling", () =>
    Effect.gen(function* () {
      const exit = yield* Numbers.list().pipe(
        Effect.catch((error) => Effect.succeed(error)),
        Effect.exit
      )
      assert.isTrue(Exit.hasDies(exit))
      const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      assert.instanceOf(defect, Error)
      assert.include(defect.message, "Numbers.list")
    }).pipe(Effect.provide(AudianTest.layer(purchase)))
  )

  it.effect("layer: every operation dies without stubs", () =>
    Effect.gen(function* () {
      for (const call of [Effect.asVoid(Numbers.list()), Effect.asVoid(Ports.get({ port_id: "p" }))]) {
        assert.isTrue(Exit.hasDies(yield* Effect.exit(call)))
      }
    }).pipe(Effect.provide(AudianTest.layer()))
  )

  it.effect("handle: invalid input fails with InvalidRequest and does not run the handler", () => {
    let runs = 0
    const stub = AudianTest.handle(Numbers.purchase, () => Effect.sync(() => ({ id: `num_${++runs}`, number })))
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Numbers.purchase({ number: "+0" }))
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest")
      assert.strictEqual(error.operation, "Numbers.purchase")
      assert.strictEqual(error.param, "number")
      assert.strictEqual(error.outcome, "not-executed")
      assert.strictEqual(error.attempts, 0)
      assert.strictEqual(runs, 0)
    }).pipe(Effect.provide(AudianTest.layer(stub)))
  })

  it.effect("handle: an error receives the operation, method, path and replay of its call", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Numbers.getConfig({ number_id: "a/b" }))
      assert.strictEqual(error._tag, "NotFound")
      assert.strictEqual(error.operation, "Numbers.getConfig")
      assert.strictEqual(error.method, "GET")
      assert.strictEqual(error.path, "/v2/numbers/a%2Fb/config")
      assert.strictEqual(error.replay, "safe")
      assert.strictEqual((yield* Effect.flip(Ports.create(port))).replay, "unsafe")
    }).pipe(
      Effect.provide(
        AudianTest.layer(
          AudianTest.handle(Numbers.getConfig, () => Effect.fail(new AudianError.NotFound({}))),
          AudianTest.handle(Ports.create, () => Effect.fail(new AudianError.UnprocessableEntity({})))
        )
      )
    )
  )

  it.effect("handle: an error keeps every field that the handler set", () => {
    const fields = {
      code: "rate_limit_error",
      type: "rate_limit_error",
      param: "number",
      description: "Too many",
      details: [{ field: "number", rule: "pattern", message: "no" }],
      requestId: "req_1",
      retryAfter: Duration.seconds(7),
      rateLimit: { limit: 10, remaining: 0 },
      outcome: "unknown",
      attempts: 3,
      body: { error: { code: "rate_limit_error" } }
    } as const
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Numbers.list())
      assert.instanceOf(error, AudianError.TooManyRequests)
      assert.isTrue(AudianError.isAudianError(error))
      assert.strictEqual(error.status, 429)
      assert.isTrue(error.isRetryable)
      for (const [key, value] of Object.entries(fields))
        assert.deepStrictEqual(error[key as keyof typeof fields], value)
      assert.include(error.message, "Numbers.list")
    }).pipe(
      Effect.provide(
        AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.fail(new AudianError.TooManyRequests(fields))))
      )
    )
  })

  it.effect("handle: an AudianClientError keeps its reason", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Numbers.list())
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "UnexpectedStatus")
      assert.strictEqual(error.status, 418)
      assert.strictEqual(error.operation, "Numbers.list")
    }).pipe(
      Effect.provide(
        AudianTest.layer(
          AudianTest.handle(Numbers.list, () =>
            Effect.fail(new AudianError.AudianClientError({ reason: { _tag: "UnexpectedStatus", status: 418 } }))
          )
        )
      )
    )
  )

  it.effect("handle: an error that names its call is unchanged", () => {
    const error = new AudianError.Conflict({ operation: "Mine.own", path: "/mine" })
    return Effect.gen(function* () {
      assert.strictEqual(yield* Effect.flip(Numbers.list()), error)
    }).pipe(Effect.provide(AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.fail(error)))))
  })

  it.effect("handle: a defect stays a defect", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Numbers.list())
      assert.isTrue(Exit.hasDies(exit))
    }).pipe(Effect.provide(AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.die("a bug in the stub")))))
  )

  it.effect("Audian.withResponse works with a stub", () =>
    Effect.gen(function* () {
      const [bought, response] = yield* Audian.withResponse(Numbers.purchase({ number }))
      assert.strictEqual(bought.id, "num_1")
      assert.strictEqual(response?.status, 200)
      assert.strictEqual(response?.attempts, 1)
    }).pipe(Effect.provide(AudianTest.layer(purchase)))
  )

  it.effect("handle: an account-scoped operation has a default account, which a call may override", () => {
    const get = Operation.make(
      () =>
        HttpApiEndpoint.get("get", "/v2/accounts/:account_id", {
          params: { account_id: Schema.String },
          success: Schema.Struct({ data: Schema.Struct({ id: Schema.String }) })
        }),
      { resource: "Test", family: "account", replay: "safe" }
    )
    return Effect.gen(function* () {
      assert.notStrictEqual((yield* get()).id, "")
      assert.strictEqual((yield* get({ account_id: "acc_call" })).id, "acc_call")
    }).pipe(
      Effect.provide(
        AudianTest.layer(AudianTest.handle(get, ({ account_id = "" }) => Effect.succeed({ id: account_id })))
      )
    )
  })

  describe("requirements", () => {
    const sell = AudianTest.handle(Numbers.purchase, () =>
      Effect.gen(function* () {
        const left = yield* Ref.updateAndGet(yield* Stock, (left) => left - 1)
        if (left < 0) return yield* new AudianError.Conflict({ description: "sold out" })
        return { id: `num_${left}`, number }
      })
    )

    it.effect("layer: requires the services of its stubs", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* Numbers.purchase({ number })).id, "num_0")
        assert.strictEqual((yield* Effect.flip(Numbers.purchase({ number })))._tag, "Conflict")
      }).pipe(Effect.provide(Layer.provide(AudianTest.layer(sell), Stock.layer(1))))
    )

    it.effect("layer: combines stubs with and without requirements", () => {
      const list = AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [] }))
      const layer: Layer.Layer<Audian.Audian, never, Stock> = AudianTest.layer(sell, list)
      return Effect.gen(function* () {
        assert.strictEqual((yield* Numbers.purchase({ number })).id, "num_4")
        assert.deepStrictEqual((yield* Numbers.list()).numbers, [])
      }).pipe(Effect.provide(Layer.provide(layer, Stock.layer(5))))
    })

    it.effect("handle: the handler receives the default account", () => {
      const inputs: Array<unknown> = []
      const stub = AudianTest.handle(Account.Users.list, (input) => {
        inputs.push(input)
        return Effect.succeed([])
      })
      return Effect.gen(function* () {
        yield* Account.Users.list({ account_id: undefined })
        assert.deepStrictEqual(inputs, [{ account_id: "account_test" }])
      }).pipe(Effect.provide(AudianTest.layer(stub)))
    })

    it.effect("make: returns the service", () =>
      Effect.gen(function* () {
        const audian = yield* AudianTest.make(sell)
        assert.strictEqual((yield* audian.execute(Numbers.purchase, { number })).id, "num_8")
      }).pipe(Effect.provide(Stock.layer(9)))
    )
  })
})

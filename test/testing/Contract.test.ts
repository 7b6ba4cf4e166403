import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { Account, Api, Audian, AudianError, Numbers, type Operation, PhoneNumber, Voicemail } from "effect-audian"
import { AudianTest, Contract, EmbeddedAudian } from "effect-audian/testing"
import { codecOf } from "../../src/internal/service.ts"
import { run } from "../../src/testing/contract/run.ts"
import { each } from "../support/each.ts"
import { served } from "../support/embedded.ts"
import { json, route, type Sent } from "../support/http.ts"

const three = ["num_1", "num_2", "num_3"]
const item = (id: string) => ({ id, number: PhoneNumber.make(`+1415555000${id.at(-1)}`) })

/** Stubs of an account with three numbers. */
const list = AudianTest.handle(Numbers.list, ({ limit = 20, offset = 0 }) =>
  Effect.succeed({ numbers: three.map(item).slice(offset, offset + limit), total: three.length, limit, offset })
)
const getConfig = AudianTest.handle(Numbers.getConfig, ({ number_id }) =>
  three.includes(number_id) ? Effect.succeed({ id: number_id }) : Effect.fail(new AudianError.NotFound({}))
)
const operations = [Numbers.list, Numbers.getConfig]
const stubs = AudianTest.layer(list, getConfig)

type Execute = Audian.Audian["Service"]["execute"]
type Change = (
  operation: Operation.Any,
  response: Effect.Effect<unknown, AudianError.AudianError>,
  input: unknown,
  call: (input: unknown) => Effect.Effect<unknown, AudianError.AudianError>
) => Effect.Effect<unknown, unknown>

/** Checks on the clock of the test, which only {@link hang} moves. */
const checkHanging = (layer: Layer.Layer<Audian.Audian>, options: Contract.Options) =>
  Effect.flatMap(Clock.Clock, (clock) => run(layer, options, clock))

/** A call that never ends. The deadline passes while it hangs. */
const hang = Effect.andThen(TestClock.adjust("1 minute"), Effect.never)

/** A client in front of another. */
const proxy = <E, R>(change: Change, inner: Layer.Layer<Audian.Audian, E, R>): Layer.Layer<Audian.Audian, E, R> =>
  Layer.provide(
    Layer.effect(
      Audian.Audian,
      Effect.map(Audian.Audian, (inner) =>
        Audian.Audian.of({
          ...inner,
          execute: ((operation: Operation.Operation<unknown, unknown>, input: unknown) =>
            change(operation, inner.execute(operation, input), input, (input) =>
              inner.execute(operation, input)
            )) as Execute
        })
      )
    ),
    inner
  )

const found = ({ differences }: Contract.Report) => differences.map(({ check, operation }) => `${operation}: ${check}`)

const passed = (report: Contract.Report, operation: Operation.Any) =>
  report.passed.flatMap((row) => (row.operation === operation.name ? [row.check] : []))

const creations = [
  Contract.sample(Voicemail.create, { name: "Support", login_pin: "4711" }),
  Contract.sample(Account.Callflows.create, { flow: { module: "device" }, numbers: ["100"] }),
  Contract.sample(Account.Vmboxes.create, { name: "Desk", mailbox: "100" }),
  Contract.sample(Account.TemporalRules.create, { name: "Weekends" }),
  Contract.sample(Account.Conferences.create, { name: "Weekly" }),
  Contract.sample(Account.SipDevices.create, { name: "Desk", sipUsername: "desk" }),
  Contract.sample(Account.Webhooks.create, { name: "calls", uri: "https://example.com", hook: "channel_create" }),
  Contract.sample(Account.Users.create, {
    first_name: "Ada",
    last_name: "Lovelace",
    password: Redacted.make("s3cret-s3cret")
  })
]

/** The operations on the resources that the samples create. */
const resources = new Set(creations.map(({ operation }) => operation.traits.resource))
const lifecycles = Api.operations().filter(({ traits }) => resources.has(traits.resource))

/** The report of an embedded server, and the operations called on it. */
const recorded = (options: Contract.Options) =>
  Effect.gen(function* () {
    const called = new Set<Operation.Any>()
    const records = { cdrs: [{ id: "cdr_1" }], faxes: [{ id: "fax_1" }] }
    const layer = proxy(
      (operation, response) => {
        called.add(operation)
        return response
      },
      EmbeddedAudian.layer({ quota: false, records })
    )
    const report = yield* Contract.check(layer, options)
    return { report, called: Array.from(called) }
  })

/** One check of every operation, with nothing permitted that writes. Several tests read its report. */
const readOnly = Effect.runSync(Effect.cached(recorded({ samples: creations, unsafe: [] })))

/** Everything but the first call of a read. */
const withoutReads = ["unknown-id", "paging", "response", "interruption", "concurrency"] as const

describe("Contract", () => {
  it.effect("check: the embedded server passes with every operation that reads", () =>
    Effect.gen(function* () {
      const { report } = yield* readOnly
      assert.isTrue(Contract.isKept(report), Contract.format(report))
      const checked = new Set(report.passed.map(({ operation }) => operation))
      const reads = Api.operations().filter((operation) => codecOf(operation).method === "GET")
      assert.deepStrictEqual(
        reads.flatMap(({ name }) => (checked.has(name) ? [] : [name])),
        []
      )
      assert.includeMembers(passed(report, Account.Cdrs.get), ["answer", "unknown-id", "response", "concurrency"])
      assert.includeMembers(passed(report, Account.Faxes.getAttachment), ["answer", "interruption"])
      assert.includeMembers(passed(report, Numbers.search), ["paging", "invalid-input", "error", "secrets"])
    })
  )

  it.effect("verify: the embedded server passes the lifecycle checks", () =>
    Effect.gen(function* () {
      const report = yield* Contract.verify(EmbeddedAudian.layer({ quota: false }), {
        operations: lifecycles,
        samples: creations,
        writes: true,
        unsafe: creations.map(({ operation }) => operation)
      })
      for (const { operation } of creations) assert.include(passed(report, operation), "lifecycle", operation.name)
      assert.includeMembers(passed(report, Voicemail.remove), ["lifecycle", "unknown-id"])
      assert.includeMembers(passed(report, Account.Vmboxes.update), ["lifecycle", "invalid-input", "unknown-id"])
      assert.includeMembers(passed(report, Account.Users.list), ["lifecycle", "paging"])
    })
  )

  it.effect("verify: the embedded server passes on a socket", () =>
    Effect.gen(function* () {
      const report = yield* Contract.verify(served, {
        operations: [Numbers.list, Numbers.search, Numbers.getConfig, Account.Users.list, Account.Vmboxes.get]
      })
      assert.includeMembers(passed(report, Numbers.search), ["answer", "paging", "interruption", "concurrency"])
    })
  )

  it.effect("verify: stubs pass, and only the given operations are called", () =>
    Effect.gen(function* () {
      const report = yield* Contract.verify(stubs, { operations })
      assert.deepStrictEqual(report.skipped, [])
      assert.deepStrictEqual(passed(report, Numbers.list), [
        "answer",
        "response",
        "invalid-input",
        "paging",
        "interruption",
        "concurrency",
        "error",
        "secrets"
      ])
      assert.includeMembers(passed(report, Numbers.getConfig), ["answer", "unknown-id", "concurrency"])
    })
  )

  it.effect("AudianTest.contract: is Contract.check", () =>
    Effect.gen(function* () {
      assert.isTrue(Contract.isKept(yield* AudianTest.contract(stubs, { operations })))
    })
  )

  it.effect("verify: waits in real time for a slow stub", () =>
    Contract.verify(
      proxy((_, response) => Effect.delay(response, "2 millis"), stubs),
      { operations }
    )
  )

  describe("check: reports", () => {
    const fails = (operation: Operation.Any, change: (error: AudianError.AudianError) => unknown) =>
      proxy((called, response) => (called === operation ? Effect.mapError(response, change) : response), stubs)
    const responses = (change: (value: never) => unknown) =>
      proxy((called, response) => (called === Numbers.list ? Effect.map(response, change as never) : response), stubs)
    const notFound = (fields: object) => (error: AudianError.AudianError) =>
      error._tag === "NotFound" ? new AudianError.NotFound({ ...error, ...fields }, { disableChecks: true }) : error
    /** Long enough for a call to be in flight when it is interrupted. */
    const yieldOften = Effect.repeat(Effect.yieldNow, { times: 20 })
    /** Responds to concurrent calls with the response to the last of them. */
    const mixing = (mixes: (called: Operation.Any, input: unknown) => boolean) => {
      let last: unknown
      return proxy(
        (called, response, input, call) =>
          mixes(called, input)
            ? Effect.suspend(() => {
                last = input
                return Effect.flatMap(yieldOften, () => call(last))
              })
            : response,
        stubs
      )
    }

    each(
      [
        {
          title: "another tag instead of NotFound",
          layer: fails(Numbers.getConfig, (error) =>
            error._tag === "NotFound" ? new AudianError.Forbidden({ ...error, status: 403, _tag: "Forbidden" }) : error
          ),
          differs: ["Numbers.getConfig: unknown-id"],
          found: "Forbidden"
        },
        {
          title: "a success instead of NotFound",
          layer: AudianTest.layer(
            list,
            AudianTest.handle(Numbers.getConfig, () => Effect.succeed({ id: "num_1" }))
          ),
          differs: ["Numbers.getConfig: unknown-id"],
          found: "a success"
        },
        {
          title: "a defect instead of NotFound",
          layer: proxy(
            (_, response) =>
              Effect.catchIf(
                response,
                (error) => error._tag === "NotFound",
                () => Effect.die(new Error("no such number"))
              ),
            stubs
          ),
          differs: ["Numbers.getConfig: unknown-id"],
          found: "a defect: no such number"
        },
        {
          title: "a failure that is no AudianError",
          layer: fails(Numbers.getConfig, (error) => (error._tag === "NotFound" ? new Error("404") : error)),
          differs: ["Numbers.getConfig: unknown-id", "Numbers.getConfig: error"],
          found: "Error"
        },
        {
          title: "an error that names another call",
          layer: fails(
            Numbers.getConfig,
            notFound({ operation: "Numbers.list", path: "/v2/numbers", replay: "unsafe" })
          ),
          differs: ["Numbers.getConfig: error", "Numbers.getConfig: error", "Numbers.getConfig: error"],
          found: 'operation "Numbers.list"'
        },
        {
          title: "an error with an outcome that its status excludes",
          layer: fails(Numbers.getConfig, notFound({ outcome: "unknown" })),
          differs: ["Numbers.getConfig: error"],
          found: 'outcome "unknown"'
        },
        {
          title: "an error that its Schema cannot encode",
          layer: fails(Numbers.getConfig, notFound({ attempts: 1.5 })),
          differs: ["Numbers.getConfig: error"],
          found: "attempts"
        },
        {
          title: "a value under a secret name in an error",
          layer: fails(Numbers.getConfig, notFound({ body: { data: { auth_token: "eyJhbGciOi" } } })),
          differs: ["Numbers.getConfig: secrets"],
          found: "a secret in body"
        },
        {
          title: "the key in the text of an error",
          layer: fails(Numbers.getConfig, notFound({ description: "no such number for sk_live_4711" })),
          differs: ["Numbers.getConfig: secrets"],
          found: "a secret in description"
        },
        {
          title: "a field with an undocumented type",
          layer: responses(({ numbers }: Numbers.NumberList) => ({ numbers: [{ ...numbers[0], number: 4155550001 }] })),
          differs: ["Numbers.list: answer"],
          found: "numbers.0.number: "
        },
        {
          title: "an undocumented field",
          layer: responses((page: Numbers.NumberList) => ({ ...page, colour: "green" })),
          differs: ["Numbers.list: answer"],
          found: "colour does not come through"
        },
        {
          title: "pages that start again",
          layer: AudianTest.layer(
            getConfig,
            AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: three.slice(0, 2).map(item), total: 4 }))
          ),
          differs: ["Numbers.list: paging"],
          found: "a page that came before"
        },
        {
          title: "more items than are announced",
          layer: responses((page: Numbers.NumberList) => ({ ...page, total: 1 })),
          differs: ["Numbers.list: paging"],
          found: "3 items"
        },
        {
          title: "invalid input that is sent",
          layer: proxy(
            (called, response) =>
              called === Numbers.list
                ? Effect.catchTag(response, "AudianClientError", () => Effect.succeed({ numbers: [] }))
                : response,
            stubs
          ),
          differs: ["Numbers.list: invalid-input"],
          found: "a success"
        },
        {
          title: "an InvalidRequest that does not name the field",
          layer: fails(Numbers.list, (error) =>
            error._tag === "AudianClientError"
              ? new AudianError.AudianClientError({ ...error, details: [], attempts: 0 })
              : error
          ),
          differs: ["Numbers.list: invalid-input"],
          found: "InvalidRequest without field_of_no_contract"
        },
        {
          title: "a call that cannot be interrupted",
          layer: proxy((_, response) => Effect.uninterruptible(Effect.andThen(yieldOften, response)), stubs),
          differs: ["Numbers.list: interruption", "Numbers.getConfig: interruption"],
          found: "it goes on to its own end"
        },
        {
          title: "a response to another call",
          layer: mixing((called) => called === Numbers.getConfig),
          differs: ["Numbers.getConfig: concurrency"],
          found: "that of another"
        },
        {
          title: "the error of another call",
          layer: mixing(() => true),
          operations: [Numbers.getConfig],
          differs: ["Numbers.getConfig: concurrency", "Numbers.getConfig: error"],
          found: "that of another"
        },
        {
          title: "the resource of another call",
          layer: mixing(
            (called, input) =>
              called === Numbers.getConfig && three.includes((input as { readonly number_id: string }).number_id)
          ),
          differs: ["Numbers.getConfig: concurrency"],
          found: "that of another"
        },
        {
          title: "an interrupted call that does not end",
          hangs: true,
          layer: proxy((_, response) => Effect.onInterrupt(Effect.andThen(yieldOften, response), () => hang), stubs),
          operations: [Numbers.list],
          differs: ["Numbers.list: interruption"],
          found: "it goes on"
        },
        {
          title: "a client without support for withResponse",
          layer: proxy(
            (_, response) => Effect.flatten(Effect.promise((signal) => Effect.runPromiseExit(response, { signal }))),
            stubs
          ),
          differs: ["Numbers.list: response", "Numbers.getConfig: response"],
          found: "none"
        },
        {
          title: "a call without a response",
          hangs: true,
          layer: AudianTest.layer(AudianTest.handle(Numbers.list, () => hang)),
          operations: [Numbers.list],
          differs: ["Numbers.list: answer"],
          found: "none"
        },
        {
          title: "an operation without a stub",
          layer: AudianTest.layer(list),
          operations: [Numbers.search],
          differs: ["Numbers.search: answer"],
          found: "no handler for Numbers.search"
        }
      ],
      ({ title }) => title,
      (row) =>
        Effect.gen(function* () {
          const check = "hangs" in row ? checkHanging : Contract.check
          const report = yield* check(row.layer, {
            operations: "operations" in row ? row.operations : operations,
            secrets: [Redacted.make("sk_live_4711")]
          })
          assert.deepStrictEqual(found(report), [...row.differs], Contract.format(report))
          assert.include(report.differences.map(({ found }) => found).join("\n"), row.found)
          assert.notInclude(Contract.format(report), "sk_live_4711")
        })
    )

    it.effect("a page whose next one starts where it does", () => {
      const users = json(200, { data: [{ id: "a" }], next_start_key: "a" })
      return Effect.gen(function* () {
        const report = yield* Contract.check(
          Layer.provide(Audian.layer({ authToken: "jwt" }), route(() => users).layer),
          {
            operations: [Account.Users.list],
            samples: [Contract.sample(Account.Users.list, { account_id: "acc_1", start_key: "a" })]
          }
        )
        assert.include(found(report), "Account.Users.list: paging", Contract.format(report))
        assert.include(Contract.format(report), "a page that came before")
      })
    })

    it.effect("pages in a circle", () => {
      const users = (sent: Sent) => {
        const key = sent.url.searchParams.get("start_key") === "b" ? "c" : "b"
        return json(200, { data: [{ id: key }], next_start_key: key })
      }
      return Effect.gen(function* () {
        const report = yield* Contract.check(Layer.provide(Audian.layer({ authToken: "jwt" }), route(users).layer), {
          operations: [Account.Users.list],
          samples: [Contract.sample(Account.Users.list, { account_id: "acc_1" })],
          without: ["interruption", "concurrency"]
        })
        assert.deepStrictEqual(
          report.differences.map(({ found }) => found),
          ["a page that came before"]
        )
      })
    })

    it.effect("a call without a response, and interrupts it", () =>
      Effect.gen(function* () {
        const stopped = yield* Deferred.make<void>()
        const list = AudianTest.handle(Numbers.list, () =>
          Effect.onInterrupt(Effect.never, () => Deferred.succeed(stopped, undefined))
        )
        yield* Contract.check(AudianTest.layer(list), { operations: [Numbers.list], deadline: "10 millis" })
        yield* Deferred.await(stopped)
      })
    )

    const box = { operation: Voicemail.create, input: { name: "Support" } }
    const boxes = {
      operations: [Voicemail.create, Voicemail.list, Voicemail.get, Voicemail.update, Voicemail.remove],
      samples: [box],
      writes: true,
      unsafe: [Voicemail.create]
    }
    each(
      [
        {
          title: "a created resource that is not listed",
          change: ((called, response) => (called === Voicemail.list ? Effect.succeed([]) : response)) as Change,
          differs: "Voicemail.list: lifecycle"
        },
        {
          title: "a removed resource that still exists",
          change: ((called, response) => (called === Voicemail.remove ? Effect.succeed(null) : response)) as Change,
          differs: "Voicemail.get: lifecycle"
        },
        {
          title: "a created resource that is read as another",
          change: ((called, response) =>
            called === Voicemail.get
              ? Effect.map(response, (box) => ({ ...(box as object), id: "box_0" }))
              : response) as Change,
          differs: "Voicemail.get: lifecycle"
        },
        {
          title: "a created resource that cannot be updated",
          change: ((called, response) =>
            called === Voicemail.update ? Effect.andThen(response, Effect.die(new Error("no"))) : response) as Change,
          differs: "Voicemail.update: lifecycle"
        }
      ],
      ({ title }) => title,
      ({ change, differs }) =>
        Effect.gen(function* () {
          const report = yield* Contract.check(proxy(change, EmbeddedAudian.layer()), boxes)
          assert.include(found(report), differs, Contract.format(report))
          assert.notInclude(
            report.passed.map(({ check, operation }) => `${operation}: ${check}`),
            differs
          )
        })
    )

    it.effect("a creation and a removal without a response", () =>
      Effect.gen(function* () {
        const hangs = (operation: Operation.Any) =>
          proxy((called, response) => (called === operation ? hang : response), EmbeddedAudian.layer())
        const options = { ...boxes, without: ["invalid-input", "unknown-id"] } as const
        const created = yield* checkHanging(hangs(Voicemail.create), options)
        assert.deepStrictEqual(found(created), ["Voicemail.create: answer"])
        const removed = yield* checkHanging(hangs(Voicemail.remove), options)
        assert.deepStrictEqual(found(removed), ["Voicemail.remove: answer", "Voicemail.remove: lifecycle"])
      })
    )

    it.effect("nothing when interrupted, but removes the created resource", () =>
      Effect.gen(function* () {
        const reached = yield* Deferred.make<void>()
        const embedded = yield* Layer.build(EmbeddedAudian.layer())
        const held: Change = (called, response) =>
          called === Voicemail.update ? Effect.andThen(Deferred.succeed(reached, undefined), Effect.never) : response
        const fiber = yield* Effect.forkChild(
          Contract.check(proxy(held, Layer.succeedContext(embedded)), { ...boxes, without: ["invalid-input"] })
        )
        yield* Deferred.await(reached)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* Effect.provideContext(Voicemail.list(), embedded), [])
      })
    )
  })

  describe("check: calls", () => {
    it.effect("no operation that writes, unless permitted", () =>
      Effect.gen(function* () {
        const { called } = yield* readOnly
        assert.isAbove(called.length, 30)
        assert.isTrue(called.every((operation) => codecOf(operation).method === "GET"))
      })
    )

    it.effect("no unsafe operation, unless permitted by name", () =>
      Effect.gen(function* () {
        const update = Contract.sample(Numbers.updateConfig, { number_id: "num_1", friendly_name: "x" })
        const { called } = yield* recorded({
          operations: [...lifecycles, Numbers.list, Numbers.updateConfig],
          samples: [...creations, update],
          writes: true,
          unsafe: [Voicemail.create],
          without: withoutReads
        })
        assert.include(called, Numbers.updateConfig)
        assert.deepStrictEqual(
          called.filter(({ traits }) => traits.replay === "unsafe"),
          [Voicemail.create]
        )
      })
    )

    it.effect("no operation that writes without a sample or a created resource", () =>
      Effect.gen(function* () {
        const { called } = yield* recorded({ writes: true, unsafe: Api.operations(), without: withoutReads })
        assert.isAbove(called.length, 30)
        assert.isTrue(called.every((operation) => codecOf(operation).method === "GET"))
      })
    )
  })

  describe("verify", () => {
    it.effect("fails with the whole report as its message", () =>
      Effect.gen(function* () {
        const broken = yield* Effect.flip(
          Contract.verify(
            AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.die(new Error("out of order")))),
            {
              operations: [Numbers.list, Numbers.purchase, Numbers.updateConfig]
            }
          )
        )
        assert.strictEqual(
          broken.message,
          [
            "0 checks passed, 1 differ, 2 skipped",
            "Numbers.list: answer",
            "  expected a response that fits the contract",
            "  found    a defect: out of order",
            "skipped answer: it is unsafe, and not permitted by name",
            "  Numbers.purchase",
            "skipped answer: it writes, which is not permitted",
            "  Numbers.updateConfig"
          ].join("\n")
        )
      })
    )

    it.effect("fails if nothing was checked", () =>
      Effect.gen(function* () {
        const broken = yield* Effect.flip(Contract.verify(stubs, { operations: [Numbers.purchase] }))
        assert.deepStrictEqual(broken.report.differences, [])
      })
    )

    it.effect("fails with the error of the layer", () =>
      Effect.gen(function* () {
        const layer = Layer.effect(Audian.Audian, Effect.fail("no key" as const))
        assert.strictEqual(yield* Effect.flip(Contract.verify(layer)), "no key")
      })
    )
  })

  it.effect("check: a rejected key is skipped, not a difference", () =>
    Effect.gen(function* () {
      const refused = route(() => json(401, { error: { code: "invalid_api_key" } })).audian()
      const report = yield* Contract.check(refused, {
        operations: [Account.Users.list, Numbers.list],
        without: ["invalid-input"]
      })
      assert.deepStrictEqual(report.differences, [])
      assert.include(Contract.format(report), "skipped answer: it was answered with Unauthorized")
    })
  )

  it.effect("check: leaves out the checks in `without`", () =>
    Effect.gen(function* () {
      const without = ["unknown-id", "paging", "error"] as const
      const report = yield* Contract.check(EmbeddedAudian.layer({ quota: false }), { operations: lifecycles, without })
      assert.isFalse(report.passed.some(({ check }) => (without as ReadonlyArray<string>).includes(check)))
      assert.isAbove(report.passed.length, 50)
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { TestClock } from "effect/testing"
import { Account, Audian, Calls, Numbers, PhoneNumber, Reconcile } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import { each } from "./support/each.ts"
import { broken, failed, hanging, json, listed, purchased, route, settle } from "./support/http.ts"

const number = PhoneNumber.make("+14155551234")
const port = {
  number: PhoneNumber.make("+14155559999"),
  account_number: "1",
  billing_phone: "+14155550000",
  end_user_name: "A",
  end_user_address: { street: "1 Main St", city: "SF", state: "CA", postal_code: "94105", country: "US" }
}

const purchases = (requests: ReadonlyArray<EmbeddedAudian.Request>) =>
  requests.filter(({ operation }) => operation === "Numbers.purchase").length

describe("Reconcile", () => {
  describe("Reconcile.purchase", () => {
    it.effect("a purchase with a response is Done without a lookup", () =>
      Effect.gen(function* () {
        const verdict = yield* Reconcile.purchase({ number })
        assert.strictEqual(verdict._tag, "Done")
        const { requests } = yield* EmbeddedAudian.EmbeddedAudian
        assert.deepStrictEqual(
          (yield* requests).map(({ operation }) => operation),
          ["Numbers.purchase"]
        )
      }).pipe(Effect.provide(EmbeddedAudian.layer()))
    )

    each(
      [
        { failure: "a reset", fault: Fault.reset },
        { failure: "a 500", fault: Fault.status(500) },
        { failure: "a 502", fault: Fault.status(502) },
        { failure: "a timeout", fault: Fault.hang }
      ],
      ({ failure }) => `an executed purchase that ends in ${failure} is Done, and bought once`,
      ({ fault }) =>
        Effect.gen(function* () {
          const { balance, requests } = yield* EmbeddedAudian.EmbeddedAudian
          const verdict = yield* settle(Reconcile.purchase({ number }))
          assert.strictEqual(verdict._tag === "Done" && verdict.value.number, number)
          assert.strictEqual(purchases(yield* requests), 1)
          assert.strictEqual(yield* balance, 99.01)
        }).pipe(
          Effect.provide(EmbeddedAudian.layer({ faults: [fault.pipe(Fault.on(Numbers.purchase), Fault.executed)] }))
        )
    )

    const lost = EmbeddedAudian.layer({ faults: [Fault.reset.pipe(Fault.on(Numbers.purchase))] })
    const lookups = Effect.flatMap(EmbeddedAudian.EmbeddedAudian, ({ requests }) =>
      Effect.map(requests, (all) =>
        all.filter(({ operation }) => operation === "Numbers.list").map(({ at }) => at.epochMilliseconds)
      )
    )

    it.effect("a purchase that is not listed is Unknown after six lookups, since no bound is stated", () =>
      Effect.gen(function* () {
        const verdict = yield* settle(Reconcile.purchase({ number }))
        assert.strictEqual(verdict._tag, "Unknown")
        assert.strictEqual(verdict._tag === "Unknown" && verdict.error?.outcome, "unknown")
        assert.deepStrictEqual(yield* lookups, [0, 1000, 3000, 7000, 15_000, 31_000])
        const { requests } = yield* EmbeddedAudian.EmbeddedAudian
        assert.strictEqual(purchases(yield* requests), 1)
      }).pipe(Effect.provide(lost))
    )

    each(
      [
        { notDoneAfter: "2 minutes", at: [0, 1000, 3000, 7000, 15_000, 31_000, 120_000] },
        { notDoneAfter: "10 seconds", at: [0, 1000, 3000, 7000, 15_000] },
        { notDoneAfter: 0, at: [0] }
      ] as const,
      ({ notDoneAfter }) => `notDoneAfter: ${notDoneAfter}: NotDone by the first lookup beyond it`,
      ({ at, notDoneAfter }) =>
        Effect.gen(function* () {
          const verdict = yield* settle(Reconcile.purchase({ number }, { notDoneAfter }))
          assert.strictEqual(verdict._tag, "NotDone")
          assert.strictEqual(verdict._tag === "NotDone" && verdict.error?.outcome, "unknown")
          assert.deepStrictEqual(yield* lookups, [...at])
        }).pipe(Effect.provide(lost))
    )

    each(
      [
        { bound: undefined, verdict: "Unknown" },
        { bound: { notDoneAfter: "1 minute" }, verdict: "Done" },
        { bound: { notDoneAfter: "1 hour" }, verdict: "Done" }
      ] as const,
      ({ bound, verdict }) =>
        `a server that executes the purchase 45 s after the timeout: ${verdict} with notDoneAfter ${bound?.notDoneAfter}`,
      ({ bound, verdict }) => {
        const http = route((sent) =>
          sent.method === "POST"
            ? hanging
            : sent.at < 46_000
              ? listed
              : json(200, { success: true, data: { numbers: [{ id: "num_1", number }], total: 1 } })
        )
        return Effect.gen(function* () {
          const found = yield* settle(Reconcile.purchase({ number }, bound), "2 hours")
          assert.strictEqual(found._tag, verdict)
          assert.strictEqual(http.sent.filter(({ method }) => method === "POST").length, 1)
        }).pipe(Effect.provide(http.audian({ timeout: { attempt: "1 second" } })))
      }
    )

    it.effect("look: sentAt is where the bound starts", () => {
      const http = route(() => listed)
      return Effect.gen(function* () {
        yield* TestClock.setTime(100_000)
        const verdict = yield* Reconcile.purchase.look({ number }, { sentAt: 40_000, notDoneAfter: "1 minute" })
        assert.deepStrictEqual(verdict, Reconcile.Verdict.NotDone({ error: undefined }))
        assert.strictEqual(http.sent.length, 1)
        const later = yield* settle(
          Effect.andThen(
            Reconcile.purchase.look({ number }, { sentAt: 99_000, notDoneAfter: "1 minute" }),
            Clock.currentTimeMillis
          )
        )
        assert.strictEqual(later, 159_000)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a failed lookup at the bound is Unknown", () => {
      const http = route((sent) =>
        sent.method === "POST" ? broken("ECONNRESET") : sent.at < 60_000 ? listed : failed(403)
      )
      return Effect.gen(function* () {
        const verdict = yield* settle(Reconcile.purchase({ number }, { notDoneAfter: "1 minute" }))
        assert.strictEqual(verdict._tag, "Unknown")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a bound that cannot work is InvalidOptions, and nothing is sent", () => {
      const http = route(() => purchased)
      return Effect.gen(function* () {
        for (const bound of [{ notDoneAfter: "later" }, { notDoneAfter: -1 }, { notdoneafter: 5 }, 5]) {
          const exit = yield* Effect.exit(Reconcile.purchase({ number }, bound as Reconcile.Bound))
          const defect = exit._tag === "Failure" ? exit.cause.reasons.find(Cause.isDieReason)?.defect : undefined
          assert.instanceOf(defect, Audian.InvalidOptions)
        }
        assert.strictEqual(http.sent.length, 0)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a purchase that is listed later is Done", () => {
      const http = route((sent) =>
        sent.method === "POST"
          ? broken("ECONNRESET")
          : sent.at < 5000
            ? listed
            : json(200, { success: true, data: { numbers: [{ id: "num_1", number }], total: 1 } })
      )
      return Effect.gen(function* () {
        const verdict = yield* settle(Reconcile.purchase({ number }))
        assert.strictEqual(verdict._tag === "Done" && verdict.value.id, "num_1")
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [0, 0, 1000, 3000, 7000]
        )
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("finds a purchase on any page of the list", () => {
      const pages = [0, 1, 2].map((page) =>
        Array.from({ length: 100 }, (_, i) => ({ id: `num_${page}_${i}`, number: `+1415555${1000 + page * 100 + i}` }))
      )
      const http = route((sent) => {
        if (sent.method === "POST") return broken("ECONNRESET")
        const offset = Number(sent.url.searchParams.get("offset") ?? 0)
        return json(200, { success: true, data: { numbers: pages[offset / 100], total: 300 } })
      })
      return Effect.gen(function* () {
        const verdict = yield* settle(Reconcile.purchase({ number: "+14155551299" }))
        assert.strictEqual(verdict._tag === "Done" && verdict.value.id, "num_2_99")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a failed lookup is Unknown", () => {
      const http = route((sent) => (sent.method === "POST" ? broken("ECONNRESET") : failed(403)))
      return Effect.gen(function* () {
        const verdict = yield* settle(Reconcile.purchase({ number }))
        assert.strictEqual(verdict._tag, "Unknown")
        assert.strictEqual(verdict._tag === "Unknown" && verdict.error?._tag, "AudianClientError")
      }).pipe(Effect.provide(http.audian()))
    })

    each(
      [400, 401, 402, 403, 404, 409, 422],
      (status) => `a ${status} fails without a lookup`,
      (status) => {
        const http = route(() => failed(status))
        return Effect.gen(function* () {
          const error = yield* Effect.flip(Reconcile.purchase({ number }))
          assert.strictEqual(error.status, status)
          assert.strictEqual(http.sent.length, 1)
        }).pipe(Effect.provide(http.audian()))
      }
    )

    it.effect("a 409 of a retry is looked up", () =>
      Effect.gen(function* () {
        const { balance, requests } = yield* EmbeddedAudian.EmbeddedAudian
        const verdict = yield* settle(Reconcile.purchase({ number }))
        assert.strictEqual(verdict._tag, "Done")
        assert.strictEqual(purchases(yield* requests), 2)
        assert.strictEqual(yield* balance, 99.01)
      }).pipe(
        Effect.provide(
          // A 503 with the API's own body means that nothing was executed. Here it is wrong.
          EmbeddedAudian.layer({ faults: [Fault.status(503).pipe(Fault.on(Numbers.purchase), Fault.executed)] })
        )
      )
    )

    it.effect("look: reports an earlier purchase without a call", () =>
      Effect.gen(function* () {
        const { requests } = yield* EmbeddedAudian.EmbeddedAudian
        const before = yield* settle(Reconcile.purchase.look({ number }))
        assert.deepStrictEqual(before, Reconcile.Verdict.Unknown({ error: undefined }))
        yield* Numbers.purchase({ number })
        const after = yield* Reconcile.purchase.look({ number })
        assert.strictEqual(after._tag === "Done" && after.value.number, number)
        assert.strictEqual(purchases(yield* requests), 1)
      }).pipe(Effect.provide(EmbeddedAudian.layer()))
    )
  })

  describe("Reconcile.createPort", () => {
    const api = (found: ReturnType<typeof json>) =>
      route(({ method, url }) =>
        url.pathname === "/v2/api_auth"
          ? json(201, { auth_token: "token", data: { account_id: "acc" } })
          : method === "POST"
            ? broken("ECONNRESET")
            : found
      )

    it.effect("a port whose number is in the account is Done", () => {
      const http = api(json(200, { data: { id: port.number, state: "port_in" } }))
      return Effect.gen(function* () {
        const verdict = yield* settle(Reconcile.createPort(port))
        assert.strictEqual(verdict._tag, "Done")
        assert.strictEqual(http.sent.filter(({ method }) => method === "POST").length, 1)
      }).pipe(Effect.provide(http.audian()))
    })

    each(
      [
        { state: "missing", found: failed(404) },
        { state: "in another account", found: json(200, { data: { id: port.number, state: "available" } }) }
      ],
      ({ state }) => `a port whose number is ${state} is Unknown`,
      ({ found }) =>
        Effect.gen(function* () {
          const verdict = yield* settle(Reconcile.createPort(port, { notDoneAfter: "1 minute" }))
          assert.strictEqual(verdict._tag, "Unknown")
        }).pipe(Effect.provide(api(found).audian()))
    )
  })

  describe("Reconcile.make", () => {
    it.effect("accepts any operation, lookup and schedule", () => {
      let looks = 0
      const call = Reconcile.make(Calls.create, {
        look: ({ to }) => Effect.sync(() => (++looks < 3 ? Option.none() : Option.some(`found ${to}`))),
        schedule: Schedule.recurs(2)
      })
      const http = route(() => broken("ECONNRESET"))
      return Effect.gen(function* () {
        const verdict = yield* call({ from: "+14155551234", to: "+14155551235" })
        assert.deepStrictEqual(verdict, Reconcile.Verdict.Done({ value: "found +14155551235" }))
        assert.strictEqual(looks, 3)
        assert.strictEqual(http.sent.length, 1)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("absence: is Unknown by default", () => {
      const call = Reconcile.make(Account.Users.create, {
        look: () => Effect.succeedNone,
        schedule: Schedule.recurs(1)
      })
      const token = json(201, { auth_token: "token", data: { account_id: "acc" } })
      return Effect.gen(function* () {
        const verdict = yield* call({ account_id: "acc", first_name: "A", last_name: "B" })
        assert.strictEqual(verdict._tag, "Unknown")
      }).pipe(
        Effect.provide(route(({ url }) => (url.pathname === "/v2/api_auth" ? token : broken("ECONNRESET"))).audian())
      )
    })
  })

  it("Verdict.$match: covers every verdict", () => {
    const describeVerdict = (verdict: Reconcile.Verdict<string>) =>
      Reconcile.Verdict.$match(verdict, {
        Done: ({ value }) => value,
        NotDone: () => "not done",
        Unknown: () => "unknown"
      })
    assert.strictEqual(describeVerdict(Reconcile.Verdict.Done({ value: "done" })), "done")
    assert.strictEqual(describeVerdict(Reconcile.Verdict.NotDone({ error: undefined })), "not done")
  })

  it.effect("purchase: a response of a stub is Done", () =>
    Effect.gen(function* () {
      const verdict = yield* Reconcile.purchase({ number })
      assert.strictEqual(verdict._tag, "Done")
    }).pipe(Effect.provide(route(() => purchased).audian()))
  )
})

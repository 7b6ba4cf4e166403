import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { Account, Calls, Numbers, PhoneNumber, Reconcile } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import { each } from "./support/each.ts"
import { broken, failed, json, listed, purchased, route, settle } from "./support/http.ts"

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

    it.effect("a purchase that was not executed is NotDone after six lookups in half a minute", () =>
      Effect.gen(function* () {
        const { requests } = yield* EmbeddedAudian.EmbeddedAudian
        const verdict = yield* settle(Reconcile.purchase({ number }))
        assert.strictEqual(verdict._tag, "NotDone")
        assert.strictEqual(verdict._tag === "NotDone" && verdict.error?.outcome, "unknown")
        const looks = (yield* requests).filter(({ operation }) => operation === "Numbers.list")
        assert.deepStrictEqual(
          looks.map(({ at }) => at.epochMilliseconds),
          [0, 1000, 3000, 7000, 15_000, 31_000]
        )
        assert.strictEqual(purchases(yield* requests), 1)
      }).pipe(Effect.provide(EmbeddedAudian.layer({ faults: [Fault.reset.pipe(Fault.on(Numbers.purchase))] })))
    )

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
        assert.deepStrictEqual(before, Reconcile.Verdict.NotDone({ error: undefined }))
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
          const verdict = yield* settle(Reconcile.createPort(port))
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

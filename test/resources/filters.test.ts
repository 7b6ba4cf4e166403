/**
 * The engine's filters: how they are sent, that they stay from page to page, and how the embedded server applies them.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Account, Api, type Operation } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { json, route } from "../support/http.ts"

const { Devices } = Account

/** The lists that the engine pages. */
const lists = Api.operations().filter(
  ({ endpoint, traits }) =>
    traits.family === "account" &&
    traits.envelope !== "bare" &&
    JSON.stringify(endpoint.query?.ast ?? {}).includes("start_key")
)

describe("a filter", () => {
  for (const operation of lists) {
    it.effect(`is sent by ${operation.name}, and stays from page to page`, () => {
      const http = route((_, nth) =>
        json(200, {
          data: operation.name === "Account.PhoneNumbers.list" ? {} : [],
          ...(nth === 0 && { next_start_key: "k2" }),
          status: "success"
        })
      )
      return Effect.gen(function* () {
        const list = operation as Operation.Operation<object, unknown> & {
          readonly pages?: (input: object) => Stream.Stream<unknown, unknown, never>
        }
        const input = {
          ...Object.fromEntries(Array.from(operation.endpoint.path.matchAll(/:(\w+)/g), ([, name]) => [name, "id_1"])),
          filter_owner_id: "user_abc123",
          "filter_not_sip.method": "ip",
          filter_any_name: ["a", "b"],
          filter_enabled: true,
          has_key: "name"
        }
        const paged = list.pages
        if (paged === undefined) yield* list(input)
        else yield* Stream.runDrain(paged(input))
        assert.strictEqual(http.sent.length, paged === undefined ? 1 : 2)
        for (const [nth, { url }] of http.sent.entries()) {
          const { start_key, created_from: _, created_to: __, ...query } = Object.fromEntries(url.searchParams)
          assert.strictEqual(start_key, nth === 0 ? undefined : "k2")
          assert.deepStrictEqual(query, {
            filter_owner_id: "user_abc123",
            "filter_not_sip.method": "ip",
            filter_any_name: '["a","b"]',
            filter_enabled: "true",
            has_key: "name"
          })
        }
      }).pipe(Effect.provide(http.account()))
    })
  }

  it("is taken by every list of the engine", () => {
    assert.isAbove(lists.length, 15)
    for (const name of [
      "Account.Devices.list",
      "Account.Cdrs.list",
      "Account.PhoneNumbers.list",
      "Account.Pivots.list"
    ]) {
      assert.isTrue(
        lists.some((operation) => operation.name === name),
        name
      )
    }
  })

  it.effect("with a slip in its name is refused", () => {
    const http = route(() => json(200, { data: [] }))
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Devices.list({ fliter_owner_id: "x" } as unknown as Account.Devices.ListInput))
      assert.deepStrictEqual(
        error.details.map(({ field }) => field),
        ["fliter_owner_id"]
      )
      assert.deepStrictEqual(http.sent, [])
    }).pipe(Effect.provide(http.account()))
  })
})

describe("EmbeddedAudian: filters", () => {
  const names = (input: Operation.InputOf<typeof Devices.list>) =>
    Effect.map(Stream.runCollect(Devices.list.items(input)), (found) => found.map(({ name = "" }) => name))

  const seeded = Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2024, 0, 1))
    yield* Devices.create({ name: "a", device_type: "softphone", owner_id: "jane", flags: ["x", "y"] })
    yield* TestClock.adjust("1 hour")
    yield* Devices.create({ name: "b", device_type: "sip_device", owner_id: "jane", sip: { method: "ip" } })
    yield* TestClock.adjust("1 hour")
    yield* Devices.create({ name: "c", device_type: "softphone", enabled: false, flags: ["y"] })
  })

  // 2024-01-01T00:00:00Z in seconds since the year 0.
  const midnight = 63_871_286_400

  const expected: ReadonlyArray<readonly [Operation.InputOf<typeof Devices.list>, ReadonlyArray<string>]> = [
    [{ filter_device_type: "softphone" }, ["a", "c"]],
    [{ filter_device_type: "softphone", filter_owner_id: "jane" }, ["a"]],
    [{ filter_name: ["a", "b"] }, ["a", "b"]],
    [{ filter_not_owner_id: "jane" }, ["c"]],
    [{ filter_enabled: false }, ["c"]],
    [{ "filter_sip.method": "ip" }, ["b"]],
    [{ filter_any_name: ["b", "c"] }, ["b", "c"]],
    [{ filter_none_name: ["b", "c"] }, ["a"]],
    [{ filter_array_intersect_all_flags: ["x", "y"] }, ["a"]],
    [{ filter_array_intersect_any_flags: ["x", "y"] }, ["a", "c"]],
    [{ filter_array_intersect_none_flags: ["x"] }, ["b", "c"]],
    [{ has_key: "owner_id" }, ["a", "b"]],
    [{ key_missing: "owner_id" }, ["c"]],
    [{ has_value: "flags" }, ["a", "c"]],
    [{ value_missing: "flags" }, ["b"]],
    [{ created_from: midnight + 3600 }, ["b", "c"]],
    [{ created_to: midnight + 3600 }, ["a", "b"]],
    [{ modified_from: midnight + 7200 }, ["c"]],
    [{ modified_to: midnight }, ["a"]]
  ]

  for (const [input, found] of expected) {
    it.effect(`list: ${JSON.stringify(input)} finds ${found.join(", ")}`, () =>
      Effect.gen(function* () {
        yield* seeded
        assert.deepStrictEqual(yield* names(input), [...found])
        assert.deepStrictEqual(yield* names({ ...input, page_size: 1 }), [...found])
      }).pipe(Effect.provide(EmbeddedAudian.layer()))
    )
  }

  it.effect("list: filters numbers, users and accounts too", () =>
    Effect.gen(function* () {
      yield* Account.PhoneNumbers.purchase({ number: "+14155550100", accept_charges: true, carrier_name: "local" })
      yield* Account.PhoneNumbers.purchase({ number: "+14155550101", accept_charges: true })
      const numbers = yield* Account.PhoneNumbers.list({ filter_carrier_name: "local" })
      assert.deepStrictEqual<ReadonlyArray<string>>(
        numbers.map(({ number }) => number),
        ["+14155550100"]
      )
      yield* Account.Users.create({ first_name: "Jane", last_name: "Doe", priv_level: "admin" })
      yield* Account.Users.create({ first_name: "John", last_name: "Doe" })
      const admins = yield* Account.Users.list({ filter_priv_level: "admin" })
      assert.deepStrictEqual(
        admins.map(({ first_name }) => first_name),
        ["Jane"]
      )
      yield* Account.Accounts.createSubAccount({ name: "West", org: "acme" })
      yield* Account.Accounts.createSubAccount({ name: "East" })
      const accounts = yield* Account.Accounts.listSubAccounts({ filter_org: "acme" })
      assert.deepStrictEqual(
        accounts.map(({ name }) => name),
        ["West"]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Account, Retry } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { idOf, refusal } from "../../../support/embedded.ts"

const { Accounts, Devices, Users, Webhooks } = Account

const person = { first_name: "Jane", last_name: "Doe", username: "jane" }

const sub = (name: string, fields: { readonly account_id?: string; readonly realm?: string } = {}) =>
  Effect.map(Accounts.createSubAccount({ name, ...fields }), ({ id = "" }) => id)

describe("EmbeddedAudian: Account.Accounts", () => {
  it.effect("get, update and patch: work on the key's own account", () =>
    Effect.gen(function* () {
      const own = yield* Accounts.get()
      assert.deepInclude(own, { id: "account_1", name: "Embedded" })
      assert.strictEqual<unknown>(own.created, "1970-01-01T00:00:00.000Z")
      const patched = yield* Accounts.patch({
        displayName: "Acme",
        topup: { amount: 5 },
        call_waiting: { enabled: true }
      })
      assert.deepInclude(patched, { name: "Embedded", realm: own.realm, displayName: "Acme" })
      assert.deepStrictEqual((yield* Accounts.patch({ topup: { threshold: 1 } })).topup, { amount: 5, threshold: 1 })
      const replaced = yield* Accounts.update({ name: "Acme" })
      assert.deepInclude(replaced, { id: "account_1", name: "Acme", enabled: true })
      assert.notProperty(replaced, "topup")
      assert.deepStrictEqual(yield* Accounts.get(), replaced)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ accountId: "account_1" })))
  )

  it.effect("each account has its own documents and unique usernames", () =>
    Effect.gen(function* () {
      const west = yield* sub("West")
      const here = yield* Users.create(person)
      const there = yield* Users.create({ ...person, account_id: west })
      assert.notStrictEqual(here.id, there.id)
      assert.deepStrictEqual(
        (yield* Users.list({ account_id: west })).map(({ id }) => id),
        [there.id]
      )
      const across = Users.patch({ account_id: west, user_id: here.id!, enabled: false })
      assert.deepStrictEqual(yield* refusal(across), ["NotFound", "bad_identifier"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("an unknown account is 401 in every operation", () =>
    Effect.gen(function* () {
      const unknown = { account_id: "nobody" }
      const expected = ["Unauthorized", "invalid_credentials"]
      assert.deepStrictEqual(yield* refusal(Accounts.get(unknown)), expected)
      assert.deepStrictEqual(yield* refusal(Users.list(unknown)), expected)
      assert.deepStrictEqual(yield* refusal(Webhooks.remove({ ...unknown, webhook_id: "1" })), expected)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("an account outside the key's own tree is 403", () =>
    Effect.gen(function* () {
      const west = yield* sub("West")
      const north = yield* sub("North", { account_id: west })
      yield* Users.list({ account_id: north })
      assert.deepInclude(yield* Accounts.removeParent({ account_id: west }), { id: west })
      for (const account_id of [west, north]) {
        assert.deepStrictEqual(yield* refusal(Users.list({ account_id })), ["Forbidden", "forbidden"])
      }
      assert.deepStrictEqual(yield* Accounts.listSubAccounts(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("setParent: moves an account, but not below itself or outside the tree", () =>
    Effect.gen(function* () {
      const west = yield* sub("West")
      const north = yield* sub("North")
      yield* Accounts.setParent({ account_id: north, parentId: west })
      const below = (id: string) =>
        Effect.map(Accounts.listSubAccounts({ account_id: id }), (all) => all.map(({ id }) => id))
      assert.deepStrictEqual(yield* below(west), [north])
      const move = (account_id: string, fields: { readonly parentId?: string }) =>
        refusal(Accounts.setParent({ account_id, ...fields } as { readonly account_id: string }))
      assert.deepStrictEqual(yield* move(west, { parentId: north }), ["BadRequest", "validation_error", "parentId"])
      assert.deepStrictEqual(yield* move(west, {}), ["BadRequest", "validation_error", "parentId"])
      assert.deepStrictEqual(yield* move(west, { parentId: "nobody" }), ["NotFound", "bad_identifier"])
      const { accountId } = yield* EmbeddedAudian.EmbeddedAudian
      assert.deepStrictEqual(yield* move(accountId, { parentId: west }), ["BadRequest", "validation_error", "parentId"])
      assert.deepStrictEqual(yield* refusal(Accounts.removeParent()), ["Forbidden", "forbidden"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create, createSubAccount and createChild: require a name and a unique realm", () =>
    Effect.gen(function* () {
      const first = idOf(yield* Accounts.create({ name: "first", email: "a@example.com", plan: "starter" }))
      const second = idOf(yield* Accounts.createChild({ name: "second" }))
      const third = yield* sub("third", { realm: "third.example.com" })
      const listed = yield* Accounts.listSubAccounts()
      assert.deepStrictEqual(
        listed.map(({ id, name }) => [id, name]),
        [
          [first, "first"],
          [second, "second"],
          [third, "third"]
        ]
      )
      assert.strictEqual(new Set(listed.map(({ realm }) => realm)).size, 3)
      const taken = ["BadRequest", "validation_error", "realm"]
      assert.deepStrictEqual(yield* refusal(sub("fourth", { realm: "third.example.com" })), taken)
      assert.deepStrictEqual(yield* refusal(Accounts.patch({ realm: "third.example.com" })), taken)
      yield* Accounts.patch({ account_id: third, realm: "third.example.com" })
      assert.deepStrictEqual(yield* refusal(Accounts.createChild({})), ["BadRequest", "validation_error", "name"])
      const plans = yield* Account.Billing.listServicePlans({ account_id: first })
      assert.deepStrictEqual(plans, [{ id: "starter" }])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("listChildren pages by offset and filters by status; listSubAccounts pages by key", () =>
    Effect.gen(function* () {
      const ids = yield* Effect.forEach(["a", "b", "c", "d"], (name) => sub(name))
      yield* sub("deep", { account_id: ids[1]! })
      yield* Users.create({ ...person, account_id: ids[1]! })
      yield* Devices.create({ name: "Phone", account_id: ids[1]! })
      yield* Devices.create({ name: "Fax", account_id: ids[1]! })
      yield* Accounts.patch({ account_id: ids[2]!, status: "suspended" })
      yield* Accounts.patch({ account_id: ids[3]!, enabled: false })
      const page = yield* Accounts.listChildren({ limit: 2, offset: 1 })
      assert.deepStrictEqual(page.pagination, { limit: 2, offset: 1, total: 4 })
      assert.deepInclude(page.data[0], {
        id: ids[1],
        status: "active",
        userCount: 1,
        deviceCount: 2,
        descendants_count: 1
      })
      assert.strictEqual(page.data[1]?.id, ids[2])
      const suspended = yield* Accounts.listChildren({ status: "suspended" })
      assert.deepStrictEqual(
        suspended.data.map(({ id }) => id),
        ids.slice(2)
      )
      for (const items of [
        Accounts.listChildren.items({ limit: 3 }),
        Accounts.listSubAccounts.items({ page_size: 3 })
      ]) {
        const found = yield* Stream.runCollect(Stream.map(items, ({ id }) => id))
        assert.deepStrictEqual(found, ids)
      }
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("remove: needs `force` for an account with children; a removed account is 401", () =>
    Effect.gen(function* () {
      const west = yield* sub("West")
      const north = yield* sub("North", { account_id: west })
      const busy = yield* Accounts.remove({ account_id: west }).pipe(Retry.withPolicy(Retry.none), Effect.flip)
      assert.strictEqual(busy._tag, "InternalServerError")
      assert.strictEqual(busy.code, "account_has_descendants")
      assert.deepInclude(yield* Accounts.remove({ account_id: west, force: true }), { id: west, name: "West" })
      for (const account_id of [west, north]) {
        assert.deepStrictEqual(yield* refusal(Accounts.get({ account_id })), ["Unauthorized", "invalid_credentials"])
      }
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

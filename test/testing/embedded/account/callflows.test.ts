import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal } from "../../../support/embedded.ts"

const { Callflows, Search } = Account

const flow: Account.Callflows.Flow = {
  module: "menu",
  data: { id: "menu_1" },
  children: {
    "1": { module: "user", data: { id: "user_1" }, children: { _: { module: "voicemail", data: {} } } },
    "2": { module: "user", data: { id: "user_2" } }
  }
}

describe("EmbeddedAudian: Account.Callflows", () => {
  it.effect("list: has the modules of a flow instead of the flow", () =>
    Effect.gen(function* () {
      const created = yield* Callflows.create({ name: "Main", numbers: ["1001"], flow })
      assert.deepInclude(created, { name: "Main", numbers: ["1001"], patterns: [] })
      assert.deepStrictEqual(created.flow, flow)
      assert.deepStrictEqual(yield* Callflows.get({ callflow_id: created.id! }), created)
      const [listed] = yield* Callflows.list()
      assert.deepInclude(listed, { id: created.id, featurecode: false, numbers: ["1001"], flags: [] })
      assert.deepStrictEqual(listed?.modules, ["menu", "user", "voicemail"])
      assert.notProperty(listed, "flow")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("update replaces, remove removes; a removed callflow is 404", () =>
    Effect.gen(function* () {
      const { id = "" } = yield* Callflows.create({ name: "Main", numbers: ["1001"], flow })
      const replaced = yield* Callflows.update({ callflow_id: id, flow: { module: "hangup" } })
      assert.notProperty(replaced, "name")
      assert.deepInclude(replaced, { id, numbers: [] })
      assert.deepInclude(yield* Callflows.remove({ callflow_id: id }), { id })
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(Callflows.get({ callflow_id: id })), gone)
      assert.deepStrictEqual(yield* refusal(Callflows.update({ callflow_id: id, flow })), gone)
      assert.deepStrictEqual(yield* refusal(Callflows.remove({ callflow_id: id })), gone)
      assert.deepStrictEqual(yield* Callflows.list(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: a number of another callflow of the account is 400", () =>
    Effect.gen(function* () {
      const taken = ["BadRequest", "validation_error", "numbers"]
      const { id = "" } = yield* Callflows.create({ numbers: ["1001", "1002"], flow })
      const other = yield* Callflows.create({ numbers: ["1003"], flow })
      assert.deepStrictEqual(yield* refusal(Callflows.create({ numbers: ["1000", "1002"], flow })), taken)
      const moved = Callflows.update({ callflow_id: other.id!, numbers: ["1001"], flow })
      assert.deepStrictEqual(yield* refusal(moved), taken)
      yield* Callflows.update({ callflow_id: id, numbers: ["1002"], flow })
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      yield* Callflows.create({ account_id: west.id, numbers: ["1002"], flow })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages", () =>
    Effect.gen(function* () {
      for (const name of ["a", "b", "c", "d", "e"]) yield* Callflows.create({ name, flow })
      const names = yield* Stream.runCollect(Stream.map(Callflows.list.items({ page_size: 2 }), ({ name }) => name))
      assert.deepStrictEqual(names, ["a", "b", "c", "d", "e"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("EmbeddedAudian: Account.Search", () => {
  it.effect("search: finds callflows by number, or by name and number", () =>
    Effect.gen(function* () {
      const main = yield* Callflows.create({ name: "Main Menu", numbers: ["+14155551234"], flow })
      const sales = yield* Callflows.create({ name: "Sales 415", numbers: ["+12125550100"], flow })
      const find = (q: string, v: string) =>
        Effect.map(Search.search({ t: "callflow", q, v }), (found) =>
          (found as ReadonlyArray<{ readonly id: string }>).map(({ id }) => id)
        )
      assert.deepStrictEqual(yield* find("number", "415"), [main.id])
      assert.deepStrictEqual(yield* find("name_and_number", "415"), [main.id, sales.id])
      assert.deepStrictEqual(yield* find("name_and_number", "main"), [main.id])
      assert.deepStrictEqual(yield* find("number", "main"), [])
      const users = Search.search({ t: "user", q: "name", v: "x" })
      assert.deepStrictEqual(yield* refusal(users), ["BadRequest", "validation_error", "t"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

/**
 * The callflows of an account, and the search for them.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Callflows from "../../../account/Callflows.ts"
import * as Search from "../../../account/Search.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as StoredDocuments from "./storedDocuments.ts"

const stringsOf = (u: Schema.Json | undefined): ReadonlyArray<string> =>
  Array.isArray(u) ? u.filter((item) => typeof item === "string") : []

/** The modules of a flow without duplicates, in the order of their first use. */
const modulesOf = (flow: Schema.Json | undefined): ReadonlyArray<string> => {
  if (!Envelope.isDocument(flow)) return []
  const further = Envelope.isDocument(flow.children) ? Object.values(flow.children).flatMap(modulesOf) : []
  return Array.from(new Set([...(typeof flow.module === "string" ? [flow.module] : []), ...further]))
}

const summary = (data: Envelope.Document): Envelope.Document => ({
  ...StoredDocuments.pick(data, "name", "type", "numbers", "patterns", "owner_id", "group_id"),
  featurecode: data.featurecode ?? false,
  flags: data.flags ?? [],
  modules: modulesOf(data.flow)
})

const kind: StoredDocuments.Kind = {
  name: "callflows",
  id: "callflow_id",
  defaults: { numbers: [], patterns: [] },
  summary,
  // A number belongs to one callflow.
  check: (account, data, id) => {
    const duplicate = stringsOf(data.numbers).find((number) => {
      const owner = findByNumber(account, number)
      return owner !== undefined && owner.id !== id
    })
    return duplicate === undefined
      ? Effect.void
      : Envelope.invalid("numbers", "unique", `Another callflow has the number ${duplicate}`, duplicate)
  }
}

/** The callflow with a number. */
export const findByNumber = (account: Accounts.Account, number: string): Accounts.Stored | undefined =>
  account
    .store("callflows")
    .all()
    .find(({ data }) => stringsOf(data.numbers).includes(number))

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => [
  ...StoredDocuments.crud(accounts, kind, Callflows),

  Accounts.handle(accounts, Search.search, ({ account, input: { q, t, v } }) => {
    if (t !== "callflow") return Envelope.invalid("t", "enum", "Value not found in enumerated list of values", t)
    const text = v.toLowerCase()
    const found = account
      .store(kind.name)
      .all()
      .filter(
        ({ data }) =>
          stringsOf(data.numbers).some((number) => number.includes(text)) ||
          (q === "name_and_number" &&
            String(data.name ?? "")
              .toLowerCase()
              .includes(text))
      )
    return Envelope.reply(found.map(({ data, id }) => ({ id, ...summary(data) })))
  })
]

/**
 * The engine's filters of lists: `filter_KEY`, `filter_not_KEY`, `has_key` and the others, all of which must match.
 *
 * @internal
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as Paging from "./paging.ts"

/** The query of a list: every value is a text, a number or a boolean, as the routes have decoded it. */
export type Query = Readonly<Record<string, unknown>>

/** True when a document passes all filters of a query. */
export const matches = (
  query: Query,
  { created, data, id, modified }: Pick<Accounts.Stored, "created" | "data" | "id" | "modified">
): boolean => {
  const document: Envelope.Document = { ...data, id }
  return Object.entries(query).every(([name, value]) => {
    if (value === undefined) return true
    const read = (prefix: string) => at(document, name.slice(prefix.length))
    switch (name) {
      case "has_key":
        return at(document, String(value)) !== undefined
      case "key_missing":
        return at(document, String(value)) === undefined
      case "has_value":
        return !isEmpty(at(document, String(value)))
      case "value_missing":
        return isEmpty(at(document, String(value)))
      case "created_from":
        return secondOf(created) >= Paging.unixOf(Number(value))
      case "created_to":
        return secondOf(created) <= Paging.unixOf(Number(value))
      case "modified_from":
        return secondOf(modified) >= Paging.unixOf(Number(value))
      case "modified_to":
        return secondOf(modified) <= Paging.unixOf(Number(value))
    }
    if (name.startsWith("filter_array_intersect_")) {
      const [, how, key] = /^filter_array_intersect_(all|any|none)_(.+)$/.exec(name) ?? []
      if (how === undefined || key === undefined) return false
      const found = at(document, key)
      const items = new Set(Array.isArray(found) ? found.map(String) : [])
      const wanted = listOf(value)
      if (how === "all") return wanted.every((item) => items.has(item))
      return wanted.some((item) => items.has(item)) === (how === "any")
    }
    if (name.startsWith("filter_any_")) return listOf(value).includes(textOf(read("filter_any_")) ?? "")
    if (name.startsWith("filter_none_")) return !listOf(value).includes(textOf(read("filter_none_")) ?? "")
    if (name.startsWith("filter_not_")) return !isOneOf(read("filter_not_"), value)
    return name.startsWith("filter_") ? isOneOf(read("filter_"), value) : true
  })
}

const secondOf = (millis: number): number => Math.floor(millis / 1000)

/** The value at a path of names joined by dots. */
const at = (document: Envelope.Document, path: string): Schema.Json | undefined => {
  let value: Schema.Json | undefined = document
  for (const key of path.split(".")) value = Envelope.isDocument(value) ? value[key] : undefined
  return value
}

const isEmpty = (value: Schema.Json | undefined): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)

/** A value as filters compare it. */
const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null || typeof value === "object" ? undefined : String(value)

const isOneOf = (found: Schema.Json | undefined, value: unknown): boolean => {
  const text = textOf(found)
  return text !== undefined && listOf(value).includes(text)
}

const decodeList = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Array(Schema.Json)))

/** The values of a filter: a list is JSON. */
const listOf = (value: unknown): ReadonlyArray<string> => {
  const list = decodeList(value)
  return Result.isSuccess(list) ? list.success.map(String) : [String(value)]
}

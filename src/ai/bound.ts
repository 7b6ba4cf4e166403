/**
 * Results of a bounded size.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"

interface Bounded {
  readonly result: Schema.Json
  /** Description of the part that was left out; `undefined` when nothing was. */
  readonly omitted: string | undefined
  /** The number of items that are left of a list. */
  readonly kept: number | undefined
}

/** A value as JSON, with a bound on its characters. Secrets write themselves as redacted. */
export const of = (value: unknown, most: number): Bounded => {
  const result = JSON.parse(JSON.stringify(value === undefined ? null : value)) as Schema.Json
  if (size(result) <= most) return { result, omitted: undefined, kept: undefined }
  if (Array.isArray(result)) {
    const kept = countWithin(result, most)
    if (kept > 0) {
      return { result: result.slice(0, kept), omitted: `${kept} of ${result.length} items are shown.`, kept }
    }
  }
  // Long texts, lists and objects within it are cut, more and more, until it fits.
  for (const limit of [100, 20, 5, 1, 0]) {
    const cut = shorten(result, limit, limit * 50)
    if (size(cut) <= most) {
      return { result: cut, omitted: "Long texts and lists within the result were cut.", kept: undefined }
    }
  }
  return { result: null, omitted: "The result is too large.", kept: undefined }
}

const size = (json: Schema.Json): number => JSON.stringify(json).length

const countWithin = (items: ReadonlyArray<Schema.Json>, most: number): number => {
  let used = 2
  let count = 0
  for (const item of items) {
    used += size(item) + 1
    if (used > most) break
    count++
  }
  return count
}

const shorten = (json: Schema.Json, items: number, characters: number): Schema.Json => {
  if (typeof json === "string") {
    return json.length <= characters + 20 ? json : `${json.slice(0, characters)}… (${json.length} characters)`
  }
  if (Array.isArray(json)) {
    const kept = json.slice(0, items).map((item) => shorten(item, items, characters))
    return json.length <= items ? kept : [...kept, `… (${json.length} items)`]
  }
  if (!Predicate.isObject(json)) return json
  const entries = Object.entries(json as Schema.JsonObject)
  const most = Math.max(items, 1) * 5
  const kept = entries.slice(0, most).map(([key, inner]) => [key, shorten(inner, items, characters)] as const)
  return Object.fromEntries(entries.length <= most ? kept : [...kept, ["…", `(${entries.length} fields)`]])
}

/**
 * The codec of an operation with fields of the caller's own.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Issue } from "../../AudianError.ts"
import { issuesOf } from "../error/issues.ts"
import { asCodec } from "../schema/asCodec.ts"
import * as ExtraFields from "../schema/extraFields.ts"
import * as Nulls from "../schema/nulls.ts"
import { define } from "../schema/omitUndefinedDeep.ts"
import type { Traits } from "../service.ts"
import type { Codec } from "./codec.ts"

type Fields = Record<string, unknown>
type Issues = ReadonlyArray<Issue>

/**
 * Adds fields to both sides of a codec. They are part of the document: of each item when the result is a list or
 * `itemsOf` finds one in it, else of the result itself.
 */
export const extend = (
  codec: Codec,
  { envelope }: Traits,
  fields: Schema.Struct.Fields,
  itemsOf: ((value: never) => ReadonlyArray<unknown> | undefined) | undefined
): Codec => {
  const partial = asCodec<Fields, Fields>(
    Schema.Struct(fields).mapFields((fields) =>
      Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, Schema.optional(field)]))
    )
  )
  const full = asCodec<Fields, Fields>(Schema.Struct(fields))
  const names = Object.keys(fields)
  const encodeFields = Schema.encodeUnknownResult(partial, { errors: "all" })
  const decodeFields = Schema.decodeUnknownResult(full, { errors: "all" })

  // The fields that they do not name, in objects of theirs.
  const keepExtra = ExtraFields.keep(full.ast)
  const sendExtra = ExtraFields.send(partial.ast, ExtraFields.toJson, false)

  const takesNull = (name: string): boolean =>
    Result.isSuccess(
      Schema.decodeResult(asCodec<Fields, Fields>(Schema.Struct({ field: fields[name]! })))({ field: null })
    )

  // A field that came as null is read as absent where its schema takes none.
  const decodeDocument = (document: unknown, issues: Array<Issue>, path: string): void => {
    if (!Predicate.isObject(document)) return
    const target = document as Fields
    const given = reveal(pick(target, names)) as Fields
    let decoded = decodeFields(given)
    if (Result.isFailure(decoded)) {
      const nulls = names.filter((name) => given[name] === null && !takesNull(name))
      decoded = decodeFields(Object.fromEntries(Object.entries(given).filter(([name]) => !nulls.includes(name))))
      for (const name of nulls) {
        target[name] = undefined
        Nulls.note(target, name)
      }
    }
    if (Result.isSuccess(decoded)) {
      keepExtra(given, decoded.success)
      const nulls = new Set([...(Nulls.of(target) ?? []), ...(Nulls.of(decoded.success) ?? [])])
      Object.assign(target, decoded.success)
      if (nulls.size > 0) Nulls.set(target, [...nulls])
    } else issues.push(...issuesOf(decoded.failure.issue).map((issue) => ({ ...issue, field: path + issue.field })))
  }
  const decodeValue = (value: unknown): Issues => {
    const issues: Array<Issue> = []
    // The list of the operation's own result, which its codec has just decoded.
    const items = itemsOf === undefined ? value : itemsOf(value as never)
    if (Array.isArray(items)) {
      for (const [index, item] of items.entries()) decodeDocument(item, issues, `${index}.`)
    } else decodeDocument(value, issues, "")
    return issues
  }
  return {
    ...codec,
    encode: (input, defaults) => {
      if (!Predicate.isObject(input)) return codec.encode(input, defaults)
      const own = pick(input as Fields, names)
      const encoded = encodeFields(own)
      if (Result.isFailure(encoded)) return Result.fail(issuesOf(encoded.failure.issue))
      const issues: Array<Issue> = []
      sendExtra(own, encoded.success, issues)
      return issues.length > 0 ? Result.fail(issues) : codec.encode({ ...input, ...encoded.success }, defaults)
    },
    decode: (json) =>
      Result.flatMap(codec.decode(json), (decoded) => {
        const issues = decodeValue(envelope === "bare" ? decoded : (decoded as { readonly data: unknown }).data)
        return issues.length === 0 ? Result.succeed(decoded) : Result.fail(issues)
      })
  }
}

/** The named fields that are there. A secret was redacted by its name: its own schema decides on that. */
const pick = (document: Fields, names: ReadonlyArray<string>): Fields =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = document[name]
      return value === undefined ? [] : [[name, Redacted.isRedacted(value) ? Redacted.value(value) : value]]
    })
  )

/** A copy without redaction, in nested objects too. */
const reveal = (value: unknown): unknown => {
  if (Redacted.isRedacted(value)) return Redacted.value(value)
  if (Array.isArray(value)) return value.map(reveal)
  if (!Predicate.isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value
  const out: Fields = {}
  for (const [key, item] of Object.entries(value)) define(out, key, reveal(item))
  Nulls.copy(value, out)
  return out
}

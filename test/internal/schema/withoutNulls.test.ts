/**
 * The schema without nulls, against the schema itself, over generated documents of every operation.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Api from "../../../src/Api.ts"
import { asCodec } from "../../../src/internal/schema/asCodec.ts"
import { withoutNulls } from "../../../src/internal/schema/withoutNulls.ts"
import { codecOf } from "../../../src/internal/service.ts"

const runs = Number(process.env.AUDIAN_PROPERTY_RUNS ?? 30)

const decoders = (schema: Schema.Codec<unknown, unknown>) => ({
  full: Schema.decodeUnknownResult(schema),
  quick: Schema.decodeUnknownResult(asCodec<unknown>(Schema.make(withoutNulls(schema.ast))))
})

/** Puts another value in the place of one in a document: the `nth` of all. */
const replaced = (document: unknown, nth: number, by: unknown): unknown => {
  let at = nth
  const go = (value: unknown): unknown => {
    if (at-- === 0) return by
    if (Array.isArray(value)) return value.map(go)
    return typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, go(item)]))
      : value
  }
  return go(document)
}

describe("withoutNulls", () => {
  const operations = Api.operations().filter((operation) => codecOf(operation).readFile === undefined)
  for (const operation of operations) {
    const schemas = Array.from(operation.endpoint.success)
    const schema = asCodec<unknown>(Schema.Union(schemas))
    const { full, quick } = decoders(schema)
    const place = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 })))
    it.prop(
      `${operation.name}: what it decodes is decoded the same by the schema`,
      [Arbitrary.schema(Schema.toEncoded(schema)), place, Arbitrary.schema(Schema.Json)],
      ([document, nth, other]) => {
        for (const json of [document, replaced(document, nth, other), replaced(document, nth, null)]) {
          const decoded = quick(json)
          if (Result.isSuccess(decoded)) assert.deepStrictEqual(full(json), decoded)
        }
      },
      { arbitrary: { runs } }
    )
  }

  it("decodes documents without nulls, and leaves the others to the schema", () => {
    const schema = Schema.toCodecJson(
      Schema.Struct({
        id: Schema.optional(Schema.String),
        at: Schema.optional(Schema.DateTimeUtcFromString),
        name: Schema.optional(Schema.NullOr(Schema.String)),
        items: Schema.optional(Schema.Array(Schema.Struct({ id: Schema.optional(Schema.String) })))
      })
    )
    const { full, quick } = decoders(schema)
    for (const json of [{}, { id: "a", at: "2026-01-01T00:00:00Z", name: null, items: [{ id: "b" }, {}] }]) {
      assert.deepStrictEqual(quick(json), full(json))
      assert.isTrue(Result.isSuccess(quick(json)))
    }
    for (const json of [{ id: null }, { at: null }, { items: null }, { items: [{ id: null }] }]) {
      assert.isTrue(Result.isFailure(quick(json)))
      assert.isTrue(Result.isSuccess(full(json)))
    }
  })

  it("leaves a union alone whose null is not that of an absent field", () => {
    const schema = Schema.toCodecJson(
      Schema.Struct({ first: Schema.optionalKey(Schema.Union([Schema.Undefined, Schema.NullOr(Schema.String)])) })
    )
    const { full, quick } = decoders(schema)
    assert.deepStrictEqual(full({ first: null }), Result.succeed({ first: undefined }))
    assert.deepStrictEqual(quick({ first: null }), full({ first: null }))
  })
})

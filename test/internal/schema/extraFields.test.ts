/**
 * The fields of a response that a schema does not name, over generated documents.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Operation } from "../../../src/index.ts"
import * as Nulls from "../../../src/internal/schema/nulls.ts"
import { codecOf } from "../../../src/internal/service.ts"

type Fields = Record<string, unknown>

const row = { tag: Schema.optional(Schema.String), note: Schema.optional(Schema.NullOr(Schema.String)) }
const model = {
  id: Schema.String,
  name: Schema.optional(Schema.NullOr(Schema.String)),
  billing: Schema.optional(Schema.Struct({ cost: Schema.optional(Schema.Finite) })),
  rows: Schema.optional(Schema.Array(Schema.Struct(row)))
}

/** The value of a response, as a call gives it. */
const decoderOf = (success: Schema.Codec<object, object>) => {
  const operation = Operation.make(() => HttpApiEndpoint.get("get", "/v2/tests", { success }), {
    resource: "Tests",
    family: "flat",
    envelope: "bare",
    replay: "safe"
  })
  return (json: unknown): object => Result.getOrThrow(codecOf(operation).decode(json)) as object
}

const decode = decoderOf(Schema.Struct(model))

/** Documents of the model: any field may be missing or null, and there may be others. */
const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))
const others = { zz: Schema.optionalKey(Schema.Json), zz_other: Schema.optionalKey(Schema.Json) }
const Document = Schema.Struct({
  id: Schema.String,
  name: optional(Schema.String),
  billing: optional(Schema.Struct({ cost: optional(Schema.Finite), ...others })),
  rows: optional(
    Schema.Array(Schema.Struct({ tag: optional(Schema.String), note: optional(Schema.String), ...others }))
  ),
  ...others
})

/** The decoded value of a document, by the rule: a field that is read as absent is noted, any other is there. */
const expected = (document: unknown, nullable: ReadonlyArray<string>): unknown => {
  if (Array.isArray(document)) return document.map((item) => expected(item, nullable))
  if (typeof document !== "object" || document === null) return document
  const nulls: Array<string> = []
  const fields = Object.entries(document).map(([key, value]) => {
    if (value !== null || key.startsWith("zz") || nullable.includes(key)) {
      return [key, key.startsWith("zz") ? value : expected(value, nullable)]
    }
    nulls.push(key)
    return [key, undefined]
  })
  const out = Object.fromEntries(fields) as Fields
  if (nulls.length > 0) Nulls.set(out, nulls)
  return out
}

describe("fields of a response", () => {
  it.prop("keeps every field, and notes every null that is read as absent", [Document], ([given]) => {
    const document = JSON.parse(JSON.stringify(given)) as Fields
    assert.deepStrictEqual(decode(document), expected(document, ["name", "note"]))
  })

  it("keeps a field beside one that has a default", () => {
    const decodeCount = decoderOf(
      Schema.Struct({
        count: Schema.Finite.pipe(Schema.withDecodingDefault(Effect.succeed(1))),
        name: Schema.optional(Schema.String)
      })
    )
    assert.deepStrictEqual(decodeCount({ zz: true }), { count: 1, zz: true })
  })

  it("keeps a field of any name", () => {
    const document = JSON.parse(`{"id":"a","__proto__":{"a":1},"constructor":"x","hasOwnProperty":1}`) as Fields
    assert.deepStrictEqual(Object.entries(decode(document)), Object.entries(document))
  })
})

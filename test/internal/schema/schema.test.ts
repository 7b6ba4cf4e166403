import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { lazy, model } from "../../../src/internal/schema/schema.ts"

const make = () => {
  const made: Array<Schema.Struct<{ readonly name: Schema.String }>> = []
  const schema = lazy(() => {
    const schema = Schema.Struct({ name: Schema.String })
    made.push(schema)
    return schema
  })
  class Model extends model<Model>()(schema) {}
  return { made, Model, schema }
}

describe("lazy", () => {
  it("makes the schema on the first read, also through a class, and once", () => {
    const { made, Model, schema } = make()
    assert.lengthOf(made, 0)
    assert.strictEqual(Model.ast, made[0]?.ast)
    assert.strictEqual(schema.fields, made[0]?.fields)
    assert.lengthOf(made, 1)
  })

  it("is a schema: it is recognized, decodes, makes values and takes annotations", () => {
    assert.isTrue(Schema.isSchema(make().schema))
    assert.deepStrictEqual(make().schema.make({ name: "a" }), { name: "a" })
    const annotated = make().Model.annotate({ identifier: "Named" })
    assert.strictEqual(annotated.ast.annotations?.identifier, "Named")
    assert.isTrue(Result.isSuccess(Schema.decodeResult(make().Model)({ name: "a" })))
    assert.isTrue(Result.isFailure(Schema.decodeUnknownResult(make().Model)({ name: 1 })))
    assert.deepStrictEqual(Object.keys(make().schema.mapFields((fields) => ({ ...fields, id: Schema.Int })).fields), [
      "name",
      "id"
    ])
  })
})

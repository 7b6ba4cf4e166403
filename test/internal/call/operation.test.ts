import { assert, describe, it } from "@effect/vitest"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Api from "../../../src/Api.ts"
import { bodyOf, isFile } from "../../../src/internal/schema/plainEndpoint.ts"
import { codecOf } from "../../../src/internal/service.ts"
import * as Operation from "../../../src/Operation.ts"

describe("the parts of an operation", () => {
  it("are those that its endpoint needs: the compiler of a body, the reader of a file", () => {
    const operations = Api.operations()
    const withBody = operations.filter(({ endpoint }) => endpoint.payload.size > 0)
    const files = operations.filter(({ endpoint }) => Array.from(endpoint.success).some(isFile))
    assert.isAbove(withBody.length, 50)
    assert.isAbove(files.length, 1)
    for (const { endpoint, name } of withBody) assert.isDefined(bodyOf(endpoint), name)
    for (const operation of operations) {
      assert.strictEqual(codecOf(operation).readFile !== undefined, files.includes(operation), operation.name)
    }
  })

  it("come with every operation of a program's own", () => {
    const traits = { resource: "Mine", family: "flat", replay: "safe", envelope: "bare" } as const
    const file = Operation.make(
      () => HttpApiEndpoint.get("file", "/v2/file", { success: HttpApiSchema.StreamUint8Array() }),
      traits
    )
    assert.isDefined(codecOf(file).readFile)
    const write = Operation.makeIn(traits)(
      () =>
        HttpApiEndpoint.post("write", "/v2/text", {
          payload: Schema.Struct({ text: Schema.String }),
          success: Schema.Json
        }),
      {}
    )
    const encoded = Result.getOrThrow(codecOf(write).encode({ text: "a" }, undefined))
    assert.deepStrictEqual(encoded.fields, { text: "a" })
  })
})

import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { Api, type Operation } from "effect-audian"
import { codecOf } from "../src/internal/service.ts"

interface Row {
  readonly method: string
  readonly path: string
  readonly operations: ReadonlyArray<string>
  readonly remark: string
}

const rows: ReadonlyArray<Row> = readFileSync("docs/coverage.md", "utf8")
  .split("\n")
  .filter((line) => /^\| (?:GET|PUT|POST|PATCH|DELETE|WSS) /.test(line))
  .map((line) => {
    const [method = "", path = "", operations = "", remark = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim())
    return {
      method,
      path,
      operations: operations
        .split(",")
        .map((name) => name.trim())
        .filter(Boolean),
      remark
    }
  })

/** A path without the names of its parameters. The overview lists of some pages still have v1. */
const shape = (method: string, path: string): string =>
  `${method} ${path.replace(/^\/v1\//, "/v2/").replace(/\{\w+\}/g, "{}")}`

describe("docs/coverage.md", () => {
  it("has each documented row once", () => {
    const seen = rows.map(({ method, path }) => `${method} ${path}`)
    assert.deepStrictEqual(
      seen.filter((row, index) => seen.indexOf(row) !== index),
      []
    )
  })

  it("gives each row its operation, or the reason it has none", () => {
    const contract = new Map(
      Api.operations().map((operation) => {
        const { method, template } = codecOf(operation)
        return [operation.name, shape(method, template)] as const
      })
    )
    for (const { method, operations, path, remark } of rows) {
      if (operations.length === 0) assert.notStrictEqual(remark, "", `${method} ${path}`)
      if (method === "WSS") assert.deepStrictEqual(operations, ["Events.stream"])
      else for (const name of operations) assert.strictEqual(contract.get(name), shape(method, path), name)
    }
  })

  it("knows every operation of the contract", () => {
    const named = new Set(rows.flatMap(({ operations }) => operations))
    assert.deepStrictEqual(
      Api.operations()
        .map(({ name }) => name)
        .filter((name) => !named.has(name)),
      []
    )
  })

  it("lists the response of each operation with plain JSON as undocumented, and no other", () => {
    const marked = rows.filter(({ remark }) => remark.endsWith("the response is undocumented: plain JSON"))
    const untyped = Api.operations().filter(isUntyped)
    assert.deepStrictEqual(
      marked.flatMap(({ operations }) => operations).toSorted(),
      untyped.map(({ name }) => name).toSorted()
    )
    const readme = readFileSync("README.md", "utf8").replace(/\s+/g, " ")
    assert.include(readme, `${untyped.length} of ${Api.operations().length} operations give plain JSON`)
  })
})

/** True when any JSON is a result. */
const isUntyped = (operation: Operation.Any): boolean =>
  codecOf(operation).readFile === undefined &&
  ["text", 1, [1], { any: 1 }].every((payload) =>
    Result.isSuccess(codecOf(operation).decode(operation.traits.envelope === "bare" ? payload : { data: payload }))
  )

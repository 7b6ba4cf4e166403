/**
 * Numbers that JavaScript cannot hold.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as ExactJson from "../../src/internal/exactJson.ts"

const padded = (number: string): ReadonlyArray<string> =>
  // The search looks at each sixteenth character: the number stands at every place between two of them.
  Array.from({ length: 17 }, (_, size) => `{"${"k".repeat(size)}":[1, ${number}]}`)

describe("ExactJson.parse", () => {
  for (const number of [
    "9007199254740993",
    "-9007199254740993",
    "9007199254740993e0",
    "9007199254740993E+0",
    "9.007199254740993e15",
    "12345678901234567.5",
    "-12345678901234567.5",
    "0.1234567890123456789",
    "1152921504606846976",
    "1e400",
    "-1E+400",
    "5e-400",
    "1234567.5e-330"
  ]) {
    it(`keeps ${number} as text`, () => {
      for (const text of padded(number)) {
        const [value] = Object.values(ExactJson.parse(text) as Record<string, ReadonlyArray<unknown>>)
        assert.deepStrictEqual(value, [1, number])
      }
      assert.strictEqual(ExactJson.parse(number), number)
    })
  }

  for (const number of [
    "0",
    "-0",
    "12.5",
    "9007199254740992",
    "1e23",
    "1.50e1",
    "100000000000000000000000",
    "0.10000000000000000",
    "0.0000000000000000000000",
    "1e-100",
    "1.7976931348623157e308"
  ]) {
    it(`reads ${number} as a number`, () => {
      for (const text of padded(number)) {
        const [value] = Object.values(ExactJson.parse(text) as Record<string, ReadonlyArray<unknown>>)
        assert.deepStrictEqual(value, [1, Number(number)])
      }
    })
  }

  it("leaves texts alone, whatever digits they have", () => {
    const texts = ["9007199254740993", "a1e400", "x 1e400", "12345678901234567.5", ", 9007199254740993"]
    assert.deepStrictEqual(ExactJson.parse(JSON.stringify(texts)), texts)
  })

  it.prop("reads what JSON.stringify wrote", [Schema.Json], ([json]) => {
    const text = JSON.stringify(json)
    assert.deepStrictEqual(ExactJson.parse(text), JSON.parse(text) as unknown)
  })

  it("is undefined for a text that is no JSON", () => {
    assert.isUndefined(ExactJson.parse("9007199254740993e"))
    assert.isUndefined(ExactJson.parse(""))
  })
})

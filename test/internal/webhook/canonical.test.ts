import { assert, describe, it } from "@effect/vitest"
import { textUnder, write } from "../../../src/internal/webhook/canonical.ts"

describe("canonical.textUnder", () => {
  it("returns the text as written, with numbers and escapes", () => {
    assert.strictEqual(textUnder('{"a":1,"data": {"n":1.0,"s":"\\u00e9"} }', "data"), '{"n":1.0,"s":"\\u00e9"}')
    assert.strictEqual(textUnder('{"data":"a,b}]"}', "data"), '"a,b}]"')
    assert.strictEqual(textUnder("[]", "data"), undefined)
  })

  it("returns the last of duplicate keys and no nested one", () => {
    assert.strictEqual(textUnder('{"data":1,"d\\u0061ta":2}', "data"), "2")
    assert.strictEqual(textUnder('{"a":{"data":1},"b":"data"}', "data"), undefined)
  })
})

describe("canonical.write", () => {
  it("sorts keys at every depth and writes no white space", () => {
    assert.strictEqual(write({ b: [{ d: 1, c: null }], a: "x" }), '{"a":"x","b":[{"c":null,"d":1}]}')
  })

  it("writes no valid JSON for a value that JSON would change", () => {
    for (const value of [{ a: Infinity }, { a: -Infinity }, JSON.parse(`${"[".repeat(102)}1${"]".repeat(102)}`)]) {
      assert.include(write(value), "\0")
    }
  })
})

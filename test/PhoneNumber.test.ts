import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import { PhoneNumber } from "effect-audian"

describe("PhoneNumber", () => {
  it("takes E.164: a plus, no leading zero, two to fifteen digits", () => {
    for (const text of ["+14155551234", "+12", "+442071838750", "+123456789012345"]) {
      assert.deepStrictEqual(PhoneNumber.fromString(text) as Option.Option<string>, Option.some(text))
      assert.strictEqual(PhoneNumber.make(text) as string, text)
    }
  })

  it("takes nothing else", () => {
    for (const text of [
      "",
      "+",
      "14155551234",
      "+0415555",
      "+1-555-0100",
      "+1 415 555",
      "+1234567890123456",
      "+1415\n",
      "+1",
      "+1a"
    ]) {
      assert.isTrue(Option.isNone(PhoneNumber.fromString(text)), text)
      assert.throws(() => PhoneNumber.make(text), /E\.164/)
    }
  })
})

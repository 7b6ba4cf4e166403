import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Timestamp } from "effect-audian"

const noon = DateTime.makeUnsafe("2024-01-01T12:00:00Z")

describe("Timestamp", () => {
  it("gives the same point in time for each way to write it", () => {
    assert.deepStrictEqual(Timestamp.fromIso("2024-01-01T12:00:00Z" as Timestamp.Iso), Option.some(noon))
    assert.deepStrictEqual(Timestamp.fromUnix(1_704_110_400 as Timestamp.Unix), noon)
    assert.deepStrictEqual(Timestamp.fromGregorian(63_871_329_600 as Timestamp.Gregorian), noon)
  })

  it("writes a point in time each way", () => {
    assert.strictEqual(Timestamp.toIso(noon), "2024-01-01T12:00:00.000Z")
    assert.strictEqual(Timestamp.toUnix(noon), 1_704_110_400)
    assert.strictEqual(Timestamp.toGregorian(noon), 63_871_329_600)
  })

  it("cuts off the fraction of a second", () => {
    assert.strictEqual(Timestamp.toUnix(DateTime.makeUnsafe("2024-01-01T12:00:00.999Z")), 1_704_110_400)
  })

  it("takes a time zone's offset into account, and other text for none", () => {
    assert.deepStrictEqual(Timestamp.fromIso("2024-01-01T13:00:00+01:00" as Timestamp.Iso), Option.some(noon))
    assert.isTrue(Option.isNone(Timestamp.fromIso("yesterday" as Timestamp.Iso)))
  })

  it("fromAny: reads each form, distinguishes the eras, and gives none for what is no time", () => {
    for (const time of ["2024-01-01T12:00:00Z", 1_704_110_400, 63_871_329_600]) {
      assert.deepStrictEqual(Timestamp.fromAny(time as Timestamp.IsoOrGregorian), Option.some(noon))
    }
    for (const time of ["yesterday", Number.MAX_VALUE, Number.NaN]) {
      assert.isTrue(Option.isNone(Timestamp.fromAny(time as Timestamp.IsoOrGregorian)))
    }
  })

  it.prop(
    "comes back from the seconds of both eras",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4e9 }))],
    ([seconds]) => {
      const time = Timestamp.fromUnix(seconds as Timestamp.Unix)
      assert.strictEqual(Timestamp.toUnix(time), seconds)
      assert.deepStrictEqual(Timestamp.fromGregorian(Timestamp.toGregorian(time)), time)
    }
  )
})

import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Millis from "../../../src/internal/schema/millis.ts"

const cases = [
  {
    name: "dateTime",
    ours: Millis.dateTime,
    effect: Schema.DateTimeUtcFromMillis,
    millis: [0, 1, -1, 1_700_000_000_000, Millis.maxMillis, -Millis.maxMillis, Millis.maxMillis + 1, 0.5, "0", null],
    values: [DateTime.makeUnsafe(7), DateTime.makeZonedUnsafe(0, { timeZone: "UTC" }), new Date(0), 0]
  },
  {
    name: "duration",
    ours: Millis.duration,
    effect: Schema.DurationFromMillis,
    millis: [0, 1, 1500, 0.5, Number.POSITIVE_INFINITY, "1 second", null],
    values: [Duration.seconds(2), Duration.infinity, 2000, "2 seconds"]
  }
] as const

describe("Millis", () => {
  for (const { effect, millis, name, ours, values } of cases) {
    it(`${name} decodes, encodes and checks what Effect's schema does`, () => {
      for (const input of millis) {
        const [a, b] = [ours, effect].map((schema) =>
          Schema.decodeExit(schema as Schema.Codec<unknown, unknown>)(input)
        )
        assert.strictEqual(a?._tag, b?._tag, String(input))
        if (a?._tag === "Success") assert.deepStrictEqual(a, b)
      }
      for (const value of values) {
        const [a, b] = [ours, effect].map((schema) =>
          Schema.encodeUnknownExit(schema as Schema.Codec<unknown, unknown>)(value)
        )
        assert.strictEqual(a?._tag, b?._tag, String(value))
        if (a?._tag === "Success") assert.deepStrictEqual(a, b)
      }
    })

    it.prop(
      `${name} derives values and JSON of its type`,
      [Schema.toType(ours as Schema.Codec<unknown>)],
      ([value]) => {
        const json = Schema.toCodecJson(Schema.toType(ours as Schema.Codec<unknown>))
        const millis = Schema.encodeSync(json)(value)
        assert.strictEqual(Schema.encodeSync(json)(Schema.decodeSync(json)(millis)), millis)
      }
    )
  }
})

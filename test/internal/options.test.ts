import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as OptionRules from "../../src/internal/options.ts"

const rules: OptionRules.Rules = {
  name: { ...OptionRules.string, required: true },
  count: OptionRules.wholeNumber(1),
  times: OptionRules.wholeNumber(0, true),
  delay: OptionRules.duration(1),
  secret: { expected: "a string or a Redacted", accepts: (value) => typeof value === "string", secret: true },
  policy: OptionRules.schedule("a Schedule, such as Retry.make()"),
  limiter: OptionRules.made("make", "RateLimit.limiter({ … })"),
  mode: OptionRules.either(OptionRules.literal(false), OptionRules.record({ size: OptionRules.wholeNumber(1) }))
}

describe("options", () => {
  for (const [options, message] of [
    [{ name: "a" }, undefined],
    [{ name: "a", count: undefined }, undefined],
    [{ name: "a", delay: "1 minute", times: Number.POSITIVE_INFINITY, mode: false }, undefined],
    [{ name: "a", delay: Duration.seconds(1), policy: Schedule.recurs(1), limiter: { make: () => 1 } }, undefined],
    [{ name: "a", mode: { size: 5 } }, undefined],
    [{}, "name: expected a string, got undefined"],
    [{ name: 5 }, "name: expected a string, got 5"],
    [{ name: "a", count: 0 }, "count: expected a whole number, 1 or more, got 0"],
    [{ name: "a", count: null }, "count: expected a whole number, 1 or more, got null"],
    [{ name: "a", count: 5n }, "count: expected a whole number, 1 or more, got 5n"],
    [{ name: "a", delay: 0 }, 'delay: expected a duration such as "10 seconds", got 0'],
    [{ name: "a", delay: "-5 seconds" }, 'delay: expected a duration such as "10 seconds", got "-5 seconds"'],
    [{ name: "a", policy: 3 }, "policy: expected a Schedule, such as Retry.make(), got 3"],
    [{ name: "a", policy: Effect.void }, "policy: expected a Schedule, such as Retry.make(), got an Effect"],
    [{ name: "a", limiter: { limit: 10 } }, "limiter: expected RateLimit.limiter({ … }), got an object"],
    [{ name: "a", mode: true }, "mode: expected false, or an object with size, got true"],
    [{ name: "a", mode: { size: 0 } }, "mode.size: expected a whole number, 1 or more, got 0"],
    [{ name: "a", mode: { sise: 1 } }, "mode.sise: unknown option, did you mean size?"],
    [{ name: "a", mode: { length: 1 } }, "mode.length: unknown option, known are size"],
    [{ nmae: "a" }, "nmae: unknown option, did you mean name?"],
    ["text", "options: expected an object, got a string"],
    [null, "options: expected an object, got null"],
    [Schedule.recurs(1), "options: expected an object, got a Schedule"]
  ] as ReadonlyArray<readonly [unknown, string | undefined]>) {
    it(message ?? `accepts ${JSON.stringify(options)}`, () => {
      assert.strictEqual(OptionRules.mistake(options, rules), message)
    })
  }

  it("names no secret", () => {
    const found = OptionRules.mistake({ name: "a", secret: Redacted.make("sk_live") }, rules)
    assert.strictEqual(found, "secret: expected a string or a Redacted, got a Redacted")
    assert.strictEqual(
      OptionRules.mistake({ name: "a", secret: 12_345 }, rules),
      "secret: expected a string or a Redacted, got a number"
    )
  })

  it("shortens a long value", () => {
    assert.isBelow(OptionRules.mistake({ name: "a", count: "x".repeat(500) }, rules)!.length, 150)
  })

  it("check throws InvalidOptions, which names the function", () => {
    assert.throws(() => OptionRules.check("f", {}, rules), "f: name: expected a string, got undefined")
    assert.throws(() => OptionRules.check("f", {}, rules), OptionRules.InvalidOptions)
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { Audian, Numbers } from "effect-audian"
import { failed, json, route } from "../../support/http.ts"
import { list } from "../../support/operations.ts"

/** The lines that an effect logs, with their level. */
const logged = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel}: ${String(message)}`))
    return Effect.as(Effect.provide(self, Logger.layer([logger])), lines)
  })

const sunset = "Sat, 01 Jan 2028 00:00:00 GMT"

describe("Deprecation and Sunset", () => {
  it.effect("give one warning per operation, of successes and failures", () => {
    const http = route(({ url }) =>
      url.pathname.endsWith("/numbers")
        ? json(200, { data: { numbers: [] } }, { deprecation: "@1688169599", sunset })
        : url.pathname.endsWith("/config")
          ? failed(404, { deprecation: "true" })
          : json(200, {}, { sunset: `${sunset} sk_test ${"x".repeat(200)}` })
    )
    return Effect.gen(function* () {
      const lines = yield* logged(
        Effect.gen(function* () {
          for (let i = 0; i < 3; i++) {
            yield* list
            yield* list.pipe(Audian.withCredentials({ apiKey: "sk_2" }))
            yield* Effect.flip(Numbers.getConfig({ number_id: "n" }))
            yield* Audian.request({ path: "/v2/a" })
            yield* Audian.request({ path: "/v2/b" })
          }
        })
      )
      assert.strictEqual(lines.length, 4)
      assert.strictEqual(
        lines[0],
        `Warn: Numbers.list is to be retired by the API (Deprecation: @1688169599, Sunset: ${sunset})`
      )
      assert.strictEqual(lines[1], "Warn: Numbers.getConfig is to be retired by the API (Deprecation: true)")
      for (const line of lines.slice(2)) {
        assert.include(line, "Audian.request")
        assert.notInclude(line, "sk_test")
        assert.isBelow(line.length, 200)
      }
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("are of one client", () => {
    const http = route(() => json(200, { data: { numbers: [] } }, { deprecation: "true" }))
    return Effect.gen(function* () {
      const lines = yield* logged(
        Effect.andThen(
          Effect.provide(list, Layer.fresh(http.audian())),
          Effect.provide(list, Layer.fresh(http.audian()))
        )
      )
      assert.strictEqual(lines.length, 2)
    })
  })
})

/** Two copies of the package in one program. In a process of its own: the second copy replaces the modules of the first. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Barrel from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { vi } from "vitest"

const first = Barrel
vi.resetModules()
const second: typeof Barrel = await import("effect-audian")

const apiKey = "sk_test_embedded"

/** A server, and the requests of the calls over it. */
const requestsOf = <A>(
  { layerFetch }: typeof Barrel.Audian,
  self: Effect.Effect<A, Barrel.AudianError.AudianError, Barrel.Audian.Audian>
) =>
  Effect.gen(function* () {
    const server = yield* EmbeddedAudian.EmbeddedAudian
    yield* Effect.provide(self, layerFetch({ apiKey, baseUrl: server.baseUrl }))
    return (yield* server.requests).map(({ operation }) => operation)
  }).pipe(Effect.provide(EmbeddedAudian.serve()))

describe("two copies of the package", () => {
  for (const [name, own, other] of [
    ["first", first, second],
    ["second", second, first]
  ] as const) {
    it.live(`the client of the ${name} exchanges the key once for operations of both`, () =>
      Effect.gen(function* () {
        assert.notStrictEqual(own.Account.Users.list, other.Account.Users.list)
        const calls = Effect.all([
          other.Account.Users.list(),
          own.Account.Users.list(),
          other.Audian.request({ path: "/v2/accounts/{account_id}/users" })
        ])
        assert.deepStrictEqual(yield* requestsOf(own.Audian, calls), [
          "AccessTokens.exchange",
          "Account.Users.list",
          "Account.Users.list",
          "Account.Users.list"
        ])
      })
    )

    it.live(`a tenant of the other copy is served by the client of the ${name}`, () =>
      Effect.gen(function* () {
        const call = other.Account.Users.list().pipe(
          other.Audian.withCredentials({ apiKey: Redacted.make(apiKey), accountId: "account_embedded" })
        )
        assert.deepStrictEqual(yield* requestsOf(own.Audian, call), ["AccessTokens.exchange", "Account.Users.list"])
      })
    )
  }
})

/**
 * The credentials of the embedded server: one API key, and the tokens given for it, which expire.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import * as AudianError from "../../AudianError.ts"
import type { Family } from "../../Credentials.ts"
import * as AccessTokens from "../../resources/AccessTokens.ts"
import * as AudianTest from "../../testing/AudianTest.ts"
import * as World from "./world.ts"

export interface Auth {
  /** Fails with 401 unless the value is good for the family. */
  readonly check: (family: Family, token: string | undefined) => Effect.Effect<void, AudianError.AudianError>
  readonly handlers: ReadonlyArray<AudianTest.Handler>
  /** What the log must not show: the key, and every token given for it. */
  readonly secrets: () => ReadonlyArray<string>
}

export const make = (options: {
  readonly apiKey: Redacted.Redacted
  readonly accountId: string
  readonly tokenMillis: number
}): Auth => {
  // When each token expires, in epoch milliseconds.
  const tokens = new Map<string, number>()
  const isKey = (value: string) => value === Redacted.value(options.apiKey)

  return {
    check: (family, token) => {
      if (family === "public") return Effect.void
      if (token === undefined) return Effect.fail(unauthorized("missing_authentication", "No API key was sent"))
      return Effect.flatMap(World.now, (now) => {
        const expires = tokens.get(token)
        const good = expires === undefined ? family === "flat" && isKey(token) : now < expires
        return good ? Effect.void : Effect.fail(unauthorized("invalid_api_key", "The API key provided is invalid"))
      })
    },
    secrets: () => [Redacted.value(options.apiKey), ...tokens.keys()],
    handlers: [
      AudianTest.handle(AccessTokens.exchange, ({ api_key }) => {
        if (!isKey(typeof api_key === "string" ? api_key : Redacted.value(api_key))) {
          return Effect.fail(unauthorized("invalid_api_key", "The API key provided is invalid"))
        }
        return Effect.map(World.now, (now) => {
          const expires = now + options.tokenMillis
          const claims = {
            account_id: options.accountId,
            n: tokens.size,
            iat: Math.floor(now / 1000),
            exp: expires / 1000
          }
          const token = `${[{ alg: "none", typ: "JWT" }, claims]
            .map((part) => Base64Url.encode(JSON.stringify(part)))
            .join(".")}.embedded`
          tokens.set(token, expires)
          return { auth_token: Redacted.make(token), data: { account_id: options.accountId } }
        })
      })
    ]
  }
}

const unauthorized = (code: string, description: string): AudianError.AudianError =>
  new AudianError.Unauthorized({ code, type: "authentication_error", description })

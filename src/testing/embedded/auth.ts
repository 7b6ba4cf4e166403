/**
 * The credentials of the embedded server: one API key, the tokens exchanged for it, and tokens with permissions.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import * as AudianError from "../../AudianError.ts"
import type { Family } from "../../Credentials.ts"
import * as AccessTokens from "../../resources/AccessTokens.ts"
import * as AudianTest from "../AudianTest.ts"
import * as State from "./state.ts"

export interface Auth {
  /** The error of a request whose credential is invalid for the family, 401, or does not permit the method, 403. */
  readonly refusal: (family: Family, token: string | undefined, method: string) => AudianError.AudianError | undefined
  /** Fails with the `refusal` of a request. */
  readonly check: (
    family: Family,
    token: string | undefined,
    method: string
  ) => Effect.Effect<void, AudianError.AudianError>
  /** Issues a token with all permissions of the key. */
  readonly exchange: Effect.Effect<Redacted.Redacted>
  readonly handlers: ReadonlyArray<AudianTest.Handler>
  /** Invalidates a token; `false` if it does not exist. */
  readonly revoke: (token: string) => boolean
  /** The secrets to redact in a text: the key, and every token in it, valid or expired. */
  readonly secretsIn: (text: string) => ReadonlyArray<string>
}

interface Token {
  /** In epoch milliseconds. */
  readonly expires: number
  /** `undefined` for all permissions of the key. */
  readonly permissions: ReadonlyArray<string> | undefined
}

export const make = (
  state: State.State,
  options: { readonly apiKey: Redacted.Redacted; readonly tokenMillis: number }
): Auth => {
  const { accountId } = state.settings
  const tokens = new Map<string, Token>()
  const isKey = (value: string) => value === Redacted.value(options.apiKey)
  let exchanged = 0

  const give = (text: string, token: Token): Redacted.Redacted => {
    tokens.set(text, token)
    state.scheduler.at(token.expires, () => void tokens.delete(text))
    return Redacted.make(text)
  }

  const exchange = Effect.map(State.now, (now) => {
    const expires = now + options.tokenMillis
    const claims = { account_id: accountId, n: exchanged++, iat: Math.floor(now / 1000), exp: expires / 1000 }
    const token = `${[{ alg: "none", typ: "JWT" }, claims]
      .map((part) => Base64Url.encode(JSON.stringify(part)))
      .join(".")}.embedded`
    return give(token, { expires, permissions: undefined })
  })

  const refusal: Auth["refusal"] = (family, token, method) => {
    if (family === "public") return undefined
    if (token === undefined) return unauthorized("missing_authentication", "No API key was sent")
    if (family === "flat" && isKey(token)) return undefined
    const found = tokens.get(token)
    if (found === undefined) return invalidKey()
    const { permissions = [permissionFor(method)] } = found
    return permissions.includes(permissionFor(method)) ? undefined : forbidden()
  }

  return {
    refusal,
    check: (family, token, method) =>
      Effect.suspend(() => {
        const error = refusal(family, token, method)
        return error === undefined ? Effect.void : Effect.fail(error)
      }),
    exchange,
    revoke: (token) => tokens.delete(token),
    secretsIn: (text) => [Redacted.value(options.apiKey), ...(text.match(tokenLike) ?? [])],
    handlers: [
      AudianTest.handle(AccessTokens.exchange, ({ api_key }) => {
        if (!isKey(typeof api_key === "string" ? api_key : Redacted.value(api_key))) return Effect.fail(invalidKey())
        return Effect.map(exchange, (auth_token) => ({ auth_token, data: { account_id: accountId } }))
      }),

      AudianTest.handle(AccessTokens.create, ({ expires_in, ...input }) =>
        Effect.map(State.now, (now) => {
          const expires = now + expires_in * 1000
          return {
            id: state.nextId("token"),
            token: give(state.nextId("at"), { expires, permissions: input.permissions }),
            ...input,
            created_at: State.iso(now),
            expires_at: State.iso(expires)
          }
        })
      )
    ]
  }
}

/** Matches tokens by format: searching for each issued one would be slow. */
const tokenLike = /at_\d{6,}|(?<![\w-])[\w-]+\.[\w-]+\.embedded/g

const permissionFor = (method: string): string => {
  if (method === "GET" || method === "HEAD") return "read"
  return method === "DELETE" ? "delete" : "write"
}

const unauthorized = (code: string, description: string): AudianError.AudianError =>
  new AudianError.Unauthorized({ code, type: "authentication_error", description })

const invalidKey = () => unauthorized("invalid_api_key", "The API key provided is invalid")

const forbidden = () =>
  new AudianError.Forbidden({
    code: "forbidden_error",
    type: "forbidden_error",
    description: "You do not have permission to access this resource"
  })

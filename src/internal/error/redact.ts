/**
 * Redacts the secrets in an error or a log: the values that a call has sent, wherever a server repeats them, and every
 * value under a name that means a secret.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"

export const redacted = "<redacted>"

// The last word of a name that holds a secret: the token echoed in every envelope, passwords, PINs.
const secretWords = new Set(["token", "password", "passwd", "secret", "pin", "pins", "credentials", "authorization"])
const secretKeys = new Set(["api", "auth", "signing", "secret", "private", "access", "encryption", "hmac", "sha256"])

/** Checks if a name means a secret, in any case: `auth_token`, `accountPin`, `sip.password`. */
export const isSecretName = (name: string): boolean => {
  const known = checkedNames.get(name)
  if (known !== undefined) return known
  const isSecret = meansSecret(name)
  if (checkedNames.size >= maxCheckedNames) checkedNames.clear()
  checkedNames.set(name, isSecret)
  return isSecret
}

// The same few names come with every response. A server may send any number of others.
const checkedNames = /*@__PURE__*/ new Map<string, boolean>()
const maxCheckedNames = 1000

const meansSecret = (name: string): boolean => {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean)
  const last = words.at(-1) ?? ""
  if (last === "key" || last === "apikey") return last === "apikey" || secretKeys.has(words.at(-2) ?? "")
  return secretWords.has(last) || last === "authtoken" || last === "accesstoken"
}

const maxDepth = 12
const maxItems = 100
const maxText = 2048

/** Escapes a text for a regular expression. */
export const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Redacts known values in a text: plain, percent-encoded or escaped as in JSON. */
export const scrubText = (text: string, secrets: ReadonlyArray<string>): string => {
  let out = text
  const escaped = /[%\\]/.test(text)
  for (const secret of secrets) {
    // The fast path: every call passes here, and hardly any text holds a secret.
    if (secret === "" || (!escaped && !text.includes(secret))) continue
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
      // A short one, such as a PIN, may well be part of a number: only where it stands alone.
      out =
        form.length < 8
          ? out.replace(new RegExp(`(?<![\\p{L}\\d])${escape(form)}(?![\\p{L}\\d])`, "gu"), redacted)
          : out.replaceAll(form, redacted)
    }
  }
  return out
}

/**
 * Redacts the values of secret names in a text that is not JSON: `auth_token=…`, `"password": "…"`. The server writes the
 * text, so the pattern must take linear time: it starts at the beginning of a word only.
 */
export const scrubPairs = (text: string): string =>
  text.replace(
    /(?<![\w.-])([\w.-]{1,64})(["']?\s{0,8}[:=]\s{0,8})("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'&,;<>}\]]+)/g,
    (pair, name: string, between: string) => (isSecretName(name) ? name + between + redacted : pair)
  )

const clip = (text: string): string => (text.length > maxText ? `${text.slice(0, maxText)}…` : text)

/**
 * A copy of a JSON value that is safe to keep: redacted, and bounded in depth, breadth and length, since the server
 * decides how large it is.
 */
export const scrub = (value: unknown, secrets: ReadonlyArray<string>): Schema.Json => {
  let left = 1000
  const go = (value: unknown, depth: number): Schema.Json => {
    if (left-- <= 0) return "…"
    if (typeof value === "string") return clip(scrubText(value, secrets))
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
    if (typeof value === "boolean" || value === null) return value
    if (depth >= maxDepth) return "…"
    if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => go(item, depth + 1))
    if (!Predicate.isObject(value)) return null
    const entries = Object.entries(value)
      .slice(0, maxItems)
      .map(([key, item]): [string, Schema.Json] => [
        clip(scrubText(key, secrets)),
        isSecretName(key) && Predicate.isNotNullish(item) && item !== "" ? redacted : go(item, depth + 1)
      ])
    return Object.fromEntries(entries)
  }
  return go(value, 0)
}

/** The values of an input under secret names. */
export const secretsIn = (value: unknown): ReadonlyArray<string> => {
  if (!Predicate.isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) =>
    isSecretName(key) ? stringsIn(item) : Predicate.isObject(item) ? secretsIn(item) : []
  )
}

const stringsIn = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(stringsIn) : []

/**
 * Takes secrets out of what an error keeps.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"

export const redacted = "<redacted>"

// Names that hold a secret anywhere in the API: the token echoed in every envelope, keys, passwords, PINs.
const secretName =
  /^(?:auth_?token|access_?token|token|api_?key|authorization|x-auth-token|password|passwd|secret|signing_?secret|credentials|pin|pins|.+_(?:pin|pins|password|secret|token|key))$/i

const maxDepth = 12
const maxItems = 100
const maxText = 2048

/** The value of a credential must not survive in a text either, wherever a server put it. */
export const scrubText = (text: string, secrets: ReadonlyArray<string>): string =>
  secrets.reduce((text, secret) => (secret.length < 4 ? text : text.replaceAll(secret, redacted)), text)

const clip = (text: string): string => (text.length > maxText ? `${text.slice(0, maxText)}…` : text)

/**
 * A copy of a JSON value that is safe to keep: secrets replaced, and bounded in depth, breadth and length, since the
 * other side decides how large it is.
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
    const out: Record<string, Schema.Json> = Object.create(null)
    for (const key of Object.keys(value).slice(0, maxItems)) {
      const item = value[key as keyof typeof value] as unknown
      out[clip(scrubText(key, secrets))] =
        secretName.test(key) && Predicate.isNotNullish(item) && item !== "" ? redacted : go(item, depth + 1)
    }
    return { ...out }
  }
  return go(value, 0)
}

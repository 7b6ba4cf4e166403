/**
 * Redacts the secrets in an error or a log: the values that a call has sent, wherever and in whatever encoding a server
 * echoes them, and every value under a name that means a secret.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as Unescape from "./unescape.ts"

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

/** Escapes a text for a regular expression. */
export const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Redacts known values in a text: plain, escaped as JSON, a URL, a form or HTML escape them, or in base64. */
export const scrubText = (text: string, secrets: ReadonlyArray<string>): string => replace(text, secrets, false)

/**
 * Redacts known values in the beginning of a text, up to `max` characters. A text that is cut, here or before, may end
 * within a secret: such an end is left out.
 */
export const scrubStart = (text: string, secrets: ReadonlyArray<string>, max: number, cut = false): string =>
  text.length > max + margin
    ? replace(text.slice(0, max + margin), secrets, true).slice(0, max)
    : replace(text, secrets, cut).slice(0, max)

/** Redacting shortens a text: this much more of it is looked at than is kept. */
const margin = 1024

const replace = (text: string, secrets: ReadonlyArray<string>, cut: boolean): string => {
  // The fast path: every call passes here, and hardly any text holds a secret.
  const possible = secrets.filter((secret) => secret !== "" && (cut || mayHold(text, secret)))
  if (possible.length === 0) return text
  const forms = possible.flatMap(formsOf)
  const ranges: Array<readonly [number, number]> = []
  for (const level of Unescape.levels(text)) {
    const searched = normalize(level.text)
    for (const form of forms) {
      for (let at = searched.indexOf(form.text); at >= 0; at = searched.indexOf(form.text, at + 1)) {
        const end = at + form.text.length
        if (!form.word || standsAlone(level.text, at, end)) {
          ranges.push(level.range(at - form.before, end + form.after + padding(form, level.text, end + form.after)))
        }
      }
      const open = cut ? openEnd(searched, form.text) : undefined
      if (open !== undefined) ranges.push([level.range(open, open)[0], Number.POSITIVE_INFINITY])
    }
  }
  if (ranges.length === 0) return text
  ranges.sort(([a], [b]) => a - b)
  let out = ""
  let at = 0
  for (const [start, end] of ranges) {
    if (end <= at) continue
    if (start >= at) out += text.slice(at, start) + (end === Number.POSITIVE_INFINITY ? "" : redacted)
    at = end
  }
  return out + text.slice(at)
}

/** A form of a secret to search for. */
interface Form {
  readonly text: string
  /** A short secret, such as a PIN, may be part of a number: it counts only where it stands alone. */
  readonly word: boolean
  /** The characters around it that hold some bits of it, in base64. */
  readonly before: number
  readonly after: number
}

const shortest = 8

const mayHold = (text: string, secret: string): boolean =>
  text.includes(secret) || (text.length >= secret.length && (/[%\\&+]/.test(text) || mayHoldBase64(text, secret)))

/** A cheap look for eight characters of base64, at each of the three places where a group of bytes may begin. */
const mayHoldBase64 = (text: string, secret: string): boolean => {
  if (text.length < secret.length * 1.3) return false
  if (secret.length < shortest || /[^\x20-\x7e]/.test(secret)) return true
  const searched = normalize(text)
  return [0, 1, 2].some((start) => searched.includes(normalize(btoa(secret.slice(start, start + 6)))))
}

// `+` and `-`, `/` and `_` are the same in the two alphabets of base64; and a form writes a space as `+`.
const normalize = (text: string): string => text.replace(/[+-]/g, " ").replace(/_/g, "/")

const formsOf = (secret: string): ReadonlyArray<Form> => {
  const word = secret.length < shortest
  const plain = (text: string): Form => ({ text: normalize(text), word, before: 0, after: 0 })
  // A secret may look as if it held escapes itself: they are undone in the text, so here as well.
  const levels = Unescape.levels(secret).map(({ text }) => plain(text))
  return [...levels.filter(({ text }) => text.trim() !== ""), ...base64FormsOf(secret, word)]
}

/**
 * The characters of base64 that hold a secret: alone, or from the second or third byte of a group of three on where it is
 * within a longer value.
 */
const base64FormsOf = (secret: string, word: boolean): ReadonlyArray<Form> => {
  const bytes = new TextEncoder().encode(secret)
  return (word ? [0] : [0, 1, 2]).map((offset) => {
    const bits = (offset + bytes.length) * 8
    const binary = "\0".repeat(offset) + String.fromCharCode(...bytes)
    return {
      text: normalize(btoa(binary).slice(offset === 0 ? 0 : offset + 1, Math.floor(bits / 6))),
      word,
      before: offset === 0 ? 0 : 1,
      after: bits % 6 === 0 ? 0 : 1
    }
  })
}

/** The `=` at the end of base64. */
const padding = ({ after }: Form, text: string, end: number): number =>
  after === 0 ? 0 : (/^={1,2}/.exec(text.slice(end, end + 2))?.[0].length ?? 0)

const standsAlone = (text: string, start: number, end: number): boolean =>
  !/[\p{L}\d]$/u.test(text.slice(Math.max(0, start - 2), start)) && !/^[\p{L}\d]/u.test(text.slice(end, end + 2))

/** The place from which a text ends with the beginning of a form, an unfinished escape aside. */
const openEnd = (text: string, form: string): number | undefined => {
  let found: number | undefined
  for (const end of new Set([text, Unescape.trimUnfinished(text)])) {
    for (let length = Math.min(form.length - 1, end.length); length > 0; length--) {
      if (!end.endsWith(form.slice(0, length))) continue
      found = Math.min(found ?? end.length, end.length - length)
      break
    }
  }
  return found
}

/**
 * Redacts the values of secret names in a text that is not JSON: `auth_token=…`, `"password": "…"`. The server writes the
 * text, so the pattern must take linear time: it starts at the beginning of a word only.
 */
export const scrubPairs = (text: string): string =>
  text.includes(":") || text.includes("=")
    ? text.replace(
        /(?<![\w.-])([\w.-]{1,64})(\\?["']?\s{0,8}[:=]\s{0,8})(\\"(?:[^"\\]|\\[^"])*(?:\\")?|"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'&,;<>}\]]+)/g,
        (pair, name: string, between: string) => (isSecretName(name) ? name + between + redacted : pair)
      )
    : text

/** The bounds of a body that an error keeps. */
const maxDepth = 12
const maxItems = 100
const maxValues = 1000
const maxText = 8192
const maxChars = 65_536

/**
 * A copy of a JSON value that is safe to keep: redacted, and bounded in depth, breadth and length, since the server
 * decides how large it is.
 */
export const scrub = (value: unknown, secrets: ReadonlyArray<string>): Schema.Json => {
  let values = maxValues
  let chars = maxChars
  const text = (value: string): string => {
    const max = Math.min(maxText, chars)
    const kept = scrubStart(value, secrets, max)
    chars -= Math.min(chars, kept.length)
    return value.length > max ? `${kept}…` : kept
  }
  const go = (value: unknown, depth: number): Schema.Json => {
    if (values-- <= 0) return "…"
    if (typeof value === "string") return scrubPairs(text(value))
    if (typeof value === "number") {
      if (secrets.includes(String(value))) return redacted
      return Number.isFinite(value) ? value : String(value)
    }
    if (typeof value === "boolean" || value === null) return value
    if (depth >= maxDepth) return "…"
    if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => go(item, depth + 1))
    if (!Predicate.isObject(value)) return null
    const entries = Object.entries(value)
      .slice(0, maxItems)
      .map(([key, item]): [string, Schema.Json] => [
        text(key),
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
    isSecretName(key) ? valuesIn(item) : Predicate.isObject(item) ? secretsIn(item) : []
  )
}

const valuesIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  if (typeof value === "number") return [String(value)]
  return Predicate.isObject(value) || Array.isArray(value) ? Object.values(value).flatMap(valuesIn) : []
}

/**
 * Checks options at run time, for programs that no compiler has checked.
 *
 * A wrong option is `InvalidOptions`, which names the option, the value and the expectation. An unknown option is one too,
 * with a suggestion.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as DidYouMean from "./schema/didYouMean.ts"

export class InvalidOptions extends Error {
  override readonly name = "InvalidOptions"
}

/** A rule for one option. */
export interface Rule {
  /** Describes the accepted values, as in "expected a whole number, 1 or more". */
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
  /** The option must be given. */
  readonly required?: boolean
  /** The values are secrets: an error names only their type. */
  readonly secret?: boolean
  /** The rules of an option that is itself a record. */
  readonly fields?: Rules | undefined
}

export type Rules = { readonly [name: string]: Rule }

/** A rule for every option of a type. */
export type RulesFor<Options> = { readonly [Name in keyof Required<Options>]: Rule }

/** The first mistake in the options; `undefined` when there is none. An option that is `undefined` is left out. */
export const mistake = (options: unknown, rules: Rules, prefix = ""): string | undefined => {
  if (!isRecord(options)) {
    // A string in the place of all options may be a key.
    const shown = typeof options === "string" ? typeOf(options) : show(options)
    return `${prefix === "" ? "options" : prefix}: expected an object, got ${shown}`
  }
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    const path = prefix === "" ? name : `${prefix}.${name}`
    if (rule === undefined) {
      const similar = DidYouMean.find(name, Object.keys(rules), options)
      const known = similar === undefined ? `known are ${Object.keys(rules).join(", ")}` : `did you mean ${similar}?`
      return `${path}: unknown option, ${known}`
    }
    if (value === undefined) continue
    if (!rule.accepts(value)) {
      return `${path}: expected ${rule.expected}, got ${rule.secret === true ? typeOf(value) : show(value)}`
    }
    if (rule.fields !== undefined && isRecord(value)) {
      const found = mistake(value, rule.fields, path)
      if (found !== undefined) return found
    }
  }
  for (const [name, { expected, required }] of Object.entries(rules)) {
    const path = prefix === "" ? name : `${prefix}.${name}`
    if (required === true && options[name] === undefined) return `${path}: expected ${expected}, got undefined`
  }
  return undefined
}

/** Throws `InvalidOptions` for the first mistake in the options of a function. */
export const check = (name: string, options: unknown, rules: Rules): void => {
  const found = mistake(options, rules)
  if (found !== undefined) throw new InvalidOptions(`${name}: ${found}`)
}

// -----------------------------------------------------------------------------
// rules
// -----------------------------------------------------------------------------

export const boolean: Rule = { expected: "true or false", accepts: Predicate.isBoolean }

export const string: Rule = { expected: "a string", accepts: Predicate.isString }

export const func: Rule = { expected: "a function", accepts: Predicate.isFunction }

/** A whole number, or `Infinity` where `unbounded`. */
export const wholeNumber = (least: number, unbounded = false): Rule => ({
  expected: `a whole number, ${least} or more${unbounded ? ", or Infinity" : ""}`,
  accepts: (value) =>
    Predicate.isNumber(value) &&
    value >= least &&
    (Number.isSafeInteger(value) || (unbounded && value === Number.POSITIVE_INFINITY))
})

export const number = (expected: string, accepts: (value: number) => boolean): Rule => ({
  expected,
  accepts: (value) => Predicate.isNumber(value) && accepts(value)
})

/** A duration with a minimum in milliseconds. */
export const duration = (least = 0, expected = 'a duration such as "10 seconds"'): Rule => ({
  expected,
  accepts: (value) => {
    // A negative number or string is no shorter duration.
    if (Predicate.isNumber(value) && !(value >= 0)) return false
    if (Predicate.isString(value) && value.trim().startsWith("-")) return false
    const found = Duration.fromInput(value as Duration.Input)
    return Option.isSome(found) && Duration.toMillis(found.value) >= least
  }
})

export const schedule = (expected = "a Schedule"): Rule => ({ expected, accepts: Schedule.isSchedule })

/** A retry policy. */
export const policy: Rule = /*@__PURE__*/ schedule("a retry policy such as Retry.make({ attempts: 5 })")

/** An object with a function of this name, such as a value made by another module. */
export const made = (method: string, expected: string): Rule => ({
  expected,
  accepts: (value) => Predicate.isObject(value) && Predicate.isFunction((value as Record<string, unknown>)[method])
})

/** An object with options of its own. */
export const record = (fields: Rules): Rule => ({
  expected: `an object with ${Object.keys(fields).join(", ")}`,
  accepts: isRecord,
  fields
})

/** Any of several rules. */
export const either = (...rules: readonly [Rule, ...ReadonlyArray<Rule>]): Rule => ({
  expected: rules.map(({ expected }) => expected).join(", or "),
  accepts: (value) => rules.some((rule) => rule.accepts(value)),
  ...(rules.some(({ secret }) => secret === true) && { secret: true }),
  fields: rules.find(({ fields }) => fields !== undefined)?.fields
})

/** One value. */
export const literal = (value: string | number | boolean): Rule => ({
  expected: JSON.stringify(value),
  accepts: (given) => given === value
})

// -----------------------------------------------------------------------------
// internal
// -----------------------------------------------------------------------------

const isRecord = (value: unknown): value is Record<string, unknown> =>
  Predicate.isObject(value) &&
  !Array.isArray(value) &&
  !Effect.isEffect(value) &&
  !Schedule.isSchedule(value) &&
  !Redacted.isRedacted(value) &&
  !(value instanceof Date) &&
  !(value instanceof URL)

/** A value as a message shows it: primitives as written, anything else by its type. */
const show = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value.length > 50 ? `${value.slice(0, 50)}…` : value)
  if (typeof value === "bigint") return `${value}n`
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  return typeOf(value)
}

const typeOf = (value: unknown): string => {
  if (value === null) return "null"
  if (value === undefined) return "undefined"
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array"
  if (Redacted.isRedacted(value)) return "a Redacted"
  if (Effect.isEffect(value)) return "an Effect"
  if (Schedule.isSchedule(value)) return "a Schedule"
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

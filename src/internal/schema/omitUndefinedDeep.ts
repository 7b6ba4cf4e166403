/**
 * A copy of data without `undefined`: JSON would write null in its place, which the engine takes for "remove".
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import { isFileInput } from "../files/source.ts"
import * as Nulls from "./nulls.ts"

type Fields = Record<string, unknown>

/** Copies objects of any class or realm by their own enumerable fields, as JSON does. Throws for a cycle and {@link NotJson}. */
export const omitUndefinedDeep = (value: unknown): unknown => copy(value, [])

const copy = (value: unknown, parents: ReadonlyArray<object>): unknown => {
  if (!Predicate.isObjectOrArray(value) || isOpaque(value)) return value
  if (parents.includes(value)) throw new TypeError("A cycle")
  const inner = [...parents, value]
  const kind = builtInOf(value)
  if (kind !== undefined) throw new NotJson(pathOf(inner), `Expected JSON, got ${kind}`)
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map((item) => copy(item, inner))
  const out: Fields = {}
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) define(out, key, copy(item, inner))
  }
  Nulls.copy(value, out)
  return out
}

/** A value whose content is not in its fields: JSON would write `{}` in its place. */
export class NotJson extends Error {
  readonly field: string
  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

const builtIn = /^\[object ((?:Weak)?(?:Map|Set)|Promise|RegExp|Error|DataView|\w+Array|(?:Shared)?ArrayBuffer)\]$/

const builtInOf = (value: object): string | undefined => {
  if (Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value)) return undefined
  const name = builtIn.exec(Object.prototype.toString.call(value))?.[1]
  return name === undefined ? undefined : `${/^[AEI]/.test(name) ? "an" : "a"} ${name}`
}

/** The path of the last of some objects, each of which holds the next. */
const pathOf = (objects: ReadonlyArray<object>): string =>
  objects
    .slice(1)
    .map((value, i) => Object.entries(objects[i]!).find(([, item]) => item === value)?.[0] ?? "?")
    .join(".")

/** Values that are not data: secrets, files, and what writes itself, such as a date. */
const isOpaque = (value: object): boolean =>
  Redacted.isRedacted(value) ||
  isFileInput(value) ||
  typeof (value as { readonly toJSON?: unknown }).toJSON === "function"

/** Sets an own field of any name, `__proto__` included. */
export const define = (target: Fields, key: string, value: unknown): void => {
  if (key !== "__proto__") target[key] = value
  else Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true })
}

/**
 * Prints what the codecs of all operations make of the documented inputs and responses, and of variants in which one
 * value is another. One line each: two processes with the same codecs print the same.
 */
import { inspect } from "node:util"
import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as NullRows from "../../src/internal/schema/nullRows.ts"
import * as Nulls from "../../src/internal/schema/nulls.ts"
import { codecOf } from "../../src/internal/service.ts"
import { cases } from "../conformance/all.ts"

type Fields = Record<string, unknown>

const isPlain = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** A value as text: the order of its keys, `undefined`, what a secret holds, nulls that are read as absent. */
const show = (value: unknown): string => {
  if (Redacted.isRedacted(value)) return `Redacted(${show(Redacted.value(value))})`
  if (Array.isArray(value)) return `${NullRows.countOf(value) || ""}[${value.map(show).join()}]`
  if (value instanceof File) return `File(${[value.name, value.type, value.size].join()})`
  if (!isPlain(value)) return inspect(value)
  const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${show(item)}`)
  return `${Nulls.of(value)?.join() ?? ""}{${fields.join()}}`
}

const define = (to: Fields, key: string, value: unknown): Fields =>
  Object.defineProperty(to, key, { value, enumerable: true, configurable: true, writable: true })

/** The value with one part replaced, for each of its parts and each replacement; objects also with other fields. */
function* variantsOf(value: unknown, replacements: ReadonlyArray<unknown>): Generator<unknown> {
  yield* replacements
  yield [value]
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const variant of variantsOf(item, replacements)) yield value.with(index, variant)
    }
    yield [...value, null]
    yield [...value, ...value]
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) {
      const { [key]: _, ...rest } = value
      yield rest
      for (const variant of variantsOf(item, replacements)) yield define({ ...value }, key, variant)
    }
    yield { ...value, zz_other: { a: null, b: [1] } }
    yield define({ ...value, constructor: 1 }, "__proto__", { polluted: true })
  }
}

const json = [null, "", "x", "7", 0, 1.5, true, [], {}]
const any = [...json, undefined, Number.NaN, Redacted.make("s"), DateTime.makeUnsafe(0), new Date(0), Symbol.iterator]

const print = (name: string, variant: number, result: () => Result.Result<unknown, unknown>): void => {
  let shown: string
  try {
    const made = result()
    shown = Result.isSuccess(made) ? show(made.success) : `issues ${show(made.failure)}`
  } catch (cause) {
    shown = `thrown ${cause}`
  }
  process.stdout.write(`${name}, variant ${variant}: ${shown}\n`)
}

const textOf = (body: { readonly _tag: string; readonly body?: unknown } | undefined): unknown =>
  body?.body instanceof Uint8Array ? new TextDecoder().decode(body.body) : body?._tag

for (const { input, operation, response } of cases) {
  const codec = codecOf(operation)
  const encode = (value: unknown) => () =>
    Result.map(codec.encode(value, codec.ofAccount ? { account_id: "a1" } : undefined), ({ body, ...parts }) => ({
      ...parts,
      body: textOf(body)
    }))
  for (const [variant, value] of [input, ...variantsOf(input, any)].entries()) {
    print(`encode ${operation.name}`, variant, encode(value))
  }
  if (codec.readFile !== undefined) continue
  for (const [variant, value] of [response.body, ...variantsOf(response.body, json)].entries()) {
    print(`decode ${operation.name}`, variant, () => codec.decode(value))
  }
}

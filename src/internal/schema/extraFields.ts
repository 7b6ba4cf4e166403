/**
 * Fields that a schema does not name: kept when a response is decoded, sent when an input is encoded.
 *
 * Effect drops excess keys on its fast path. A walk over both sides, compiled from the AST once, copies them afterwards.
 * A part that is transformed as a whole is left alone, since its two sides have different keys, unless {@link reshaped}
 * says how they correspond. The same walk notes the fields that came as null, which are read as absent.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type { Issue } from "../../AudianError.ts"
import { isSecretName } from "../error/redact.ts"
import { isFileInput } from "../files/source.ts"
import * as DidYouMean from "./didYouMean.ts"
import * as Nulls from "./nulls.ts"
import { define } from "./omitUndefinedDeep.ts"
import { isPlaceholder } from "./redactedPlaceholder.ts"
import * as TimeForms from "./timeForms.ts"

type Fields = Record<string, unknown>

interface Visitor {
  /** Called with a field that the schema does not name. Returns its value on the other side, `undefined` to leave it out. */
  readonly extra: (
    key: string,
    value: unknown,
    path: string | undefined,
    known: Readonly<Record<string, unknown>>,
    from: Fields
  ) => unknown
  /** Called with an object. */
  readonly object?: (from: object, path: string | undefined) => void
  /** Called with a field that the schema names. */
  readonly known?: (key: string, value: unknown, path: string | undefined) => void
  /** Called with a field of an open object that the schema does not name. */
  readonly open?: (key: string, value: unknown, to: Fields) => void
  /** Called with a field that the schema names and that came as null. */
  readonly nulled?: (key: string, to: Fields) => void
  /** Called at the end of an object, with the times that it names. */
  readonly done?: (from: Fields, to: Fields, times: Times) => void
}

/** The names of times, each with its other spelling: `created_at` and `createdAt`. */
type Times = ReadonlyArray<readonly [string, string]>

/** `path` names the field for an issue; `undefined` where no issue is made. */
type Walk = (from: unknown, to: unknown, path: string | undefined, visitor: Visitor) => void

const none: Walk = () => {}

const compiled = new WeakMap<SchemaAST.AST, Walk>()

const compile = (ast: SchemaAST.AST): Walk => {
  const memoized = compiled.get(ast)
  if (memoized !== undefined) return memoized
  const reshape = reshapeOf(ast)
  const inner = make([reshape === undefined ? ast : SchemaAST.toType(ast)])
  const walk: Walk =
    reshape === undefined ? inner : (from, to, path, visitor) => inner(reshape(from), to, path, visitor)
  compiled.set(ast, walk)
  return walk
}

const Reshape = "effect-audian/reshape"

/**
 * Marks a schema that is transformed as a whole: `reshape` gives the encoded value the shape of the decoded one, with all
 * its fields.
 */
export const reshaped =
  (reshape: (encoded: never) => unknown) =>
  <S extends Schema.Top>(schema: S): S["Rebuild"] =>
    schema.annotate({ [Reshape]: reshape })

const reshapeOf = (ast: SchemaAST.AST): ((encoded: unknown) => unknown) | undefined =>
  ast.encoding === undefined
    ? undefined
    : (SchemaAST.resolve(ast)?.[Reshape] as ((encoded: unknown) => unknown) | undefined)

/** The members of a union, of its unions too, without those that are transformed as a whole. */
const membersOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  if (ast.encoding !== undefined) return []
  if (SchemaAST.isUnion(ast)) return ast.types.flatMap(membersOf)
  return SchemaAST.isSuspend(ast) ? membersOf(ast.thunk()) : [ast]
}

/** True for a schema whose values may hold fields. It does not look into a suspended schema, which may contain itself. */
const hasFields = (ast: SchemaAST.AST): boolean =>
  reshapeOf(ast) !== undefined ||
  (ast.encoding === undefined &&
    (SchemaAST.isObjects(ast) ||
      SchemaAST.isSuspend(ast) ||
      (SchemaAST.isArrays(ast) && [...ast.elements, ...ast.rest].some(hasFields)) ||
      (SchemaAST.isUnion(ast) && ast.types.some(hasFields))))

/** The walk of a field: of one schema, or of several when the members of a union share its name. */
const walkOf = (asts: ReadonlyArray<SchemaAST.AST>): Walk => {
  const some = asts.filter(hasFields)
  return some.length === 0 ? none : some.length === 1 ? lazy(() => compile(some[0]!)) : lazy(() => make(some))
}

/** Compiles on first use, since a schema may contain itself. */
const lazy = (make: () => Walk): Walk => {
  let walk: Walk | undefined
  return (from, to, path, visitor) => (walk ??= make())(from, to, path, visitor)
}

const make = (asts: ReadonlyArray<SchemaAST.AST>): Walk => {
  const members = asts.flatMap(membersOf)
  const objects = members.filter(SchemaAST.isObjects)
  const arrays = members.filter(SchemaAST.isArrays)
  if (objects.length === 0 && arrays.length === 0) return none
  const types = new Map<string, Array<SchemaAST.AST>>()
  for (const { propertySignatures } of objects) {
    for (const { name, type } of propertySignatures) {
      const key = String(name)
      types.set(key, [...(types.get(key) ?? []), type])
    }
  }
  const known: Record<string, Walk> = Object.create(null)
  for (const [key, asts] of types) known[key] = walkOf(asts)
  const times = Array.from(types.keys()).flatMap((key): Times => {
    const other = types.get(key)!.some(TimeForms.isIso) ? TimeForms.otherSpelling(key) : undefined
    // Of a model with both spellings, only that with an underscore has an entry.
    return other === undefined || (types.has(other) && !key.includes("_")) ? [] : [[key, other]]
  })
  const inner = Object.entries(known).filter(([, walk]) => walk !== none)
  const indexSignatures = objects.flatMap((object) => object.indexSignatures)
  const isRecord = indexSignatures.length > 0
  const isOpen = isRecord && types.size > 0
  const addsNone = !isRecord && [...types.values()].flat().every(({ encoding }) => encoding === undefined)
  const valueWalk = walkOf(indexSignatures.map(({ type }) => type))
  const elementWalk = walkOf(arrays.flatMap(({ elements, rest }) => [...elements, ...rest]))
  return (from, to, path, visitor) => {
    if (from === to || !Predicate.isObjectOrArray(from) || !Predicate.isObjectOrArray(to)) return
    if (Array.isArray(from)) {
      if (elementWalk === none || !Array.isArray(to)) return
      for (let i = 0; i < from.length; i++)
        elementWalk(from[i], to[i], path === undefined ? path : join(path, String(i)), visitor)
      return
    }
    if (objects.length === 0 || Array.isArray(to)) return
    visitor.object?.(from, path)
    const source = from as Fields
    const target = to as Fields
    if (addsNone && path === undefined && hasAllOf(target, source)) {
      for (const [key, walk] of inner) walk(source[key], target[key], path, visitor)
      return visitor.done?.(source, target, times)
    }
    const onKnown = visitor.known
    for (const key in source) {
      const walk = known[key]
      if (source[key] === null && walk !== undefined) visitor.nulled?.(key, target)
      // The fast path: a field without fields of its own.
      if (walk === none && onKnown === undefined) continue
      if (!Object.hasOwn(source, key)) continue
      if (walk !== undefined) {
        onKnown?.(key, source[key], path)
        if (walk !== none) walk(source[key], target[key], path === undefined ? path : join(path, key), visitor)
      } else if (isRecord) {
        if (valueWalk !== none)
          valueWalk(source[key], target[key], path === undefined ? path : join(path, key), visitor)
        if (isOpen) visitor.open?.(key, source[key], target)
      } else {
        const value = visitor.extra(key, source[key], path, known, source)
        if (value !== undefined) define(target, key, value)
      }
    }
    visitor.done?.(source, target, times)
  }
}

/** True for a source without null, and with no more fields than the target, which has none of its own. */
const hasAllOf = (target: Fields, source: Fields): boolean => {
  let fields = 0
  for (const key in source) {
    if (source[key] === null) return false
    fields++
  }
  for (const _ in target) fields--
  return fields === 0
}

const join = (path: string | undefined, key: string): string =>
  path === undefined || path === "" ? key : `${path}.${key}`

/**
 * Copies the extra fields of a response into the decoded value. A field that is named like a secret is redacted, a time in
 * another spelling is the value of the one that the schema names.
 */
export const keep = (ast: SchemaAST.AST): ((json: unknown, decoded: unknown) => void) => {
  const walk = compile(ast)
  return walk === none ? () => {} : (json, decoded) => walk(json, decoded, undefined, keeper)
}

const keeper: Visitor = {
  extra: (key, value) => {
    if (received.size < maxReceived) received.add(key)
    return redactSecrets(key, value)
  },
  open: (key, value, to) => {
    if (hasSecret(key, value)) define(to, key, redactSecrets(key, value))
  },
  nulled: (key, to) => {
    if (to[key] === undefined) Nulls.note(to, key)
  },
  done: (from, to, times) => {
    for (const [key, other] of times) {
      if (from[key] !== undefined || from[other] === undefined) continue
      const time = TimeForms.isoOf(from[other])
      if (time !== undefined) to[key] = time
    }
  }
}

const hasSecret = (key: string, value: unknown): boolean => {
  if (typeof value === "string" || typeof value === "number") return value !== "" && isSecretName(key)
  if (Array.isArray(value)) return value.some((item) => hasSecret(key, item))
  return Predicate.isObject(value) && Object.entries(value).some(([name, item]) => hasSecret(name, item))
}

// The names of extra fields that a server has sent. What was read can be written, however near another name it is.
const received = /*@__PURE__*/ new Set<string>()
const maxReceived = 10_000

/** True for a name that a response had: it is no slip. */
export const wasReceived = (key: string): boolean => received.has(key)

const redactSecrets = (key: string, value: unknown): unknown => {
  if (Redacted.isRedacted(value)) return value
  if (typeof value === "string" || typeof value === "number")
    return hasSecret(key, value) ? Redacted.make(value) : value
  if (Array.isArray(value)) return value.map((item) => redactSecrets(key, item))
  if (!Predicate.isObject(value)) return value
  const out: Fields = {}
  for (const [name, item] of Object.entries(value)) define(out, name, redactSecrets(name, item))
  return out
}

/**
 * Copies the extra fields of an input into the encoded body; with `sendsNull` also the fields that came as null. Adds an
 * issue for a field that cannot be sent and for one that is a slip of a documented field.
 */
export const send = (
  ast: SchemaAST.AST,
  encode: Encode,
  sendsNull: boolean
): ((input: unknown, encoded: unknown, issues: Array<Issue>) => void) => {
  const walk = compile(ast)
  if (walk === none) return () => {}
  return (input, encoded, issues) =>
    walk(input, encoded, "", {
      object: (from, path) => {
        // A date, a URL or a decimal of any class and realm writes itself as a text: its own fields are none of JSON's.
        const { toJSON } = from as { readonly toJSON?: unknown }
        if (typeof toJSON !== "function" || Redacted.isRedacted(from)) return
        if (!Predicate.isObject(toJSON.call(from, "")))
          issues.push({ field: path ?? "", message: `Expected an object with fields, got a ${from.constructor.name}` })
      },
      known: (key, value, path) => {
        if (isPlaceholder(Redacted.isRedacted(value) ? Redacted.value(value) : value) && isSecretName(key))
          issues.push({ field: join(path, key), message: placeholder })
      },
      extra: (key, value, path, known, from) => {
        const field = join(path, key)
        const meant = wasReceived(key) ? undefined : DidYouMean.find(key, Object.keys(known), from)
        if (meant !== undefined) {
          issues.push({ field, message: DidYouMean.message(meant) })
          return undefined
        }
        return encode(value, field, issues, key)
      },
      done: (from, to) => {
        if (sendsNull) for (const key of Nulls.of(from) ?? []) define(to, key, null)
      }
    })
}

const placeholder = "Expected a secret, found the placeholder of a redacted one"

/** Encodes an extra field. `key` is its name, `field` its path. */
export type Encode = (value: unknown, field: string, issues: Array<Issue>, key: string) => unknown

/** An extra field as JSON: secrets in clear, without `undefined`. */
export const toJson: Encode = (value, field, issues, key) => {
  const refuse = (message: string): undefined => {
    issues.push({ field, message })
    return undefined
  }
  if (value === null || value === undefined || typeof value === "boolean") return value
  if (typeof value === "string") {
    if (isPlaceholder(value) && isSecretName(key)) return refuse(placeholder)
    return value
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : refuse("Expected a finite number")
  if (Redacted.isRedacted(value)) return toJson(Redacted.value(value), field, issues, key)
  if (Array.isArray(value)) {
    return value
      .map((item, index) => toJson(item, join(field, String(index)), issues, key))
      .filter((item) => item !== undefined)
  }
  if (typeof value !== "object" || isFileInput(value))
    return refuse(`Expected JSON, got a ${isFileInput(value) ? "file" : typeof value}`)
  const { toJSON } = value as { readonly toJSON?: unknown }
  if (typeof toJSON === "function") return toJson(toJSON.call(value, key), field, issues, key)
  const out: Fields = {}
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue
    const json = toJson(item, join(field, name), issues, name)
    if (json !== undefined) define(out, name, json)
  }
  return out
}

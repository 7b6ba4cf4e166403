/**
 * Inputs for calls, derived from an operation's contract: invalid inputs, unknown ids, and the lists that known ids come
 * from.
 *
 * @internal
 */

import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as SchemaAST from "effect/SchemaAST"
import { escape } from "../../internal/error/redact.ts"
import { codecOf } from "../../internal/service.ts"
import type * as Operation from "../../Operation.ts"

export type Fields = Readonly<Record<string, unknown>>

const encode = (operation: Operation.Any, input: unknown) =>
  codecOf(operation).encode(input, codecOf(operation).ofAccount ? { account_id: "account_contract" } : undefined)

/** The fields of an input that do not fit the contract. */
export const invalidFields = (operation: Operation.Any, input: unknown): ReadonlyArray<string> => {
  const encoded = encode(operation, input)
  return Result.isSuccess(encoded) ? [] : encoded.failure.map(({ field }) => field)
}

/** The fields that a body requires and an input lacks. A call of an update leaves that to the API. */
export const missingFields = ({ endpoint }: Operation.Any, input: Fields): ReadonlyArray<string> =>
  Array.from(endpoint.payload.values())
    .flatMap(({ schemas }) => schemas.flatMap(({ ast }) => requiredOf(ast)))
    .flatMap((field) => (field.name === "data" ? requiredOf(field.type) : [field]))
    .flatMap(({ name }) => (name in input ? [] : [String(name)]))

const requiredOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.PropertySignature> =>
  SchemaAST.isObjects(ast) ? ast.propertySignatures.filter(({ type }) => !SchemaAST.isOptional(type)) : []

/** The fields of a body as sent, with `Redacted` values in plain text. */
export const sentFields = (operation: Operation.Any, input: unknown): unknown => {
  const encoded = encode(operation, input)
  return Result.isSuccess(encoded) ? encoded.success.fields : undefined
}

/** The names of the ids in a path, except the account: the credential supplies it. */
export const idsOf = (operation: Operation.Any): ReadonlyArray<string> =>
  Array.from(codecOf(operation).template.matchAll(/\{(\w+)\}/g), ([, name]) => name!).filter(
    (name) => name !== "account_id"
  )

/** Invalid inputs: one with an undocumented field, an empty one, and one per id with a malformed id. */
export const invalidInputs = (operation: Operation.Any, input: Fields): ReadonlyArray<Fields> =>
  [
    { ...input, field_of_no_contract: true },
    {},
    ...[...idsOf(operation), ...(codecOf(operation).ofAccount ? ["account_id"] : [])].map((id) => ({
      ...input,
      [id]: ".."
    }))
  ].filter((candidate) => invalidFields(operation, candidate).length > 0)

/** The input with unknown ids, unique per digit; `undefined` if no such id fits the contract. */
export const unknownInput = (operation: Operation.Any, input: Fields, digit: number): Fields | undefined => {
  const ids = idsOf(operation)
  if (ids.length === 0) return undefined
  return [`contract-unknown-${digit}`, `+1999555019${digit}`]
    .map((id) => ({ ...input, ...Object.fromEntries(ids.map((name) => [name, id])) }))
    .find((candidate) => invalidFields(operation, candidate).length === 0)
}

/** True if an operation succeeds with any id: the engine creates a conference room on demand. */
export const takesAnyId = ({ name }: Operation.Any): boolean => name === "Account.Conferences.get"

/** The path template of the list that supplies an id. */
export const collectionOf = (operation: Operation.Any, id: string): string => {
  const { template } = codecOf(operation)
  return template.slice(0, template.indexOf(`/{${id}}`))
}

/** The items of a list response; `undefined` if it is not a list. */
export const itemsOf = (value: unknown): ReadonlyArray<unknown> | undefined => {
  if (Array.isArray(value)) return value
  const lists = Predicate.isObject(value) ? Object.values(value).filter(Array.isArray) : []
  return lists.length === 1 ? lists[0] : undefined
}

/** The id of an item: under the name in the path, or under `id` or `uuid`. */
export const idOf = (item: unknown, name: string): string | undefined => {
  if (typeof item === "string") return item
  if (!Predicate.isObject(item)) return undefined
  const fields = item as Fields
  return [name, "id", "uuid"].map((key) => fields[key]).find((id): id is string => typeof id === "string" && id !== "")
}

/** The operations on the resource that an operation creates. */
export interface Siblings {
  /** The name of the id in their paths. */
  readonly id: string | undefined
  readonly list: Operation.Any | undefined
  readonly get: Operation.Any | undefined
  readonly updates: ReadonlyArray<Operation.Any>
  readonly remove: Operation.Any | undefined
}

export const siblingsOf = (create: Operation.Any, operations: ReadonlyArray<Operation.Any>): Siblings => {
  const { template } = codecOf(create)
  const above = template.slice(0, template.lastIndexOf("/"))
  // A creation is at the collection, or at a verb below it: `/v2/numbers/purchase`.
  const collections = above.endsWith("}") ? [template] : [template, above]
  const item = new RegExp(`^(?:${collections.map(escape).join("|")})/\\{(?!account_id\\})(\\w+)\\}$`)
  const related = operations.filter(({ traits }) => traits.resource === create.traits.resource)
  const items = related.filter((operation) => item.test(codecOf(operation).template))
  const by = (...methods: ReadonlyArray<string>) =>
    items.filter((operation) => methods.includes(codecOf(operation).method))
  return {
    id: items.flatMap((operation) => item.exec(codecOf(operation).template)?.[1] ?? [])[0],
    list: related.find(
      (operation) => codecOf(operation).method === "GET" && collections.includes(codecOf(operation).template)
    ),
    get: by("GET")[0],
    updates: by("POST", "PUT", "PATCH"),
    remove: by("DELETE")[0]
  }
}

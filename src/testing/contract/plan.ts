/**
 * What to call an operation with, read off its contract: inputs that it must refuse, ids that nobody has, and where the
 * ids of what there is come from.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { escape } from "../../internal/error/redact.ts"
import type * as Operation from "../../Operation.ts"

export type Fields = Readonly<Record<string, unknown>>

const encode = ({ codec }: Operation.Any, input: unknown) =>
  codec.encode(input, codec.ofAccount ? { account_id: "account_contract" } : undefined)

/** What the contract says is wrong with an input: the fields; none when it fits. */
export const wrongFields = (operation: Operation.Any, input: unknown): ReadonlyArray<string> => {
  const encoded = encode(operation, input)
  return Result.isSuccess(encoded) ? [] : encoded.failure.map(({ field }) => field)
}

/** The fields of a body as they are sent: what was redacted is plain. */
export const fieldsOf = (operation: Operation.Any, input: unknown): unknown => {
  const encoded = encode(operation, input)
  return Result.isSuccess(encoded) ? encoded.success.fields : undefined
}

/** The names of the ids in a path; the account is the credential's matter. */
export const idsOf = ({ codec }: Operation.Any): ReadonlyArray<string> =>
  Array.from(codec.template.matchAll(/\{(\w+)\}/g), ([, name]) => name!).filter((name) => name !== "account_id")

/** Inputs that the contract refuses: a field that is not there, no field at all, an id that cannot be one. */
export const refused = (operation: Operation.Any, input: Fields): ReadonlyArray<Fields> =>
  [
    { ...input, field_of_no_contract: true },
    {},
    ...[...idsOf(operation), ...(operation.codec.ofAccount ? ["account_id"] : [])].map((id) => ({
      ...input,
      [id]: ".."
    }))
  ].filter((candidate) => wrongFields(operation, candidate).length > 0)

/** The input with ids that nothing has, told apart by a digit; none where the contract takes no such id. */
export const unknown = (operation: Operation.Any, input: Fields, digit: number): Fields | undefined => {
  const ids = idsOf(operation)
  if (ids.length === 0) return undefined
  return [`contract-unknown-${digit}`, `+1999555019${digit}`]
    .map((id) => ({ ...input, ...Object.fromEntries(ids.map((name) => [name, id])) }))
    .find((candidate) => wrongFields(operation, candidate).length === 0)
}

/** Whether an operation finds something under any id: the engine makes a conference room on the spot. */
export const takesAnyId = ({ name }: Operation.Any): boolean => name === "Account.Conferences.get"

/** The template of the list that an id in a path comes from. */
export const collectionOf = ({ codec }: Operation.Any, id: string): string =>
  codec.template.slice(0, codec.template.indexOf(`/{${id}}`))

/** What an answer lists; none where it is no list. */
export const itemsOf = (value: unknown): ReadonlyArray<unknown> | undefined => {
  if (Array.isArray(value)) return value
  const lists = Predicate.isObject(value) ? Object.values(value).filter(Array.isArray) : []
  return lists.length === 1 ? lists[0] : undefined
}

/** The id of a thing, under the name that a path has for it or under one of its own. */
export const idOf = (item: unknown, name: string): string | undefined => {
  if (typeof item === "string") return item
  if (!Predicate.isObject(item)) return undefined
  const fields = item as Fields
  return [name, "id", "uuid"].map((key) => fields[key]).find((id): id is string => typeof id === "string" && id !== "")
}

/** The operations on what an operation creates. */
export interface Siblings {
  /** The name that their paths have for the id. */
  readonly id: string | undefined
  readonly list: Operation.Any | undefined
  readonly get: Operation.Any | undefined
  readonly updates: ReadonlyArray<Operation.Any>
  readonly remove: Operation.Any | undefined
}

export const siblingsOf = (create: Operation.Any, operations: ReadonlyArray<Operation.Any>): Siblings => {
  const { template } = create.codec
  const above = template.slice(0, template.lastIndexOf("/"))
  // Some are created at their collection, some at a verb below it: `/v2/numbers/purchase`.
  const collections = above.endsWith("}") ? [template] : [template, above]
  const item = new RegExp(`^(?:${collections.map(escape).join("|")})/\\{(?!account_id\\})(\\w+)\\}$`)
  const related = operations.filter(({ traits }) => traits.resource === create.traits.resource)
  const items = related.filter(({ codec }) => item.test(codec.template))
  const by = (...methods: ReadonlyArray<string>) => items.filter(({ codec }) => methods.includes(codec.method))
  return {
    id: items.flatMap(({ codec }) => item.exec(codec.template)?.[1] ?? [])[0],
    list: related.find(({ codec }) => codec.method === "GET" && collections.includes(codec.template)),
    get: by("GET")[0],
    updates: by("POST", "PUT", "PATCH"),
    remove: by("DELETE")[0]
  }
}

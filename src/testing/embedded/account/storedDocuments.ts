/**
 * What the engine does with documents of any kind: defaults on the way in, replacing and merging, lists that sum up.
 *
 * @internal
 */

import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as Operation from "../../../Operation.ts"
import * as Timestamp from "../../../Timestamp.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Tree from "./accounts.ts"
import * as Engine from "./envelope.ts"
import * as Paging from "./paging.ts"

export interface Kind {
  readonly name: string
  /** The parameter of the path that names one. */
  readonly id: string
  /** What the engine writes where nothing was sent. */
  readonly defaults?: Engine.Document
  /** What is kept and never answered. */
  readonly hidden?: ReadonlyArray<string>
  /** What a list says of one, beside its id; everything by default. */
  readonly summary?: (data: Engine.Document) => Engine.Document
  /** What the engine refuses beyond the contract; `id` is that of the document when it is there already. */
  readonly check?: (
    account: Tree.Account,
    data: Engine.Document,
    id: string | undefined
  ) => Effect.Effect<void, Engine.Refusal>
}

/** A copy with the second over the first, objects within it too; null takes away. */
export const merge = (under: Engine.Document, over: Engine.Document): Engine.Document => {
  const merged: Record<string, Schema.Json> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    if (value === null) delete merged[key]
    else merged[key] = Engine.isDocument(value) ? merge(Engine.isDocument(below) ? below : {}, value) : value
  }
  return merged
}

/** The fields of those names that are there. */
export const pick = (data: Engine.Document, ...keys: ReadonlyArray<string>): Engine.Document =>
  Object.fromEntries(keys.flatMap((key) => (data[key] === undefined ? [] : [[key, data[key]]])))

export const gregorian = (millis: number): number => Timestamp.toGregorian(DateTime.makeUnsafe(millis))

/** A point in time in any of the forms that the API has, in milliseconds since 1970. */
export const millisOf = (u: Schema.Json | undefined): number | undefined => {
  if (typeof u === "number") return Paging.unixOf(u) * 1000
  if (typeof u !== "string") return undefined
  return Option.getOrUndefined(Option.map(Timestamp.fromIso(u as Timestamp.Iso), DateTime.toEpochMillis))
}

/** A document as it is answered; its id is not the client's to choose. */
export const show = (kind: Kind, { data, id }: Tree.Stored): Engine.Document => {
  const shown: Record<string, Schema.Json> = { ...data, id }
  for (const key of kind.hidden ?? []) delete shown[key]
  return shown
}

interface DocumentReply extends Engine.Reply {
  readonly data: Engine.Document
}

/** The answer with a document: read-only facts stand beside it. */
export const reply = (kind: Kind, stored: Tree.Stored): DocumentReply => ({
  data: show(kind, stored),
  revision: `${stored.revision}-${stored.id}`,
  metadata: { id: stored.id, created: gregorian(stored.created), modified: gregorian(stored.modified) }
})

/** A document by its id, or 404. */
export const find = (kind: Kind, account: Tree.Account, id: string): Effect.Effect<Tree.Stored, Engine.Refusal> => {
  const found = account.of(kind.name).find(id)
  return found === undefined ? Engine.unknownId(id) : Effect.succeed(found)
}

/** Writes a document: a new one, or over one that is there. */
export const write = (
  tree: Tree.Tree,
  kind: Kind,
  account: Tree.Account,
  sent: Engine.Document,
  now: number,
  old?: Tree.Stored | undefined
): Effect.Effect<Tree.Stored, Engine.Refusal> => {
  const data = merge(kind.defaults ?? {}, sent)
  return Effect.map(kind.check?.(account, data, old?.id) ?? Effect.void, () => {
    const stored: Tree.Stored =
      old === undefined
        ? Tree.store(tree, Tree.hex(tree.next()), data, now)
        : { ...old, revision: old.revision + 1, modified: now, data }
    account.of(kind.name).set(stored.id, stored)
    return stored
  })
}

/** Takes a document away, and answers it once more. */
export const remove = (kind: Kind, account: Tree.Account, id: string): Engine.Answer =>
  Effect.map(find(kind, account, id), (stored) => {
    account.of(kind.name).delete(id)
    const answer = reply(kind, stored)
    return { ...answer, metadata: { ...answer.metadata, deleted: true } }
  })

/** What is listed: all, or those that pass. */
export const list = (
  kind: Kind,
  account: Tree.Account,
  query: Paging.Query,
  where: (stored: Tree.Stored) => boolean = () => true
): Engine.Answer =>
  Paging.page(account.of(kind.name).all().filter(where), query, {
    position: ({ position }) => position,
    show: (stored) =>
      kind.summary === undefined ? show(kind, stored) : { id: stored.id, ...kind.summary(stored.data) }
  })

/** The operations that a kind of document has, each answered in the one way. */
export interface Operations {
  readonly list?: Operation.Any
  readonly create?: Operation.Any
  readonly get?: Operation.Any
  readonly update?: Operation.Any
  readonly patch?: Operation.Any
  readonly remove?: Operation.Any
}

interface Fields extends Paging.Query {
  readonly [field: string]: unknown
}

/** Answers the operations of a kind of document that has nothing to it. */
export const crud = (tree: Tree.Tree, kind: Kind, operations: Operations): ReadonlyArray<AudianTest.Handler> => {
  const answers: { readonly [K in keyof Operations]-?: (call: Tree.Call<Fields>) => Engine.Answer } = {
    list: ({ account, input }) => list(kind, account, input),
    create: ({ account, now, sent }) =>
      Effect.map(write(tree, kind, account, sent, now), (stored) => reply(kind, stored)),
    get: ({ account, input }) => Effect.map(find(kind, account, idOf(input)), (stored) => reply(kind, stored)),
    update: ({ account, input, now, sent }) => rewrite(account, input, now, () => sent),
    patch: ({ account, input, now, sent }) => rewrite(account, input, now, (old) => merge(old, sent)),
    remove: ({ account, input }) => remove(kind, account, idOf(input))
  }
  const idOf = (input: Fields) => String(input[kind.id])
  const rewrite = (
    account: Tree.Account,
    input: Fields,
    now: number,
    change: (data: Engine.Document) => Engine.Document
  ): Engine.Answer =>
    Effect.flatMap(find(kind, account, idOf(input)), (old) =>
      Effect.map(write(tree, kind, account, change(old.data), now, old), (stored) => reply(kind, stored))
    )
  return (Object.keys(answers) as ReadonlyArray<keyof Operations>).flatMap((name) =>
    operations[name] === undefined ? [] : [Tree.handle<Fields>(tree, operations[name], answers[name])]
  )
}

/** A value that only the given field of a document may have in the account: 400 when another one has it. */
export const unique = (
  kind: Pick<Kind, "name">,
  field: string,
  read: (data: Engine.Document) => Schema.Json | undefined
): NonNullable<Kind["check"]> => {
  return (account, data, id) => {
    const value = read(data)
    if (value === undefined) return Effect.void
    const taken = account
      .of(kind.name)
      .all()
      .some((stored) => stored.id !== id && read(stored.data) === value)
    return taken ? Engine.invalid(field, "unique", `Another one has this ${field}`, value) : Effect.void
  }
}

/**
 * Documents of any kind, as the engine stores them: defaults, replacement, merge, summaries in lists.
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
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as Filters from "./filters.ts"
import * as Paging from "./paging.ts"

export interface Kind {
  readonly name: string
  /** The path parameter with the document's id. */
  readonly id: string
  /** The values of fields that a write leaves out. */
  readonly defaults?: Envelope.Document
  /** Fields that are stored and never returned. */
  readonly hidden?: ReadonlyArray<string>
  /** The fields in a list, besides the id; all of them by default. */
  readonly summary?: (data: Envelope.Document) => Envelope.Document
  /** A check beyond the contract. `id` is that of an existing document. */
  readonly check?: (
    account: Accounts.Account,
    data: Envelope.Document,
    id: string | undefined
  ) => Effect.Effect<void, Envelope.Refusal>
}

/** A deep merge of `over` into a copy of `under`; null removes a field. */
export const merge = (under: Envelope.Document, over: Envelope.Document): Envelope.Document => {
  const merged: Record<string, Schema.Json> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    if (value === null) delete merged[key]
    else merged[key] = Envelope.isDocument(value) ? merge(Envelope.isDocument(below) ? below : {}, value) : value
  }
  return merged
}

/** The given fields, if they are present. */
export const pick = (data: Envelope.Document, ...keys: ReadonlyArray<string>): Envelope.Document =>
  Object.fromEntries(keys.flatMap((key) => (data[key] === undefined ? [] : [[key, data[key]]])))

export const gregorian = (millis: number): number => Timestamp.toGregorian(DateTime.makeUnsafe(millis))

/** A timestamp in any form of the API, in milliseconds since 1970. */
export const millisOf = (u: Schema.Json | undefined): number | undefined => {
  if (typeof u === "number") return Paging.unixOf(u) * 1000
  if (typeof u !== "string") return undefined
  return Option.getOrUndefined(Option.map(Timestamp.fromIso(u as Timestamp.Iso), DateTime.toEpochMillis))
}

/** A document in a response. The stored id replaces one in the data. */
export const show = (kind: Kind, { data, id }: Accounts.Stored): Envelope.Document => {
  const shown: Record<string, Schema.Json> = { ...data, id }
  for (const key of kind.hidden ?? []) delete shown[key]
  return shown
}

interface DocumentReply extends Envelope.Reply {
  readonly data: Envelope.Document
}

/** The reply with a document, its revision and its metadata. */
export const reply = (kind: Kind, stored: Accounts.Stored): DocumentReply => ({
  data: show(kind, stored),
  revision: `${stored.revision}-${stored.id}`,
  metadata: { id: stored.id, created: gregorian(stored.created), modified: gregorian(stored.modified) }
})

/** A document by its id. Fails with 404. */
export const find = (
  kind: Kind,
  account: Accounts.Account,
  id: string
): Effect.Effect<Accounts.Stored, Envelope.Refusal> => {
  const found = account.store(kind.name).find(id)
  return found === undefined ? Envelope.unknownId(id) : Effect.succeed(found)
}

/** Creates a document, or replaces `old`. */
export const write = (
  accounts: Accounts.Accounts,
  kind: Kind,
  account: Accounts.Account,
  sent: Envelope.Document,
  now: number,
  old?: Accounts.Stored | undefined
): Effect.Effect<Accounts.Stored, Envelope.Refusal> => {
  const data = merge(kind.defaults ?? {}, sent)
  return Effect.map(kind.check?.(account, data, old?.id) ?? Effect.void, () => {
    const stored: Accounts.Stored =
      old === undefined
        ? Accounts.makeStored(accounts, Accounts.hex(accounts.next()), data, now)
        : { ...old, revision: old.revision + 1, modified: now, data }
    account.store(kind.name).set(stored.id, stored)
    return stored
  })
}

/** Removes a document, and replies with it. */
export const remove = (kind: Kind, account: Accounts.Account, id: string): Envelope.Result =>
  Effect.map(find(kind, account, id), (stored) => {
    account.store(kind.name).delete(id)
    const last = reply(kind, stored)
    return { ...last, metadata: { ...last.metadata, deleted: true } }
  })

/** One page of the documents that pass the filter. */
export const list = (
  kind: Kind,
  account: Accounts.Account,
  query: Paging.Query,
  where: (stored: Accounts.Stored) => boolean = () => true
): Envelope.Result =>
  Paging.page(
    account
      .store(kind.name)
      .all()
      .filter((stored) => where(stored) && Filters.matches({ ...query }, stored)),
    query,
    {
      position: ({ position }) => position,
      show: (stored) =>
        kind.summary === undefined ? show(kind, stored) : { id: stored.id, ...kind.summary(stored.data) }
    }
  )

/** The operations that `crud` can handle. */
interface Operations {
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

/** The handlers of the operations of a plain kind of document. */
export const crud = (
  accounts: Accounts.Accounts,
  kind: Kind,
  operations: Operations
): ReadonlyArray<AudianTest.Handler> => {
  const handlers: { readonly [K in keyof Operations]-?: (call: Accounts.Call<Fields>) => Envelope.Result } = {
    list: ({ account, input }) => list(kind, account, input),
    create: ({ account, now, sent }) =>
      Effect.map(write(accounts, kind, account, sent, now), (stored) => reply(kind, stored)),
    get: ({ account, input }) => Effect.map(find(kind, account, idOf(input)), (stored) => reply(kind, stored)),
    update: ({ account, input, now, sent }) => rewrite(account, input, now, () => sent),
    patch: ({ account, input, now, sent }) => rewrite(account, input, now, (old) => merge(old, sent)),
    remove: ({ account, input }) => remove(kind, account, idOf(input))
  }
  const idOf = (input: Fields) => String(input[kind.id])
  const rewrite = (
    account: Accounts.Account,
    input: Fields,
    now: number,
    change: (data: Envelope.Document) => Envelope.Document
  ): Envelope.Result =>
    Effect.flatMap(find(kind, account, idOf(input)), (old) =>
      Effect.map(write(accounts, kind, account, change(old.data), now, old), (stored) => reply(kind, stored))
    )
  return (Object.keys(handlers) as ReadonlyArray<keyof Operations>).flatMap((name) =>
    operations[name] === undefined ? [] : [Accounts.handle<Fields>(accounts, operations[name] as never, handlers[name])]
  )
}

/** A check that no other document of the account has the same value in a field. Fails with 400. */
export const unique = (
  kind: Pick<Kind, "name">,
  field: string,
  read: (data: Envelope.Document) => Schema.Json | undefined
): NonNullable<Kind["check"]> => {
  return (account, data, id) => {
    const value = read(data)
    if (value === undefined) return Effect.void
    const isDuplicate = account
      .store(kind.name)
      .all()
      .some((stored) => stored.id !== id && read(stored.data) === value)
    return isDuplicate ? Envelope.invalid(field, "unique", `Another one has this ${field}`, value) : Effect.void
  }
}

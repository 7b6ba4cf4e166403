/**
 * Records, as the engine stores them by month: the newest first, within a range of time.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Accounts from "./accounts.ts"
import type * as Envelope from "./envelope.ts"
import * as Filters from "./filters.ts"
import * as Paging from "./paging.ts"

/** Adds a record, under an id that starts with the month of its creation. */
export const add = (
  accounts: Accounts.Accounts,
  account: Accounts.Account,
  kind: string,
  data: Envelope.Document,
  at: number
): Accounts.Stored => {
  const month = DateTime.formatIso(DateTime.makeUnsafe(at)).slice(0, 7).replace("-", "")
  const stored = Accounts.makeStored(accounts, `${month}-${Accounts.hex(accounts.next())}`, data, at)
  account.store(kind).set(stored.id, stored)
  return stored
}

/** The rank of a record: by the second of its creation, then by insertion. */
export const position = ({ created, position }: Accounts.Stored): number =>
  Math.floor(created / 1000) * 1_000_000 + (position % 1_000_000)

export const newestFirst = (account: Accounts.Account, kind: string): ReadonlyArray<Accounts.Stored> =>
  account
    .store(kind)
    .all()
    .toSorted((a, b) => position(b) - position(a))

/** One page of the records created in a range of time. */
export const list = (
  account: Accounts.Account,
  kind: string,
  query: Paging.Query & Paging.Range,
  now: number,
  show: (stored: Accounts.Stored) => Schema.Json
): Envelope.Result =>
  Effect.flatMap(Paging.range(query, now), ({ from, to }) => {
    const within = newestFirst(account, kind).filter((stored) => {
      const second = Math.floor(stored.created / 1000)
      return from <= second && second <= to && Filters.matches({ ...query }, stored)
    })
    return Paging.page(within, query, { position, show, newestFirst: true })
  })

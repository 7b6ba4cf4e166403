/**
 * What the engine keeps by the month: records, listed with the newest first, within a range of time.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Tree from "./accounts.ts"
import type * as Engine from "./envelope.ts"
import * as Paging from "./paging.ts"

/** Adds a record made at a time, under an id that names the month of it. */
export const add = (
  tree: Tree.Tree,
  account: Tree.Account,
  kind: string,
  data: Engine.Document,
  at: number
): Tree.Stored => {
  const month = DateTime.formatIso(DateTime.makeUnsafe(at)).slice(0, 7).replace("-", "")
  const stored = Tree.store(tree, `${month}-${Tree.hex(tree.next())}`, data, at)
  account.of(kind).set(stored.id, stored)
  return stored
}

/** Where a record stands: by the second it was made in, and then in the order in which it came. */
export const position = ({ created, position }: Tree.Stored): number =>
  Math.floor(created / 1000) * 1_000_000 + (position % 1_000_000)

export const newestFirst = (account: Tree.Account, kind: string): ReadonlyArray<Tree.Stored> =>
  account
    .of(kind)
    .all()
    .toSorted((a, b) => position(b) - position(a))

/** One page of the records that were made in a range of time. */
export const list = (
  account: Tree.Account,
  kind: string,
  query: Paging.Query & Paging.Range,
  now: number,
  show: (stored: Tree.Stored) => Schema.Json
): Engine.Answer =>
  Effect.flatMap(Paging.range(query, now), ({ from, to }) => {
    const within = newestFirst(account, kind).filter(({ created }) => {
      const second = Math.floor(created / 1000)
      return from <= second && second <= to
    })
    return Paging.page(within, query, { position, show, newestFirst: true })
  })

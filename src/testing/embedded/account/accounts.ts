/**
 * The accounts of the embedded server: the one that the key belongs to, those below it, and the one above it, which is
 * out of its reach. Each has its own documents.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type { AudianError } from "../../../AudianError.ts"
import type * as Operation from "../../../Operation.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Seen from "../requestContext.ts"
import type * as World from "../state.ts"
import * as Collection from "../store.ts"
import * as Engine from "./envelope.ts"

/** A document and what the engine knows about it. */
export interface Stored {
  readonly id: string
  /** In which order documents came. */
  readonly position: number
  /** How often it was written. */
  readonly revision: number
  /** In milliseconds since 1970. */
  readonly created: number
  readonly modified: number
  readonly data: Engine.Document
}

export interface Account {
  readonly id: string
  /** `undefined` for one that stands by itself. */
  readonly parent: string | undefined
  readonly document: Stored
  /** The documents of one kind. */
  readonly of: (kind: string) => Collection.Collection<Stored>
}

export interface Tree {
  readonly world: World.World
  /** The account that the key belongs to. */
  readonly own: string
  readonly accounts: Collection.Collection<Account>
  /** Counts what is made: ids have 32 hexadecimal digits and no two things have the same. */
  readonly next: () => number
}

export const hex = (count: number): string => count.toString(16).padStart(32, "0")

export const make = (world: World.World, own: string, now: number): Tree => {
  let count = 0
  const next = () => ++count
  const tree: Tree = {
    world,
    own,
    accounts: Collection.make({ nextId: () => hex(next()) }, { prefix: "", what: "account" }),
    next
  }
  const above = hex(next())
  plant(tree, above, undefined, { name: "Reseller" }, now)
  plant(tree, own, above, { name: "Embedded", realm: "embedded.sip.audian.com" }, now)
  return tree
}

/** Adds an account under an id. */
export const plant = (
  tree: Tree,
  id: string,
  parent: string | undefined,
  data: Engine.Document,
  now: number
): Account => {
  const kinds = new Map<string, Collection.Collection<Stored>>()
  const account: Account = {
    id,
    parent,
    document: store(tree, id, data, now),
    of: (kind) => {
      const found = kinds.get(kind) ?? Collection.make({ nextId: () => hex(tree.next()) }, { prefix: "", what: kind })
      kinds.set(kind, found)
      return found
    }
  }
  tree.accounts.set(id, account)
  return account
}

export const store = (tree: Tree, id: string, data: Engine.Document, now: number): Stored => ({
  id,
  position: tree.next(),
  revision: 1,
  created: now,
  modified: now,
  data
})

export const children = (tree: Tree, id: string): ReadonlyArray<Account> =>
  tree.accounts.all().filter(({ parent }) => parent === id)

export const descendants = (tree: Tree, id: string): ReadonlyArray<Account> =>
  children(tree, id).flatMap((child) => [child, ...descendants(tree, child.id)])

/** Whether an account is another, or below it. */
export const isWithin = (tree: Tree, id: string | undefined, top: string): boolean =>
  id !== undefined && (id === top || isWithin(tree, tree.accounts.find(id)?.parent, top))

/** An account that the key may work in. One that is not known is answered as a bad credential is. */
export const reach = (tree: Tree, id: string): Effect.Effect<Account, Engine.Refusal> => {
  const found = tree.accounts.find(id)
  if (found === undefined) return Engine.unauthorized
  return isWithin(tree, id, tree.own) ? Effect.succeed(found) : Engine.forbidden
}

/** What an operation has to answer with. */
export interface Call<Input> {
  /** The account in the path; the key's own where there is none. */
  readonly account: Account
  readonly input: Input & { readonly account_id?: string | undefined }
  /** The document in the body as it was sent. */
  readonly sent: Engine.Document
  /** In milliseconds since 1970. */
  readonly now: number
}

/** Answers an operation as the engine does, in an account that the key may work in. */
export const handle = <Input>(
  tree: Tree,
  operation: Operation.Any & { readonly "~Input"?: Input },
  answer: (call: Call<Input>) => Engine.Answer
): AudianTest.Handler => ({
  operation,
  run: (given): Effect.Effect<unknown, AudianError> =>
    Effect.flatMap(Seen.Seen, ({ body, now }) => {
      // The server has decoded the input by the operation's contract.
      const input = given as Call<Input>["input"]
      const answered = Effect.flatMap(reach(tree, input.account_id ?? tree.own), (account) =>
        answer({ account, input, sent: Engine.documentOf(body), now })
      )
      return Engine.respond(operation, answered)
    })
})

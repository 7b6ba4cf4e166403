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
import * as RequestContext from "../requestContext.ts"
import type * as State from "../state.ts"
import * as Store from "../store.ts"
import * as Envelope from "./envelope.ts"

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
  readonly data: Envelope.Document
}

export interface Account {
  readonly id: string
  /** `undefined` for one that stands by itself. */
  readonly parent: string | undefined
  readonly document: Stored
  /** The documents of one kind. */
  readonly store: (kind: string) => Store.Store<Stored>
}

export interface Accounts {
  readonly state: State.State
  /** The account that the key belongs to. */
  readonly ownId: string
  readonly byId: Store.Store<Account>
  /** Counts what is made: ids have 32 hexadecimal digits and no two things have the same. */
  readonly next: () => number
}

export const hex = (count: number): string => count.toString(16).padStart(32, "0")

export const make = (state: State.State, ownId: string, now: number): Accounts => {
  let count = 0
  const next = () => ++count
  const accounts: Accounts = {
    state,
    ownId,
    byId: Store.make({ nextId: () => hex(next()) }, { prefix: "", what: "account" }),
    next
  }
  const above = hex(next())
  addAccount(accounts, above, undefined, { name: "Reseller" }, now)
  addAccount(accounts, ownId, above, { name: "Embedded", realm: "embedded.sip.audian.com" }, now)
  return accounts
}

/** Adds an account under an id. */
export const addAccount = (
  accounts: Accounts,
  id: string,
  parent: string | undefined,
  data: Envelope.Document,
  now: number
): Account => {
  const kinds = new Map<string, Store.Store<Stored>>()
  const account: Account = {
    id,
    parent,
    document: makeStored(accounts, id, data, now),
    store: (kind) => {
      const found = kinds.get(kind) ?? Store.make({ nextId: () => hex(accounts.next()) }, { prefix: "", what: kind })
      kinds.set(kind, found)
      return found
    }
  }
  accounts.byId.set(id, account)
  return account
}

export const makeStored = (accounts: Accounts, id: string, data: Envelope.Document, now: number): Stored => ({
  id,
  position: accounts.next(),
  revision: 1,
  created: now,
  modified: now,
  data
})

export const children = (accounts: Accounts, id: string): ReadonlyArray<Account> =>
  accounts.byId.all().filter(({ parent }) => parent === id)

export const descendants = (accounts: Accounts, id: string): ReadonlyArray<Account> =>
  children(accounts, id).flatMap((child) => [child, ...descendants(accounts, child.id)])

/** Whether an account is another, or below it. */
export const isWithin = (accounts: Accounts, id: string | undefined, top: string): boolean =>
  id !== undefined && (id === top || isWithin(accounts, accounts.byId.find(id)?.parent, top))

/** An account that the key may work in. One that is not known is answered as a bad credential is. */
export const authorize = (accounts: Accounts, id: string): Effect.Effect<Account, Envelope.Refusal> => {
  const found = accounts.byId.find(id)
  if (found === undefined) return Envelope.unauthorized
  return isWithin(accounts, id, accounts.ownId) ? Effect.succeed(found) : Envelope.forbidden
}

/** What an operation has to answer with. */
export interface Call<Input> {
  /** The account in the path; the key's own where there is none. */
  readonly account: Account
  readonly input: Input & { readonly account_id?: string | undefined }
  /** The document in the body as it was sent. */
  readonly sent: Envelope.Document
  /** In milliseconds since 1970. */
  readonly now: number
}

/** Answers an operation as the engine does, in an account that the key may work in. */
export const handle = <Input>(
  accounts: Accounts,
  operation: Operation.Any & { readonly "~Input"?: Input },
  answer: (call: Call<Input>) => Envelope.Result
): AudianTest.Handler => ({
  operation,
  run: (given): Effect.Effect<unknown, AudianError> =>
    Effect.flatMap(RequestContext.RequestContext, ({ body, now }) => {
      // The server has decoded the input by the operation's contract.
      const input = given as Call<Input>["input"]
      const answered = Effect.flatMap(authorize(accounts, input.account_id ?? accounts.ownId), (account) =>
        answer({ account, input, sent: Envelope.documentOf(body), now })
      )
      return Envelope.respond(operation, answered)
    })
})

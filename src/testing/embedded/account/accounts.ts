/**
 * The accounts of the embedded server: the key's own, its descendants, and its parent, which the key may not access.
 * Each has its own documents.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type { AudianError } from "../../../AudianError.ts"
import type * as Operation from "../../../Operation.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as RequestContext from "../requestContext.ts"
import * as State from "../state.ts"
import * as Store from "../store.ts"
import * as Envelope from "./envelope.ts"

/** A document with the engine's metadata. */
export interface Stored {
  readonly id: string
  /** The rank in the order of creation. */
  readonly position: number
  /** The number of writes. */
  readonly revision: number
  /** In milliseconds since 1970. */
  readonly created: number
  readonly modified: number
  readonly data: Envelope.Document
}

export interface Account {
  readonly id: string
  /** `undefined` for an account without a parent. */
  readonly parent: string | undefined
  readonly document: Stored
  /** The store of one kind of document. */
  readonly store: (kind: string) => Store.Store<Stored>
}

export interface Accounts {
  readonly state: State.State
  /** The id of the key's own account. */
  readonly ownId: string
  readonly byId: Store.Store<Account>
  /** The next number of the counter behind ids and positions. */
  readonly next: () => number
}

export const hex = (count: number): string => count.toString(16).padStart(32, "0")

export const make = (state: State.State, ownId: string, now: number): Accounts => {
  let count = 0
  const next = () => ++count
  const accounts: Accounts = {
    state,
    ownId,
    byId: reporting(
      state,
      Store.make<Account>({ nextId: () => hex(next()) }, { prefix: "", what: "account" }),
      "accounts",
      (id) => id
    ),
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
      const found = kinds.get(kind)
      if (found !== undefined) return found
      const store = Store.make<Stored>({ nextId: () => hex(accounts.next()) }, { prefix: "", what: kind })
      const made = reporting(accounts.state, store, kind, () => id)
      kinds.set(kind, made)
      return made
    }
  }
  accounts.byId.set(id, account)
  return account
}

/** A store that reports the documents that are set and deleted. `accountOf` returns the account of a document. */
const reporting = <A>(
  state: State.State,
  store: Store.Store<A>,
  kind: string,
  accountOf: (id: string) => string
): Store.Store<A> => {
  const report = (id: string, action: "doc_created" | "doc_edited" | "doc_deleted") =>
    State.report(state, { _tag: "Document", accountId: accountOf(id), kind, id, action }, 0)
  return {
    ...store,
    set: (id, document) => {
      const action = store.find(id) === undefined ? "doc_created" : "doc_edited"
      store.set(id, document)
      report(id, action)
    },
    delete: (id) => {
      if (store.find(id) !== undefined) report(id, "doc_deleted")
      store.delete(id)
    }
  }
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

/** True if an account is `top` or a descendant of it. */
export const isWithin = (accounts: Accounts, id: string | undefined, top: string): boolean =>
  id !== undefined && (id === top || isWithin(accounts, accounts.byId.find(id)?.parent, top))

/** An account that the key may access. Fails with 403 for another account, and with 401 for an unknown one. */
export const authorize = (accounts: Accounts, id: string): Effect.Effect<Account, Envelope.Refusal> => {
  const found = accounts.byId.find(id)
  if (found === undefined) return Envelope.unauthorized
  return isWithin(accounts, id, accounts.ownId) ? Effect.succeed(found) : Envelope.forbidden
}

/** One call of an operation, as its handler needs it. */
export interface Call<Input> {
  /** The account in the path, or the key's own. */
  readonly account: Account
  readonly input: Input & { readonly account_id?: string | undefined }
  /** The document in the request's body, undecoded. */
  readonly sent: Envelope.Document
  /** In milliseconds since 1970. */
  readonly now: number
}

/** The handler of an engine operation: checks access to the account, and adds the envelope. */
export const handle = <Input>(
  accounts: Accounts,
  operation: Operation.Operation<Input, unknown>,
  run: (call: Call<Input>) => Envelope.Result
): AudianTest.Handler => ({
  operation,
  run: (given): Effect.Effect<unknown, AudianError> =>
    Effect.flatMap(RequestContext.RequestContext, ({ body, now }) => {
      // The routes have decoded the input by the operation's contract.
      const input = given as Call<Input>["input"]
      const result = Effect.flatMap(authorize(accounts, input.account_id ?? accounts.ownId), (account) =>
        run({ account, input, sent: Envelope.documentOf(body), now })
      )
      return Envelope.respond(operation, result)
    })
})

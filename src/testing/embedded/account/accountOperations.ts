/**
 * The operations on accounts themselves, in the engine's form and in that of the pages in camelCase.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Account from "../../../account/index.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as State from "../state.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as Filters from "./filters.ts"
import * as Paging from "./paging.ts"
import * as StoredDocuments from "./storedDocuments.ts"

const defaults: Envelope.Document = {
  call_restriction: {},
  enabled: true,
  language: "en-US",
  music_on_hold: {},
  preflow: {},
  ringtones: {},
  timezone: "America/Los_Angeles"
}

const statusOf = ({ document: { data } }: Accounts.Account): Schema.Json =>
  data.status ?? (data.enabled === false ? "suspended" : "active")

const show = ({ document: { created, data, id } }: Accounts.Account): Envelope.Document => ({
  ...data,
  id,
  created: State.iso(created)
})

const reply = (account: Accounts.Account): Envelope.Reply => ({
  data: show(account),
  revision: `${account.document.revision}-${account.id}`,
  metadata: {
    created: StoredDocuments.gregorian(account.document.created),
    modified: StoredDocuments.gregorian(account.document.modified)
  }
})

/** An account in a list. */
const summary = (accounts: Accounts.Accounts, account: Accounts.Account): Envelope.Document => ({
  ...StoredDocuments.pick(account.document.data, "name", "realm", "flags"),
  id: account.id,
  descendants_count: Accounts.descendants(accounts, account.id).length
})

const realm = (
  accounts: Accounts.Accounts,
  data: Envelope.Document,
  id: string | undefined
): Effect.Effect<void, Envelope.Refusal> =>
  data.realm !== undefined &&
  accounts.byId.all().some((other) => other.id !== id && other.document.data.realm === data.realm)
    ? Envelope.invalid("realm", "unique", "Another account has this realm", data.realm)
    : Effect.void

/** Creates an account below another. */
const create = (
  accounts: Accounts.Accounts,
  parent: Accounts.Account,
  sent: Envelope.Document,
  now: number
): Effect.Effect<Accounts.Account, Envelope.Refusal> =>
  Effect.suspend(() => {
    if (typeof sent.name !== "string" || sent.name === "") {
      return Envelope.invalid("name", "required", "Field is required but missing")
    }
    return Effect.map(realm(accounts, sent, undefined), () => {
      const id = Accounts.hex(accounts.next())
      const data = StoredDocuments.merge({ ...defaults, realm: `${id.slice(-6)}.sip.audian.com` }, sent)
      return Accounts.addAccount(accounts, id, parent.id, data, now)
    })
  })

/** Writes the document of an account. */
const write = (
  accounts: Accounts.Accounts,
  account: Accounts.Account,
  sent: Envelope.Document,
  now: number
): Envelope.Result =>
  Effect.map(realm(accounts, sent, account.id), () => {
    const data = StoredDocuments.merge(defaults, sent)
    const { document } = account
    const written = { ...account, document: { ...document, revision: document.revision + 1, modified: now, data } }
    accounts.byId.set(account.id, written)
    return reply(written)
  })

/** Moves an account to another parent. The key's own account cannot move. */
const move = (accounts: Accounts.Accounts, account: Accounts.Account, parent: string | undefined): Envelope.Result => {
  if (account.id === accounts.ownId) return Envelope.forbidden
  const moved = { ...account, parent }
  accounts.byId.set(account.id, moved)
  return Envelope.reply(show(moved))
}

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => [
  Accounts.handle(accounts, Account.Accounts.get, ({ account }) => Effect.succeed(reply(account))),

  Accounts.handle(accounts, Account.Accounts.update, ({ account, now, sent }) => write(accounts, account, sent, now)),

  Accounts.handle(accounts, Account.Accounts.patch, ({ account, now, sent }) =>
    write(accounts, account, StoredDocuments.merge(account.document.data, sent), now)
  ),

  Accounts.handle(accounts, Account.Accounts.remove, ({ account, input: { force = false } }) => {
    const below = Accounts.descendants(accounts, account.id)
    if (below.length > 0 && !force) return Envelope.internalError("account_has_descendants")
    const removed = new Set([account, ...below].map(({ id }) => id))
    for (const id of removed) accounts.byId.delete(id)
    for (const [number, owner] of accounts.state.subaccountNumbers)
      if (removed.has(owner)) accounts.state.subaccountNumbers.delete(number)
    return Effect.succeed({ ...reply(account), metadata: { deleted: true } })
  }),

  Accounts.handle(accounts, Account.Accounts.create, ({ account, now, sent }) =>
    Effect.map(create(accounts, account, sent, now), (created) => ({ data: show(created) }))
  ),

  Accounts.handle(accounts, Account.Accounts.createSubAccount, ({ account, now, sent }) =>
    Effect.map(create(accounts, account, sent, now), reply)
  ),

  Accounts.handle(accounts, Account.Accounts.createChild, ({ account, now, sent }) =>
    Effect.map(create(accounts, account, sent, now), (created) => ({ data: show(created) }))
  ),

  Accounts.handle(accounts, Account.Accounts.listSubAccounts, ({ account, input }) =>
    Paging.page(
      Accounts.children(accounts, account.id).filter(({ document }) => Filters.matches({ ...input }, document)),
      input,
      {
        position: ({ document }) => document.position,
        show: (child) => summary(accounts, child)
      }
    )
  ),

  Accounts.handle(accounts, Account.Accounts.listChildren, ({ account, input: { limit = 10, offset = 0, status } }) => {
    const all = Accounts.children(accounts, account.id).filter(
      (child) => status === undefined || statusOf(child) === status
    )
    return Envelope.reply({
      data: all.slice(offset, offset + limit).map((child) => ({
        ...summary(accounts, child),
        status: statusOf(child),
        createdAt: State.iso(child.document.created),
        userCount: child.store("users").size(),
        deviceCount: child.store("devices").size()
      })),
      pagination: { limit, offset, total: all.length }
    })
  }),

  Accounts.handle(accounts, Account.Accounts.setParent, ({ account, sent: { parentId } }) => {
    if (typeof parentId !== "string") return Envelope.invalid("parentId", "required", "Field is required but missing")
    if (accounts.byId.find(parentId) === undefined) return Envelope.unknownId(parentId)
    return Effect.flatMap(Accounts.authorize(accounts, parentId), () =>
      Accounts.isWithin(accounts, parentId, account.id)
        ? Envelope.invalid("parentId", "invalid", "An account cannot be below itself", parentId)
        : move(accounts, account, parentId)
    )
  }),

  Accounts.handle(accounts, Account.Accounts.removeParent, ({ account }) => move(accounts, account, undefined))
]

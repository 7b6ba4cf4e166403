/**
 * The presence of users: a status that was set, until it expires, or one derived from a user's devices and calls.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Presence from "../../../account/Presence.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as State from "../state.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as Filters from "./filters.ts"
import * as Paging from "./paging.ts"
import * as Registrations from "./registrations.ts"
import * as StoredDocuments from "./storedDocuments.ts"
import * as Users from "./users.ts"

/** The kind of presences, which are stored by the id of an extension or a user. */
const name = "presences"

/** The private field with the expiry of a presence, in milliseconds since 1970. */
const until = "pvt_until"

/** The id of a user's presence. */
const presenceOf = (user: Accounts.Stored): string =>
  typeof user.data.presence_id === "string" ? user.data.presence_id : user.id

/** The unexpired presence with an id. */
const find = (account: Accounts.Account, id: string, now: number): Accounts.Stored | undefined => {
  const found = account.store(name).find(id)
  return found === undefined || Number(found.data[until] ?? Number.POSITIVE_INFINITY) <= now ? undefined : found
}

const set = (
  accounts: Accounts.Accounts,
  account: Accounts.Account,
  id: string,
  data: Envelope.Document,
  now: number
): Accounts.Stored => {
  const old = account.store(name).find(id)
  const stored =
    old === undefined
      ? Accounts.makeStored(accounts, id, data, now)
      : {
          ...old,
          revision: old.revision + 1,
          modified: now,
          data: { ...StoredDocuments.pick(old.data, "user_id"), ...data }
        }
  account.store(name).set(id, stored)
  return stored
}

const show = ({ data, id }: Accounts.Stored): Envelope.Document => {
  const { [until]: _, ...shown } = data
  return { ...shown, presence_id: id }
}

const isEnabled = (u: Schema.Json | undefined): boolean => Envelope.isDocument(u) && u.enabled === true

const ofUser = (account: Accounts.Account, user: Accounts.Stored, now: number): Envelope.Document => {
  const found = find(account, presenceOf(user), now)
  const devices = new Set(
    account
      .store("devices")
      .all()
      .filter(({ data }) => data.owner_id === user.id)
      .map(({ id }) => id)
  )
  const calls = account
    .store("channels")
    .all()
    .some(({ data }) => data.owner_id === user.id || devices.has(String(data.authorizing_id)))
  const reachable = Array.from(devices).some((id) => Registrations.find(account, id, now) !== undefined)
  const { call_forward, do_not_disturb } = user.data
  const forward = Envelope.isDocument(call_forward) ? call_forward : {}
  const enabled = isEnabled(do_not_disturb)
  return {
    userId: user.id,
    status: found?.data.status ?? (enabled ? "dnd" : calls ? "busy" : reachable ? "available" : "offline"),
    customMessage: found?.data.message ?? null,
    lastUpdate: State.iso(found?.modified ?? user.modified),
    activeCall: calls,
    activeMeeting: false,
    doNotDisturb: { enabled, reason: null, until: null },
    callForwarding: { enabled: isEnabled(forward), destination: forward.number ?? null }
  }
}

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => [
  Accounts.handle(accounts, Presence.list, ({ account, input, now }) =>
    Paging.page(
      account
        .store(name)
        .all()
        .filter((stored) => find(account, stored.id, now) !== undefined && Filters.matches({ ...input }, stored)),
      input,
      { position: ({ position }) => position, show }
    )
  ),

  Accounts.handle(accounts, Presence.update, ({ account, input: { presence_id }, now, sent }) => {
    const owner = account
      .store(Users.kind.name)
      .all()
      .find((user) => presenceOf(user) === presence_id)
    return Envelope.reply(
      show(set(accounts, account, presence_id, { ...(owner !== undefined && { user_id: owner.id }), ...sent }, now))
    )
  }),

  Accounts.handle(accounts, Presence.getUser, ({ account, input: { user_id }, now }) =>
    Effect.map(StoredDocuments.find(Users.kind, account, user_id), (user) => ({ data: ofUser(account, user, now) }))
  ),

  Accounts.handle(accounts, Presence.updateUser, ({ account, input, now }) =>
    Effect.map(StoredDocuments.find(Users.kind, account, input.user_id), (user) => {
      const { duration, message, status } = input
      const data = {
        user_id: user.id,
        // The contract requires it.
        status: status!,
        ...(typeof message === "string" && { message }),
        ...(typeof duration === "number" && { [until]: now + duration * 1000 })
      }
      set(accounts, account, presenceOf(user), data, now)
      return { data: ofUser(account, user, now) }
    })
  ),

  Accounts.handle(accounts, Presence.listUsers, ({ account, now }) =>
    Envelope.reply({
      data: account
        .store(Users.kind.name)
        .all()
        .map((user) => ofUser(account, user, now))
    })
  )
]

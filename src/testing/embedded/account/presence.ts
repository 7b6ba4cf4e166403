/**
 * Who is available: what was set, until its time is up, and else what the engine knows of a user's devices.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Presence from "../../../account/Presence.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as World from "../state.ts"
import * as Tree from "./accounts.ts"
import * as Engine from "./envelope.ts"
import * as Paging from "./paging.ts"
import * as Registered from "./registrations.ts"
import * as Documents from "./storedDocuments.ts"
import * as Users from "./users.ts"

/** Presences by their ids, which an extension or a user may have given them. */
export const name = "presences"

/** When what was set ends, in milliseconds since 1970; beside the presence, where nobody sees it. */
const until = "pvt_until"

/** The id of a user's presence. */
const presenceOf = (user: Tree.Stored): string =>
  typeof user.data.presence_id === "string" ? user.data.presence_id : user.id

/** What was set for a presence and holds. */
const find = (account: Tree.Account, id: string, now: number): Tree.Stored | undefined => {
  const found = account.of(name).find(id)
  return found === undefined || Number(found.data[until] ?? Number.POSITIVE_INFINITY) <= now ? undefined : found
}

const set = (tree: Tree.Tree, account: Tree.Account, id: string, data: Engine.Document, now: number): Tree.Stored => {
  const old = account.of(name).find(id)
  const stored =
    old === undefined
      ? Tree.store(tree, id, data, now)
      : { ...old, revision: old.revision + 1, modified: now, data: { ...Documents.pick(old.data, "user_id"), ...data } }
  account.of(name).set(id, stored)
  return stored
}

const show = ({ data, id }: Tree.Stored): Engine.Document => {
  const { [until]: _, ...shown } = data
  return { ...shown, presence_id: id }
}

const isEnabled = (u: Schema.Json | undefined): boolean => Engine.isDocument(u) && u.enabled === true

const ofUser = (account: Tree.Account, user: Tree.Stored, now: number): Engine.Document => {
  const found = find(account, presenceOf(user), now)
  const devices = new Set(
    account
      .of("devices")
      .all()
      .filter(({ data }) => data.owner_id === user.id)
      .map(({ id }) => id)
  )
  const calls = account
    .of("channels")
    .all()
    .some(({ data }) => data.owner_id === user.id || devices.has(String(data.authorizing_id)))
  const reachable = Array.from(devices).some((id) => Registered.find(account, id, now) !== undefined)
  const { call_forward, do_not_disturb } = user.data
  const forward = Engine.isDocument(call_forward) ? call_forward : {}
  const enabled = isEnabled(do_not_disturb)
  return {
    userId: user.id,
    status: found?.data.status ?? (enabled ? "dnd" : calls ? "busy" : reachable ? "available" : "offline"),
    customMessage: found?.data.message ?? null,
    lastUpdate: World.iso(found?.modified ?? user.modified),
    activeCall: calls,
    activeMeeting: false,
    doNotDisturb: { enabled, reason: null, until: null },
    callForwarding: { enabled: isEnabled(forward), destination: forward.number ?? null }
  }
}

export const handlers = (tree: Tree.Tree): ReadonlyArray<AudianTest.Handler> => [
  Tree.handle(tree, Presence.list, ({ account, input, now }) =>
    Paging.page(
      account
        .of(name)
        .all()
        .filter(({ id }) => find(account, id, now) !== undefined),
      input,
      { position: ({ position }) => position, show }
    )
  ),

  Tree.handle(tree, Presence.update, ({ account, input: { presence_id }, now, sent }) => {
    const owner = account
      .of(Users.kind.name)
      .all()
      .find((user) => presenceOf(user) === presence_id)
    return Engine.reply(
      show(set(tree, account, presence_id, { ...(owner !== undefined && { user_id: owner.id }), ...sent }, now))
    )
  }),

  Tree.handle(tree, Presence.getUser, ({ account, input: { user_id }, now }) =>
    Effect.map(Documents.find(Users.kind, account, user_id), (user) => ({ data: ofUser(account, user, now) }))
  ),

  Tree.handle(tree, Presence.updateUser, ({ account, input, now }) =>
    Effect.map(Documents.find(Users.kind, account, input.user_id), (user) => {
      const { duration, message, status } = input
      const data = {
        user_id: user.id,
        status,
        ...(message !== undefined && { message }),
        ...(duration !== undefined && { [until]: now + duration * 1000 })
      }
      set(tree, account, presenceOf(user), data, now)
      return { data: ofUser(account, user, now) }
    })
  ),

  Tree.handle(tree, Presence.listUsers, ({ account, now }) =>
    Engine.reply({
      data: account
        .of(Users.kind.name)
        .all()
        .map((user) => ofUser(account, user, now))
    })
  )
]

/**
 * The registrations of an account's devices: seeded, renewed, and gone when their time is up.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Registrations from "../../../account/Registrations.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as World from "../state.ts"
import * as Tree from "./accounts.ts"
import * as Engine from "./envelope.ts"
import * as Paging from "./paging.ts"

/** Registrations by the id of the device, or by one of their own. */
export const name = "registrations"

const secondsOf = ({ data }: Tree.Stored): number => (typeof data.expires === "number" ? data.expires : 3600)

const expiresAt = (stored: Tree.Stored): number => stored.modified + secondsOf(stored) * 1000

/** The registration of a device that is in force. */
export const find = (account: Tree.Account, device: string, now: number): Tree.Stored | undefined => {
  const found = account.of(name).find(device)
  return found !== undefined && now < expiresAt(found) ? found : undefined
}

const statusOf = (account: Tree.Account, device: string, now: number): Registrations.Status => {
  if (find(account, device, now) !== undefined) return "registered"
  return account.of(name).find(device) === undefined ? "unregistered" : "expired"
}

const show = (account: Tree.Account, device: string, now: number): Engine.Document => {
  const status = statusOf(account, device, now)
  const found = account.of(name).find(device)
  if (found === undefined) return { deviceId: device, status }
  const { contact, contact_ip, contact_port, proxy_protocol, source_ip, source_port, user_agent } = found.data
  const channels = account.of("channels").all()
  return World.json({
    deviceId: device,
    status,
    registeredAt: World.iso(found.created),
    expiresAt: World.iso(expiresAt(found)),
    registrationExpiry: secondsOf(found),
    ipAddress: source_ip ?? contact_ip,
    port: source_port ?? contact_port,
    transportProtocol: typeof proxy_protocol === "string" ? proxy_protocol.toUpperCase() : "UDP",
    userAgent: user_agent,
    contactUri: contact,
    lastActivity: World.iso(found.modified),
    callsActive: channels.filter(({ data }) => data.authorizing_id === device).length,
    callsQueued: 0
  })
}

const exists = (account: Tree.Account, device: string): Effect.Effect<void, Engine.Refusal> =>
  account.of("devices").find(device) === undefined ? Engine.unknownId(device) : Effect.void

export const handlers = (tree: Tree.Tree): ReadonlyArray<AudianTest.Handler> => [
  Tree.handle(tree, Registrations.list, ({ account, input, now }) =>
    Paging.page(
      account
        .of(name)
        .all()
        .filter((stored) => now < expiresAt(stored)),
      input,
      { position: ({ position }) => position, show: ({ data }) => data }
    )
  ),

  Tree.handle(tree, Registrations.get, ({ account, input: { device_id }, now }) =>
    Effect.as(exists(account, device_id), { data: show(account, device_id, now) })
  ),

  Tree.handle(tree, Registrations.listStatuses, ({ account, input, now }) => {
    const { limit = 50, offset = 0, status, type } = input
    const data = account
      .of("devices")
      .all()
      .filter(({ data }) => type === undefined || data.device_type === type || data.device_type === `${type}_device`)
      .map(({ id }) => show(account, id, now))
      .filter((shown) => status === undefined || shown.status === status)
    return Engine.reply({
      data: data.slice(offset, offset + limit),
      pagination: { limit, offset, total: data.length }
    })
  }),

  Tree.handle(tree, Registrations.renew, ({ account, input: { device_id }, now }) =>
    Effect.flatMap(exists(account, device_id), () => {
      const found = find(account, device_id, now)
      if (found === undefined) return Engine.unknownId(device_id)
      account.of(name).set(device_id, { ...found, modified: now })
      return Engine.reply(show(account, device_id, now))
    })
  ),

  Tree.handle(tree, Registrations.remove, ({ account, input: { device_id } }) =>
    Effect.flatMap(exists(account, device_id), () => {
      if (account.of(name).find(device_id) === undefined) return Engine.unknownId(device_id)
      account.of(name).delete(device_id)
      return Engine.nothing
    })
  )
]

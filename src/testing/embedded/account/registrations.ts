/**
 * The registrations of an account's devices: seeded, renewed, and expired.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Registrations from "../../../account/Registrations.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as State from "../state.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as Filters from "./filters.ts"
import * as Paging from "./paging.ts"

/** The kind of registrations, which are stored by device id, or by an id of their own. */
export const name = "registrations"

const secondsOf = ({ data }: Accounts.Stored): number => (typeof data.expires === "number" ? data.expires : 3600)

const expiresAt = (stored: Accounts.Stored): number => stored.modified + secondsOf(stored) * 1000

/** The unexpired registration of a device. */
export const find = (account: Accounts.Account, device: string, now: number): Accounts.Stored | undefined => {
  const found = account.store(name).find(device)
  return found !== undefined && now < expiresAt(found) ? found : undefined
}

const statusOf = (account: Accounts.Account, device: string, now: number): Registrations.Status => {
  if (find(account, device, now) !== undefined) return "registered"
  return account.store(name).find(device) === undefined ? "unregistered" : "expired"
}

const show = (account: Accounts.Account, device: string, now: number): Envelope.Document => {
  const status = statusOf(account, device, now)
  const found = account.store(name).find(device)
  if (found === undefined) return { deviceId: device, status }
  const { contact, contact_ip, contact_port, proxy_protocol, source_ip, source_port, user_agent } = found.data
  const channels = account.store("channels").all()
  return State.json({
    deviceId: device,
    status,
    registeredAt: State.iso(found.created),
    expiresAt: State.iso(expiresAt(found)),
    registrationExpiry: secondsOf(found),
    ipAddress: source_ip ?? contact_ip,
    port: source_port ?? contact_port,
    transportProtocol: typeof proxy_protocol === "string" ? proxy_protocol.toUpperCase() : "UDP",
    userAgent: user_agent,
    contactUri: contact,
    lastActivity: State.iso(found.modified),
    callsActive: channels.filter(({ data }) => data.authorizing_id === device).length,
    callsQueued: 0
  })
}

const exists = (account: Accounts.Account, device: string): Effect.Effect<void, Envelope.Refusal> =>
  account.store("devices").find(device) === undefined ? Envelope.unknownId(device) : Effect.void

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => [
  Accounts.handle(accounts, Registrations.list, ({ account, input, now }) =>
    Paging.page(
      account
        .store(name)
        .all()
        .filter((stored) => now < expiresAt(stored) && Filters.matches({ ...input }, stored)),
      input,
      { position: ({ position }) => position, show: ({ data }) => data }
    )
  ),

  Accounts.handle(accounts, Registrations.get, ({ account, input: { device_id }, now }) =>
    Effect.as(exists(account, device_id), { data: show(account, device_id, now) })
  ),

  Accounts.handle(accounts, Registrations.listStatuses, ({ account, input, now }) => {
    const { limit = 50, offset = 0, status, type } = input
    const data = account
      .store("devices")
      .all()
      .filter(({ data }) => type === undefined || data.device_type === type || data.device_type === `${type}_device`)
      .map(({ id }) => show(account, id, now))
      .filter((shown) => status === undefined || shown.status === status)
    return Envelope.reply({
      data: data.slice(offset, offset + limit),
      pagination: { limit, offset, total: data.length }
    })
  }),

  Accounts.handle(accounts, Registrations.renew, ({ account, input: { device_id }, now }) =>
    Effect.flatMap(exists(account, device_id), () => {
      const found = find(account, device_id, now)
      if (found === undefined) return Envelope.unknownId(device_id)
      account.store(name).set(device_id, { ...found, modified: now })
      return Envelope.reply(show(account, device_id, now))
    })
  ),

  Accounts.handle(accounts, Registrations.remove, ({ account, input: { device_id } }) =>
    Effect.flatMap(exists(account, device_id), () => {
      if (account.store(name).find(device_id) === undefined) return Envelope.unknownId(device_id)
      account.store(name).delete(device_id)
      return Envelope.noContent
    })
  )
]

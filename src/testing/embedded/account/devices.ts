/**
 * The devices of an account: the engine's documents, and the SIP devices of the provisioning pages, which are the same
 * documents with other names of fields.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Devices from "../../../account/Devices.ts"
import * as SipDevices from "../../../account/SipDevices.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as Registrations from "./registrations.ts"
import * as StoredDocuments from "./storedDocuments.ts"

const sipOf = (data: Envelope.Document): Envelope.Document => (Envelope.isDocument(data.sip) ? data.sip : {})

/** MAC addresses are compared without separators and case. */
const mac = StoredDocuments.unique({ name: "devices" }, "mac_address", ({ mac_address }) =>
  typeof mac_address === "string" ? mac_address.toLowerCase().replaceAll(/[^\da-f]/g, "") : undefined
)

const username = StoredDocuments.unique({ name: "devices" }, "sip.username", (data) => sipOf(data).username)

const kind: StoredDocuments.Kind = {
  name: "devices",
  id: "device_id",
  defaults: {
    call_restriction: {},
    contact_list: {},
    enabled: true,
    exclude_from_queues: false,
    music_on_hold: {},
    mwi_unsolicited_updates: true,
    register_overwrite_notify: false,
    ringtones: {},
    sip: { expire_seconds: 300, invite_format: "contact", method: "password" },
    suppress_unregister_notifications: false
  },
  summary: (data) => ({
    call_recording: false,
    flags: [],
    ...StoredDocuments.pick(data, "name", "mac_address", "owner_id", "enabled", "device_type", "mobile", "flags"),
    ...StoredDocuments.pick(sipOf(data), "username"),
    sip: StoredDocuments.pick(sipOf(data), "username", "realm")
  }),
  check: (account, data, id) => Effect.andThen(mac(account, data, id), username(account, data, id))
}

// -----------------------------------------------------------------------------
// SIP devices
// -----------------------------------------------------------------------------

/** The `device_type` of the provisioning pages' devices. */
const sipDevice = "sip_device"

/** The paths in the engine's document of the pages' fields. */
const names: Readonly<Record<string, readonly [string] | readonly [string, string]>> = {
  name: ["name"],
  macAddress: ["mac_address"],
  assignedUser: ["owner_id"],
  sipUsername: ["sip", "username"],
  sipDomain: ["sip", "realm"],
  manufacturer: ["provision", "endpoint_brand"],
  model: ["provision", "endpoint_model"]
}

/** Renames the pages' fields to the engine's. Unknown fields keep their names. */
const toEngine = (sent: Envelope.Document): Envelope.Document => {
  const data: Record<string, Schema.Json> = {}
  for (const [key, value] of Object.entries(sent)) {
    // A field may be called like a method of Object.prototype.
    const [outer, inner] = (Object.hasOwn(names, key) ? names[key] : undefined) ?? [key]
    data[outer] = inner === undefined ? value : { ...(data[outer] as Envelope.Document), [inner]: value }
  }
  return data
}

const fromEngine = (account: Accounts.Account, stored: Accounts.Stored, now: number): Envelope.Document => {
  const shown: Record<string, Schema.Json> = {
    ...StoredDocuments.pick(stored.data, "displayName"),
    id: stored.id,
    accountId: account.id,
    type: "sip",
    sipDomain: "sip.audian.com",
    status: "active",
    registrationStatus: Registrations.find(account, stored.id, now) === undefined ? "pending" : "registered"
  }
  for (const [name, [outer, inner]] of Object.entries(names)) {
    const value = stored.data[outer]
    const found = inner === undefined ? value : Envelope.isDocument(value) ? value[inner] : undefined
    if (found !== undefined) shown[name] = found
  }
  return shown
}

const findSip = (account: Accounts.Account, id: string): Effect.Effect<Accounts.Stored, Envelope.Refusal> =>
  Effect.filterOrElse(
    StoredDocuments.find(kind, account, id),
    ({ data }) => data.device_type === sipDevice,
    () => Envelope.unknownId(id)
  )

const credentials = ({ data }: Accounts.Stored): Envelope.Document => {
  const { password = null, realm = "sip.audian.com", username = null } = sipOf(data)
  return { sipUsername: username, sipPassword: password, sipDomain: realm }
}

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => {
  /** A generated password. */
  const password = () => `sip-${Accounts.hex(accounts.next()).slice(-12)}`

  /** Changes a SIP device, and replies with a view of it. */
  const change = (
    account: Accounts.Account,
    id: string,
    now: number,
    changes: () => Envelope.Document,
    shown: (stored: Accounts.Stored) => Envelope.Document
  ): Envelope.Result =>
    Effect.gen(function* () {
      const old = yield* findSip(account, id)
      const data = StoredDocuments.merge(old.data, changes())
      return { data: shown(yield* StoredDocuments.write(accounts, kind, account, data, now, old)) }
    })

  return [
    ...StoredDocuments.crud(accounts, kind, Devices),

    Accounts.handle(accounts, SipDevices.create, ({ account, now, sent }) => {
      const data = StoredDocuments.merge({ device_type: sipDevice, sip: { password: password() } }, toEngine(sent))
      return Effect.map(StoredDocuments.write(accounts, kind, account, data, now), (stored) => ({
        data: fromEngine(account, stored, now)
      }))
    }),

    Accounts.handle(accounts, SipDevices.get, ({ account, input: { device_id }, now }) =>
      Effect.map(findSip(account, device_id), (stored) => ({ data: fromEngine(account, stored, now) }))
    ),

    Accounts.handle(accounts, SipDevices.patch, ({ account, input: { device_id }, now, sent }) =>
      change(
        account,
        device_id,
        now,
        () => toEngine(sent),
        (stored) => fromEngine(account, stored, now)
      )
    ),

    Accounts.handle(accounts, SipDevices.remove, ({ account, input: { device_id } }) =>
      Effect.andThen(
        findSip(account, device_id),
        Effect.andThen(StoredDocuments.remove(kind, account, device_id), Envelope.noContent)
      )
    ),

    Accounts.handle(accounts, SipDevices.getCredentials, ({ account, input: { device_id } }) =>
      Effect.map(findSip(account, device_id), (stored) => ({ data: credentials(stored) }))
    ),

    Accounts.handle(accounts, SipDevices.resetPassword, ({ account, input: { device_id }, now }) =>
      change(account, device_id, now, () => ({ sip: { password: password() } }), credentials)
    )
  ]
}

/**
 * The users of an account.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Users from "../../../account/Users.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as StoredDocuments from "./storedDocuments.ts"

const username = StoredDocuments.unique({ name: "users" }, "username", (data) =>
  typeof data.username === "string" ? data.username.toLowerCase() : undefined
)

const email = StoredDocuments.unique({ name: "users" }, "email", (data) => data.email)

export const kind: StoredDocuments.Kind = {
  name: "users",
  id: "user_id",
  defaults: {
    call_restriction: {},
    contact_list: {},
    enabled: true,
    hotdesk: { enabled: false, keep_logged_in_elsewhere: false, require_pin: false },
    music_on_hold: {},
    priv_level: "user",
    require_password_update: false,
    ringtones: {},
    verified: false,
    vm_to_email_enabled: true
  },
  hidden: ["password"],
  summary: (data) => ({
    call_recording: false,
    flags: [],
    ...StoredDocuments.pick(
      data,
      "username",
      "email",
      "first_name",
      "last_name",
      "priv_level",
      "feature_level",
      "presence_id",
      "timezone",
      "service",
      "flags"
    )
  }),
  check: username
}

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => [
  ...StoredDocuments.crud(accounts, kind, {
    list: Users.list,
    create: Users.create,
    update: Users.update,
    patch: Users.patch
  }),

  Accounts.handle(accounts, Users.invite, ({ account, now, sent }) => {
    const { firstName, lastName, sendInvitation: _, ...rest } = sent
    const data = { ...rest, first_name: firstName!, last_name: lastName! }
    return Effect.andThen(
      email(account, data, undefined),
      Effect.map(StoredDocuments.write(accounts, kind, account, data, now), (stored) => {
        const { first_name, last_name, ...shown } = StoredDocuments.show(kind, stored)
        return { data: { ...shown, firstName: first_name!, lastName: last_name! } }
      })
    )
  }),

  Accounts.handle(accounts, Users.remove, ({ account, input: { reassignDevices: newOwner, user_id }, now }) =>
    Effect.gen(function* () {
      if (newOwner !== undefined && (newOwner === user_id || account.store(kind.name).find(newOwner) === undefined)) {
        return yield* Envelope.invalid("reassignDevices", "not_found", "There is no other user of that id", newOwner)
      }
      const removed = yield* StoredDocuments.remove(kind, account, user_id)
      const devices = account.store("devices")
      for (const device of newOwner === undefined ? [] : devices.all()) {
        if (device.data.owner_id !== user_id) continue
        const data = { ...device.data, owner_id: newOwner! }
        devices.set(device.id, { ...device, revision: device.revision + 1, modified: now, data })
      }
      return removed
    })
  )
]

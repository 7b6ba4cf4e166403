/**
 * The users of an account.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Users from "../../../account/Users.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Tree from "./accounts.ts"
import * as Engine from "./envelope.ts"
import * as Documents from "./storedDocuments.ts"

const username = Documents.unique({ name: "users" }, "username", (data) =>
  typeof data.username === "string" ? data.username.toLowerCase() : undefined
)

const email = Documents.unique({ name: "users" }, "email", (data) => data.email)

export const kind: Documents.Kind = {
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
    ...Documents.pick(
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

export const handlers = (tree: Tree.Tree): ReadonlyArray<AudianTest.Handler> => [
  ...Documents.crud(tree, kind, {
    list: Users.list,
    create: Users.create,
    update: Users.update,
    patch: Users.patch
  }),

  Tree.handle(tree, Users.invite, ({ account, now, sent }) => {
    const { firstName, lastName, sendInvitation: _, ...rest } = sent
    const data = { ...rest, first_name: firstName!, last_name: lastName! }
    return Effect.andThen(
      email(account, data, undefined),
      Effect.map(Documents.write(tree, kind, account, data, now), (stored) => {
        const { first_name, last_name, ...shown } = Documents.show(kind, stored)
        return { data: { ...shown, firstName: first_name!, lastName: last_name! } }
      })
    )
  }),

  Tree.handle(tree, Users.remove, ({ account, input: { reassignDevices: heir, user_id }, now }) =>
    Effect.gen(function* () {
      if (heir !== undefined && (heir === user_id || account.of(kind.name).find(heir) === undefined)) {
        return yield* Engine.invalid("reassignDevices", "not_found", "There is no other user of that id", heir)
      }
      const removed = yield* Documents.remove(kind, account, user_id)
      const devices = account.of("devices")
      for (const device of heir === undefined ? [] : devices.all()) {
        if (device.data.owner_id !== user_id) continue
        const data = { ...device.data, owner_id: heir! }
        devices.set(device.id, { ...device, revision: device.revision + 1, modified: now, data })
      }
      return removed
    })
  )
]

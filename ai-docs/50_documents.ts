/**
 * Documents.
 *
 * `update` replaces a document, `patch` merges into it, and `modify` reads, changes and writes it. Fields that the
 * schema does not name are kept.
 */
import * as Effect from "effect/Effect"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

export const rename = (device_id: string, name: string) =>
  Account.Devices.modify({ device_id }, (device) => ({ ...device, name }))

export const main = Effect.gen(function* () {
  const { id = "" } = yield* Account.Devices.create({ name: "Desk", device_type: "sip_device" })
  yield* rename(id, "Front desk")
  // Null clears a field.
  yield* Account.Devices.patch({ device_id: id, mac_address: null })
  const { name } = yield* Account.Devices.get({ device_id: id })
  yield* Effect.logInfo(name)
}).pipe(Effect.provide(EmbeddedAudian.layer()))

/**
 * The demo data of the embedded server: a small company. The operations of this package create it, and the embedded
 * server itself supplies incoming messages, registrations and call records.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Audian from "../Audian.ts"
import type * as AudianError from "../AudianError.ts"
import * as Callflows from "../account/Callflows.ts"
import * as Devices from "../account/Devices.ts"
import * as TemporalRules from "../account/TemporalRules.ts"
import * as Users from "../account/Users.ts"
import * as Vmboxes from "../account/Vmboxes.ts"
import * as CallerIds from "../resources/CallerIds.ts"
import * as CallFlows from "../resources/CallFlows.ts"
import * as Conferences from "../resources/Conferences.ts"
import * as IvrMenus from "../resources/IvrMenus.ts"
import * as Numbers from "../resources/Numbers.ts"
import * as Ports from "../resources/Ports.ts"
import * as Voicemail from "../resources/Voicemail.ts"
import * as Timestamp from "../Timestamp.ts"
import * as EmbeddedAudian from "../testing/EmbeddedAudian.ts"

const main = "+14155550100"
const sales = "+14155550101"
const support = "+14155550102"
const caller = "+13035550142"
const office = { city: "San Francisco", state: "CA", postal_code: "94105", country: "US" }
const people = [
  { first_name: "Ada", last_name: "Quill", extension: "1001" },
  { first_name: "Ben", last_name: "Okoro", extension: "1002" },
  { first_name: "Cleo", last_name: "Marsh", extension: "1003" }
] as const

const numbers = Effect.gen(function* () {
  const bought = yield* Numbers.purchase({ number: main, friendly_name: "Front desk" })
  yield* Numbers.purchase({ number: sales, friendly_name: "Sales" })
  const helpline = yield* Numbers.purchase({ number: support, friendly_name: "Support" })
  yield* Numbers.updateE911({
    number_id: bought.id,
    address_line_1: "123 Main St",
    customer_name: "Acme Corporation",
    ...office
  })
  yield* Numbers.updateConfig({
    number_id: helpline.id,
    call_forwarding: { enabled: true, forward_to: main, when_unavailable: true, rings_before_forward: 3 }
  })
  yield* CallerIds.create({ number: main })
  yield* Ports.create({
    number: "+14155550190",
    account_number: "A-1029",
    billing_phone: main,
    end_user_name: "Acme Corporation",
    end_user_address: { street: "123 Main St", ...office }
  })
})

const routing = Effect.gen(function* () {
  const menu = yield* IvrMenus.create({
    name: "Main menu",
    prompt: "For sales press 1, for support press 2",
    options: [
      { digit: "1", destination: sales, destination_type: "phone_number" },
      { digit: "2", destination: support, destination_type: "phone_number" }
    ]
  })
  yield* CallFlows.create({
    name: "Front desk",
    phone_number: main,
    routing: [{ pattern: "*", destination: menu.menu_id, destination_type: "ivr_menu" }]
  })
  yield* Conferences.create({ name: "Weekly", max_participants: 20 })
})

const messages = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  // The response is undocumented.
  const { id } = yield* Voicemail.create({ name: "Support", owner: "support@acme.example" }).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Schema.Struct({ id: Schema.String }))),
    Effect.catchTag("SchemaError", Effect.die)
  )
  yield* embedded.leaveVoicemail(id, { from: caller, duration: 24 })
  yield* embedded.receiveFax({ from: caller, to: main, pages: 2 })
})

/** Creates a user with a phone, a mailbox and an extension. */
const hire = Effect.fnUntraced(function* ({ extension, first_name, last_name }: (typeof people)[number]) {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const email = `${first_name.toLowerCase()}@acme.example`
  const { id: owner_id = "" } = yield* Users.create({ first_name, last_name, email })
  const sip = { username: `user_${extension}`, realm: "acme.sip.example" }
  const device = yield* Devices.create({
    name: `${first_name}'s desk phone`,
    device_type: "sip_device",
    owner_id,
    sip
  })
  const { id: box = "" } = yield* Vmboxes.create({ name: `${first_name}'s voicemail`, mailbox: extension, owner_id })
  yield* Callflows.create({
    name: `${first_name} ${last_name}`,
    numbers: [extension],
    flow: {
      module: "user",
      data: { id: owner_id },
      children: { _: { module: "voicemail", data: { id: box }, children: {} } }
    }
  })
  yield* embedded.seed({
    registrations: [
      {
        ...sip,
        authorizing_id: device.id,
        contact: `sip:${sip.username}@192.0.2.10:5060`,
        user_agent: "Polycom VVX 450",
        expires: 3600
      }
    ]
  })
})

const hours = TemporalRules.create({
  name: "Office hours",
  wdays: ["monday", "tuesday", "wednesday", "thursday", "friday"]
})

/** Adds call records of the last three hours. */
const history = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const now = yield* DateTime.now
  yield* embedded.seed({
    cdrs: [1, 2, 3].map((hours) => ({
      id: `cdr_demo_${hours}`,
      call_id: `call_demo_${hours}`,
      call_direction: "inbound",
      caller_id_number: caller,
      callee_id_number: main,
      duration_seconds: 60 * hours,
      billing_seconds: 60 * hours - 5,
      timestamp: Timestamp.toUnix(DateTime.subtract(now, { hours })),
      hangup_cause: "NORMAL_CLEARING"
    }))
  })
})

/** Fills an empty account. */
export const fill: Effect.Effect<void, AudianError.AudianError, Audian.Audian | EmbeddedAudian.EmbeddedAudian> =
  Effect.all([numbers, routing, messages, Effect.forEach(people, hire), hours, history], { discard: true })

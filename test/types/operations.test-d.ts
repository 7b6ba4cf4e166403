/**
 * The inputs and results of operations.
 */
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Barrel from "effect-audian"
import {
  Account,
  type Audian,
  type AudianError,
  Calls,
  Conferences,
  Fax,
  Media,
  Numbers,
  type Operation,
  type PhoneNumber,
  Ports,
  Voicemail
} from "effect-audian"
import { portRequest as request } from "../support/operations.ts"
import type { Equal, Errors, Expect, HasAny, Operations, Services, Successes } from "../support/types.ts"

// -----------------------------------------------------------------------------
// every operation
// -----------------------------------------------------------------------------

type NumbersName =
  | "search"
  | "purchase"
  | "list"
  | "getConfig"
  | "updateConfig"
  | "getCallerId"
  | "updateCallerId"
  | "getE911"
  | "updateE911"
type PortsName = "create" | "get"

export type Every = [
  numbers: Expect<Equal<keyof Operations<typeof Numbers>, NumbersName>>,
  ports: Expect<Equal<keyof Operations<typeof Ports>, PortsName>>,
  numbersFailWith: Expect<Equal<Errors<typeof Numbers>, { readonly [K in NumbersName]: AudianError.AudianError }>>,
  portsFailWith: Expect<Equal<Errors<typeof Ports>, { readonly [K in PortsName]: AudianError.AudianError }>>,
  numbersNeed: Expect<Equal<Services<typeof Numbers>, { readonly [K in NumbersName]: Audian.Audian }>>,
  portsNeed: Expect<Equal<Services<typeof Ports>, { readonly [K in PortsName]: Audian.Audian }>>
]

type ErrorsIn<Modules> = { readonly [M in keyof Modules]: Values<Errors<Modules[M]>> }[keyof Modules]
type ServicesIn<Modules> = { readonly [M in keyof Modules]: Values<Services<Modules[M]>> }[keyof Modules]
type Values<A> = A[keyof A]

export type EveryInTheBarrel = [
  failsWith: Expect<Equal<ErrorsIn<typeof Barrel>, AudianError.AudianError>>,
  needs: Expect<Equal<ServicesIn<typeof Barrel>, Audian.Audian>>,
  accountFailsWith: Expect<Equal<ErrorsIn<typeof Barrel.Account>, AudianError.AudianError>>,
  accountNeeds: Expect<Equal<ServicesIn<typeof Barrel.Account>, Audian.Audian>>
]

// -----------------------------------------------------------------------------
// no `any`
// -----------------------------------------------------------------------------

// `any` as the platform's own types have it, to see that the check sees it.
type Any = ReturnType<typeof JSON.parse>

type NoneHasAny<Module> = { readonly [K in keyof Successes<Module>]: HasAny<Successes<Module>[K]> }
type NoneTakesAny<Module> = {
  readonly [K in keyof Operations<Module>]: HasAny<Operation.InputOf<Operations<Module>[K]>>
}

export type NoAny = [
  itself: Expect<Equal<HasAny<Any>, true>>,
  deep: Expect<Equal<HasAny<{ readonly a?: { readonly b: ReadonlyArray<{ readonly c: string | Any }> } }>, true>>,
  none: Expect<Equal<HasAny<{ readonly a?: { readonly b: ReadonlyArray<{ readonly c: unknown }> } }>, false>>,
  numbers: Expect<Equal<NoneHasAny<typeof Numbers>, { readonly [K in NumbersName]: false }>>,
  ports: Expect<Equal<NoneHasAny<typeof Ports>, { readonly [K in PortsName]: false }>>,
  numbersInput: Expect<Equal<NoneTakesAny<typeof Numbers>, { readonly [K in NumbersName]: false }>>,
  portsInput: Expect<Equal<NoneTakesAny<typeof Ports>, { readonly [K in PortsName]: false }>>,
  error: Expect<Equal<HasAny<Omit<AudianError.AudianError, "cause">>, false>>
]

// -----------------------------------------------------------------------------
// input and result
// -----------------------------------------------------------------------------

export type InputAndResult = [
  listInput: Expect<
    Equal<
      Operation.InputOf<typeof Numbers.list>,
      {
        readonly limit?: number | undefined
        readonly offset?: number | undefined
        readonly status?: Numbers.Status | undefined
      }
    >
  >,
  getConfigInput: Expect<Equal<Operation.InputOf<typeof Numbers.getConfig>, { readonly number_id: string }>>,
  purchaseInput: Expect<
    Equal<
      Operation.InputOf<typeof Numbers.purchase>,
      { readonly number: PhoneNumber.PhoneNumberInput; readonly friendly_name?: string | undefined }
    >
  >,
  pin: Expect<
    Equal<Operation.InputOf<typeof Ports.create>["account_pin"], string | Redacted.Redacted<string> | undefined>
  >,
  listResult: Expect<
    Equal<Operation.SuccessOf<typeof Numbers.list>["numbers"][number]["number"], PhoneNumber.PhoneNumber | null>
  >,
  purchaseResult: Expect<Equal<Operation.SuccessOf<typeof Numbers.purchase>["id"], string>>,
  portResult: Expect<Equal<Operation.SuccessOf<typeof Ports.get>, Operation.SuccessOf<typeof Ports.create>>>,
  called: Expect<Equal<Effect.Success<ReturnType<typeof Ports.get>>, Operation.SuccessOf<typeof Ports.get>>>,
  noInput: Expect<Equal<Operation.InputOf<string>, never>>
]

// Models have an interface of the same name.
export const port: Effect.Effect<Ports.Port, AudianError.AudianError, Audian.Audian> = Ports.get({ port_id: "p" })
export const awaited: Effect.Effect<Ports.Port, AudianError.AudianError, Audian.Audian> = Ports.awaitCompletion({
  port_id: "p"
})
export const numbers: Effect.Effect<Numbers.NumberList, AudianError.AudianError, Audian.Audian> = Numbers.list()

// -----------------------------------------------------------------------------
// calls that compile
// -----------------------------------------------------------------------------

export const withoutInput = [Numbers.list(), Numbers.list({}), Numbers.list(undefined), Numbers.search()]
export const withUndefined = Numbers.list({ limit: undefined, status: undefined })
export const withNewStatus = Numbers.list({ status: "brand_new" })
// The page lists all values of these: a wrong one does not compile. A result may hold another.
export const withListed = Calls.transfer({ call_id: "c", destination: "+14155551234", transfer_type: "attended" })
// @ts-expect-error: there is no such kind of transfer
export const withUnlisted = Calls.transfer({ call_id: "c", destination: "+14155551234", transfer_type: "warm" })
export const resultOf = (recording: Calls.StartedRecording) => recording.format === "flac"
export const withLiteral = Numbers.purchase({ number: "+14155551234" })
export const withFound = Effect.flatMap(Numbers.search(), ({ numbers }) =>
  Numbers.purchase({ number: numbers[0]!.number })
)
export const withOwned = Effect.flatMap(Numbers.list(), ({ numbers }) =>
  // @ts-expect-error: a row of a list may have no number
  Numbers.purchase({ number: numbers[0]!.number })
)

// A create or send returns the id that the next call takes.
export const composed = [
  Effect.flatMap(Fax.send({ to: "+14155551234", file: new Blob([]) }), ({ id }) => Fax.awaitDelivery({ faxId: id })),
  Effect.flatMap(Voicemail.create({ name: "Support" }), ({ id }) => Voicemail.get({ boxId: id })),
  Effect.flatMap(Conferences.create({ name: "Weekly" }), ({ id: conferenceId }) =>
    Effect.flatMap(Conferences.addParticipant({ conferenceId, phone_number: "+14155551234" }), ({ id }) =>
      Conferences.muteParticipant({ conferenceId, participantId: id })
    )
  ),
  Effect.flatMap(Media.createTextToSpeech({ text: "Welcome" }), ({ id }) => Media.getAudio({ audio_id: id })),
  Effect.flatMap(Account.SipDevices.create({ name: "Lobby", sipUsername: "lobby" }), ({ id }) =>
    Account.SipDevices.get({ device_id: id })
  ),
  Effect.flatMap(Account.Pivots.create({ voice_url: "https://example.com" }), ({ id }) =>
    Account.Pivots.get({ pivot_id: id })
  )
]

// A configuration that was read can be written.
export const rewritten = Effect.flatMap(Numbers.getConfig({ number_id: "num_1" }), (config) =>
  Numbers.updateConfig({ number_id: "num_1", friendly_name: config.friendly_name, voicemail: config.voicemail })
)
export const clearedConfig = Numbers.updateConfig({
  number_id: "num_1",
  friendly_name: null,
  call_forwarding: { forward_to: null },
  voicemail: null
})
// @ts-expect-error: nothing is cleared by a purchase
export const clearedName = Numbers.purchase({ number: "+14155551234", friendly_name: null })

// Inputs have names, and their types are those that the operations take.
export type NamedInputs = [
  purchase: Expect<Equal<Operation.InputOf<typeof Numbers.purchase>, Numbers.PurchaseInput>>,
  update: Expect<Equal<Operation.InputOf<typeof Account.Devices.update>, Account.Devices.UpdateInput>>,
  list: Expect<Equal<Operation.InputOf<typeof Account.Devices.list>, Account.Devices.ListInput>>
]

declare const text: string
declare const maybe: string | undefined

export const withId = Numbers.getConfig({ number_id: text })

export const withRequest = Ports.create(request)

// -----------------------------------------------------------------------------
// calls that do not
// -----------------------------------------------------------------------------

// @ts-expect-error: something to buy is required
export const nothing = Numbers.purchase()

// @ts-expect-error: `number` is missing
export const missing = Numbers.purchase({})

// @ts-expect-error: any string is not a phone number
export const anyString = Numbers.purchase({ number: text })

// @ts-expect-error: a phone number starts with +
export const noPlus = Numbers.purchase({ number: "4155551234" })

// @ts-expect-error: a phone number is no number
export const aNumber = Numbers.purchase({ number: 14155551234 })

// @ts-expect-error: there is no field `color`
export const unknownField = Numbers.purchase({ number: "+14155551234", color: "red" })

// @ts-expect-error: there is no field `page`
export const unknownQuery = Numbers.list({ page: 2 })

// @ts-expect-error: `limit` is a number
export const wrongQuery = Numbers.list({ limit: "20" })

// @ts-expect-error: `features` is an array
export const wrongArray = Numbers.search({ features: "sms" })

// @ts-expect-error: `number_id` is required
export const noPath = Numbers.getConfig()

// @ts-expect-error: `number_id` is missing
export const missingPath = Numbers.getConfig({})

// @ts-expect-error: `number_id` may not be undefined
export const undefinedPath = Numbers.getConfig({ number_id: maybe })

// @ts-expect-error: the path's field is `number_id`
export const wrongPath = Numbers.getConfig({ id: "num_1" })

// @ts-expect-error: a second argument has no meaning
export const twoArguments = Numbers.list({}, {})

// @ts-expect-error: the account number is missing
export const missingInBody = Ports.create({ ...request, account_number: undefined })

// @ts-expect-error: the address has no city
export const missingDeep = Ports.create({ ...request, end_user_address: { street: "s" } })

const { end_user_name: _, ...nameless } = request
// @ts-expect-error: the name is missing
export const nameMissing = Ports.create(nameless)

// @ts-expect-error: an unknown field in the address
export const unknownDeep = Ports.create({ ...request, end_user_address: { ...request.end_user_address, planet: "" } })

// @ts-expect-error: a result is read-only
export const readonly = Effect.map(Numbers.list(), (page) => void (page.numbers = []))

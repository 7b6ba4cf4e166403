/**
 * The cost of a call, as far as it is known before the call.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type * as Audian from "../Audian.ts"
import { tariff } from "../internal/tariff.ts"
import * as Retry from "../Retry.ts"
import * as Billing from "../resources/Billing.ts"
import * as Numbers from "../resources/Numbers.ts"
import type * as Contract from "./contract.ts"

export interface Cost {
  /** The amounts by name; those of the tariff are in USD. */
  readonly amounts: Option.Option<Schema.Json>
  /** The cost as a sentence. `undefined` for a call that only ends, replaces or removes something. */
  readonly note: string | undefined
}

type Input = Readonly<Record<string, unknown>>

type Source = (input: Input) => Effect.Effect<Cost, never, Audian.Audian>

/**
 * The cost of a call: from the input, from a read of the API, or from the documented tariff. The engine quotes charges of
 * its own in a 402, which executes nothing.
 */
export const of = (contract: Contract.Contract, input: Input): Effect.Effect<Cost, never, Audian.Audian> => {
  const source = Object.hasOwn(sources, contract.name) ? sources[contract.name] : undefined
  if (source !== undefined) return source(input)
  if (Object.hasOwn(contract.input.properties ?? {}, "accept_charges")) return Effect.succeed(quoted)
  return Effect.succeed(contract.replay === "unsafe" ? undocumented : nothing)
}

const noAmounts = Option.none<Schema.Json>()
const nothing: Cost = { amounts: noAmounts, note: undefined }
const undocumented: Cost = { amounts: noAmounts, note: "Cost not documented." }
const quoted: Cost = {
  amounts: noAmounts,
  note: "The engine reports its charges before it executes the call, and wants them accepted."
}

/** Amounts in USD. */
const known = (amounts: Readonly<Record<string, number>>, source: string): Cost => ({
  amounts: Option.some(amounts),
  note: `Cost: ${Object.entries(amounts)
    .map(([name, amount]) => `${amount} USD ${name.replaceAll("_", " ")}`)
    .join(", ")} (${source}).`
})

const documented = (amounts: Readonly<Record<string, number>>) => known(amounts, "documented tariff")

const ofAnyNumber: Cost = {
  amounts: noAmounts,
  note: `Cost: ${tariff.number} to ${tariff.highestNumber} USD monthly (documented tariff). Numbers.search has no price of this number.`
}

/** The price of an available number, by a search for it. */
const ofNumber: Source = (input) => {
  const number = String(input.number)
  return Numbers.search({ pattern: number.replace(/^\+1?/, "") }).pipe(
    Retry.withPolicy(Retry.none),
    Effect.map(({ numbers }) => {
      const { monthly, setup } = numbers.find((available) => String(available.number) === number)?.price ?? {}
      const amounts = { ...(monthly !== undefined && { monthly }), ...(setup !== undefined && { setup }) }
      return Object.keys(amounts).length === 0 ? ofAnyNumber : known(amounts, "Numbers.search")
    }),
    // The price informs a decision; the call itself reports a failure.
    Effect.orElseSucceed(() => ofAnyNumber)
  )
}

/** The price of a minute, by the usage of the account. */
const ofMinutes: Source = (input) =>
  Billing.getUsage().pipe(
    Retry.withPolicy(Retry.none),
    Effect.map(({ usage }) => usage.voice_minutes?.unit_cost),
    Effect.orElseSucceed(() => undefined),
    Effect.map((minute) => {
      const message = input.send_pin_via_sms === true ? { per_message: tariff.sms } : {}
      return minute === undefined
        ? documented({ per_minute: tariff.minute, ...message })
        : known({ per_minute: minute, ...message }, "Billing.getUsage")
    })
  )

const transcriptsIf =
  (field: string): Source =>
  (input) =>
    Effect.succeed(input[field] === true ? documented({ per_transcript: tariff.transcription }) : undocumented)

const sources: Readonly<Record<string, Source>> = {
  "Account.Billing.addCredits": ({ amount }) =>
    Effect.succeed(
      typeof amount === "number"
        ? { amounts: Option.some({ amount }), note: `Cost: ${amount}, in the currency of the balance.` }
        : undocumented
    ),
  "Account.Vmboxes.create": transcriptsIf("transcribe"),
  "Calls.create": ofMinutes,
  "Calls.transfer": ofMinutes,
  "Conferences.addParticipant": ofMinutes,
  "Numbers.purchase": ofNumber,
  "Ports.create": () => Effect.succeed(documented({ per_number: tariff.port })),
  "Voicemail.createNotification": transcriptsIf("include_transcript")
}

/** The charges that the engine wants accepted. */
export const ofCharges = (charges: Option.Option<Schema.Json>): Cost => ({
  amounts: charges,
  note: Option.match(charges, {
    onNone: () => "The engine wants charges accepted, and does not report them.",
    onSome: (charges) => {
      if (Predicate.isObject(charges) && !Array.isArray(charges)) {
        const amounts = Object.entries(charges).flatMap(([name, amount]) =>
          typeof amount === "number" ? [`${amount} ${name}`] : []
        )
        if (amounts.length === Object.keys(charges).length) return `Cost: ${amounts.join(", ")}.`
      }
      return `Cost: ${JSON.stringify(charges)}`
    }
  })
})

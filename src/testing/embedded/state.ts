/**
 * The state of one embedded server, shared by its handlers. Two servers never share state.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as AudianError from "../../AudianError.ts"
import { omitUndefined } from "../../internal/omitUndefined.ts"
import { tariff } from "../../internal/tariff.ts"
import type { PhoneNumber } from "../../PhoneNumber.ts"
import type * as Numbers from "../../resources/Numbers.ts"
import type * as Ports from "../../resources/Ports.ts"
import * as Timestamp from "../../Timestamp.ts"
import * as Ledger from "./ledger.ts"
import * as Scheduler from "./scheduler.ts"

export interface Settings {
  readonly accountId: string
  /** In USD. */
  readonly balance: number
  /** The duration of a port, in milliseconds. */
  readonly portMillis: number
  /** The time from a call's creation to its answer, in milliseconds. */
  readonly answerMillis: number
  /** The duration of an answered call, in milliseconds. */
  readonly callMillis: number
  /** The duration of one attempt to deliver a fax, in milliseconds. */
  readonly faxMillis: number
  readonly isPortable: (number: string) => boolean
  readonly isReachable: (number: string) => boolean
}

/** A number of the account with its settings. */
interface Owned {
  readonly number: Numbers.PurchasedNumber
  readonly config: Numbers.NumberConfig
  readonly callerId: Numbers.CallerId | undefined
  readonly e911: Numbers.E911 | undefined
}

/** A charge to the balance, or a refund if `amount` is negative. */
export interface Payment {
  /** In USD. */
  readonly amount: number
  readonly metric: Ledger.Metric
  readonly at: number
  /** The account that it pays for. */
  readonly accountId: string
}

/** The times of a call, in milliseconds since 1970. */
export interface CallState {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly createdAt: number
  readonly answeredAt: number | undefined
  /** `undefined` while the call is active. */
  readonly endedAt: number | undefined
}

/** A change that webhooks report, besides calls that are created, answered or ended. */
export type Change =
  | { readonly _tag: "Ringing" | "Held"; readonly call: CallState }
  | {
      readonly _tag: "Recorded"
      readonly callId: string
      readonly recordingId: string
      /** In whole seconds. */
      readonly duration: number
      readonly format: string
    }
  | {
      readonly _tag: "FaxReceived"
      readonly id: string
      readonly from: string
      readonly to: string
      readonly pages: number
    }
  | {
      readonly _tag: "FaxSent"
      readonly accountId: string
      readonly id: string
      readonly to: string
      readonly success: boolean
    }
  | {
      readonly _tag: "VoicemailLeft"
      readonly boxId: string
      readonly messageId: string
      readonly from: string
      /** In seconds. */
      readonly duration: number
    }
  | { readonly _tag: "Ported"; readonly portId: string; readonly number: string }
  | {
      readonly _tag: "Document"
      readonly accountId: string
      /** The name of the document's store. */
      readonly kind: string
      readonly id: string
      readonly action: "doc_created" | "doc_edited" | "doc_deleted"
    }

/** A number for sale. */
export interface InventoryNumber {
  readonly number: PhoneNumber
  readonly code: string
  readonly state: string
  readonly location: string
  readonly features: ReadonlyArray<string>
}

export interface State {
  readonly settings: Settings
  /** All numbers ever for sale, by number, including purchased ones. */
  readonly inventory: ReadonlyMap<string, InventoryNumber>
  balance: number
  readonly ledger: Ledger.Ledger
  /** Listeners for payments. */
  readonly onPayment: Array<(payment: Payment) => void>
  /** Listeners for calls that are created, answered or ended. */
  readonly onCall: Array<(call: CallState) => void>
  /** Listeners for other changes, with their time in epoch milliseconds. */
  readonly onChange: Array<(change: Change, now: number) => void>
  readonly scheduler: Scheduler.Scheduler
  /** By id. */
  readonly owned: Map<string, Owned>
  /** The ids of the account's numbers, by number. */
  readonly ids: Map<string, string>
  /** The ids of the accounts below the key's own, by number. */
  readonly subaccountNumbers: Map<string, string>
  /** By id. */
  readonly ports: Map<string, Ports.Port>
  /** The numbers with a port in progress. */
  readonly porting: Set<string>
  /** The next id with a prefix: `num_000001`. */
  readonly nextId: (prefix: string) => string
}

export const make = (settings: Settings, inventory: ReadonlyMap<string, InventoryNumber>): State => {
  const counters = new Map<string, number>()
  return {
    settings,
    inventory,
    balance: settings.balance,
    ledger: Ledger.make(),
    onPayment: [],
    onCall: [],
    onChange: [],
    scheduler: Scheduler.make(),
    owned: new Map(),
    ids: new Map(),
    subaccountNumbers: new Map(),
    ports: new Map(),
    porting: new Set(),
    nextId: (prefix) => {
      const next = (counters.get(prefix) ?? 0) + 1
      counters.set(prefix, next)
      return `${prefix}_${String(next).padStart(6, "0")}`
    }
  }
}

/** Reports a change to the listeners. */
export const report = (state: State, change: Change, now: number): void => {
  for (const listener of state.onChange) listener(change, now)
}

// -----------------------------------------------------------------------------
// time
// -----------------------------------------------------------------------------

export const day = Ledger.day

export const now = Clock.currentTimeMillis

/** Advances the state to the current time, and returns the time. */
export const advance = (state: State): Effect.Effect<number> =>
  Effect.tap(now, (now) => Effect.sync(() => state.scheduler.advance(now)))

/** Advances the state as the clock does, so that events happen at their time and not at the next request. */
export const followClock = (state: State): Effect.Effect<never> =>
  Effect.forever(
    Effect.flatMap(advance(state), (now) => {
      const changed = Effect.callback<void>((resume) => state.scheduler.onChange(() => resume(Effect.void)))
      const due = state.scheduler.next()
      return Number.isFinite(due)
        ? Effect.timeoutOrElse(changed, { duration: Math.max(1, due - now), orElse: () => Effect.void })
        : changed
    })
  )

export const iso = (millis: number): Timestamp.Iso => Timestamp.toIso(DateTime.makeUnsafe(millis))

/** The times of two parameters, in epoch milliseconds. A date as the end includes its day. Fails with 400. */
export const range = <From extends string, To extends string>(
  input: { readonly [K in From | To]?: string | undefined },
  from: From,
  to: To
): Effect.Effect<{ readonly from: number | undefined; readonly to: number | undefined }, AudianError.AudianError> => {
  const parse = (param: From | To) => {
    const text = input[param]
    if (text === undefined) return Effect.undefined
    const time = Option.map(DateTime.make(text), DateTime.toEpochMillis)
    return Option.isSome(time)
      ? Effect.succeed(param === to && /^\d{4}-\d{2}-\d{2}$/.test(text) ? time.value + day - 1 : time.value)
      : Effect.fail(badRequest(param, `The ${param} parameter is invalid: expected a date in ISO 8601`))
  }
  return Effect.all({ from: parse(from), to: parse(to) })
}

// -----------------------------------------------------------------------------
// numbers
// -----------------------------------------------------------------------------

export const ownerOf = (state: State, number: string): Owned | undefined => state.owned.get(state.ids.get(number) ?? "")

/** True if a port of the number is in progress. */
export const isPorting = (state: State, number: string): boolean => state.porting.has(number)

/** Adds a number to the account. */
export const addNumber = (state: State, number: Numbers.PurchasedNumber): void => {
  state.ids.set(number.number, number.id)
  state.owned.set(number.id, {
    number,
    config: { id: number.id, number: number.number, friendly_name: number.friendly_name ?? null },
    callerId: undefined,
    e911: undefined
  })
}

// -----------------------------------------------------------------------------
// money
// -----------------------------------------------------------------------------

export { tariff }

const record = (state: State, payment: Payment, count: number): void => {
  const { amount, at, metric } = payment
  state.balance = Ledger.cents(state.balance - amount)
  state.ledger.record(at, metric, { count, cost: amount })
  for (const listener of state.onPayment) listener(payment)
}

/** Charges the balance; `false` if it is too low. Pays for the key's own account by default. */
export const tryCharge = (
  state: State,
  now: number,
  amount: number,
  metric: Ledger.Metric,
  count = 1,
  accountId = state.settings.accountId
): boolean => {
  if (state.balance < amount) return false
  record(state, { amount, metric, at: now, accountId }, count)
  return true
}

/** Refunds a charge of a given time. */
export const refund = (state: State, at: number, amount: number, metric: Ledger.Metric, count = 1): void =>
  record(state, { amount: -amount, metric, at, accountId: state.settings.accountId }, -count)

/** Charges the balance. Fails with 402 if it is too low. */
export const charge = (
  state: State,
  amount: number,
  metric: Ledger.Metric = "other",
  count = 1
): Effect.Effect<void, AudianError.AudianError> =>
  Effect.flatMap(now, (now) =>
    tryCharge(state, now, amount, metric, count)
      ? Effect.void
      : Effect.fail(
          new AudianError.PaymentRequired({
            code: "insufficient_funds",
            type: "insufficient_funds_error",
            description: "Your account does not have sufficient funds for this operation"
          })
        )
  )

// -----------------------------------------------------------------------------
// responses
// -----------------------------------------------------------------------------

/** A document of the defined fields. */
export const json = (fields: object): Schema.JsonObject =>
  omitUndefined(fields as Record<string, unknown>) as Schema.JsonObject

export const notFound = (what: string): AudianError.AudianError =>
  new AudianError.NotFound({
    code: "not_found_error",
    type: "not_found_error",
    description: `The requested ${what} was not found`
  })

export const conflict = (description: string): AudianError.AudianError =>
  new AudianError.Conflict({ code: "conflict_error", type: "conflict_error", description })

export const unprocessable = (description: string): AudianError.AudianError =>
  new AudianError.UnprocessableEntity({ code: "validation_error", type: "validation_error", description })

export const badRequest = (
  param: string | undefined,
  description: string,
  code: AudianError.Code = "invalid_request_error"
): AudianError.AudianError =>
  new AudianError.BadRequest({
    code,
    type: "invalid_request_error",
    description,
    ...(param !== undefined && { param })
  })

/**
 * The state of one embedded server, and what its handlers share. Two servers never share any of it.
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
  /** How long a port takes from request to completion, in milliseconds. */
  readonly portMillis: number
  /** How long a called phone rings before it is answered, in milliseconds. */
  readonly answerMillis: number
  /** How long an answered call lasts, in milliseconds. */
  readonly callMillis: number
  /** How long one attempt to deliver a fax takes, in milliseconds. */
  readonly faxMillis: number
  readonly isPortable: (number: string) => boolean
  readonly isReachable: (number: string) => boolean
}

/** A number of the account, with all that is set on it. */
export interface Owned {
  readonly number: Numbers.PurchasedNumber
  readonly config: Numbers.NumberConfig
  readonly callerId: Numbers.CallerId | undefined
  readonly e911: Numbers.E911 | undefined
}

/** Money taken from the balance; given back when `amount` is negative. */
export interface Payment {
  /** In USD. */
  readonly amount: number
  readonly metric: Ledger.Metric
  readonly at: number
  /** The account that it is for. */
  readonly accountId: string
}

/** Where a call stands, in milliseconds since 1970. */
export interface CallState {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly createdAt: number
  readonly answeredAt: number | undefined
  /** `undefined` while it goes on. */
  readonly endedAt: number | undefined
}

/** A number that can be bought. */
export interface InventoryNumber {
  readonly number: PhoneNumber
  readonly code: string
  readonly state: string
  readonly location: string
  readonly features: ReadonlyArray<string>
}

export interface State {
  readonly settings: Settings
  /** By number, whoever may have bought it by then. */
  readonly inventory: ReadonlyMap<string, InventoryNumber>
  balance: number
  readonly ledger: Ledger.Ledger
  /** Each is told of every payment. */
  readonly onPayment: Array<(payment: Payment) => void>
  /** Each is told when a call begins, is answered and ends. */
  readonly onCall: Array<(call: CallState) => void>
  readonly scheduler: Scheduler.Scheduler
  /** By id. */
  readonly owned: Map<string, Owned>
  /** The ids of the account's numbers. */
  readonly ids: Map<string, string>
  /** The numbers that accounts below the key's own have, and the ids of those accounts. */
  readonly subaccountNumbers: Map<string, string>
  /** By id. */
  readonly ports: Map<string, Ports.Port>
  /** The numbers of which a port is under way. */
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

// -----------------------------------------------------------------------------
// time
// -----------------------------------------------------------------------------

export const { day } = Ledger

export const now = Clock.currentTimeMillis

/** Brings the world to the time it is, and gives that. */
export const advance = (state: State): Effect.Effect<number> =>
  Effect.tap(now, (now) => Effect.sync(() => state.scheduler.advance(now)))

/** Keeps the world at the present, so that things happen at their time and not at the next request. */
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

/** The times that two parameters name, in epoch milliseconds; fails with 400. A day that ends a range is part of it. */
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

/** Whether a port of a number is under way. */
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

/** The documented tariff, in USD. */
export const tariff = { number: 0.99, port: 25, minute: 0.02, sms: 0.01 }

const record = (state: State, payment: Payment, count: number): void => {
  const { amount, at, metric } = payment
  state.balance = Ledger.cents(state.balance - amount)
  state.ledger.record(at, metric, { count, cost: amount })
  for (const listener of state.onPayment) listener(payment)
}

/** Takes money, for the key's own account where no other is named, and says whether there was enough of it. */
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

/** Gives back what was taken at a time. */
export const refund = (state: State, at: number, amount: number, metric: Ledger.Metric, count = 1): void =>
  record(state, { amount: -amount, metric, at, accountId: state.settings.accountId }, -count)

/** Takes money, or fails with 402. */
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
// answers
// -----------------------------------------------------------------------------

/** A document made of what was sent, without what was not. */
export const json = (fields: { readonly [key: string]: Schema.Json | undefined }): Schema.JsonObject =>
  omitUndefined(fields) as Schema.JsonObject

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

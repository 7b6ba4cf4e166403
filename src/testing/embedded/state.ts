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
import * as Agenda from "./scheduler.ts"

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
export interface ForSale {
  readonly number: PhoneNumber
  readonly code: string
  readonly state: string
  readonly location: string
  readonly features: ReadonlyArray<string>
}

export interface World {
  readonly settings: Settings
  /** By number, whoever may have bought it by then. */
  readonly forSale: ReadonlyMap<string, ForSale>
  balance: number
  readonly ledger: Ledger.Ledger
  /** Each is told of every payment. */
  readonly onPayment: Array<(payment: Payment) => void>
  /** Each is told when a call begins, is answered and ends. */
  readonly onCall: Array<(call: CallState) => void>
  readonly agenda: Agenda.Agenda
  /** By id. */
  readonly owned: Map<string, Owned>
  /** The ids of the account's numbers. */
  readonly ids: Map<string, string>
  /** The numbers that accounts below the key's own have, and the ids of those accounts. */
  readonly elsewhere: Map<string, string>
  /** By id. */
  readonly ports: Map<string, Ports.Port>
  /** The numbers of which a port is under way. */
  readonly porting: Set<string>
  /** The next id with a prefix: `num_000001`. */
  readonly nextId: (prefix: string) => string
}

export const make = (settings: Settings, forSale: ReadonlyMap<string, ForSale>): World => {
  const counters = new Map<string, number>()
  return {
    settings,
    forSale,
    balance: settings.balance,
    ledger: Ledger.make(),
    onPayment: [],
    onCall: [],
    agenda: Agenda.make(),
    owned: new Map(),
    ids: new Map(),
    elsewhere: new Map(),
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
export const present = (world: World): Effect.Effect<number> =>
  Effect.tap(now, (now) => Effect.sync(() => world.agenda.advance(now)))

/** Keeps the world at the present, so that things happen at their time and not at the next request. */
export const follow = (world: World): Effect.Effect<never> =>
  Effect.forever(
    Effect.flatMap(present(world), (now) => {
      const changed = Effect.callback<void>((resume) => world.agenda.onChange(() => resume(Effect.void)))
      const due = world.agenda.next()
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

export const ownerOf = (world: World, number: string): Owned | undefined => world.owned.get(world.ids.get(number) ?? "")

/** Whether a port of a number is under way. */
export const isPorting = (world: World, number: string): boolean => world.porting.has(number)

/** Adds a number to the account. */
export const add = (world: World, number: Numbers.PurchasedNumber): void => {
  world.ids.set(number.number, number.id)
  world.owned.set(number.id, {
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

const move = (world: World, payment: Payment, count: number): void => {
  const { amount, at, metric } = payment
  world.balance = Ledger.cents(world.balance - amount)
  world.ledger.record(at, metric, { count, cost: amount })
  for (const tell of world.onPayment) tell(payment)
}

/** Takes money, for the key's own account where no other is named, and says whether there was enough of it. */
export const spend = (
  world: World,
  now: number,
  amount: number,
  metric: Ledger.Metric,
  count = 1,
  accountId = world.settings.accountId
): boolean => {
  if (world.balance < amount) return false
  move(world, { amount, metric, at: now, accountId }, count)
  return true
}

/** Gives back what was taken at a time. */
export const refund = (world: World, at: number, amount: number, metric: Ledger.Metric, count = 1): void =>
  move(world, { amount: -amount, metric, at, accountId: world.settings.accountId }, -count)

/** Takes money, or fails with 402. */
export const charge = (
  world: World,
  amount: number,
  metric: Ledger.Metric = "other",
  count = 1
): Effect.Effect<void, AudianError.AudianError> =>
  Effect.flatMap(now, (now) =>
    spend(world, now, amount, metric, count)
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

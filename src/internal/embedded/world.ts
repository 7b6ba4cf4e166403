/**
 * The state of one embedded server, and what its handlers share. Two servers never share any of it.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as AudianError from "../../AudianError.ts"
import type * as Numbers from "../../resources/Numbers.ts"
import * as Ports from "../../resources/Ports.ts"
import * as Timestamp from "../../Timestamp.ts"

export interface Settings {
  /** In USD. */
  readonly balance: number
  /** How long a port takes from request to completion, in milliseconds. */
  readonly portMillis: number
  readonly isPortable: (number: string) => boolean
}

/** A number of the account, with all that is set on it. */
export interface Owned {
  readonly number: Numbers.PurchasedNumber
  readonly config: Numbers.NumberConfig
  readonly callerId: Numbers.CallerId | undefined
  readonly e911: Numbers.E911 | undefined
}

export interface PortRequest {
  readonly port: Ports.Port
  readonly createdAt: number
}

export interface World {
  readonly settings: Settings
  balance: number
  /** By id. */
  readonly owned: Map<string, Owned>
  /** The id of each number that is owned. */
  readonly idOf: Map<string, string>
  /** By id. */
  readonly ports: Map<string, PortRequest>
  /** The next id with a prefix: `num_000001`. */
  readonly nextId: (prefix: string) => string
}

export const make = (settings: Settings): World => {
  const counters = new Map<string, number>()
  return {
    settings,
    balance: settings.balance,
    owned: new Map(),
    idOf: new Map(),
    ports: new Map(),
    nextId: (prefix) => {
      const next = (counters.get(prefix) ?? 0) + 1
      counters.set(prefix, next)
      return `${prefix}_${String(next).padStart(6, "0")}`
    }
  }
}

export const day = 24 * 60 * 60 * 1000

export const iso = (millis: number): Timestamp.Iso => Timestamp.toIso(DateTime.makeUnsafe(millis))

export const ownerOf = (world: World, number: string): Owned | undefined =>
  world.owned.get(world.idOf.get(number) ?? "")

/** Whether a port of a number is under way. */
export const isPorting = (world: World, number: string): boolean =>
  Array.from(world.ports.values()).some(({ port }) => port.number === number && !Ports.isFinal(port))

/** Adds a number to the account. */
export const add = (world: World, number: Numbers.PurchasedNumber): void => {
  world.idOf.set(number.number, number.id)
  world.owned.set(number.id, {
    number,
    config: { id: number.id, number: number.number, friendly_name: number.friendly_name ?? null },
    callerId: undefined,
    e911: undefined
  })
}

/** Takes money, or fails with 402. */
export const charge = (world: World, amount: number): Effect.Effect<void, AudianError.AudianError> =>
  Effect.suspend(() => {
    if (world.balance < amount) {
      return Effect.fail(
        new AudianError.PaymentRequired({
          code: "insufficient_funds",
          type: "insufficient_funds_error",
          description: "Your account does not have sufficient funds for this operation"
        })
      )
    }
    world.balance = Math.round((world.balance - amount) * 100) / 100
    return Effect.void
  })

export const notFound = (what: string): AudianError.AudianError =>
  new AudianError.NotFound({
    code: "not_found_error",
    type: "not_found_error",
    description: `The requested ${what} was not found`
  })

export const conflict = (description: string): AudianError.AudianError =>
  new AudianError.Conflict({ code: "conflict_error", type: "conflict_error", description })

export const now = Clock.currentTimeMillis

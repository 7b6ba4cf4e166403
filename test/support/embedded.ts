/**
 * Set-up of the tests of the embedded server.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { type Audian, type AudianError, Calls, Conferences, Numbers, Voicemail } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { flush } from "./http.ts"
import * as Operations from "./operations.ts"

/** A number of the embedded catalogue. */
export const number = "+14155551234"

/** An address for emergency services, with its customer. */
export const address = {
  address_line_1: "123 Main St",
  city: "San Francisco",
  state: "CA",
  postal_code: "94105",
  country: "US",
  customer_name: "Acme Corporation"
}

/** Input that requests a port. */
export const portRequest = { ...Operations.portRequest, account_pin: "9999" } as const

/** The id in a response. */
export const idOf = (response: unknown): string => (response as { readonly id: string }).id

/** The ids in a list. */
export const idsOf = (response: unknown): ReadonlyArray<string> => (response as ReadonlyArray<unknown>).map(idOf)

export const balance = Effect.flatMap(EmbeddedAudian.EmbeddedAudian, ({ balance }) => balance)

export const http = NodeHttpClient.layerUndici

/** A client of an embedded server on a socket. */
export const served = EmbeddedAudian.client().pipe(
  Layer.provideMerge(EmbeddedAudian.serve()),
  Layer.provideMerge(NodeHttpClient.layerUndici)
)

/**
 * Runs an effect over a socket to its end: the test's clock advances by a step whenever the sockets have had their turns.
 */
export const paced = <A, E, R>(self: Effect.Effect<A, E, R>, step: Duration.Input = 100): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    while (fiber.pollUnsafe() === undefined) {
      yield* flush
      yield* TestClock.adjust(step)
    }
    return yield* Fiber.join(fiber)
  })

/** The {@link refusal} of a missing resource. */
export const notFound = ["NotFound", "not_found_error"]

/** The status, code and parameter that a call is refused with. */
export const refusal = (self: Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>) =>
  Effect.map(Effect.flip(self), ({ _tag, code, param }) => (param === undefined ? [_tag, code] : [_tag, code, param]))

/** A call from a number that is bought for it. */
export const ringing = (input?: Partial<Parameters<typeof Calls.create>[0]>) =>
  Effect.andThen(
    Effect.ignore(Numbers.purchase({ number })),
    Calls.create({ from: number, to: "+14155555678", ...input })
  )

/** The same, answered; the result is its id. */
export const talking = Effect.gen(function* () {
  const { answerCall } = yield* EmbeddedAudian.EmbeddedAudian
  const { call_id } = yield* ringing()
  yield* answerCall(call_id)
  return call_id
})

export const conference = Effect.map(Conferences.create({ name: "Weekly" }), ({ id }) => id)

export const box = Effect.map(Voicemail.create({ name: "Support" }), ({ id }) => id)

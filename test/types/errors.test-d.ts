/**
 * The error channel is closed: the compiler knows all twelve tags, and notices when one is left out.
 */
import * as Effect from "effect/Effect"
import * as Match from "effect/Match"
import { AudianError, Numbers } from "effect-audian"
import type { Equal, Expect } from "../support/types.ts"

type Tag = AudianError.AudianError["_tag"]
type Left<Self> = Effect.Error<Self> extends { readonly _tag: infer T } ? T : never

const call = Numbers.list()
const handler = (error: { readonly _tag: string }) => Effect.succeed(error._tag)

const handlers = {
  BadRequest: handler,
  Unauthorized: handler,
  PaymentRequired: handler,
  Forbidden: handler,
  NotFound: handler,
  Conflict: handler,
  UnprocessableEntity: handler,
  TooManyRequests: handler,
  InternalServerError: handler,
  BadGateway: handler,
  ServiceUnavailable: handler,
  AudianClientError: handler
}

export type Tags = Expect<Equal<Tag, keyof typeof handlers>>

// -----------------------------------------------------------------------------
// catching
// -----------------------------------------------------------------------------

export const all = Effect.catchTags(call, handlers)
export type AllLeavesNothing = Expect<Equal<Effect.Error<typeof all>, never>>

const { Conflict: _, ...allButConflict } = handlers
export const most = Effect.catchTags(call, allButConflict)
export type MostLeavesConflict = Expect<Equal<Effect.Error<typeof most>, AudianError.Conflict>>

export const one = Effect.catchTag(call, "PaymentRequired", (error) => Effect.succeed(error.status))
export type OneLeavesEleven = Expect<Equal<Left<typeof one>, Exclude<Tag, "PaymentRequired">>>
export type OneGivesItsStatus = Expect<Equal<Extract<Effect.Success<typeof one>, number>, 402>>

export const server = Effect.catchTag(call, AudianError.serverTags, () => Effect.succeed("server"))
export type ServerLeavesNine = Expect<
  Equal<
    Left<typeof server>,
    | "BadRequest"
    | "Unauthorized"
    | "PaymentRequired"
    | "Forbidden"
    | "NotFound"
    | "Conflict"
    | "UnprocessableEntity"
    | "TooManyRequests"
    | "AudianClientError"
  >
>

export const client = Effect.catchTag(call, AudianError.clientTags, () => Effect.succeed("client"))
export type ClientLeavesFour = Expect<
  Equal<Left<typeof client>, "InternalServerError" | "BadGateway" | "ServiceUnavailable" | "AudianClientError">
>

export const retryable = Effect.catchTag(call, AudianError.retryableTags, () => Effect.succeed("later"))
export type RetryableLeavesEight = Expect<
  Equal<
    Left<typeof retryable>,
    Exclude<Tag, "TooManyRequests" | "InternalServerError" | "BadGateway" | "ServiceUnavailable">
  >
>

export const reason = Effect.catchReason(call, "AudianClientError", "Timeout", ({ limit, scope }) =>
  Effect.succeed({ limit, scope })
)

// @ts-expect-error: no call fails with a SchemaError
export const noSchemaError = Effect.catchTag(call, "SchemaError", handler)

// @ts-expect-error: no call fails with an HttpClientError
export const noHttpClientError = Effect.catchTags(call, { HttpClientError: handler })

// @ts-expect-error: there is no such tag
export const noSuchTag = Effect.catchTags(call, { ...handlers, Teapot: handler })

// @ts-expect-error: there is no such reason
export const noSuchReason = Effect.catchReason(call, "AudianClientError", "Bored", () => Effect.void)

// -----------------------------------------------------------------------------
// guards
// -----------------------------------------------------------------------------

class Mine {
  readonly _tag = "Mine"
}

// Three tags, then classes of errors, in any order, with an error of the program's own among them.
export const guarded = call.pipe(
  Effect.andThen(Effect.fail(new Mine())),
  Effect.catchTags({
    PaymentRequired: handler,
    Unauthorized: handler,
    InternalServerError: handler
  }),
  Effect.catchIf(AudianError.isServerError, ({ status }): Effect.Effect<502 | 503> => Effect.succeed(status)),
  Effect.catchIf(AudianError.isClientError, ({ _tag, status }) => Effect.succeed([_tag, status] as const))
)
export type GuardedLeaves = Expect<Equal<Left<typeof guarded>, "AudianClientError" | "Mine">>

export const guardedFirst = call.pipe(
  Effect.catchIf(AudianError.isClientError, (error) => Effect.succeed(error.status)),
  Effect.catchTags({ BadGateway: handler }),
  Effect.catchIf(AudianError.isServerError, (error) => Effect.succeed(error.status))
)
export type GuardedFirstLeaves = Expect<Equal<Left<typeof guardedFirst>, "AudianClientError">>

export const guardedDataFirst = Effect.catchIf(call, AudianError.isClientError, (error) => Effect.succeed(error.status))
export type GuardedDataFirstLeaves = Expect<
  Equal<
    Left<typeof guardedDataFirst>,
    "InternalServerError" | "BadGateway" | "ServiceUnavailable" | "AudianClientError"
  >
>

// Some reasons are retryable and some are not: the client's own error stays.
export const guardedRetryable = Effect.catchIf(call, AudianError.isRetryable, (error) =>
  Effect.succeed(error.isRetryable satisfies true)
)
export type GuardedRetryableLeaves = Expect<
  Equal<
    Left<typeof guardedRetryable>,
    Exclude<Tag, "TooManyRequests" | "InternalServerError" | "BadGateway" | "ServiceUnavailable">
  >
>

// Any tag may come with any outcome: all of them stay.
export const guardedUnknown = call.pipe(
  Effect.catchTag("NotFound", handler),
  Effect.catchIf(AudianError.isOutcomeUnknown, (error) => Effect.succeed(error.outcome satisfies "unknown"))
)
export type GuardedUnknownLeaves = Expect<Equal<Left<typeof guardedUnknown>, Exclude<Tag, "NotFound">>>

// A 402 without the question stays.
export const guardedConsent = Effect.catchIf(call, AudianError.asksForConsent, (error) =>
  Effect.succeed(AudianError.chargesOf(error))
)
export type GuardedConsentLeaves = Expect<Equal<Left<typeof guardedConsent>, Tag>>

export const narrowed = (u: unknown): number | undefined => (AudianError.isClientError(u) ? u.status : undefined)

// -----------------------------------------------------------------------------
// matching
// -----------------------------------------------------------------------------

const text = (error: { readonly message: string }) => error.message
const cases = {
  BadRequest: text,
  Unauthorized: text,
  PaymentRequired: text,
  Forbidden: text,
  NotFound: text,
  Conflict: text,
  UnprocessableEntity: text,
  TooManyRequests: text,
  InternalServerError: text,
  BadGateway: text,
  ServiceUnavailable: text,
  AudianClientError: text
}
const { BadGateway: __, ...allButBadGateway } = cases

export const matched: (error: AudianError.AudianError) => string = Match.type<AudianError.AudianError>().pipe(
  Match.tagsExhaustive(cases)
)

export const incomplete = Match.type<AudianError.AudianError>().pipe(
  // @ts-expect-error: BadGateway is left out
  Match.tagsExhaustive(allButBadGateway)
)

export const matchedOneByOne = (error: AudianError.AudianError): number =>
  Match.value(error).pipe(
    Match.tag("PaymentRequired", ({ status }): 402 => status),
    Match.tag(...AudianError.serverTags, ({ status }): 500 | 502 | 503 => status),
    Match.tag(
      "BadRequest",
      "Unauthorized",
      "Forbidden",
      "NotFound",
      "Conflict",
      "UnprocessableEntity",
      "TooManyRequests",
      ({ status }) => status
    ),
    Match.tag("AudianClientError", ({ status }) => status ?? 0),
    Match.exhaustive
  )

export const incompleteOneByOne = (error: AudianError.AudianError) =>
  Match.value(error).pipe(
    Match.tag(...AudianError.serverTags, () => "server"),
    Match.tag(...AudianError.clientTags, () => "client"),
    // @ts-expect-error: AudianClientError is left out
    Match.exhaustive
  )

export const matchedReason = (reason: AudianError.Reason): string =>
  Match.value(reason).pipe(
    Match.tagsExhaustive({
      Transport: ({ code }) => code ?? "",
      Timeout: ({ scope }) => scope,
      InvalidRequest: () => "",
      InvalidResponse: ({ status }) => String(status),
      UnexpectedStatus: ({ status }) => String(status),
      CircuitOpen: () => "",
      RateLimited: () => ""
    })
  )

// -----------------------------------------------------------------------------
// fields
// -----------------------------------------------------------------------------

type Of<T extends Tag> = Extract<AudianError.AudianError, { readonly _tag: T }>

export type Fields = [
  status: Expect<Equal<Of<"NotFound">["status"], 404>>,
  statusOfAll: Expect<
    Equal<
      AudianError.AudianError["status"],
      400 | 401 | 402 | 403 | 404 | 409 | 422 | 429 | 500 | 502 | 503 | number | undefined
    >
  >,
  outcome: Expect<Equal<AudianError.AudianError["outcome"], "not-executed" | "unknown" | "executed">>,
  replay: Expect<Equal<AudianError.AudianError["replay"], "safe" | "unsafe">>,
  isRetryable: Expect<Equal<AudianError.AudianError["isRetryable"], boolean>>,
  attempts: Expect<Equal<AudianError.AudianError["attempts"], number>>
]

// @ts-expect-error: an error cannot be changed
export const fixed = (error: AudianError.NotFound) => void (error.path = "elsewhere")

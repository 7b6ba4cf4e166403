/**
 * The client service and the operations that it executes, apart from their constructors, so that each can name the other.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as Stream from "effect/Stream"
import type { AudianError } from "../AudianError.ts"
import type { Codec } from "./call/codec.ts"
import type { Credentials, Family } from "./credentials.ts"
import type * as Events from "./events/event.ts"
import type { State as Circuit } from "./resilience/breaker.ts"
import type { State as Quota } from "./resilience/limiterState.ts"
import type { RateLimit } from "./schema/quota.ts"

/**
 * Where the documented API is. Paths start with `/v2`.
 *
 * @see https://docs.audian.com/api-basics
 * @category options
 * @since 0.1.0
 */
export const defaultBaseUrl = "https://api.audian.com:8443"

export const TypeId = "~effect-audian/Operation"

/**
 * What the contract of an operation cannot say in HTTP.
 *
 * @category models
 * @since 0.1.0
 */
export interface Traits {
  /** The module the operation is exported from; with the endpoint's identifier it makes the operation's name. */
  readonly resource: string
  /** Which credential and which envelope the operation uses. */
  readonly family: Family
  /** `"unsafe"` when doing it twice costs money or rings a phone twice. */
  readonly replay: "safe" | "unsafe"
  /** How many of the engine's rate tokens a call takes. One when it is not said. */
  readonly cost?: number
  /** `"bare"` when the answer is the payload itself, without an envelope around `data`. */
  readonly envelope?: "data" | "bare"
}

/**
 * What every operation has, whatever its input and result.
 *
 * @category models
 * @since 0.1.0
 */
export interface Any {
  readonly [TypeId]: typeof TypeId
  /** The operation's name, such as `Numbers.list`. */
  readonly name: string
  readonly traits: Traits
  /** The contract value, made at the first use. */
  readonly endpoint: HttpApiEndpoint.Top
  /** @internal */
  readonly codec: Codec
}

/**
 * A callable operation.
 *
 * @category models
 * @since 0.1.0
 */
export interface Operation<Input, Success> extends Any {
  (...input: {} extends Input ? [input?: Input] : [input: Input]): Effect.Effect<Success, AudianError, Audian>
  /** The input, for the type level only. */
  readonly "~Input": Input
  /** The result, for the type level only. */
  readonly "~Success": Success
}

/**
 * The input of an operation: `Operation.Input<typeof Numbers.list>`.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Input<Op> = Op extends { readonly "~Input": infer I } ? I : never

/**
 * The result of an operation: `Operation.Success<typeof Numbers.list>`.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Success<Op> = Op extends { readonly "~Success": infer A } ? A : never

/**
 * What a response said besides its payload.
 *
 * @category models
 * @since 0.1.0
 */
export interface Response {
  /** The status: 200, 201, 202 or 204. */
  readonly status: number
  /** The headers, without those that carry credentials. */
  readonly headers: Headers.Headers
  /** The id that finds the request in the vendor's logs. */
  readonly requestId: string | undefined
  /** The quota, as the response reported it. */
  readonly rateLimit: RateLimit | undefined
  /** How often the request was sent. */
  readonly attempts: number
  /** The engine's revision of the document, where its envelope says. */
  readonly revision: string | undefined
  /** The cursor of the next page, where the envelope has one: give it as `start_key`. */
  readonly nextStartKey: string | undefined
}

/** What a connection that is no request needs of the client. */
export interface Access {
  /** Scheme, host and any path prefix, without a slash at its end. */
  readonly baseUrl: string
  readonly credentials: Credentials["Service"]
}

/**
 * The client: what every operation needs, and all it needs.
 *
 * @category services
 * @since 0.1.0
 */
export class Audian extends Context.Service<
  Audian,
  {
    /** Carries out one call of an operation. Calling the operation itself is shorter and does just this. */
    readonly execute: <Input, Success>(
      operation: Operation<Input, Success>,
      input: Input | undefined
    ) => Effect.Effect<Success, AudianError>
    /** The state of its rate limiter, where it has one. */
    readonly rateLimit?: Effect.Effect<Quota> | undefined
    /** The state of its circuit breaker, where it has one. */
    readonly circuitBreaker?: Effect.Effect<Circuit> | undefined
    /**
     * Opens a stream of events by means of `live`, which a stub leaves out. `Events.stream` is shorter and does just
     * this.
     */
    readonly subscribe: <R>(
      options: Events.Options,
      live: (access: Access) => Stream.Stream<Events.Event, AudianError, R>
    ) => Stream.Stream<Events.Event, AudianError, R>
  }
>()("effect-audian/Audian") {}

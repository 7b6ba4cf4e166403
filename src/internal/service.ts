/**
 * The client service and the operations that it executes, apart from their constructors, so that each can name the other.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type { State as Circuit } from "effect/persistence/CircuitBreaker"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { AudianError } from "../AudianError.ts"
import type { Codec } from "./call/codec.ts"
import type { Credentials, Family } from "./credentials.ts"
import type { CallInfo } from "./error/makeError.ts"
import type * as Events from "./events/event.ts"
import type { State as Quota } from "./resilience/limiterState.ts"
import type { Contract } from "./schema/plainEndpoint.ts"
import type { RateLimit } from "./schema/quota.ts"
import type { Telemetry } from "./telemetry/observer.ts"

/**
 * The URL of the documented API. Paths start with `/v2`.
 *
 * @see https://docs.audian.com/api-basics
 * @category options
 * @since 0.1.0
 */
export const defaultBaseUrl = "https://api.audian.com:8443"

export const TypeId = "~effect-audian/Operation"

/**
 * The properties of an operation that HTTP cannot express.
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
  /**
   * True when the call ends or replaces something that no other call brings back: it hangs up, or loses the fields that are
   * left out. A DELETE is destructive without it. The command and tools for agents ask before such a call.
   */
  readonly destructive?: boolean
  /** The engine's rate tokens that a call takes. Default 1. */
  readonly cost?: number
  /** `"bare"` when the response is the payload itself, without an envelope around `data`. */
  readonly envelope?: "data" | "bare"
}

/**
 * An operation, whatever its input and result.
 *
 * @see `Operation.call` to call it with an input that is known only at run time
 * @category models
 * @since 0.1.0
 */
export interface Any extends Properties {
  (input: never): Effect.Effect<unknown, AudianError, Audian>
}

/**
 * The part of an operation that does not depend on its input and result.
 *
 * @category models
 * @since 0.1.0
 */
export interface Properties {
  readonly [TypeId]: unknown
  /** The operation's name, such as `Numbers.list`. */
  readonly name: string
  readonly traits: Traits
  /** The contract of the operation, made on first use. `Api.endpoint` makes an `HttpApiEndpoint` of it. */
  readonly endpoint: Contract
}

/** An operation with its compiled contract, made on first use. Public types do not have it, and so no completion does. */
interface Compiled extends Properties {
  readonly codec: Codec
  readonly complete: Complete | undefined
}

export const codecOf = (operation: Properties): Codec => (operation as Compiled).codec

/** Adds the exchange of the API key to the credentials of a client. */
export type Complete = (credentials: Credentials["Service"]) => Credentials["Service"]

export const completeOf = (operation: Properties): Complete | undefined => (operation as Compiled).complete

/**
 * The kind of an operation: `"read"` for a GET that is safe to retry and gives a value, which can be cached;
 * `"download"` for one that gives a file; `"write"` for all others.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = "read" | "write" | "download"

/**
 * A callable operation.
 *
 * @category models
 * @since 0.1.0
 */
export interface Operation<Input, Success, out K extends Kind = Kind> extends Properties {
  (...input: {} extends Input ? [input?: Input] : [input: Input]): Effect.Effect<Success, AudianError, Audian>
  /** For the type level only. */
  readonly [TypeId]: { readonly input: Input; readonly success: Success; readonly kind: K }
}

/**
 * The input of an operation: `Operation.InputOf<typeof Numbers.list>`.
 *
 * @category utility types
 * @since 0.1.0
 */
export type InputOf<Op> = Op extends { readonly [TypeId]: { readonly input: infer I } } ? I : never

/**
 * The result of an operation: `Operation.SuccessOf<typeof Numbers.list>`.
 *
 * @category utility types
 * @since 0.1.0
 */
export type SuccessOf<Op> = Op extends { readonly [TypeId]: { readonly success: infer A } } ? A : never

/**
 * A response without its payload.
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
  /** The quota that the response reports. */
  readonly rateLimit: RateLimit | undefined
  /** The number of requests sent. */
  readonly attempts: number
  /** The engine's revision of the document, where the envelope has one. */
  readonly revision: string | undefined
  /** The cursor of the next page, where the envelope has one. It is the `start_key` of the next call. */
  readonly nextStartKey: string | undefined
  /**
   * The fields of the envelope beside `data`, such as the engine's `metadata` with `created` and `modified`. Without the
   * token that the engine echoes. Empty where the response has no envelope.
   */
  readonly envelope: Schema.JsonObject
}

/** An operation as a function of one argument, where its input is not known to be optional or required. */
export const call = <Input, Success>(
  operation: Operation<Input, Success>
): ((input: Input) => Effect.Effect<Success, AudianError, Audian>) =>
  operation as (input: Input) => Effect.Effect<Success, AudianError, Audian>

/**
 * The part of the client that a WebSocket connection needs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Access {
  /** Scheme, host and any path prefix, without a slash at its end. */
  readonly baseUrl: string
  /** The credentials of the client. They send the API key itself: `Events` adds its exchange. */
  readonly credentials: Credentials["Service"]
  readonly telemetry: Telemetry
  /** Sends a plain request to a path; it fails with the error of its response. */
  readonly get: (path: string, token: Redacted.Redacted, call: CallInfo) => Effect.Effect<void, AudianError>
}

/**
 * The client: the one service that every operation needs.
 *
 * @category services
 * @since 0.1.0
 */
export class Audian extends Context.Service<
  Audian,
  {
    /** Executes one call of an operation. Calling the operation itself is shorter and does the same. */
    readonly execute: <Input, Success>(
      operation: Operation<Input, Success>,
      input: Input | undefined
    ) => Effect.Effect<Success, AudianError>
    /** The state of the rate limiter, if the client has one. */
    readonly rateLimit?: Effect.Effect<Quota> | undefined
    /** The state of the circuit breaker, if the client has one. */
    readonly circuitBreaker?: Effect.Effect<Circuit> | undefined
    /**
     * Opens a stream of events through `live`, which a stub ignores. `Events.stream` is shorter and does the same.
     */
    readonly subscribe: <R>(
      options: Events.Options,
      live: (access: Access) => Stream.Stream<Events.Event, AudianError, R>
    ) => Stream.Stream<Events.Event, AudianError, R>
  }
>()("effect-audian/Audian") {}

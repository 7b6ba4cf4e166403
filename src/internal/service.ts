/**
 * The key of the client service, apart from its constructors, so that an operation can name it without them.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { AudianError } from "../AudianError.ts"
import type { State as Circuit } from "../CircuitBreaker.ts"
import type { Credentials } from "../Credentials.ts"
import type * as Events from "../Events.ts"
import type * as Operation from "../Operation.ts"
import type { State as Quota } from "../RateLimit.ts"

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
      operation: Operation.Operation<Input, Success>,
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

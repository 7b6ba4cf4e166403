/**
 * The key of the client service, apart from its constructors, so that an operation can name it without them.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AudianError } from "../AudianError.ts"
import type { State as Circuit } from "../CircuitBreaker.ts"
import type * as Operation from "../Operation.ts"
import type { State as Quota } from "../RateLimit.ts"

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
  }
>()("effect-audian/Audian") {}

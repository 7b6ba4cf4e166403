/**
 * Makes a callable operation of a contract value.
 *
 * The `HttpApiEndpoint` says what goes over the wire, the {@link Traits} what HTTP cannot say. From the two come the
 * call with its one flat input, and, elsewhere, the OpenAPI document and the embedded server.
 *
 * @since 0.1.0
 */

import type * as Brand from "effect/Brand"
import * as Effect from "effect/Effect"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"
import type * as Types from "effect/Types"
import type { AudianError } from "./AudianError.ts"
import type { Family } from "./Credentials.ts"
import type { Codec } from "./internal/call/codec.ts"
import { compile } from "./internal/call/codec.ts"
import { Audian } from "./internal/service.ts"

const TypeId = "~effect-audian/Operation"

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
 * Whether a value is an operation.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isOperation = (u: unknown): u is Any => Predicate.hasProperty(u, TypeId)

type Part<S extends { readonly Type: unknown }> = [S] extends [never] ? {} : S["Type"]

// The fields of an envelope's `data` and those beside it are fields of the input alike. A multipart body is branded.
type Body<P> = P extends { readonly data: infer Data }
  ? Data & Omit<P, "data">
  : P extends Brand.Brand<HttpApiSchema.MultipartTypeId>
    ? { [K in keyof P as K extends keyof Brand.Brand<""> ? never : K]: P[K] }
    : P

// The account defaults to the credential's own.
type Path<P> = P extends { readonly account_id: string }
  ? Omit<P, "account_id"> & { readonly account_id?: string | undefined }
  : P

// Where any field may be sent, one that is undefined is left out like any other.
type Loose<B> = string extends keyof B
  ? { [K in keyof B as string extends K ? K : never]: B[K] | undefined } & {
      [K in keyof B as string extends K ? never : K]: B[K]
    }
  : B

type InputOf<E extends HttpApiEndpoint.ConstraintRequest> = Types.Simplify<
  Path<Part<E["~Params"]>> & Part<E["~Query"]> & Loose<Body<Part<E["~Payload"]>>>
>

type Payload<A, T extends Traits> =
  A extends Stream.Stream<Uint8Array, unknown>
    ? Stream.Stream<Uint8Array, AudianError>
    : T["envelope"] extends "bare"
      ? A
      : A extends { readonly data: infer Data }
        ? Data
        : A

/**
 * Makes an operation. The endpoint is a thunk, so that an import does no work; it is compiled once, by the first call.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E extends HttpApiEndpoint.ConstraintRequest, const T extends Traits>(
  endpoint: () => E,
  traits: T
): Operation<InputOf<E>, Payload<E["~Success"]["Type"], T>> => {
  type Op = Operation<InputOf<E>, Payload<E["~Success"]["Type"], T>>
  const operation = ((input: InputOf<E>) => Effect.flatMap(Audian, (audian) => audian.execute(operation, input))) as Op
  return Object.defineProperties(operation, {
    [TypeId]: { value: TypeId },
    traits: { value: traits },
    endpoint: once("endpoint", endpoint),
    codec: once("codec", () => compile(operation.endpoint)),
    name: once("name", () => `${traits.resource}.${operation.endpoint.identifier}`)
  })
}

/** A property that is computed at its first use. */
const once = (key: string, evaluate: () => unknown): PropertyDescriptor => ({
  configurable: true,
  get(this: object) {
    const value = evaluate()
    Object.defineProperty(this, key, { value })
    return value
  }
})

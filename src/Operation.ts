/**
 * Makes a callable operation from a contract value.
 *
 * The `HttpApiEndpoint` describes the wire, and the {@link Traits} add what HTTP cannot express. Both make the call with
 * its one flat input, the OpenAPI document and the embedded server.
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
import { compile } from "./internal/call/codec.ts"
import { type Any, Audian, type Operation, type Traits, TypeId } from "./internal/service.ts"

export type { Any, Input, Operation, Success, Traits } from "./internal/service.ts"

/**
 * True for an operation.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isOperation = (u: unknown): u is Any => Predicate.hasProperty(u, TypeId)

type Part<S extends { readonly Type: unknown }> = [S] extends [never] ? {} : S["Type"]

// The input has the fields of an envelope's `data` and the fields around it. A multipart body is branded.
type Body<P> = P extends { readonly data: infer Data }
  ? Data & Omit<P, "data">
  : P extends Brand.Brand<HttpApiSchema.MultipartTypeId>
    ? { [K in keyof P as K extends keyof Brand.Brand<""> ? never : K]: P[K] }
    : P

// The account defaults to the credential's own.
type Path<P> = P extends { readonly account_id: string }
  ? Omit<P, "account_id"> & { readonly account_id?: string | undefined }
  : P

// An index signature does not allow undefined: optional fields of an open body do.
type Loose<B> = string extends keyof B
  ? { [K in keyof B as string extends K ? K : never]: B[K] | undefined } & {
      [K in keyof B as string extends K ? never : K]: B[K]
    }
  : B

type InputOf<E extends HttpApiEndpoint.ConstraintRequest> = Types.Simplify<
  Path<Part<E["~Params"]>> & Part<E["~Query"]> & Loose<Body<Part<E["~Payload"]>>>
>

type Payload<A, T> =
  A extends Stream.Stream<Uint8Array, unknown>
    ? Stream.Stream<Uint8Array, AudianError>
    : T extends { readonly envelope: "bare" }
      ? A
      : A extends { readonly data: infer Data }
        ? Data
        : A

/**
 * Makes an operation. The endpoint is a thunk, so that an import does no work. The first call compiles it once.
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

/**
 * Makes the `make` of one resource. The operations share its traits; an operation adds its own or replaces them.
 *
 * **Example** (A resource of your own)
 *
 * ```ts
 * import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
 * import * as Schema from "effect/Schema"
 * import { Operation } from "effect-audian"
 *
 * const make = Operation.makeIn({ resource: "Tags", family: "flat", envelope: "bare" })
 *
 * export const list = make(
 *   () => HttpApiEndpoint.get("list", "/v2/tags", { success: Schema.Array(Schema.String) }),
 *   { replay: "safe" }
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeIn =
  <const Shared extends Partial<Traits>>(shared: Shared) =>
  <E extends HttpApiEndpoint.ConstraintRequest, const Own extends Partial<Traits> & Omit<Traits, keyof Shared>>(
    endpoint: () => E,
    own: Own
  ): Operation<InputOf<E>, Payload<E["~Success"]["Type"], Omit<Shared, keyof Own> & Own>> =>
    make(endpoint, { ...shared, ...own } as unknown as Traits) as never

/** A property that is computed on first use. */
const once = (key: string, evaluate: () => unknown): PropertyDescriptor => ({
  configurable: true,
  get(this: object) {
    const value = evaluate()
    Object.defineProperty(this, key, { value })
    return value
  }
})

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
import * as Equal from "effect/Equal"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type * as Types from "effect/Types"
import { type AudianError, isAudianError, isDatastoreConflict } from "./AudianError.ts"
import * as CustomFields from "./internal/call/customFields.ts"
import { build, fromEndpoint } from "./internal/call/operation.ts"
import * as OperationSchemas from "./internal/call/operationSchemas.ts"
import * as Parts from "./internal/call/parts.ts"
import * as CallSite from "./internal/error/callSite.ts"
import * as Located from "./internal/error/located.ts"
import { type Paged, pagingOf } from "./internal/paging/paged.ts"
import { asCodec } from "./internal/schema/asCodec.ts"
import {
  type Any,
  type Audian,
  call as callTyped,
  codecOf,
  completeOf,
  type Kind,
  type Operation,
  type Traits,
  TypeId
} from "./internal/service.ts"

export type { ClearableSchema } from "./internal/schema/clearable.ts"
export type { Contract } from "./internal/schema/plainEndpoint.ts"
export type { Merged, Model, OpenEnum, Rest, RestArray, RestObject } from "./internal/schema/schema.ts"
export type { Any, InputOf, Kind, Operation, Properties, SuccessOf, Traits } from "./internal/service.ts"

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

// An endpoint that names its input keeps the name.
type EndpointInput<E extends HttpApiEndpoint.ConstraintRequest> = E extends { readonly "~Input": infer Input }
  ? Input
  : Types.Simplify<Path<Part<E["~Params"]>> & Part<E["~Query"]> & Loose<Body<Part<E["~Payload"]>>>>

type Payload<A, T> =
  A extends Stream.Stream<Uint8Array, unknown>
    ? Stream.Stream<Uint8Array, AudianError>
    : T extends { readonly envelope: "bare" }
      ? A
      : A extends { readonly data: infer Data }
        ? Data
        : A

type KindOf<E extends HttpApiEndpoint.ConstraintRequest, T> = E extends { readonly method: "GET" }
  ? T extends { readonly replay: "safe" }
    ? E["~Success"]["Type"] extends Stream.Stream<unknown, unknown>
      ? "download"
      : "read"
    : "write"
  : "write"

type IsBare<T> = T extends { readonly envelope: "bare" } ? true : false

// biome-ignore lint/suspicious/noConfusingVoidType: the success of an endpoint without a body.
type WithoutData<A> = A extends Stream.Stream<Uint8Array, unknown> | void | { readonly data: unknown } ? never : A

type Unsupported<A> =
  A extends Stream.Stream<infer Item, unknown>
    ? [Item] extends [Uint8Array]
      ? never
      : A
    : A extends { readonly [HttpApiSchema.WithHeadersValueTypeId]: unknown }
      ? A
      : never

/** Constraints on the traits that keep the types true at run time; `unknown` when they are satisfied. */
type Sound<E extends HttpApiEndpoint.ConstraintRequest, T> = ([E["~Headers"]] extends [never]
  ? unknown
  : { readonly "declared headers are not sent; use Audian.withHeaders": never }) &
  ([Unsupported<E["~Success"]["Type"]>] extends [never]
    ? unknown
    : { readonly "a success is JSON, a file or nothing": never }) &
  (IsBare<T> extends true
    ? unknown
    : [WithoutData<E["~Success"]["Type"]>] extends [never]
      ? unknown
      : { readonly envelope: "bare" })

/**
 * Makes an operation. The endpoint is a thunk, so that an import does no work. The first call compiles it once.
 *
 * **Details**
 *
 * The input is one flat object: the fields of the path, the query and the body. The result is the payload, without its
 * envelope. A success without `data` needs the trait `envelope: "bare"`.
 *
 * **Gotchas**
 *
 * An endpoint that declares headers, a body that is neither JSON nor a form, or a stream of events does not compile, and
 * throws when it is called: a call sends and reads none of these.
 *
 * **Example** (An operation of your own)
 *
 * ```ts
 * import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
 * import * as Schema from "effect/Schema"
 * import { Operation } from "effect-audian"
 *
 * export const ping = Operation.make(
 *   () => HttpApiEndpoint.get("ping", "/v2/ping", { success: Schema.Struct({ pong: Schema.Boolean }) }),
 *   { resource: "Mine", family: "flat", envelope: "bare", replay: "safe" }
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E extends HttpApiEndpoint.ConstraintRequest, const T extends Traits>(
  endpoint: () => E,
  traits: T & Sound<E, T>
): Operation<EndpointInput<E>, Payload<E["~Success"]["Type"], T>, KindOf<E, T>> => {
  return fromEndpoint(endpoint, traits, Parts.all)
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
    own: Own & Sound<E, Omit<Shared, keyof Own> & Own>
  ): Operation<
    EndpointInput<E>,
    Payload<E["~Success"]["Type"], Omit<Shared, keyof Own> & Own>,
    KindOf<E, Omit<Shared, keyof Own> & Own>
  > =>
    // Together, the two parts have all traits.
    fromEndpoint(endpoint, { ...shared, ...own } as Partial<Traits> as Traits, Parts.all)

/**
 * Calls an operation whose input is known only at run time. The input is checked as in any call.
 *
 * **Example** (An operation by its name)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Api, Operation } from "effect-audian"
 *
 * export const run = (name: string, input: unknown) => {
 *   const operation = Api.operations().find((operation) => operation.name === name)
 *   return operation === undefined ? Effect.die(new Error(`No operation ${name}`)) : Operation.call(operation, input)
 * }
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const call = (operation: Any, input?: unknown): Effect.Effect<unknown, AudianError, Audian> =>
  // The input of any operation is `never`; the call checks it.
  Located.effect(operation(input as never), CallSite.capture())

/**
 * The schema of an operation's input: one flat object, for a form, a queue or an RPC. `account_id` is optional.
 *
 * **Gotchas**
 *
 * Like any schema of Effect it drops fields that it does not name. A call keeps them.
 *
 * @category schemas
 * @since 0.1.0
 */
export const inputSchema = <Input, Success>(operation: Operation<Input, Success>): Schema.Codec<Input, unknown> =>
  asCodec<Input>(OperationSchemas.inputSchema(operation.endpoint))

/**
 * The schema of an operation's result, without the envelope.
 *
 * @category schemas
 * @since 0.1.0
 */
export const resultSchema = <Input, Success>(operation: Operation<Input, Success>): Schema.Codec<Success, unknown> =>
  asCodec<Success>(OperationSchemas.resultSchema(operation.endpoint, operation.traits))

type FieldsOf<Fields extends Schema.Struct.Fields> = Schema.Struct.Type<Fields>

type Extended<Success, Fields> =
  Success extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Item & Fields>
    : Success extends object
      ? Success & Fields
      : Success

type ExtendedList<Success, Item, Fields> =
  Success extends ReadonlyArray<infer A>
    ? ReadonlyArray<A & Fields>
    : {
        readonly [Key in keyof Success]: Success[Key] extends ReadonlyArray<infer A>
          ? [A] extends [Item]
            ? ReadonlyArray<A & Fields>
            : Success[Key]
          : Success[Key]
      }

/**
 * Types fields of your own on an operation: the API stores and returns them with the fields that it documents.
 *
 * **Details**
 *
 * The fields are part of the result, of each item when it is a list. In the input each of them is optional. A response
 * whose field does not fit its schema is `InvalidResponse`.
 *
 * **Example** (A device with the id of another system)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 * import { Account, Operation } from "effect-audian"
 *
 * const fields = { crm_id: Schema.optional(Schema.String) }
 * const get = Operation.extend(Account.Devices.get, fields)
 * const update = Operation.extend(Account.Devices.update, fields)
 *
 * export const program = Effect.gen(function*() {
 *   const device = yield* get({ device_id: "d1" })
 *   yield* update({ device_id: "d1", ...device, name: "Front desk", crm_id: "crm-42" })
 * })
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const extend: {
  <Input, Success, Item, const Fields extends Schema.Struct.Fields, K extends Kind>(
    operation: Operation<Input, Success, K> & Paged<Input, Item>,
    fields: Fields
  ): Operation<Input & Partial<FieldsOf<Fields>>, ExtendedList<Success, Item, FieldsOf<Fields>>, K> &
    Paged<Input & Partial<FieldsOf<Fields>>, Item & FieldsOf<Fields>>
  <Input, Success, const Fields extends Schema.Struct.Fields, K extends Kind>(
    operation: Operation<Input, Success, K>,
    fields: Fields
  ): Operation<Input & Partial<FieldsOf<Fields>>, Extended<Success, FieldsOf<Fields>>, K>
} = (operation: Any, fields: Schema.Struct.Fields) => {
  const paging = pagingOf(operation)
  const extended = build<never, never, Kind>(
    operation.traits,
    () => operation.endpoint,
    () => CustomFields.extend(codecOf(operation), operation.traits, fields, paging?.itemsOf),
    completeOf(operation)
  )
  paging?.attach(extended)
  // The overloads state the types.
  return extended as never
}

/**
 * Makes the `modify` of a document from the operations that read and replace it.
 *
 * **Details**
 *
 * It reads the document, changes it by a function or an effect, and writes it back in full, with the fields that the
 * contract does not name. It writes nothing when nothing changed, and gives the document as it was read. It starts again
 * from the read, at most five times, when the engine reports a conflict (`AudianError.isDatastoreConflict`).
 *
 * **Gotchas**
 *
 * It does not lock the document. The engine lets the last writer win, so a change that another program makes between
 * the read and the write is lost. Use the resource's `patch` to change single fields.
 *
 * **Example** (Pair two operations, with a field of your own)
 *
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Account, Operation } from "effect-audian"
 *
 * const fields = { crm_id: Schema.optional(Schema.String) }
 *
 * const modify = Operation.modify(
 *   Operation.extend(Account.Devices.get, fields),
 *   Operation.extend(Account.Devices.update, fields)
 * )
 *
 * export const program = modify({ device_id: "d1" }, (device) => ({ ...device, name: "Desk", crm_id: "crm-42" }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const modify =
  <Key extends object, Document extends object, Input extends Key, Updated>(
    get: Operation<Key, Document>,
    update: Operation<Input, Updated>
  ) =>
  <E = never, R = never>(
    key: Key,
    change: (document: Document) => Change<Changed<Key, Document, Input>, E, R>
  ): Effect.Effect<Document | Updated, AudianError | E, Audian | R> => {
    // The change is the caller's own code: its errors have lines of their own.
    const caller = CallSite.capture()
    return Effect.retry(
      Effect.flatMap(Located.effect(callTyped(get)(key), caller), (document) => {
        const path = pathOf(update, key)
        // A change may mutate the document.
        const before = codecOf(update).encode({ ...document, ...path }, anyAccount)
        const changed = change(document)
        return Effect.flatMap(
          Effect.isEffect(changed) ? changed : Effect.succeed(changed),
          (changed): Effect.Effect<Document | Updated, AudianError | E, Audian | R> => {
            // No document, as from a function without `return`, is an invalid input rather than an empty document.
            const input = Predicate.isObject(changed) ? { ...changed, ...path } : null
            return isSame(before, codecOf(update).encode(input, anyAccount))
              ? Effect.succeed(document)
              : Located.effect(callTyped(update)(input as unknown as Input), caller)
          }
        )
      }),
      {
        while: (error) => isAudianError(error) && isDatastoreConflict(error),
        times: 5,
        schedule: Schedule.jittered(Schedule.exponential("100 millis"))
      }
    )
  }

/**
 * A changed document, or an effect that gives it.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Change<Document, E, R> = Document | Effect.Effect<Document, E, R>

/**
 * A document as it was read, or the fields of an update without those that name the document.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Changed<Key, Document, Input> = Document | Omit<Input, keyof Key>

/** The fields of a read that name the document, without those of its query. */
const pathOf = ({ endpoint }: Any, key: object): object =>
  Object.fromEntries(Object.entries(key).filter(([name]) => endpoint.path.split("/").includes(`:${name}`)))

type Encoded = ReturnType<ReturnType<typeof codecOf>["encode"]>

const anyAccount = { account_id: "any" }

/** True when two inputs send the same body. One that cannot be sent is different: the call then reports why. */
const isSame = (from: Encoded, to: Encoded): boolean =>
  Result.isSuccess(from) && Result.isSuccess(to) && Equal.equals(from.success.fields, to.success.fields)

/**
 * Helpers of type tests. `tsc` runs them: a case that is false does not compile.
 */
import type * as Effect from "effect/Effect"
import type { Operation } from "effect-audian"

/** True if two types are the same; `any` equals only `any`. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

export type Expect<Case extends true> = Case

type IsAny<A> = 0 extends 1 & A ? true : false

type Primitive = string | number | bigint | boolean | symbol | null | undefined

type HasAnyAt<A, Depth extends ReadonlyArray<unknown>> =
  IsAny<A> extends true
    ? true
    : Depth["length"] extends 5
      ? false
      : A extends Primitive
        ? false
        : A extends ReadonlyArray<infer Item>
          ? HasAnyAt<Item, [...Depth, unknown]>
          : A extends object
            ? { readonly [K in keyof A]-?: HasAnyAt<A[K], [...Depth, unknown]> }[keyof A]
            : false

/** True if a type contains `any`, down to five levels. */
export type HasAny<A> = true extends HasAnyAt<A, []> ? true : false

/** The operations that a module exports. */
export type Operations<Module> = {
  readonly [K in keyof Module as Module[K] extends Operation.Any ? K : never]: Module[K]
}

type Called<Op> = Op extends (...args: infer _Args) => infer Call ? Call : never

/** The error type of each operation of a module. */
export type Errors<Module> = {
  readonly [K in keyof Operations<Module>]: Effect.Error<Called<Operations<Module>[K]>>
}

/** The services that each operation of a module needs. */
export type Services<Module> = {
  readonly [K in keyof Operations<Module>]: Effect.Services<Called<Operations<Module>[K]>>
}

/** The result type of each operation of a module. */
export type Successes<Module> = {
  readonly [K in keyof Operations<Module>]: Effect.Success<Called<Operations<Module>[K]>>
}

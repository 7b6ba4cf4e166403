/**
 * What type tests are written with. `tsc` is what runs them: the type of a case that does not hold does not compile.
 */
import type * as Effect from "effect/Effect"
import type { Operation } from "effect-audian"

/** Whether two types are the same, `any` told apart from everything else. */
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

/** Whether there is an `any` in a type, or in what it is made of, five levels down. */
export type HasAny<A> = true extends HasAnyAt<A, []> ? true : false

/** The operations that a module exports. */
export type Operations<Module> = {
  readonly [K in keyof Module as Module[K] extends Operation.Any ? K : never]: Module[K]
}

type Called<Op> = Op extends (...args: infer _Args) => infer Call ? Call : never

/** What each operation of a module can fail with. */
export type Errors<Module> = {
  readonly [K in keyof Operations<Module>]: Effect.Error<Called<Operations<Module>[K]>>
}

/** What each operation of a module needs. */
export type Services<Module> = {
  readonly [K in keyof Operations<Module>]: Effect.Services<Called<Operations<Module>[K]>>
}

/** What each operation of a module gives. */
export type Successes<Module> = {
  readonly [K in keyof Operations<Module>]: Effect.Success<Called<Operations<Module>[K]>>
}

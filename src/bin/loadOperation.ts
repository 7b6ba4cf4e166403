/**
 * Loads one operation of the contract by its name. The others are not loaded: a command starts in half the time.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Operation from "../Operation.ts"

/** The operation with the name of a contract. */
export const load = (name: string): Effect.Effect<Operation.Any> => {
  const [, account, resource, method = ""] = /^(Account\.)?(\w+)\.(\w+)$/.exec(name) ?? []
  return Effect.map(
    Effect.promise(
      (): Promise<Readonly<Record<string, Operation.Any>>> =>
        account === undefined ? import(`../resources/${resource}.ts`) : import(`../account/${resource}.ts`)
    ),
    (module) => module[method]!
  )
}

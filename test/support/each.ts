/**
 * One test for each row of a table, with its whole title: `it.effect.each` truncates each value in a title at 40 characters.
 */
import { it } from "@effect/vitest"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export const each = <const Row>(
  rows: ReadonlyArray<Row>,
  title: (row: Row) => string,
  test: (row: Row) => Effect.Effect<unknown, unknown, Scope.Scope>
): void => {
  for (const row of rows) it.effect(title(row), () => test(row))
}

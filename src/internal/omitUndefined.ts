/**
 * Records without `undefined`.
 *
 * @internal
 */
import { define } from "./schema/omitUndefinedDeep.ts"

/** A shallow copy of a record without its `undefined` values. */
export const omitUndefined = <A extends object>(record: A): A => {
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(record)) {
    const value = record[key as keyof A]
    if (value !== undefined) define(out, key, value)
  }
  return out as A
}

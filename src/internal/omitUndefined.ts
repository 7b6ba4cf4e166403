/**
 * A shallow copy of a record without its `undefined` values.
 *
 * @internal
 */
export const omitUndefined = <A extends object>(record: A): A =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as A

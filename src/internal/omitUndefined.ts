/**
 * A copy of a record without the keys that are `undefined`, so that what was not sent does not show.
 *
 * @internal
 */
export const defined = <A extends object>(record: A): A =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as A

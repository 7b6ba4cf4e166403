/**
 * The rows of a list that came as null and are left out. A list that pages counts them.
 *
 * @internal
 */

const counts = /*@__PURE__*/ new WeakMap<object, number>()

/** Notes how many rows are left out. */
export const note = (list: object, count: number): void => void counts.set(list, count)

/** The number of rows that are left out. */
export const countOf = (list: object): number => counts.get(list) ?? 0

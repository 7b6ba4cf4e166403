/**
 * Slips of the pen: a name that is one edit, one transposition or the letter case away from a documented one.
 *
 * @internal
 */

/** The documented name that a slip means: one that was not given. */
export const find = (
  name: string,
  documented: Iterable<string>,
  given: Readonly<Record<string, unknown>>
): string | undefined => {
  for (const candidate of documented) {
    if (!Object.hasOwn(given, candidate) && isSlip(name, candidate)) return candidate
  }
  return undefined
}

export const message = (meant: string): string => `Unknown field, did you mean ${meant}?`

// Two letters are too few to distinguish a typo from another name.
const shortest = 3

const isSlip = (name: string, documented: string): boolean => {
  if (name.toLowerCase() === documented.toLowerCase()) return true
  if (documented.length < shortest || Math.abs(name.length - documented.length) > 1) return false
  let start = 0
  while (start < name.length && name[start] === documented[start]) start++
  const rest = (text: string, from: number): string => text.slice(from)
  const [a, b] = [name, documented]
  return (
    // One letter more, one less, another one, or two in the wrong order.
    rest(a, start + 1) === rest(b, start) ||
    rest(a, start) === rest(b, start + 1) ||
    rest(a, start + 1) === rest(b, start + 1) ||
    (a[start] === b[start + 1] && a[start + 1] === b[start] && rest(a, start + 2) === rest(b, start + 2))
  )
}

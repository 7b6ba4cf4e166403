/**
 * Parses JSON without rounding: a number that JavaScript cannot represent stays the text it was.
 *
 * @internal
 */

/** `undefined` if the text is not JSON. */
export const parse = (text: string): unknown => {
  try {
    return /\d{16}/.test(text) ? parseExact(text) : JSON.parse(text)
  } catch {
    return undefined
  }
}

const parseExact = (text: string): unknown => {
  try {
    return JSON.parse(text, exact)
  } catch {
    // Deep nesting overflows the stack of a reviver.
    return JSON.parse(text)
  }
}

/** `source` is missing on older runtimes. */
const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" &&
  context?.source !== undefined &&
  (!Number.isFinite(value) || (/^-?\d+$/.test(context.source) && !isSame(value, context.source)))
    ? context.source
    : value

const isSame = (value: number, digits: string): boolean => String(value) === digits || BigInt(value) === BigInt(digits)

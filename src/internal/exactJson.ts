/**
 * Parses JSON without rounding: a number that JavaScript would write otherwise than it came stays the text it was.
 *
 * @internal
 */

/** `undefined` if the text is not JSON. */
export const parse = (text: string): unknown => {
  try {
    return mayRound(text) ? parseExact(text) : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The digits that every number has room for. */
const safeDigits = 15

/**
 * True for a text with a number of more digits, or with an exponent of three. Every response is searched, so the search
 * looks at each sixteenth character: no run of sixteen digits lies between two of them.
 */
const mayRound = (text: string): boolean => {
  for (let at = safeDigits; at < text.length; at += safeDigits + 1) {
    if (!isDigit(text.charCodeAt(at))) continue
    const start = startOf(text, at)
    let end = at + 1
    while (isDigit(text.charCodeAt(end))) end++
    if (end - start > safeDigits && isNumberAt(text, start)) return true
  }
  longExponent.lastIndex = 0
  for (let match = longExponent.exec(text); match !== null; match = longExponent.exec(text)) {
    const start = startOf(text, match.index)
    if (start < match.index && isNumberAt(text, start)) return true
  }
  return false
}

const longExponent = /[eE][+-]?\d{3}/g

/** True for a digit and for the point of a number. */
const isDigit = (code: number): boolean => code <= 57 && code >= 46 && code !== 47

const startOf = (text: string, end: number): number => {
  let start = end
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--
  return start
}

/** True if the digits belong to a number, rather than to a text such as an id. */
const isNumberAt = (text: string, start: number): boolean =>
  /[\s:,[]/.test(text.charAt(start - (text.charAt(start - 1) === "-" ? 2 : 1)) || " ")

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
  typeof value === "number" && context?.source !== undefined && !isExact(value, context.source) ? context.source : value

const isExact = (value: number, source: string): boolean =>
  String(value) === source || (Number.isFinite(value) && normalize(String(value)) === normalize(source))

/** A number as its significant digits and a power of ten. */
const normalize = (number: string): string => {
  const [mantissa = "", exponent = "0"] = number.toLowerCase().split("e")
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".")
  const digits = (whole + fraction).replace(/^0+/, "")
  const significant = digits.replace(/0+$/, "")
  if (significant === "") return "0"
  const power = Number(exponent) - fraction.length + digits.length - significant.length
  return `${mantissa.startsWith("-") ? "-" : ""}${significant}e${power}`
}

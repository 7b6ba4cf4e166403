/**
 * Undoes the escapes in a text and knows where each character comes from: those of JSON and JavaScript (`\/`, `\u003d`),
 * of URLs (`%3D`, `%3d`), of HTML (`&amp;`, `&#61;`, `&#x3d;`), mixed and nested.
 *
 * @internal
 */

/** A text with some escapes undone. */
interface Level {
  readonly text: string
  /** The range of the original text that a range of this one comes from. */
  readonly range: (start: number, end: number) => readonly [number, number]
}

/** A text, then the same text with one more layer of escapes removed each time, until none is left. */
export const levels = (text: string): ReadonlyArray<Level> => {
  const out: Array<Level> = [{ text, range: (start, end) => [Math.max(0, start), Math.min(text.length, end)] }]
  for (let depth = 0; depth < maxLevels; depth++) {
    const next = unescape(out[depth]!)
    if (next === undefined) break
    out.push(next)
  }
  return out
}

const maxLevels = 5

const escapes =
  /(?:%[\da-f]{2})+|%u[\da-f]{4}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\[^ux]|&#\d{1,7};|&#x[\da-f]{1,6};|&[a-z]{2,8};/gi

/** Undoes one layer of escapes; `undefined` when there is none. */
const unescape = (level: Level): Level | undefined => {
  const { text } = level
  let out = ""
  // The start of each character, and behind the last one the end.
  const starts: Array<number> = []
  let at = 0
  const copy = (end: number): void => {
    for (; at < end; at++) starts.push(at)
  }
  for (const match of text.matchAll(escapes)) {
    const found = match[0]
    const value = valueOf(found)
    if (value === undefined) continue
    out += text.slice(at, match.index)
    copy(match.index)
    for (const [char, length] of value) {
      out += char
      for (let i = 0; i < char.length; i++) starts.push(at)
      at += length
    }
  }
  if (out === "" && at === 0) return undefined
  out += text.slice(at)
  copy(text.length)
  starts.push(text.length)
  return {
    text: out,
    range: (start, end) => level.range(starts[Math.max(0, start)]!, starts[Math.min(out.length, end)]!)
  }
}

/** The characters that an escape stands for, each with its length in the escape. */
const valueOf = (found: string): ReadonlyArray<readonly [char: string, length: number]> | undefined => {
  const one = (code: number) => [[String.fromCodePoint(Math.min(code, 0x10ffff)), found.length] as const]
  switch (found[0]) {
    case "%":
      return found[1] === "u" || found[1] === "U" ? one(Number.parseInt(found.slice(2), 16)) : utf8(found)
    case "\\":
      return found.length > 2
        ? one(Number.parseInt(found.slice(2), 16))
        : [[control[found[1]! as keyof typeof control] ?? found[1]!, 2]]
    default: {
      if (found[1] !== "#") {
        const char = named[found.slice(1, -1) as keyof typeof named] ?? named[found.slice(1, -1).toLowerCase()]
        return char === undefined ? undefined : [[char, found.length]]
      }
      return one(
        found[2] === "x" || found[2] === "X" ? Number.parseInt(found.slice(3), 16) : Number(found.slice(2, -1))
      )
    }
  }
}

const control: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  sol: "/",
  bsol: "\\",
  equals: "=",
  plus: "+",
  percnt: "%",
  num: "#",
  dollar: "$",
  excl: "!",
  quest: "?",
  commat: "@",
  ast: "*",
  lpar: "(",
  rpar: ")",
  lsqb: "[",
  lbrack: "[",
  rsqb: "]",
  rbrack: "]",
  lcub: "{",
  lbrace: "{",
  rcub: "}",
  rbrace: "}",
  verbar: "|",
  vert: "|",
  hat: "^",
  grave: "`",
  lowbar: "_",
  colon: ":",
  semi: ";",
  comma: ",",
  period: ".",
  nbsp: "\u00a0",
  tab: "\t",
  newline: "\n"
}

/** Percent-encoded bytes as UTF-8. A byte that is not counts as a character of its own, as in Latin-1. */
const utf8 = (found: string): ReadonlyArray<readonly [char: string, length: number]> => {
  const bytes = Array.from({ length: found.length / 3 }, (_, i) =>
    Number.parseInt(found.slice(i * 3 + 1, i * 3 + 3), 16)
  )
  const out: Array<readonly [string, number]> = []
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i]!
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0
    const rest = bytes.slice(i + 1, i + 1 + more)
    const valid = rest.length === more && rest.every((byte) => byte >= 0x80 && byte < 0xc0)
    const length = valid ? more + 1 : 1
    const code = valid && more > 0 ? rest.reduce((code, byte) => code * 64 + (byte & 63), first & (63 >> more)) : first
    out.push([code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code), length * 3])
    i += length
  }
  return out
}

/** A text without an escape that it ends within. */
export const trimUnfinished = (text: string): string =>
  text.replace(
    /(?:(?:%[89a-f][\da-f])*(?:%(?:u[\da-f]{0,3}|[\da-f]?))?|\\(?:u[\da-f]{0,3}|x[\da-f]?)?|&#?\w{0,8})$/i,
    ""
  )

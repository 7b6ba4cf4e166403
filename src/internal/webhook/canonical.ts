/**
 * The bytes of `data` that the engine signs: its own JSON, keys in order and no white space.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"

/**
 * The text of the value under a key of the object that a JSON text is; the last one, as `JSON.parse` takes it. The text
 * must be valid JSON. Numbers and escapes stay as the sender wrote them, which no parser gives back.
 */
export const textUnder = (json: string, key: string): string | undefined => {
  let found: string | undefined
  let depth = 0
  let start = 0
  let name: string | undefined
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '"': {
        const from = at
        while (json[++at] !== '"') if (json[at] === "\\") at++
        if (depth === 1 && name === undefined) name = JSON.parse(json.slice(from, at + 1)) as string
        break
      }
      case ":":
        if (depth === 1) start = at + 1
        break
      case "{":
      case "[":
        depth++
        break
      case "}":
      case "]":
      case ",":
        if (depth === 1) {
          if (name === key) found = json.slice(start, at).trim()
          name = undefined
        }
        if (json[at] !== ",") depth--
        break
    }
  }
  return found
}

const maxDepth = 100

/** Stands in no JSON, and so in nothing that was signed: what is written with it is not what any signature is for. */
const unwritable = "\0"

/** A JSON value written with its keys in order, as far as it is no deeper than any the engine sends. */
export const write = (value: unknown, depth = 0): string => {
  // A number beyond all others would be written as `null`, and be taken where that was signed.
  if (depth > maxDepth || value === Infinity || value === -Infinity) return unwritable
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(",")}]`
  if (!Predicate.isObject(value)) return JSON.stringify(value)
  const fields = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${write(item, depth + 1)}`)
  return `{${fields.join(",")}}`
}

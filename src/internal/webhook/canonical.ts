/**
 * The bytes of `data` that the engine signs: JSON with sorted keys and without white space.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"

/**
 * The source text of the value under a key of a JSON object, with numbers and escapes as the sender wrote them. Takes the
 * last value of a duplicate key, as `JSON.parse` does. The text must be valid JSON.
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

/** A character that valid JSON cannot contain, so the output matches no signature. */
const unwritable = "\0"

/** Writes a JSON value with sorted keys, down to `maxDepth`, which is deeper than any payload of the engine. */
export const write = (value: unknown, depth = 0): string => {
  // `JSON.stringify` writes Infinity as `null`, which would match a signature over `null`.
  if (depth > maxDepth || value === Infinity || value === -Infinity) return unwritable
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(",")}]`
  if (!Predicate.isObject(value)) return JSON.stringify(value)
  const fields = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${write(item, depth + 1)}`)
  return `{${fields.join(",")}}`
}

/**
 * Times of models whose pages show ISO 8601 text, in the other forms and spellings that they come in.
 *
 * @internal
 */
import * as SchemaAST from "effect/SchemaAST"
import * as Gregorian from "./gregorian.ts"

/** True for the schema of a time that is ISO text, also of an optional one and of one that may be null. */
export const isIso = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isUnion(ast) ? ast.types.some(isIso) : SchemaAST.resolve(ast)?.format === "date-time"

/** The name of a time in the other of its spellings: `created_at`, `createdAt`. */
export const otherSpelling = (name: string): string | undefined =>
  /[a-z]_at$/.test(name)
    ? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : /[a-z]At$/.test(name)
      ? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      : undefined

/** The ISO text of a time: text as it is; seconds since 1970, seconds since the year 0 or milliseconds since 1970. */
export const isoOf = (time: unknown): string | undefined => {
  if (typeof time === "string") return time
  // A smaller number is a length of time, or none.
  if (typeof time !== "number" || !(time >= 100_000_000)) return undefined
  const isMillis = time >= 100_000_000_000
  const millis = isMillis ? time : (Gregorian.isGregorian(time) ? time - Gregorian.offset : time) * 1000
  const date = new Date(millis)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** The seconds of an ISO text, in the count of a schema. */
export const secondsOf = (text: string, count: Count): number | undefined => {
  const millis = Date.parse(text)
  if (Number.isNaN(millis)) return undefined
  const seconds = Math.floor(millis / 1000)
  return count === "gregorian" ? seconds + Gregorian.offset : seconds
}

/** The year that a schema counts seconds from. */
type Count = "unix" | "gregorian"

export const countAnnotation = "~effect-audian/seconds"

/** The count of a schema whose values are seconds. */
export const countOf = (ast: SchemaAST.AST): Count | undefined => SchemaAST.resolveAt<Count>(countAnnotation)(ast)

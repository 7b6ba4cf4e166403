/**
 * Warnings about operations that the API is to retire: the headers `Deprecation` and `Sunset` of a response.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as Redact from "../error/redact.ts"
import { type Any, codecOf } from "../service.ts"

/** The operations of a client that it has warned of. */
export type Warned = Set<string>

// Of `Audian.request` there may be any number of paths.
const maxWarned = 1000

/** Logs a warning, once per operation. `undefined` for a response that has nothing to warn of. */
export const warning = (
  warned: Warned,
  operation: Any,
  { deprecation, sunset }: Headers.Headers,
  secrets: () => ReadonlyArray<string>
): Effect.Effect<void> | undefined => {
  if (deprecation === undefined && sunset === undefined) return undefined
  const key = `${operation.name} ${codecOf(operation).template}`
  if (warned.has(key) || warned.size >= maxWarned) return undefined
  warned.add(key)
  const shown = (value: string): string => Redact.scrubStart(value, secrets(), maxLength)
  const facts = [
    ...(deprecation === undefined ? [] : [`Deprecation: ${shown(deprecation)}`]),
    ...(sunset === undefined ? [] : [`Sunset: ${shown(sunset)}`])
  ]
  return Effect.logWarning(`${operation.name} is to be retired by the API (${facts.join(", ")})`)
}

const maxLength = 100

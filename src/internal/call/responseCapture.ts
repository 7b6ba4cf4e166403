/**
 * How `Audian.withResponse` sees the response of the call within.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type { Response } from "../service.ts"

export interface Sink {
  last: Response | undefined
  /** The one of a `withResponse` around this one. */
  readonly outer: Sink | undefined
}

export const capture = /*@__PURE__*/ Context.Reference<Sink | undefined>("effect-audian/Audian/Capture", {
  defaultValue: () => undefined
})

/**
 * The response that `Audian.withResponse` adds to the result of a call.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type { Response } from "../service.ts"

export interface ResponseCapture {
  last: Response | undefined
  /** The capture of an enclosing `withResponse`. */
  readonly outer: ResponseCapture | undefined
}

/** The innermost capture; `undefined` outside of `withResponse`. */
export const Current = /*@__PURE__*/ Context.Reference<ResponseCapture | undefined>("effect-audian/Audian/Capture", {
  defaultValue: () => undefined
})

/** Records a response in a capture and in those around it. */
export const record = (capture: ResponseCapture, response: Response): void => {
  for (let to: ResponseCapture | undefined = capture; to !== undefined; to = to.outer) to.last = response
}

/**
 * The responses that `Audian.withResponse` and `Audian.responseOf` return.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Headers from "effect/http/Headers"
import type { AudianError } from "../../AudianError.ts"
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

/** The head and the parsed body of a response, before secrets are removed. */
export interface CapturedResponse {
  readonly status: number
  readonly headers: Headers.Headers
  readonly json: unknown
}

/** The response of an error: as it was captured, and as it is shown. */
interface Origin {
  readonly captured: CapturedResponse
  response: Response | (() => Response) | undefined
}

const origins = /*@__PURE__*/ new WeakMap<AudianError, Origin>()

/** Remembers the response that an error was made from. */
export const setCaptured = (error: AudianError, captured: CapturedResponse): AudianError => {
  origins.set(error, { captured, response: undefined })
  return error
}

export const capturedOf = (error: AudianError): CapturedResponse | undefined => origins.get(error)?.captured

/** Sets the response of an error that has a captured one. It is read when it is asked for. */
export const setResponse = (error: AudianError, response: () => Response): void => {
  const origin = origins.get(error)
  if (origin !== undefined) origin.response = response
}

export const ofError = (error: AudianError): Response | undefined => {
  const origin = origins.get(error)
  if (typeof origin?.response !== "function") return origin?.response
  origin.response = origin.response()
  return origin.response
}

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

const captured = /*@__PURE__*/ new WeakMap<AudianError, CapturedResponse>()
const responses = /*@__PURE__*/ new WeakMap<AudianError, Response | (() => Response)>()

/** Remembers the response that an error was made from. */
export const setCaptured = (error: AudianError, from: CapturedResponse): AudianError => {
  captured.set(error, from)
  return error
}

export const capturedOf = (error: AudianError): CapturedResponse | undefined => captured.get(error)

/** Sets the response of an error, which is read when it is asked for. */
export const setResponse = (error: AudianError, response: () => Response): void => {
  responses.set(error, response)
}

export const ofError = (error: AudianError): Response | undefined => {
  const found = responses.get(error)
  if (typeof found !== "function") return found
  const response = found()
  responses.set(error, response)
  return response
}

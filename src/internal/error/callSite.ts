/**
 * The stack of an error: the line that called the operation, rather than the frames of this library.
 *
 * @internal
 */

/** The frames above a function, formatted when they are read. */
export interface Frames {
  readonly stack?: string
}

/** The frames above a function, at most `limit` of them; `undefined` where the platform or its settings give none. */
export const capture = (above: Function, limit?: number): Frames | undefined => {
  const current = Error.stackTraceLimit
  if (typeof current !== "number" || current < 1 || Error.captureStackTrace === undefined) return undefined
  const frames: Frames = {}
  if (limit === undefined || !isWritable) {
    Error.captureStackTrace(frames, above)
  } else {
    Error.stackTraceLimit = limit
    Error.captureStackTrace(frames, above)
    Error.stackTraceLimit = current
  }
  return frames
}

/** Runs a constructor whose error needs no stack. */
export const withoutStack = <A>(make: () => A): A => {
  if (!isWritable) return make()
  const current = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = current
  }
}

// Where intrinsics are frozen, the limit is as it is.
const isWritable = /*@__PURE__*/ (() => {
  const descriptor = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit")
  return descriptor === undefined ? Object.isExtensible(Error) : descriptor.writable === true
})()

/** The lines of frames, without the header. */
export const lines = (frames: Frames | undefined): ReadonlyArray<string> =>
  frames?.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? []

const sites = /*@__PURE__*/ new WeakMap<object, Frames>()

/** The call that an error is the failure of. */
export const ofError = (error: object): Frames | undefined => sites.get(error)

/** Notes the call that an error is the failure of. */
export const locate = <E extends object>(error: E, site: Frames | undefined): E => {
  if (site !== undefined) sites.set(error, site)
  return error
}

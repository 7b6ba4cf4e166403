/**
 * The stack of an error: the line that called the operation, rather than the frames of this library.
 *
 * @internal
 */

/** The frames above a function, formatted when they are read. */
export interface Frames {
  readonly stack?: string
}

/** The frames above a constructor; `undefined` where the platform or its settings give none. */
export const above = (constructor: Function): Frames | undefined => {
  if (!((Error.stackTraceLimit ?? 0) > 0) || Error.captureStackTrace === undefined) return undefined
  const frames: Frames = {}
  Error.captureStackTrace(frames, constructor)
  return frames
}

/**
 * The caller of the function that calls this. Every call pays for it: an `Error` of three frames is the cheapest there is,
 * and nothing is formatted before it is read.
 */
export const capture = (): Frames | undefined => {
  const limit = Error.stackTraceLimit
  if (!isWritable || !((limit ?? 0) > 0)) return undefined
  Error.stackTraceLimit = callerAt + 1
  const frames = new Error()
  Error.stackTraceLimit = limit
  return frames as Frames
}

/** Above it are `capture` itself and the function that called it. */
const callerAt = 2

/** The line of a captured caller. */
export const caller = (frames: Frames | undefined): ReadonlyArray<string> => lines(frames).slice(callerAt)

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

// Frozen intrinsics, as in a hardened realm, reject a change of the limit.
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

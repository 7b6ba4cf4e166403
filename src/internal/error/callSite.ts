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
 * Begins the capture of a caller: a `new Error()` that follows has the frame of its function and that of the caller. Gives
 * the limit to restore; `undefined` where there are no stacks. Every call pays for it: an `Error` of few frames is the
 * cheapest there is, and nothing is formatted before it is read.
 */
export const begin = (): number | undefined => {
  const limit = Error.stackTraceLimit
  if (!isWritable || !((limit ?? 0) > 0)) return undefined
  Error.stackTraceLimit = callerAt + 1
  return limit
}

/** Ends the capture of a caller. */
export const end = (limit: number): void => {
  Error.stackTraceLimit = limit
}

/** The caller of the function that calls this, where the few nanoseconds of `begin` and `end` do not matter. */
export const capture = (): Frames | undefined => {
  const limit = begin()
  if (limit === undefined) return undefined
  const frames: Frames = {}
  Error.captureStackTrace?.(frames, capture)
  end(limit)
  return frames
}

/** The position of the caller in a captured stack. Before it stands the function that captured the stack. */
const callerAt = 1

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

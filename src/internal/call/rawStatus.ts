/**
 * Shows the status that the server sent, where the `fetch` of Node.js acts on it instead. It sends a request again after a
 * 421, as the fetch standard requires: a purchase would be sent twice, and no attempt counted. A 407, and a redirect that
 * its settings make an error, are network errors without a status.
 *
 * A dispatcher around its own shows it another status. Platforms without dispatchers are left as they are.
 *
 * @internal
 */
const actedOn: ReadonlySet<number> = new Set([407, 421])
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** A status that `fetch` only passes on. */
const standIn = 599

interface Handler {
  readonly onHeaders?: (status: number, ...rest: ReadonlyArray<unknown>) => unknown
  readonly onResponseStart?: (controller: unknown, status: number, ...rest: ReadonlyArray<unknown>) => unknown
}

interface Dispatcher {
  readonly dispatch: (options: unknown, handler: Handler) => unknown
  readonly isMockActive?: unknown
}

interface Guarded {
  /** The settings of one request, with the dispatcher. */
  readonly init: RequestInit
  /** Gives the status that the server sent, of the status that `fetch` shows. */
  readonly statusOf: (status: number) => number
}

/** True on a platform with dispatchers. undici keeps its own on the global object. */
export const isAvailable = (): boolean => isNode() && Object.isExtensible(globalThis)

/** Guards one request. `undefined` on a platform without dispatchers. */
export const guard = (init: RequestInit | undefined): Guarded | undefined => {
  if (!isAvailable()) return undefined
  const hidesRedirects = init?.redirect === "error"
  let hidden: number | undefined
  const note = (status: number): number => {
    hidden = actedOn.has(status) || (hidesRedirects && redirects.has(status)) ? status : undefined
    return hidden === undefined ? status : standIn
  }
  const given = (init as { readonly dispatcher?: Dispatcher } | undefined)?.dispatcher
  const dispatcher: Dispatcher = {
    // undici sets its own when it is loaded, which is before it dispatches.
    dispatch: (options, handler) => (given ?? globalDispatcher()!).dispatch(options, withStatus(handler, note)),
    get isMockActive() {
      return (given ?? globalDispatcher())?.isMockActive
    }
  }
  return {
    init: { ...init, dispatcher } as RequestInit,
    statusOf: (status) => (status === standIn ? (hidden ?? status) : status)
  }
}

let onNode: boolean | undefined

/** True on Node.js, whose `fetch` is undici's. */
export const isNode = (): boolean => {
  if (onNode === undefined) {
    const { process } = globalThis as { readonly process?: { readonly release?: { readonly name?: string } } }
    onNode = process?.release?.name === "node" && !("Bun" in globalThis) && !("Deno" in globalThis)
  }
  return onNode
}

const globalDispatcher = (): Dispatcher | undefined =>
  (globalThis as { readonly [key: symbol]: unknown })[Symbol.for("undici.globalDispatcher.1")] as Dispatcher | undefined

/** A handler that receives another status. The version of undici decides which of the two methods is called. */
const withStatus = (handler: Handler, note: (status: number) => number): Handler =>
  Object.create(handler, {
    ...(handler.onHeaders !== undefined && {
      onHeaders: {
        value(this: Handler, status: number, ...rest: ReadonlyArray<unknown>) {
          return handler.onHeaders!.call(this, note(status), ...rest)
        }
      }
    }),
    ...(handler.onResponseStart !== undefined && {
      onResponseStart: {
        value(this: Handler, controller: unknown, status: number, ...rest: ReadonlyArray<unknown>) {
          return handler.onResponseStart!.call(this, controller, note(status), ...rest)
        }
      }
    })
  })

/**
 * A store of one kind of document: in insertion order, by id, with the errors and the pages of every kind.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as AudianError from "../../AudianError.ts"
import * as State from "./state.ts"

interface Page<A> {
  readonly items: ReadonlyArray<A>
  /** The number of items on all pages. */
  readonly total: number
  readonly limit: number
  readonly offset: number
}

interface Paging {
  /** Default 20. */
  readonly limit?: number | undefined
  /** Default 0. */
  readonly offset?: number | undefined
}

export interface Store<A> {
  /** Adds a document made from the next id and the current time, in epoch milliseconds. */
  readonly add: (make: (id: string, now: number) => A) => Effect.Effect<A>
  /** Adds or replaces a document under a given id. */
  readonly set: (id: string, document: A) => void
  readonly find: (id: string) => A | undefined
  /** Removes a document, if it exists. */
  readonly delete: (id: string) => void
  /** Fails with 404. */
  readonly get: (id: string) => Effect.Effect<A, AudianError.AudianError>
  /** Fails with 404. */
  readonly update: (id: string, change: (document: A, now: number) => A) => Effect.Effect<A, AudianError.AudianError>
  /** Removes and returns a document. Fails with 404. */
  readonly remove: (id: string) => Effect.Effect<A, AudianError.AudianError>
  readonly size: () => number
  readonly all: () => ReadonlyArray<A>
  readonly list: (options?: Paging & { readonly where?: ((document: A) => boolean) | undefined }) => Page<A>
}

/** An empty store. `prefix` starts its ids, `what` names its kind in a 404. */
export const make = <A>(
  state: Pick<State.State, "nextId">,
  { prefix, what }: { readonly prefix: string; readonly what: string }
): Store<A> => {
  const documents = new Map<string, A>()

  const get = (id: string): Effect.Effect<A, AudianError.AudianError> =>
    Effect.suspend(() => {
      const found = documents.get(id)
      return found === undefined ? Effect.fail(State.notFound(what)) : Effect.succeed(found)
    })
  const put = (id: string, document: A): A => {
    documents.set(id, document)
    return document
  }

  return {
    add: (make) =>
      Effect.map(State.now, (now) => {
        const id = state.nextId(prefix)
        return put(id, make(id, now))
      }),
    set: put,
    find: (id) => documents.get(id),
    delete: (id) => void documents.delete(id),
    get,
    update: (id, change) =>
      Effect.flatMap(State.now, (now) => Effect.map(get(id), (document) => put(id, change(document, now)))),
    remove: (id) => Effect.tap(get(id), () => Effect.sync(() => documents.delete(id))),
    size: () => documents.size,
    all: () => Array.from(documents.values()),
    list: ({ where, ...paging } = {}) => {
      const all = Array.from(documents.values())
      return page(where === undefined ? all : all.filter(where), paging)
    }
  }
}

/** One page of filtered items. */
export const page = <A>(items: ReadonlyArray<A>, { limit = 20, offset = 0 }: Paging): Page<A> => ({
  items: items.slice(offset, offset + limit),
  total: items.length,
  limit,
  offset
})

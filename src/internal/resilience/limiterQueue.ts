/**
 * The queue of a limiter: higher priorities first, FIFO within a priority, and none starves.
 *
 * @internal
 */
import * as Deferred from "effect/Deferred"
import * as Exit from "effect/Exit"

/**
 * Priority of a request in the queue of the limiter.
 *
 * @category models
 * @since 0.1.0
 */
export type Priority = Priorities["priority"]

// An alias of the union itself would show as `Priority`, and not as its values.
interface Priorities {
  readonly priority: "high" | "normal" | "low"
}

/** The number of requests that overtake the first of a lower priority before it is sent. */
export const maxOvertaken = 10

export interface Queue {
  /** One for each priority, the lowest first. */
  readonly lanes: Readonly<Record<Priority, Lane>>
  /** The request whose turn it is. */
  head: Place | undefined
}

interface Lane {
  readonly places: Set<Place>
  /** Requests of higher priorities that were sent since the last one of this priority. */
  overtaken: number
}

/** A request in the queue. */
export interface Place {
  readonly priority: Priority
  /** Completes when the request is the head of the queue. */
  isHead: Deferred.Deferred<void>
}

export const make = (): Queue => {
  const lane = (): Lane => ({ places: new Set(), overtaken: 0 })
  return { lanes: { low: lane(), normal: lane(), high: lane() }, head: undefined }
}

export const enter = (queue: Queue, priority: Priority): Place => {
  const place: Place = { priority, isHead: Deferred.makeUnsafe() }
  queue.lanes[priority].places.add(place)
  if (queue.head === undefined) next(queue)
  return place
}

/** Removes a request that may be sent, or that no longer waits. */
export const leave = (queue: Queue, place: Place, isSent: boolean): void => {
  const own = queue.lanes[place.priority]
  own.places.delete(place)
  if (isSent) {
    for (const lane of Object.values(queue.lanes)) {
      if (lane === own) break
      if (lane.places.size > 0) lane.overtaken++
    }
  }
  if (isSent || own.places.size === 0) own.overtaken = 0
  if (queue.head === place) next(queue)
}

/** Lets the head wait in its lane again when a request of a higher priority has come since. */
export const giveWay = (queue: Queue, place: Place): void => {
  if (queue.head !== place || first(queue) === place) return
  place.isHead = Deferred.makeUnsafe()
  next(queue)
}

const next = (queue: Queue): void => {
  queue.head = first(queue)
  if (queue.head !== undefined) Deferred.doneUnsafe(queue.head.isHead, Exit.void)
}

/** The first of the highest priority, unless a lower one was overtaken often enough. */
const first = ({ lanes }: Queue): Place | undefined => {
  const waiting = Object.values(lanes).filter(({ places }) => places.size > 0)
  const lane = waiting.find(({ overtaken }) => overtaken >= maxOvertaken) ?? waiting.at(-1)
  return lane?.places.values().next().value
}

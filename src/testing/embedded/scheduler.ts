/**
 * Scheduled events of an embedded server, which run in the order of their times as the clock advances.
 *
 * @internal
 */

export interface Scheduler {
  /** Schedules an event. `run` receives its scheduled time. */
  readonly at: (time: number, run: (time: number) => void) => void
  /** Runs the due events, and those that they make due. */
  readonly advance: (now: number) => void
  /** The time of the next event; infinite without one. */
  readonly next: () => number
  /** Registers a callback for the next change of `next`. */
  readonly onChange: (run: () => void) => void
}

interface Entry {
  readonly time: number
  /** Orders events of the same time by insertion. */
  readonly sequence: number
  readonly run: (time: number) => void
}

const isBefore = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence)

export const make = (): Scheduler => {
  // A binary heap: each entry precedes those at 2i + 1 and 2i + 2.
  const heap: Array<Entry> = []
  let sequence = 0
  let listeners: Array<() => void> = []

  const notify = (): void => {
    const notified = listeners
    listeners = []
    for (const run of notified) run()
  }

  const push = (entry: Entry): void => {
    let at = heap.length
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(entry, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = entry
  }

  const shift = (): void => {
    const entry = heap.pop()
    if (entry === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= heap.length) break
      const right = left + 1
      const below = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left
      if (!isBefore(heap[below]!, entry)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = entry
  }

  return {
    at: (time, run) => {
      push({ time, sequence: sequence++, run })
      if (heap[0]!.time === time) notify()
    },
    advance: (now) => {
      for (let next = heap[0]; next !== undefined && next.time <= now; next = heap[0]) {
        shift()
        next.run(next.time)
      }
    },
    next: () => heap[0]?.time ?? Number.POSITIVE_INFINITY,
    onChange: (run) => void listeners.push(run)
  }
}

/**
 * What is to happen in an embedded server, and when: run in the order of time as the clock passes it, however far it
 * jumps.
 *
 * @internal
 */

export interface Scheduler {
  /** Runs something, once, when the clock has come to a time; it is told that time. */
  readonly at: (time: number, run: (time: number) => void) => void
  /** Runs all that is due, and what comes due by it. */
  readonly advance: (now: number) => void
  /** When something is due next; infinite when nothing is. */
  readonly next: () => number
  /** Runs once, when the next time that something is due has changed. */
  readonly onChange: (run: () => void) => void
}

interface Entry {
  readonly time: number
  /** Keeps what is due at the same time in the order in which it came. */
  readonly sequence: number
  readonly run: (time: number) => void
}

const isBefore = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence)

export const make = (): Scheduler => {
  // A heap: each entry comes before the two at 2i + 1 and 2i + 2.
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

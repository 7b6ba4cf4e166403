/**
 * Detects a list that repeats itself, in bounded memory.
 *
 * @internal
 */

export interface Visited {
  /** Adds a text. False if it was added before. */
  readonly add: (text: string) => boolean
}

/** The number of hashes that are kept. */
const capacity = 65_536

export const make = (): Visited => {
  const recent = new Set<number>()
  const order: Array<number> = []
  let count = 0
  // Brent's algorithm finds a cycle that is longer than `capacity`: an anchor, renewed at each power of two.
  let anchor: number | undefined
  let renewal = 1
  return {
    add: (text) => {
      const key = hash(text)
      if (key === anchor || recent.has(key)) return false
      const oldest = order[count % capacity]
      if (oldest !== undefined) recent.delete(oldest)
      recent.add(key)
      order[count++ % capacity] = key
      if (count === renewal) {
        anchor = key
        renewal *= 2
      }
      return true
    }
  }
}

/** A hash of 53 bits: two rounds of 32 bits over the UTF-16 units. */
export const hash = (text: string): number => {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 4294967296 * (2097151 & low) + (high >>> 0)
}

/**
 * Warnings for a person, once and not per call: one whose cause persists is logged again after an hour.
 *
 * @internal
 */

/** The warnings of one client. */
export interface Notices {
  /** True when the warning about a subject is due. `of` is the owner of the subject, such as a tenant's credentials. */
  readonly isDue: (of: object, subject: string, now: number) => boolean
}

const interval = 3_600_000

export const make = (): Notices => {
  const last = new WeakMap<object, Map<string, number>>()
  return {
    isDue: (of, subject, now) => {
      const times = last.get(of) ?? new Map<string, number>()
      const before = times.get(subject)
      // A clock that moved back must not silence a warning.
      if (before !== undefined && Math.abs(now - before) < interval) return false
      last.set(of, times.set(subject, now))
      return true
    }
  }
}

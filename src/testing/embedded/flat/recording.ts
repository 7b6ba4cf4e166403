/**
 * A recording of the embedded server: it runs, is paused and goes on, and knows how much it holds.
 *
 * @internal
 */
export interface Recording {
  readonly id: string
  readonly startedAt: number
  readonly format: string
  /** Since when it runs; `undefined` while it is paused. */
  readonly since: number | undefined
  /** How much was recorded before, in milliseconds. */
  readonly before: number
}

export const start = (id: string, format: string, now: number): Recording => ({
  id,
  format,
  startedAt: now,
  since: now,
  before: 0
})

const millis = (recording: Recording, now: number): number =>
  recording.before + (recording.since === undefined ? 0 : now - recording.since)

/** What it holds, in whole seconds. */
export const seconds = (recording: Recording, now: number): number => Math.floor(millis(recording, now) / 1000)

export const pause = (recording: Recording, now: number): Recording => ({
  ...recording,
  since: undefined,
  before: millis(recording, now)
})

export const resume = (recording: Recording, now: number): Recording => ({ ...recording, since: now })

/**
 * A recording of the embedded server, which can be paused and resumed.
 *
 * @internal
 */
export interface Recording {
  readonly id: string
  readonly startedAt: number
  readonly format: string
  /** The time of its start or last resumption; `undefined` while it is paused. */
  readonly since: number | undefined
  /** The duration recorded before `since`, in milliseconds. */
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

/** The recorded duration, in whole seconds. */
export const seconds = (recording: Recording, now: number): number => Math.floor(millis(recording, now) / 1000)

export const pause = (recording: Recording, now: number): Recording => ({
  ...recording,
  since: undefined,
  before: millis(recording, now)
})

export const resume = (recording: Recording, now: number): Recording => ({ ...recording, since: now })

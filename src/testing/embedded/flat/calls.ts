/**
 * The calls of the embedded server. A call rings, is answered and ends as the clock advances. Each minute is charged
 * when it starts. A call is removed once it has ended.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as AudianError from "../../../AudianError.ts"
import type * as PhoneNumber from "../../../PhoneNumber.ts"
import * as Calls from "../../../resources/Calls.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as State from "../state.ts"
import * as Store from "../store.ts"
import * as Recording from "./recording.ts"

/** An active call. */
interface Line {
  readonly call: Calls.Call
  readonly state: "initiated" | "ringing" | "answered"
  readonly createdAt: number
  readonly answeredAt: number | undefined
  readonly heldAt: number | undefined
  readonly recording: Recording.Recording | undefined
  /** The format of a recording that starts with the answer. */
  readonly recordFromAnswer: string | undefined
}

interface EmbeddedCalls {
  readonly handlers: ReadonlyArray<AudianTest.Handler>
  /** Answers as the called party; `false` if no phone rings. */
  readonly answer: (id: string, now: number) => boolean
  /** Ends a call; `false` if there is no such call. */
  readonly hangUp: (id: string, now: number) => boolean
}

const second = 1000
const minute = 60 * second
const defaultFormat = "wav"

/** The time from a call's creation to ringing. */
const dialing = second

export const make = (state: State.State): EmbeddedCalls => {
  const lines = Store.make<Line>(state, { prefix: "call", what: "call" })
  const { scheduler, settings } = state
  const newRecording = (format: string, now: number) => Recording.start(state.nextId("rec"), format, now)

  const stateOf = ({ answeredAt, call, createdAt }: Line, endedAt?: number): State.CallState => {
    const { call_id: id, from = "", to = "" } = call
    return { id: String(id), from, to, createdAt, answeredAt, endedAt }
  }

  /** Reports the state of a call to the listeners. */
  const notify = (line: Line, endedAt?: number): void => {
    const call = stateOf(line, endedAt)
    for (const listener of state.onCall) listener(call)
  }

  /** Reports the end of a recording. */
  const recorded = (callId: string, recording: Recording.Recording, now: number): void => {
    const { format, id: recordingId } = recording
    State.report(
      state,
      { _tag: "Recorded", callId, recordingId, duration: Recording.seconds(recording, now), format },
      now
    )
  }

  const ring = (id: string, now: number): void => {
    const line = lines.find(id)
    if (line?.state !== "initiated") return
    lines.set(id, { ...line, state: "ringing" })
    State.report(state, { _tag: "Ringing", call: stateOf(line) }, now)
  }

  const answer = (id: string, now: number): boolean => {
    const line = lines.find(id)
    if (line === undefined || line.state === "answered") return false
    const { call, recordFromAnswer } = line
    const recording = recordFromAnswer === undefined ? undefined : newRecording(recordFromAnswer, now)
    const answered: Line = { ...line, state: "answered", answeredAt: now, recording }
    lines.set(id, answered)
    notify(answered)
    const maxMillis = (call.max_duration ?? 3600) * second
    scheduler.at(now + Math.min(settings.callMillis, maxMillis), (now) => end(id, now))
    scheduler.at(now + minute, (now) => nextMinute(id, now))
    return true
  }

  const nextMinute = (id: string, now: number): void => {
    if (lines.find(id) === undefined) return
    if (State.tryCharge(state, now, State.tariff.minute, "voice"))
      scheduler.at(now + minute, (now) => nextMinute(id, now))
    else end(id, now)
  }

  /** Ends a call, and refunds its first minute if nobody answered. */
  const end = (id: string, now: number): boolean => {
    const line = lines.find(id)
    if (line === undefined) return false
    if (line.state !== "answered") State.refund(state, line.createdAt, State.tariff.minute, "voice")
    lines.delete(id)
    notify(line, now)
    if (line.recording !== undefined) recorded(id, line.recording, now)
    return true
  }

  const findAnswered = (id: string): Effect.Effect<Line, AudianError.AudianError> =>
    Effect.filterOrFail(
      lines.get(id),
      ({ state }) => state === "answered",
      ({ state }) => State.conflict(`The call is ${state}, nobody has answered it`)
    )

  /** Changes an answered call, and returns the response. */
  const change = <A>(
    id: string,
    f: (line: Line, now: number) => Effect.Effect<readonly [line: Line, response: A], AudianError.AudianError>
  ): Effect.Effect<A, AudianError.AudianError> =>
    Effect.gen(function* () {
      const now = yield* State.now
      const [line, response] = yield* f(yield* findAnswered(id), now)
      lines.set(id, line)
      return response
    })

  /** Changes the recording of an answered call. Fails with 409 unless it is in the given state. */
  const changeRecording = <A>(
    id: string,
    state: "any" | "recording" | "paused",
    f: (
      recording: Recording.Recording,
      now: number
    ) => readonly [recording: Recording.Recording | undefined, response: A]
  ) =>
    change(id, (line, now) => {
      const { recording } = line
      if (recording === undefined) return Effect.fail(State.conflict("The call is not being recorded"))
      const found = recording.since === undefined ? "paused" : "recording"
      if (state !== "any" && state !== found) {
        return Effect.fail(
          State.conflict(found === "paused" ? "The recording is paused" : "The recording is not paused")
        )
      }
      const [next, response] = f(recording, now)
      return Effect.succeed([{ ...line, recording: next }, response])
    })

  return {
    answer,
    hangUp: end,
    handlers: [
      AudianTest.handle(Calls.create, (input) =>
        Effect.gen(function* () {
          const { custom_fields = {}, from, max_duration = 3600, recording, tags = {}, timeout = 30, to } = input
          if (!isCallable(to)) {
            return yield* State.badRequest(
              "to",
              "The to parameter is not a number that can be called",
              "invalid_phone_number"
            )
          }
          if (State.ownerOf(state, from) === undefined) {
            return yield* State.unprocessable("The number to call from is not owned by your account")
          }
          yield* State.charge(state, State.tariff.minute, "voice")
          const line = yield* lines.add((id, now): Line => {
            scheduler.at(now + dialing, (now) => ring(id, now))
            if (settings.isReachable(to)) scheduler.at(now + settings.answerMillis, (now) => answer(id, now))
            scheduler.at(now + timeout * second, (now) => void (lines.find(id)?.state !== "answered" && end(id, now)))
            return {
              call: {
                call_id: id,
                call_uuid: `00000000-0000-4000-8000-${id.replace(/\D/g, "").padStart(12, "0")}`,
                from: from as PhoneNumber.PhoneNumber,
                to: to as PhoneNumber.PhoneNumber,
                status: "initiated",
                created_at: State.iso(now),
                timeout,
                max_duration,
                tags,
                custom_fields
              },
              state: "initiated",
              createdAt: now,
              answeredAt: undefined,
              heldAt: undefined,
              recording: undefined,
              recordFromAnswer: recording?.enabled === true ? (recording.format ?? defaultFormat) : undefined
            }
          })
          notify(line)
          return line.call
        })
      ),

      AudianTest.handle(Calls.transfer, ({ call_id, destination }) =>
        change(call_id, (line, now) =>
          Effect.succeed([
            { ...line, heldAt: undefined },
            {
              call_id,
              status: "transferred",
              ...(line.call.from !== undefined && { transfer_from: line.call.from }),
              transfer_to: destination,
              transferred_at: State.iso(now)
            }
          ])
        )
      ),

      AudianTest.handle(Calls.hold, ({ call_id }) =>
        change(call_id, (line, now) => {
          const heldAt = line.heldAt ?? now
          if (line.heldAt === undefined) State.report(state, { _tag: "Held", call: stateOf(line) }, now)
          return Effect.succeed([
            { ...line, heldAt },
            { call_id, status: "held", held_at: State.iso(heldAt) }
          ])
        })
      ),

      AudianTest.handle(Calls.startRecording, ({ call_id, format = defaultFormat }) =>
        change(call_id, (line, now) => {
          if (line.recording !== undefined) return Effect.fail(State.conflict("The call is being recorded already"))
          const recording = newRecording(format, now)
          return Effect.succeed([
            { ...line, recording },
            { call_id, recording_id: recording.id, status: "recording", started_at: State.iso(now), format }
          ])
        })
      ),

      AudianTest.handle(Calls.stopRecording, ({ call_id }) =>
        changeRecording(call_id, "any", (recording, now) => {
          recorded(call_id, recording, now)
          return [
            undefined,
            {
              call_id,
              recording_id: recording.id,
              status: "stopped",
              stopped_at: State.iso(now),
              duration: Recording.seconds(recording, now)
            }
          ]
        })
      ),

      AudianTest.handle(Calls.pauseRecording, ({ call_id }) =>
        changeRecording(call_id, "recording", (recording, now) => [
          Recording.pause(recording, now),
          { call_id, recording_id: recording.id, status: "paused", paused_at: State.iso(now) }
        ])
      ),

      AudianTest.handle(Calls.resumeRecording, ({ call_id }) =>
        changeRecording(call_id, "paused", (recording, now) => [
          Recording.resume(recording, now),
          { call_id, recording_id: recording.id, status: "recording", resumed_at: State.iso(now) }
        ])
      )
    ]
  }
}

/** The API recommends E.164, and also dials separators and numbers without a country code. */
const isCallable = (to: string): boolean => /^\+?\d{2,15}$/.test(to.replace(/[\s().-]/g, ""))

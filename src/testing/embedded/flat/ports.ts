/**
 * The ports of the embedded server. A port progresses with the clock; once completed, its number is the account's.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as PhoneNumber from "../../../PhoneNumber.ts"
import * as Ports from "../../../resources/Ports.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as State from "../state.ts"

const steps: ReadonlyArray<readonly [progress: number, status: Ports.Status]> = [
  [0.25, "submitted"],
  [0.5, "scheduled"],
  [1, "completed"]
]

/** Advances a port to its next state. */
const advance = (state: State.State, id: string, status: Ports.Status, now: number): void => {
  const { carrier_status, ...port } = state.ports.get(id)!
  if (status !== "completed") {
    state.ports.set(id, { ...port, ...(carrier_status !== undefined && { carrier_status }), status })
    return
  }
  state.ports.set(id, { ...port, status })
  if (port.number === undefined) return
  state.porting.delete(port.number)
  State.addNumber(state, {
    id: state.nextId("num"),
    number: port.number,
    status: "active",
    purchased_at: State.iso(now)
  })
  State.report(state, { _tag: "Ported", portId: id, number: port.number }, now)
}

export const handlers = (state: State.State): ReadonlyArray<AudianTest.Handler> => [
  AudianTest.handle(Ports.create, ({ number }) =>
    Effect.gen(function* () {
      if (State.isPorting(state, number)) return yield* State.conflict("A port of the number is in progress")
      if (State.ownerOf(state, number) !== undefined) {
        return yield* State.conflict("The number is already owned by your account")
      }
      if (state.subaccountNumbers.has(number)) return yield* State.conflict("An account below yours owns the number")
      if (!state.settings.isPortable(number)) {
        return yield* State.unprocessable("The number cannot be ported at this time")
      }
      yield* State.charge(state, State.tariff.port, "ports")
      const createdAt = yield* State.now
      const { portMillis } = state.settings
      const port: Ports.Port = {
        id: state.nextId("port"),
        number: PhoneNumber.make(number),
        status: "pending",
        created_at: State.iso(createdAt),
        estimated_completion: State.iso(createdAt + portMillis),
        carrier_status: "pending_transfer"
      }
      state.ports.set(port.id, port)
      state.porting.add(number)
      for (const [progress, status] of steps) {
        state.scheduler.at(createdAt + progress * portMillis, (now) => advance(state, port.id, status, now))
      }
      return port
    })
  ),

  AudianTest.handle(Ports.get, ({ port_id }) =>
    Effect.suspend(() => {
      const found = state.ports.get(port_id)
      return found === undefined ? Effect.fail(State.notFound("port")) : Effect.succeed(found)
    })
  )
]

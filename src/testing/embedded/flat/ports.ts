/**
 * The ports of the embedded server: each moves on with the clock, and its number is the account's when it is done.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as PhoneNumber from "../../../PhoneNumber.ts"
import * as Ports from "../../../resources/Ports.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as World from "../state.ts"

const steps: ReadonlyArray<readonly [progress: number, status: Ports.Status]> = [
  [0.25, "submitted"],
  [0.5, "scheduled"],
  [1, "completed"]
]

/** Brings a port to its next state. */
const move = (world: World.World, id: string, status: Ports.Status, now: number): void => {
  const { carrier_status, ...port } = world.ports.get(id)!
  if (status !== "completed") {
    world.ports.set(id, { ...port, ...(carrier_status !== undefined && { carrier_status }), status })
    return
  }
  world.ports.set(id, { ...port, status })
  if (port.number === undefined) return
  world.porting.delete(port.number)
  World.add(world, { id: world.nextId("num"), number: port.number, status: "active", purchased_at: World.iso(now) })
}

export const handlers = (world: World.World): ReadonlyArray<AudianTest.Handler> => [
  AudianTest.handle(Ports.create, ({ number }) =>
    Effect.gen(function* () {
      if (World.isPorting(world, number)) return yield* World.conflict("A port of the number is under way")
      if (World.ownerOf(world, number) !== undefined) {
        return yield* World.conflict("The number is already owned by your account")
      }
      if (world.elsewhere.has(number)) return yield* World.conflict("An account below yours owns the number")
      if (!world.settings.isPortable(number)) {
        return yield* World.unprocessable("The number cannot be ported at this time")
      }
      yield* World.charge(world, World.tariff.port, "ports")
      const createdAt = yield* World.now
      const { portMillis } = world.settings
      const port: Ports.Port = {
        id: world.nextId("port"),
        number: PhoneNumber.make(number),
        status: "pending",
        created_at: World.iso(createdAt),
        estimated_completion: World.iso(createdAt + portMillis),
        carrier_status: "pending_transfer"
      }
      world.ports.set(port.id, port)
      world.porting.add(number)
      for (const [progress, status] of steps) {
        world.agenda.at(createdAt + progress * portMillis, (now) => move(world, port.id, status, now))
      }
      return port
    })
  ),

  AudianTest.handle(Ports.get, ({ port_id }) =>
    Effect.suspend(() => {
      const found = world.ports.get(port_id)
      return found === undefined ? Effect.fail(World.notFound("port")) : Effect.succeed(found)
    })
  )
]

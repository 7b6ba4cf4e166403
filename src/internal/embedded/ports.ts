/**
 * The ports of the embedded server: each moves on with the clock, and its number is the account's when it is done.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as AudianError from "../../AudianError.ts"
import * as PhoneNumber from "../../PhoneNumber.ts"
import * as Ports from "../../resources/Ports.ts"
import * as AudianTest from "../../testing/AudianTest.ts"
import * as World from "./world.ts"

const fee = 25

/** Brings every port to where it is at a time. */
export const advance = (world: World.World, now: number): void => {
  for (const [id, { createdAt, port }] of world.ports) {
    const status = statusAt((now - createdAt) / world.settings.portMillis)
    if (status === port.status || Ports.isFinal(port)) continue
    const { carrier_status: _, ...rest } = port
    world.ports.set(id, { createdAt, port: status === "completed" ? { ...rest, status } : { ...port, status } })
    if (status === "completed" && port.number !== undefined) {
      World.add(world, {
        id: world.nextId("num"),
        number: port.number,
        status: "active",
        purchased_at: World.iso(createdAt + world.settings.portMillis)
      })
    }
  }
}

const statusAt = (progress: number): Ports.Status => {
  if (progress >= 1) return "completed"
  return progress >= 0.5 ? "scheduled" : progress >= 0.25 ? "submitted" : "pending"
}

export const handlers = (world: World.World): ReadonlyArray<AudianTest.Handler> => [
  AudianTest.handle(Ports.create, ({ number }) =>
    Effect.gen(function* () {
      if (World.isPorting(world, number)) return yield* World.conflict("A port of the number is under way")
      if (World.ownerOf(world, number) !== undefined) {
        return yield* World.conflict("The number is already owned by your account")
      }
      if (!world.settings.isPortable(number)) {
        return yield* new AudianError.UnprocessableEntity({
          code: "validation_error",
          type: "validation_error",
          description: "The number cannot be ported at this time"
        })
      }
      yield* World.charge(world, fee)
      const createdAt = yield* World.now
      const port: Ports.Port = {
        id: world.nextId("port"),
        number: PhoneNumber.make(number),
        status: "pending",
        created_at: World.iso(createdAt),
        estimated_completion: World.iso(createdAt + world.settings.portMillis),
        carrier_status: "pending_transfer"
      }
      world.ports.set(port.id, { port, createdAt })
      return port
    })
  ),

  AudianTest.handle(Ports.get, ({ port_id }) =>
    Effect.suspend(() => {
      const found = world.ports.get(port_id)
      return found === undefined ? Effect.fail(World.notFound("port")) : Effect.succeed(found.port)
    })
  )
]

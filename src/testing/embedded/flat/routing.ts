/**
 * Where calls go and what they show, in the embedded server: caller ids, call flows, menus, and the webhooks that are
 * told of them. But for caller ids, no operation reads them again.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { omitUndefined } from "../../../internal/omitUndefined.ts"
import * as PhoneNumber from "../../../PhoneNumber.ts"
import * as CallerIds from "../../../resources/CallerIds.ts"
import * as CallFlows from "../../../resources/CallFlows.ts"
import * as IvrMenus from "../../../resources/IvrMenus.ts"
import * as Webhooks from "../../../resources/Webhooks.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as World from "../state.ts"
import * as Collection from "../store.ts"

export const handlers = (world: World.World): ReadonlyArray<AudianTest.Handler> => {
  const callerIds = Collection.make<CallerIds.CallerId>(world, { prefix: "cid", what: "caller id" })
  /** The numbers of the caller ids. */
  const known = new Set<string>()

  return [
    AudianTest.handle(CallerIds.list, () => Effect.sync(() => ({ caller_ids: callerIds.all() }))),

    AudianTest.handle(CallerIds.create, ({ number, ...fields }) =>
      Effect.gen(function* () {
        if (known.has(number)) return yield* World.conflict("The number is already a caller id of your account")
        known.add(number)
        const callerId = yield* callerIds.add((id, now) => {
          const owned = World.ownerOf(world, number) !== undefined
          return {
            id,
            number: PhoneNumber.make(number),
            name: typeof fields.name === "string" ? fields.name : null,
            status: owned ? "verified" : "pending",
            verified_at: owned ? World.iso(now) : null
          }
        })
        return World.json({ ...fields, ...callerId })
      })
    ),

    AudianTest.handle(CallFlows.create, ({ name, phone_number, routing }) =>
      Effect.map(World.now, (now) => ({
        call_flow_id: world.nextId("cf"),
        name,
        phone_number: phone_number === undefined ? null : PhoneNumber.make(phone_number),
        routing: routing.map(omitUndefined),
        created_at: World.iso(now)
      }))
    ),

    AudianTest.handle(IvrMenus.create, ({ name, options, prompt }) =>
      Effect.map(World.now, (now) => ({
        menu_id: world.nextId("menu"),
        name,
        prompt,
        options,
        created_at: World.iso(now)
      }))
    ),

    AudianTest.handle(Webhooks.create, ({ url }) =>
      Effect.sync(() => ({
        id: world.nextId("wh"),
        url,
        signing_secret: Redacted.make(world.nextId("whsec"))
      }))
    )
  ]
}

/**
 * Caller ids, call flows, menus and webhooks of the embedded server. Only caller ids can be read.
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
import * as State from "../state.ts"
import * as Store from "../store.ts"

export const handlers = (state: State.State): ReadonlyArray<AudianTest.Handler> => {
  const callerIds = Store.make<CallerIds.CallerId>(state, { prefix: "cid", what: "caller id" })
  /** The numbers that have a caller id. */
  const known = new Set<string>()

  return [
    AudianTest.handle(CallerIds.list, () => Effect.sync(() => ({ caller_ids: callerIds.all() }))),

    AudianTest.handle(CallerIds.create, ({ number, ...fields }) =>
      Effect.gen(function* () {
        if (known.has(number)) return yield* State.conflict("The number is already a caller id of your account")
        known.add(number)
        const callerId = yield* callerIds.add((id, now) => {
          const owned = State.ownerOf(state, number) !== undefined
          return {
            id,
            number: PhoneNumber.make(number),
            name: typeof fields.name === "string" ? fields.name : null,
            status: owned ? "verified" : "pending",
            verified_at: owned ? State.iso(now) : null
          }
        })
        return { ...State.json(fields), ...callerId }
      })
    ),

    AudianTest.handle(CallFlows.create, ({ name, phone_number, routing }) =>
      Effect.map(State.now, (now) => ({
        call_flow_id: state.nextId("cf"),
        name,
        phone_number: phone_number === undefined ? null : PhoneNumber.make(phone_number),
        routing: routing.map(omitUndefined),
        created_at: State.iso(now)
      }))
    ),

    AudianTest.handle(IvrMenus.create, ({ name, options, prompt }) =>
      Effect.map(State.now, (now) => ({
        menu_id: state.nextId("menu"),
        name,
        prompt,
        options,
        created_at: State.iso(now)
      }))
    ),

    AudianTest.handle(Webhooks.create, ({ url }) =>
      Effect.sync(() => ({
        id: state.nextId("wh"),
        url,
        signing_secret: Redacted.make(state.nextId("whsec"))
      }))
    )
  ]
}

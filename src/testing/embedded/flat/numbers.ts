/**
 * The numbers of the embedded server: search and purchase from its inventory, and the numbers of the account.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as AudianError from "../../../AudianError.ts"
import type * as PhoneNumber from "../../../PhoneNumber.ts"
import * as Numbers from "../../../resources/Numbers.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as Envelope from "../account/envelope.ts"
import * as Inventory from "../inventory.ts"
import * as State from "../state.ts"
import * as Store from "../store.ts"

export const handlers = (state: State.State): ReadonlyArray<AudianTest.Handler> => {
  const owned = (id: string) =>
    Effect.suspend(() => {
      const found = state.owned.get(id)
      return found === undefined ? Effect.fail(State.notFound("number")) : Effect.succeed(found)
    })

  return [
    AudianTest.handle(Numbers.search, ({ features, limit = 10, location, offset, pattern }) => {
      const area = /^US(?:-([A-Z]{2})(?:-(\d{3}))?)?$/.exec(location ?? "US")
      if (area === null) {
        return Effect.fail(
          new AudianError.BadRequest({
            code: "INVALID_LOCATION",
            description: `Unknown location ${location}`,
            param: "location"
          })
        )
      }
      const like =
        pattern === undefined
          ? undefined
          : new RegExp(`^(?:\\+?1)?${pattern.replace(/[^\d*]/g, "").replace(/\*+/g, "\\d*")}$`)
      const found = Array.from(state.inventory.values()).filter(
        (item) =>
          (area[1] === undefined || item.state === area[1]) &&
          (area[2] === undefined || item.code === area[2]) &&
          (like === undefined || like.test(item.number.slice(1))) &&
          (features ?? []).every((feature) => item.features.includes(feature)) &&
          State.ownerOf(state, item.number) === undefined &&
          !state.subaccountNumbers.has(item.number)
      )
      const { items, ...rest } = Store.page(found, { limit, offset })
      return Effect.succeed({
        numbers: items.map(({ features, location, number }) => ({
          number,
          location,
          available: true,
          price: { monthly: Inventory.monthlyPrice, setup: 0 },
          features
        })),
        ...rest
      })
    }),

    AudianTest.handle(Numbers.purchase, ({ friendly_name, number }) =>
      Effect.gen(function* () {
        if (State.ownerOf(state, number) !== undefined) {
          return yield* State.conflict("The number is already owned by your account")
        }
        if (State.isPorting(state, number)) return yield* State.conflict("A port of the number is in progress")
        if (!state.inventory.has(number) || state.subaccountNumbers.has(number)) return yield* State.notFound("number")
        yield* State.charge(state, Inventory.monthlyPrice, "numbers")
        const added = Inventory.purchased(state, number, friendly_name, yield* State.now)
        State.addNumber(state, added)
        return added
      })
    ),

    AudianTest.handle(Numbers.list, ({ limit, offset, status }) =>
      Effect.sync(() => {
        const all = Array.from(state.owned.values(), ({ number }) => number)
        const { items, ...rest } = Store.page(
          all.filter((n) => status === undefined || n.status === status),
          { limit, offset }
        )
        return { numbers: items, ...rest }
      })
    ),

    AudianTest.handle(Numbers.getConfig, ({ number_id }) => Effect.map(owned(number_id), ({ config }) => config)),

    AudianTest.handle(Numbers.updateConfig, ({ number_id, ...changes }) =>
      Effect.map(owned(number_id), (found) => {
        const { call_forwarding, voicemail, ...rest } = changes
        // A null clears the field, at any depth.
        const config = withoutNulls({
          ...found.config,
          ...rest,
          ...(call_forwarding !== undefined && {
            call_forwarding: call_forwarding && { ...found.config.call_forwarding, ...call_forwarding }
          }),
          ...(voicemail !== undefined && {
            voicemail: voicemail && { delete_after_days: 30, ...found.config.voicemail, ...voicemail }
          })
        }) as Numbers.NumberConfig
        const number =
          rest.friendly_name === undefined ? found.number : { ...found.number, friendly_name: rest.friendly_name }
        state.owned.set(number_id, { ...found, number, config })
        return config
      })
    ),

    AudianTest.handle(Numbers.getCallerId, ({ number_id }) =>
      Effect.flatMap(owned(number_id), ({ callerId }) =>
        callerId === undefined ? Effect.fail(State.notFound("caller id")) : Effect.succeed(callerId)
      )
    ),

    AudianTest.handle(Numbers.updateCallerId, ({ caller_id_name, caller_id_number, number_id }) =>
      Effect.map(owned(number_id), (found) => {
        const callerId: Numbers.CallerId = {
          number: found.number.number,
          // The contract requires both.
          caller_id_number: caller_id_number as PhoneNumber.PhoneNumber,
          caller_id_name: caller_id_name!,
          status: "active",
          verified: State.ownerOf(state, caller_id_number!) !== undefined
        }
        state.owned.set(number_id, { ...found, callerId })
        return callerId
      })
    ),

    AudianTest.handle(Numbers.getE911, ({ number_id }) =>
      Effect.flatMap(owned(number_id), ({ e911 }) =>
        e911 === undefined ? Effect.fail(State.notFound("E911 address")) : Effect.succeed(e911)
      )
    ),

    AudianTest.handle(Numbers.updateE911, ({ customer_name, customer_phone: _, number_id, ...address }) =>
      Effect.flatMap(owned(number_id), (found) =>
        Effect.map(State.now, (now) => {
          const e911: Numbers.E911 = {
            number: found.number.number,
            e911_address: address,
            customer_name,
            status: "active",
            validated_at: State.iso(now)
          }
          state.owned.set(number_id, { ...found, e911 })
          return e911
        })
      )
    )
  ]
}

const withoutNulls = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      value === null ? [] : [[key, Envelope.isDocument(value) ? withoutNulls(value) : value]]
    )
  )

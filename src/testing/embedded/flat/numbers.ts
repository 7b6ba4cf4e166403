/**
 * The numbers of the embedded server: a small catalogue, and what the account has bought of it.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as AudianError from "../../../AudianError.ts"
import * as PhoneNumber from "../../../PhoneNumber.ts"
import * as Numbers from "../../../resources/Numbers.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as World from "../state.ts"
import * as Collection from "../store.ts"

/** What a number costs a month, in USD. */
export const monthly = World.tariff.number

const areas = [
  { code: "415", state: "CA", location: "San Francisco, CA" },
  { code: "212", state: "NY", location: "New York, NY" },
  { code: "512", state: "TX", location: "Austin, TX" },
  { code: "303", state: "CO", location: "Denver, CO" }
]

// The range that is kept for fiction, and the one number that the documentation uses.
const catalogue = areas.flatMap(({ code, location, state }) =>
  [
    ...(code === "415" ? ["5551234"] : []),
    ...Array.from({ length: 50 }, (_, i) => `55501${String(i).padStart(2, "0")}`)
  ].map((rest, i) => ({
    code,
    state,
    location,
    number: PhoneNumber.make(`+1${code}${rest}`),
    features: i % 3 === 2 ? ["voice", "sms"] : ["voice", "sms", "mms"]
  }))
)

/** A number as it is once it is bought. */
export const bought = (
  world: World.World,
  number: string,
  friendlyName: string | undefined,
  now: number
): Numbers.PurchasedNumber => ({
  id: world.nextId("num"),
  number: PhoneNumber.make(number),
  friendly_name: friendlyName ?? null,
  status: "active",
  purchased_at: World.iso(now),
  expires_at: World.iso(now + 365 * World.day),
  billing: { monthly_cost: monthly, next_charge: World.iso(now + 30 * World.day) }
})

/** A number beside the catalogue; its place is that of its area code, where the catalogue has it. */
const beside = (text: string): World.ForSale => {
  const code = /^\+1(\d{3})/.exec(text)?.[1] ?? ""
  const area = areas.find((area) => area.code === code) ?? { code, state: "", location: "" }
  return { ...area, number: PhoneNumber.make(text), features: ["voice", "sms"] }
}

/** What can be bought, by its number. */
export const forSale = (others: ReadonlyArray<string> = []): ReadonlyMap<string, World.ForSale> =>
  new Map([...catalogue, ...others.map(beside)].map((item) => [item.number, item]))

export const handlers = (world: World.World): ReadonlyArray<AudianTest.Handler> => {
  const owned = (id: string) =>
    Effect.suspend(() => {
      const found = world.owned.get(id)
      return found === undefined ? Effect.fail(World.notFound("number")) : Effect.succeed(found)
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
      const found = Array.from(world.forSale.values()).filter(
        (item) =>
          (area[1] === undefined || item.state === area[1]) &&
          (area[2] === undefined || item.code === area[2]) &&
          (like === undefined || like.test(item.number.slice(1))) &&
          (features ?? []).every((feature) => item.features.includes(feature)) &&
          World.ownerOf(world, item.number) === undefined &&
          !world.elsewhere.has(item.number)
      )
      const { items, ...rest } = Collection.page(found, { limit, offset })
      return Effect.succeed({
        numbers: items.map(({ features, location, number }) => ({
          number,
          location,
          available: true,
          price: { monthly, setup: 0 },
          features
        })),
        ...rest
      })
    }),

    AudianTest.handle(Numbers.purchase, ({ friendly_name, number }) =>
      Effect.gen(function* () {
        if (World.ownerOf(world, number) !== undefined) {
          return yield* World.conflict("The number is already owned by your account")
        }
        if (World.isPorting(world, number)) return yield* World.conflict("A port of the number is under way")
        if (!world.forSale.has(number) || world.elsewhere.has(number)) return yield* World.notFound("number")
        yield* World.charge(world, monthly, "numbers")
        const added = bought(world, number, friendly_name, yield* World.now)
        World.add(world, added)
        return added
      })
    ),

    AudianTest.handle(Numbers.list, ({ limit, offset, status }) =>
      Effect.sync(() => {
        const all = Array.from(world.owned.values(), ({ number }) => number)
        const { items, ...rest } = Collection.page(
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
        const config: Numbers.NumberConfig = {
          ...found.config,
          ...rest,
          ...(call_forwarding !== undefined && {
            call_forwarding: {
              ...found.config.call_forwarding,
              ...call_forwarding,
              ...(call_forwarding.forward_to !== undefined && {
                forward_to: PhoneNumber.make(call_forwarding.forward_to)
              })
            } as Numbers.NumberConfig["call_forwarding"]
          }),
          ...(voicemail !== undefined && {
            voicemail: { delete_after_days: 30, ...found.config.voicemail, ...voicemail }
          })
        }
        const number =
          rest.friendly_name === undefined ? found.number : { ...found.number, friendly_name: rest.friendly_name }
        world.owned.set(number_id, { ...found, number, config })
        return config
      })
    ),

    AudianTest.handle(Numbers.getCallerId, ({ number_id }) =>
      Effect.flatMap(owned(number_id), ({ callerId }) =>
        callerId === undefined ? Effect.fail(World.notFound("caller id")) : Effect.succeed(callerId)
      )
    ),

    AudianTest.handle(Numbers.updateCallerId, ({ caller_id_name, caller_id_number, number_id }) =>
      Effect.map(owned(number_id), (found) => {
        const callerId: Numbers.CallerId = {
          number: found.number.number,
          caller_id_number: PhoneNumber.make(caller_id_number),
          caller_id_name,
          status: "active",
          verified: World.ownerOf(world, caller_id_number) !== undefined
        }
        world.owned.set(number_id, { ...found, callerId })
        return callerId
      })
    ),

    AudianTest.handle(Numbers.getE911, ({ number_id }) =>
      Effect.flatMap(owned(number_id), ({ e911 }) =>
        e911 === undefined ? Effect.fail(World.notFound("E911 address")) : Effect.succeed(e911)
      )
    ),

    AudianTest.handle(Numbers.updateE911, ({ customer_name, customer_phone: _, number_id, ...address }) =>
      Effect.flatMap(owned(number_id), (found) =>
        Effect.map(World.now, (now) => {
          const e911: Numbers.E911 = {
            number: found.number.number,
            e911_address: address,
            customer_name,
            status: "active",
            validated_at: World.iso(now)
          }
          world.owned.set(number_id, { ...found, e911 })
          return e911
        })
      )
    )
  ]
}

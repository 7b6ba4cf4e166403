/**
 * The numbers that the embedded server sells: a small catalogue, and those of the options.
 *
 * @internal
 */
import * as PhoneNumber from "../../PhoneNumber.ts"
import type * as Numbers from "../../resources/Numbers.ts"
import * as State from "./state.ts"

/** The price of a number, in USD per month. */
export const monthlyPrice = State.tariff.number

const areas = [
  { code: "415", state: "CA", location: "San Francisco, CA" },
  { code: "212", state: "NY", location: "New York, NY" },
  { code: "512", state: "TX", location: "Austin, TX" },
  { code: "303", state: "CO", location: "Denver, CO" }
]

// The range reserved for fiction, and the one number of the API's own examples.
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

/** An extra number. Its location is that of its area code, if the catalogue has the area. */
const extraNumber = (text: string): State.InventoryNumber => {
  const code = /^\+1(\d{3})/.exec(text)?.[1] ?? ""
  const area = areas.find((area) => area.code === code) ?? { code, state: "", location: "" }
  return { ...area, number: PhoneNumber.make(text), features: ["voice", "sms"] }
}

/** The catalogue and the extra numbers, by number. */
export const make = (extra: ReadonlyArray<string> = []): ReadonlyMap<string, State.InventoryNumber> =>
  new Map([...catalogue, ...extra.map(extraNumber)].map((item) => [item.number, item]))

/** A number as its purchase creates it. */
export const purchased = (
  state: State.State,
  number: string,
  friendlyName: string | undefined,
  now: number
): Numbers.PurchasedNumber => ({
  id: state.nextId("num"),
  number: PhoneNumber.make(number),
  friendly_name: friendlyName ?? null,
  status: "active",
  purchased_at: State.iso(now),
  expires_at: State.iso(now + 365 * State.day),
  billing: { monthly_cost: monthlyPrice, next_charge: State.iso(now + 30 * State.day) }
})

/**
 * The phone numbers of an account, as the engine stores them. The key's own account shares its numbers with the flat
 * family; an account below it has its own.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type * as Schema from "effect/Schema"
import * as PhoneNumbers from "../../../account/PhoneNumbers.ts"
import type * as Numbers from "../../../resources/Numbers.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Inventory from "../inventory.ts"
import * as State from "../state.ts"
import * as Accounts from "./accounts.ts"
import * as Callflows from "./callflows.ts"
import * as Envelope from "./envelope.ts"
import * as Filters from "./filters.ts"
import * as Paging from "./paging.ts"
import * as StoredDocuments from "./storedDocuments.ts"

const kind = "phone_numbers"

/** The id of the account with a number; `undefined` if no account has it. */
const ownerOf = (accounts: Accounts.Accounts, number: string): string | undefined =>
  State.ownerOf(accounts.state, number) !== undefined ? accounts.ownId : accounts.state.subaccountNumbers.get(number)

/** The document of an account's number. Creates it for a number that the flat family has added. */
const documentOf = (accounts: Accounts.Accounts, account: Accounts.Account, number: string): Accounts.Stored => {
  const found = account.store(kind).find(number)
  if (found !== undefined) return found
  const bought = StoredDocuments.millisOf(State.ownerOf(accounts.state, number)?.number.purchased_at)
  const stored = Accounts.makeStored(accounts, number, {}, bought ?? 0)
  account.store(kind).set(number, stored)
  return stored
}

/** An address of the flat family, in the engine's fields. */
const addressOf = ({ customer_name, e911_address: at }: Numbers.E911): Envelope.Document =>
  State.json({
    street_address: at?.address_line_1,
    extended_address: at?.address_line_2,
    locality: at?.city,
    region: at?.state,
    postal_code: at?.postal_code,
    country: at?.country,
    caller_name: customer_name
  })

const text = (u: Schema.Json | undefined): string => (typeof u === "string" ? u : "")

/** An address of the engine, in the flat family's fields. */
const flatAddressOf = (
  number: Numbers.PurchasedNumber["number"],
  at: Envelope.Document,
  now: number
): Numbers.E911 => ({
  number,
  e911_address: {
    address_line_1: text(at.street_address),
    ...(at.extended_address !== undefined && { address_line_2: text(at.extended_address) }),
    city: text(at.locality),
    state: text(at.region),
    postal_code: text(at.postal_code),
    country: text(at.country ?? "US")
  },
  customer_name: text(at.caller_name),
  status: "active",
  validated_at: State.iso(now)
})

/** The engine's original of each converted address. An address that the flat family has replaced since has none. */
const written = /*@__PURE__*/ new WeakMap<Numbers.E911, Envelope.Document>()

/** The data of a number with its current address, whichever family wrote it. */
const dataOf = (accounts: Accounts.Accounts, account: Accounts.Account, number: string): Envelope.Document => {
  const { data } = documentOf(accounts, account, number)
  const shared = account.id === accounts.ownId ? State.ownerOf(accounts.state, number)?.e911 : undefined
  return shared === undefined ? data : { ...data, e911: written.get(shared) ?? addressOf(shared) }
}

const show = (accounts: Accounts.Accounts, account: Accounts.Account, number: string): Envelope.Document => {
  const { created, modified } = documentOf(accounts, account, number)
  const data = dataOf(accounts, account, number)
  const callflow = Callflows.findByNumber(account, number)
  return {
    ...data,
    id: number,
    state: "in_service",
    features: ["cnam", "e911"].filter((feature) => data[feature] !== undefined),
    ...(callflow !== undefined && { assigned_to: { type: "callflow", id: callflow.id }, used_by: "callflow" }),
    created: StoredDocuments.gregorian(created),
    updated: StoredDocuments.gregorian(modified)
  }
}

/** Writes the document of a number, and shares its address with the flat family. */
const write = (
  accounts: Accounts.Accounts,
  account: Accounts.Account,
  number: string,
  data: Envelope.Document,
  now: number
): void => {
  const old = documentOf(accounts, account, number)
  account.store(kind).set(number, { ...old, revision: old.revision + 1, modified: now, data })
  const owned = account.id === accounts.ownId ? State.ownerOf(accounts.state, number) : undefined
  if (owned === undefined) return
  const address = Envelope.isDocument(data.e911) ? data.e911 : undefined
  const e911 = address === undefined ? undefined : flatAddressOf(owned.number.number, address, now)
  if (e911 !== undefined && address !== undefined) written.set(e911, address)
  accounts.state.owned.set(owned.number.id, { ...owned, e911 })
}

const reply = (accounts: Accounts.Accounts, account: Accounts.Account, number: string): Envelope.Reply => ({
  data: show(accounts, account, number),
  revision: `${documentOf(accounts, account, number).revision}-${number.slice(1)}`
})

/** Fails with 404 for an unknown number, and with 403 for one of another account. */
const checkOwner = (
  accounts: Accounts.Accounts,
  account: Accounts.Account,
  number: string
): Effect.Effect<void, Envelope.Refusal> => {
  const owner = ownerOf(accounts, number)
  if (owner === account.id) return Effect.void
  return owner === undefined
    ? Envelope.numberError(404, "not_found", "The number could not be found", number)
    : Envelope.numberError(403, "forbidden", `unauthorized to use ${number}`, number)
}

/** Fails unless the number is for sale. */
const checkAvailable = (accounts: Accounts.Accounts, number: string): Effect.Effect<void, Envelope.Refusal> => {
  if (ownerOf(accounts, number) !== undefined)
    return Envelope.numberError(409, "number_exists", "The number exists", number)
  if (State.isPorting(accounts.state, number)) {
    return Envelope.numberError(400, "number_is_porting", "A port of the number is in progress", number)
  }
  return !accounts.state.inventory.has(number)
    ? Envelope.numberError(404, "not_found", "The number could not be found", number)
    : Effect.void
}

const invoice = (rate: number): Envelope.Document => ({
  activation_charges: [],
  items: [
    { category: "phone_numbers", item: "did_us", name: "US number", quantity: 1, billable: 1, rate, total: rate }
  ],
  taxes: [],
  summary: { today: rate, recurring: rate },
  plan: {},
  bookkeeper: {}
})

const listed = ["state", "features", "assigned_to", "used_by", "created", "updated"] as const

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => {
  const { state } = accounts

  const numbersOf = (account: Accounts.Account): ReadonlyArray<string> =>
    account.id === accounts.ownId
      ? Array.from(state.owned.values(), ({ number }) => number.number)
      : account
          .store(kind)
          .all()
          .map(({ id }) => id)

  return [
    Accounts.handle(accounts, PhoneNumbers.list, ({ account, input }) => {
      const position = (number: string) => Number(number.slice(1))
      const sorted = numbersOf(account)
        .filter((number) =>
          Filters.matches(
            { ...input },
            { ...documentOf(accounts, account, number), data: show(accounts, account, number), id: number }
          )
        )
        .toSorted((a, b) => position(a) - position(b))
      const page = Paging.page(sorted, input, {
        position,
        show: (number) => [number, StoredDocuments.pick(show(accounts, account, number), ...listed)]
      })
      const descendants = Accounts.descendants(accounts, account.id)
      return Effect.map(page, ({ data, ...extra }) => ({
        ...extra,
        data: {
          cascade_quantity: descendants.reduce((sum, child) => sum + numbersOf(child).length, 0),
          numbers: Object.fromEntries(data as ReadonlyArray<[string, Schema.Json]>)
        }
      }))
    }),

    Accounts.handle(accounts, PhoneNumbers.search, ({ input }) => {
      const { city, country = "US", offset = 0, prefix = "", quantity = 1, state } = input
      const found = Array.from(accounts.state.inventory.values()).filter(
        (item) =>
          country === "US" &&
          item.number.slice(2).startsWith(prefix) &&
          (state === undefined || item.state === state) &&
          (city === undefined || item.location.split(",")[0] === city) &&
          ownerOf(accounts, item.number) === undefined
      )
      return Envelope.reply(found.slice(offset, offset + quantity).map(({ number }) => number))
    }),

    Accounts.handle(accounts, PhoneNumbers.purchase, ({ account, input: { accept_charges, number }, now, sent }) =>
      Effect.gen(function* () {
        yield* checkAvailable(accounts, number)
        if (accept_charges !== true) return yield* Envelope.acceptCharges(invoice(Inventory.monthlyPrice))
        if (!State.tryCharge(state, now, Inventory.monthlyPrice, "numbers", 1, account.id)) {
          return yield* Envelope.numberError(402, "not_enough_credit", "The balance does not cover it", number)
        }
        if (account.id === accounts.ownId) State.addNumber(state, Inventory.purchased(state, number, undefined, now))
        else state.subaccountNumbers.set(number, account.id)
        account.store(kind).set(number, Accounts.makeStored(accounts, number, {}, now))
        write(accounts, account, number, sent, now)
        return reply(accounts, account, number)
      })
    ),

    Accounts.handle(accounts, PhoneNumbers.get, ({ account, input: { number } }) =>
      Effect.map(checkOwner(accounts, account, number), () => reply(accounts, account, number))
    ),

    Accounts.handle(accounts, PhoneNumbers.update, ({ account, input: { number }, now, sent }) =>
      Effect.flatMap(checkOwner(accounts, account, number), () => {
        if (Equal.equals(dataOf(accounts, account, number), sent)) {
          return Envelope.numberError(400, "no_change_required", "The number is as asked already", number)
        }
        write(accounts, account, number, sent, now)
        return Effect.succeed(reply(accounts, account, number))
      })
    ),

    Accounts.handle(accounts, PhoneNumbers.patch, ({ account, input: { number }, now, sent }) =>
      Effect.map(checkOwner(accounts, account, number), () => {
        write(accounts, account, number, StoredDocuments.merge(dataOf(accounts, account, number), sent), now)
        return reply(accounts, account, number)
      })
    )
  ]
}

/**
 * The phone numbers of an account as the engine keeps them. Those of the key's own account are the same ones that the
 * flat family has; an account below it has its own.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type * as Schema from "effect/Schema"
import * as PhoneNumbers from "../../../account/PhoneNumbers.ts"
import type * as Numbers from "../../../resources/Numbers.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Catalogue from "../flat/numbers.ts"
import * as World from "../state.ts"
import * as Tree from "./accounts.ts"
import * as Callflows from "./callflows.ts"
import * as Engine from "./envelope.ts"
import * as Paging from "./paging.ts"
import * as Documents from "./storedDocuments.ts"

const kind = "phone_numbers"

/** Whose a number is; `undefined` when nobody here has it. */
const ownerOf = (tree: Tree.Tree, number: string): string | undefined =>
  World.ownerOf(tree.world, number) !== undefined ? tree.own : tree.world.elsewhere.get(number)

/** The document of a number that an account has; one that the flat family brought has none yet. */
const documentOf = (tree: Tree.Tree, account: Tree.Account, number: string): Tree.Stored => {
  const found = account.of(kind).find(number)
  if (found !== undefined) return found
  const bought = Documents.millisOf(World.ownerOf(tree.world, number)?.number.purchased_at)
  const stored = Tree.store(tree, number, {}, bought ?? 0)
  account.of(kind).set(number, stored)
  return stored
}

/** The flat family's address of a number, as the engine calls its parts. */
const addressOf = ({ customer_name, e911_address: at }: Numbers.E911): Engine.Document =>
  World.json({
    street_address: at?.address_line_1,
    extended_address: at?.address_line_2,
    locality: at?.city,
    region: at?.state,
    postal_code: at?.postal_code,
    country: at?.country,
    caller_name: customer_name
  })

const text = (u: Schema.Json | undefined): string => (typeof u === "string" ? u : "")

/** The engine's address of a number, as the flat family calls its parts. */
const flatAddressOf = (number: Numbers.PurchasedNumber["number"], at: Engine.Document, now: number): Numbers.E911 => ({
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
  validated_at: World.iso(now)
})

/** The addresses that the engine has written, by what the flat family has of each; it may write another one since. */
const written = /*@__PURE__*/ new WeakMap<Numbers.E911, Engine.Document>()

/** What was sent for a number, with its address as it is, whichever family wrote it. */
const dataOf = (tree: Tree.Tree, account: Tree.Account, number: string): Engine.Document => {
  const { data } = documentOf(tree, account, number)
  const shared = account.id === tree.own ? World.ownerOf(tree.world, number)?.e911 : undefined
  return shared === undefined ? data : { ...data, e911: written.get(shared) ?? addressOf(shared) }
}

const show = (tree: Tree.Tree, account: Tree.Account, number: string): Engine.Document => {
  const { created, modified } = documentOf(tree, account, number)
  const data = dataOf(tree, account, number)
  const callflow = Callflows.findByNumber(account, number)
  return {
    ...data,
    id: number,
    state: "in_service",
    features: ["cnam", "e911"].filter((feature) => data[feature] !== undefined),
    ...(callflow !== undefined && { assigned_to: { type: "callflow", id: callflow.id }, used_by: "callflow" }),
    created: Documents.gregorian(created),
    updated: Documents.gregorian(modified)
  }
}

/** Writes the document of a number, and its address where the flat family looks for it. */
const write = (tree: Tree.Tree, account: Tree.Account, number: string, data: Engine.Document, now: number): void => {
  const old = documentOf(tree, account, number)
  account.of(kind).set(number, { ...old, revision: old.revision + 1, modified: now, data })
  const owned = account.id === tree.own ? World.ownerOf(tree.world, number) : undefined
  if (owned === undefined) return
  const at = Engine.isDocument(data.e911) ? data.e911 : undefined
  const e911 = at === undefined ? undefined : flatAddressOf(owned.number.number, at, now)
  if (e911 !== undefined && at !== undefined) written.set(e911, at)
  tree.world.owned.set(owned.number.id, { ...owned, e911 })
}

const reply = (tree: Tree.Tree, account: Tree.Account, number: string): Engine.Reply => ({
  data: show(tree, account, number),
  revision: `${documentOf(tree, account, number).revision}-${number.slice(1)}`
})

/** Fails unless the number is the account's: 403 when another one has it. */
const owned = (tree: Tree.Tree, account: Tree.Account, number: string): Effect.Effect<void, Engine.Refusal> => {
  const owner = ownerOf(tree, number)
  if (owner === account.id) return Effect.void
  return owner === undefined
    ? Engine.number(404, "not_found", "The number could not be found", number)
    : Engine.number(403, "forbidden", `unauthorized to use ${number}`, number)
}

/** Why a number is not for sale. */
const forSale = (tree: Tree.Tree, number: string): Effect.Effect<void, Engine.Refusal> => {
  if (ownerOf(tree, number) !== undefined) return Engine.number(409, "number_exists", "The number exists", number)
  if (World.isPorting(tree.world, number)) {
    return Engine.number(400, "number_is_porting", "A port of the number is under way", number)
  }
  return !tree.world.forSale.has(number)
    ? Engine.number(404, "not_found", "The number could not be found", number)
    : Effect.void
}

const invoice = (rate: number): Engine.Document => ({
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

export const handlers = (tree: Tree.Tree): ReadonlyArray<AudianTest.Handler> => {
  const { world } = tree

  const numbersOf = (account: Tree.Account): ReadonlyArray<string> =>
    account.id === tree.own
      ? Array.from(world.owned.values(), ({ number }) => number.number)
      : account
          .of(kind)
          .all()
          .map(({ id }) => id)

  return [
    Tree.handle(tree, PhoneNumbers.list, ({ account, input }) => {
      const position = (number: string) => Number(number.slice(1))
      const sorted = numbersOf(account).toSorted((a, b) => position(a) - position(b))
      const page = Paging.page(sorted, input, {
        position,
        show: (number) => [number, Documents.pick(show(tree, account, number), ...listed)]
      })
      const below = Tree.descendants(tree, account.id)
      return Effect.map(page, ({ data, ...beside }) => ({
        ...beside,
        data: {
          cascade_quantity: below.reduce((sum, child) => sum + numbersOf(child).length, 0),
          numbers: Object.fromEntries(data as ReadonlyArray<[string, Schema.Json]>)
        }
      }))
    }),

    Tree.handle(tree, PhoneNumbers.search, ({ input }) => {
      const { city, country = "US", offset = 0, prefix = "", quantity = 1, state } = input
      const found = Array.from(tree.world.forSale.values()).filter(
        (item) =>
          country === "US" &&
          item.number.slice(2).startsWith(prefix) &&
          (state === undefined || item.state === state) &&
          (city === undefined || item.location.split(",")[0] === city) &&
          ownerOf(tree, item.number) === undefined
      )
      return Engine.reply(found.slice(offset, offset + quantity).map(({ number }) => number))
    }),

    Tree.handle(tree, PhoneNumbers.purchase, ({ account, input: { accept_charges, number }, now, sent }) =>
      Effect.gen(function* () {
        yield* forSale(tree, number)
        if (accept_charges !== true) return yield* Engine.quote(invoice(Catalogue.monthly))
        if (!World.spend(world, now, Catalogue.monthly, "numbers", 1, account.id)) {
          return yield* Engine.number(402, "not_enough_credit", "The balance does not cover it", number)
        }
        if (account.id === tree.own) World.add(world, Catalogue.bought(world, number, undefined, now))
        else world.elsewhere.set(number, account.id)
        account.of(kind).set(number, Tree.store(tree, number, {}, now))
        write(tree, account, number, sent, now)
        return reply(tree, account, number)
      })
    ),

    Tree.handle(tree, PhoneNumbers.get, ({ account, input: { number } }) =>
      Effect.map(owned(tree, account, number), () => reply(tree, account, number))
    ),

    Tree.handle(tree, PhoneNumbers.update, ({ account, input: { number }, now, sent }) =>
      Effect.flatMap(owned(tree, account, number), () => {
        if (Equal.equals(dataOf(tree, account, number), sent)) {
          return Engine.number(400, "no_change_required", "The number is as asked already", number)
        }
        write(tree, account, number, sent, now)
        return Effect.succeed(reply(tree, account, number))
      })
    )
  ]
}

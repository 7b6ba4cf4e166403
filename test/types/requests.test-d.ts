/**
 * The input that `Requests` returns for an operation: the JSON part of it.
 */
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { type AccessTokens, Account, Numbers, type Operation } from "effect-audian"
import { type EmbeddedAudian, Fault, Requests, Scenario } from "effect-audian/testing"
import type { Equal, Expect } from "../support/types.ts"

type Input<Op> = Requests.Logged<Operation.InputOf<Op>>

export type Results = [
  field: Expect<Equal<Input<typeof Numbers.search>["limit"], number | undefined>>,
  // A secret may be given redacted, and is not kept.
  secret: Expect<Equal<Input<typeof AccessTokens.exchange>["api_key"], Schema.Json>>,
  found: Expect<
    Equal<
      Effect.Success<ReturnType<typeof Requests.last<Operation.InputOf<typeof Numbers.search>, unknown>>>["input"],
      Input<typeof Numbers.search> | null
    >
  >
]

export const calls = [
  Requests.assertCount(Numbers.purchase, 1, { number: "+14155551234" }),
  Requests.of(Account.Users.list, { account_id: "a" }),
  // @ts-expect-error a list has no number
  Requests.count(Numbers.list, { number: "+14155551234" }),
  // @ts-expect-error a limit is a number
  Requests.last(Numbers.list, { limit: "1" })
]

const read: Fault.Data = { outcome: { _tag: "Reset" }, operation: "Numbers.list" }

export const options: ReadonlyArray<EmbeddedAudian.Options> = [
  { faults: [read, Fault.cutOff, ...Scenario.outage("1 second")] },
  // @ts-expect-error a fault is called by its tag
  { faults: [{ outcome: { _tag: "Explode" } }] }
]

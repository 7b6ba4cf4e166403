/**
 * Types of the contract check of a client.
 */
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { type Audian, Numbers } from "effect-audian"
import { AudianTest, Contract, EmbeddedAudian } from "effect-audian/testing"
import type { Equal, Expect } from "../support/types.ts"

export const samples = [
  Contract.sample(Numbers.list, { limit: 2 }),
  // omitted input comes from a list
  Contract.sample(Numbers.updateConfig, { friendly_name: "Front desk" }),
  // @ts-expect-error a limit is a number
  Contract.sample(Numbers.list, { limit: "2" }),
  // @ts-expect-error no such field
  Contract.sample(Numbers.list, { size: 2 })
]

declare const layer: Layer.Layer<Audian.Audian, "no key", "secrets">
export const checked = AudianTest.contract(layer)
export const verified = Contract.verify(EmbeddedAudian.layer())

export type Results = [
  // it fails as the layer does, and needs what the layer needs
  checked: Expect<Equal<typeof checked, Effect.Effect<Contract.Report, "no key", "secrets">>>,
  verified: Expect<Equal<typeof verified, Effect.Effect<Contract.Report, Contract.Broken>>>
]

// @ts-expect-error no such check
export const without: Contract.Options = { without: ["weather"] }

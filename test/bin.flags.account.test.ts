import { describe } from "@effect/vitest"
import { cases } from "./conformance/all.ts"
import * as Flags from "./support/flags.ts"

describe("effect-audian call, the account-scoped family", () => {
  Flags.test(cases.filter(({ operation }) => operation.traits.family === "account"))
})

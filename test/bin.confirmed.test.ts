import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Api, Retry } from "effect-audian"
import * as Contract from "../src/ai/contract.ts"
import * as ContractOf from "../src/ai/contractOf.ts"
import { load } from "../src/bin/loadOperation.ts"
import { cases } from "./conformance/all.ts"
import { serve } from "./conformance/server.ts"
import * as Cli from "./support/cli.ts"
import { argumentsOf, folder } from "./support/flags.ts"

/** Operations that write and need no confirmation: a change of single fields, or of a state that another call changes back. */
const unconfirmed = [
  "AccessTokens.exchange",
  "Account.Accounts.patch",
  "Account.Accounts.setParent",
  "Account.Callflows.patch",
  "Account.Conferences.patch",
  "Account.Devices.patch",
  "Account.PhoneNumbers.patch",
  "Account.Presence.update",
  "Account.Presence.updateUser",
  "Account.Registrations.renew",
  "Account.SipDevices.patch",
  "Account.TemporalRules.patch",
  "Account.Users.patch",
  "Account.Vmboxes.patch",
  "Account.Webhooks.patch",
  "Account.Webhooks.reEnable",
  "Billing.updateMonthlyLimit",
  "Calls.hold",
  "Calls.pauseRecording",
  "Calls.resumeRecording",
  "Calls.stopRecording",
  "Conferences.holdParticipant",
  "Conferences.muteAll",
  "Conferences.muteParticipant",
  "Conferences.resumeParticipant",
  "Conferences.stopRecording",
  "Conferences.unmuteParticipant",
  "Numbers.updateCallerId",
  "Numbers.updateConfig",
  "Numbers.updateE911",
  "Voicemail.update",
  "Voicemail.updateNotification"
]

const operations = Api.operations()

describe("an operation", () => {
  it("is unsafe if it is not safe to retry, if it deletes, and if it ends or replaces something", () => {
    const writes = operations.filter((operation) => ContractOf.of(operation).effect === "write")
    assert.deepStrictEqual(
      writes.map(({ name }) => name),
      unconfirmed
    )
    for (const operation of operations) {
      const { endpoint, traits } = operation
      const isUnsafe = endpoint.method === "DELETE" || traits.replay === "unsafe" || traits.destructive === true
      assert.strictEqual(ContractOf.of(operation).effect === "unsafe", isUnsafe, operation.name)
    }
  })

  it("has the same contract in the document as in the code, and is loaded by its name", async () => {
    assert.deepStrictEqual(
      Contract.summaries().map(({ name }) => name),
      operations.map(({ name }) => name)
    )
    for (const operation of operations) {
      assert.deepStrictEqual(ContractOf.of(operation), Contract.find(operation.name))
      assert.strictEqual(await Effect.runPromise(load(operation.name)), operation)
    }
  })
})

describe("effect-audian call without --yes and without a terminal", () => {
  it.live("sends what needs no confirmation, and nothing else", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const sent = new Map<string, boolean>()
      for (const { input, operation } of cases) {
        if (operation.endpoint.method === "GET" || sent.has(operation.name)) continue
        const server = yield* serve({ status: 400, headers: {}, body: "" })
        const { args } = yield* argumentsOf(operation, input, directory)
        const { code } = yield* Cli.run(["call", operation.name, ...args], {
          AUDIAN_BASE_URL: server.baseUrl,
          AUDIAN_ACCOUNT_ID: "account_abc123",
          AUDIAN_API_KEY: "sk_test",
          AUDIAN_AUTH_TOKEN: "jwt"
        }).pipe(Retry.withPolicy(Retry.none))
        assert.strictEqual(code, server.seen.length === 0 ? 11 : 7, operation.name)
        sent.set(operation.name, server.seen.length > 0)
      }
      assert.deepStrictEqual(
        [...sent.keys()].toSorted(),
        operations.flatMap(({ endpoint, name }) => (endpoint.method === "GET" ? [] : [name])).toSorted()
      )
      assert.deepStrictEqual([...sent].flatMap(([name, isSent]) => (isSent ? [name] : [])).toSorted(), unconfirmed)
    }).pipe(Effect.scoped)
  )
})

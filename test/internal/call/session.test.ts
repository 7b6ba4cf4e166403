import { assert, describe, it } from "@effect/vitest"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import * as Api from "../../../src/Api.ts"
import * as Devices from "../../../src/account/Devices.ts"
import * as AnyRequest from "../../../src/internal/call/anyRequest.ts"
import * as Session from "../../../src/internal/call/session.ts"
import { codecOf, completeOf } from "../../../src/internal/service.ts"
import * as Operation from "../../../src/Operation.ts"
import * as Numbers from "../../../src/resources/Numbers.ts"

describe("Session.complete", () => {
  it("comes with every operation that sends a token, or whose path has an account", () => {
    const operations = Api.operations()
    assert.isAbove(operations.length, 100)
    for (const operation of operations) {
      const needsToken = operation.traits.family === "account" || codecOf(operation).ofAccount
      assert.strictEqual(completeOf(operation) === Session.complete, needsToken, operation.name)
    }
  })

  it("comes with every operation of a program's own, with extended ones, and with Audian.request", () => {
    const endpoint = () => HttpApiEndpoint.get("get", "/v2/accounts/:account_id/mine", { success: Schema.Json })
    const own = Operation.make(endpoint, { resource: "Mine", family: "flat", replay: "safe", envelope: "bare" })
    const fields = { crm_id: Schema.optional(Schema.String) }
    for (const operation of [own, Operation.extend(Devices.get, fields), AnyRequest.operationOf({ path: "/v2/x" })]) {
      assert.strictEqual(completeOf(operation), Session.complete)
    }
    assert.isUndefined(completeOf(Operation.extend(Numbers.getConfig, fields)))
  })
})

import { assert, describe, it } from "@effect/vitest"
import { McpProtocol, McpServer, McpTest, Tool } from "effect/ai"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Account, Api, Billing, Calls, Conferences, Fax, Numbers, Operation, Ports, Voicemail } from "effect-audian"
import { AudianToolkit } from "effect-audian/ai"
import { AudianTest, EmbeddedAudian, Fault } from "effect-audian/testing"
import { number } from "../support/embedded.ts"

type Options = AudianToolkit.Options

/** Calls a tool as a language model's client does. */
const call = (options: Options, tool: string, params: unknown) => {
  const { layer, toolkit } = AudianToolkit.make(options)
  return Effect.gen(function* () {
    const { handle } = yield* toolkit
    const last = yield* Stream.runLast(yield* handle(tool, params as never))
    return Option.getOrThrow(last)
  }).pipe(Effect.provide(layer), Effect.orDie)
}

const failureOf = ({ isFailure, result }: Effect.Success<ReturnType<typeof call>>) => {
  assert.isTrue(isFailure)
  return result as AudianToolkit.Failure
}

const successOf = ({ encodedResult, isFailure }: Effect.Success<ReturnType<typeof call>>) => {
  assert.isFalse(isFailure, JSON.stringify(encodedResult))
  return encodedResult as AudianToolkit.Success
}

const yes = () => Effect.succeed(true)

describe("AudianToolkit.make", () => {
  it("has the operations that read, and those that are allowed by name", () => {
    const operations = Api.operations()
    const { toolkit } = AudianToolkit.make({ operations })
    const names = Object.keys(toolkit.tools)
    assert.deepStrictEqual(
      names,
      operations.filter(({ endpoint }) => endpoint.method === "GET").map(({ name }) => name.replaceAll(".", "_"))
    )
    for (const name of names) assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/)
    const more = AudianToolkit.make({ operations, allow: ["Account.Users.update", "Numbers.purchase"], approve: yes })
    assert.strictEqual(Object.keys(more.toolkit.tools).length, names.length + 2)
  })

  it("has the schema and the descriptions of each operation, complete in itself", () => {
    const operations = Api.operations()
    const { toolkit } = AudianToolkit.make({ operations, allow: operations.map(({ name }) => name), approve: yes })
    assert.strictEqual(Object.keys(toolkit.tools).length, operations.length)
    for (const tool of Object.values(toolkit.tools)) {
      const schema = tool.jsonSchema as Record<string, unknown>
      assert.strictEqual(schema.type, "object")
      assert.isAbove(tool.description!.length, 20)
      const text = JSON.stringify(schema)
      assert.notInclude(text, "#/components/")
      assert.notInclude(text, '"accept_charges"')
      for (const [, name] of text.matchAll(/"#\/\$defs\/([^"]+)"/g)) {
        assert.property(schema.$defs, name!)
      }
    }
    const { description, jsonSchema } = toolkit.tools.Numbers_list!
    assert.match(String(description), /^Lists your numbers.*\(Numbers\.list\)$/)
    assert.hasAllKeys((jsonSchema as { readonly properties: object }).properties, ["limit", "offset", "status"])
  })

  it("takes an operation of the user's own", () => {
    const list = Operation.make(
      () =>
        HttpApiEndpoint.get("list", "/v2/tags", {
          query: { prefix: Schema.String },
          success: Schema.Array(Schema.String)
        }),
      { resource: "Tags", family: "flat", envelope: "bare", replay: "safe" }
    )
    const { toolkit } = AudianToolkit.make({ operations: [list] })
    const { description, jsonSchema } = toolkit.tools.Tags_list!
    assert.strictEqual(description, "GET /v2/tags (Tags.list)")
    assert.deepInclude(jsonSchema as object, { type: "object", required: ["prefix"] })
  })

  it("refuses an unknown name, and an unsafe operation without approval", () => {
    const operations = [Numbers.list, Numbers.purchase]
    const make = (options: Partial<Options>) => () => AudianToolkit.make({ operations, ...options })
    assert.throws(make({ allow: ["Numbers.buy"] }), /Numbers\.buy/)
    assert.throws(make({ allow: ["Numbers.purchase"] }), /approve: required, since allow has Numbers\.purchase/)
    assert.throws(make({ maxResultSize: 0 }), /maxResultSize/)
  })
})

describe("a tool", () => {
  it.effect("lists a page, and the fields of the next", () =>
    Effect.gen(function* () {
      for (const number of ["+14155550100", "+14155550101", "+14155550102"] as const)
        yield* Numbers.purchase({ number })
      const first = successOf(yield* call({ operations: [Numbers.list] }, "Numbers_list", { limit: 2 }))
      assert.strictEqual((first.result as ReadonlyArray<unknown>).length, 2)
      assert.deepStrictEqual([first.next, first.total, first.truncated], [{ limit: 2, offset: 2 }, 3, undefined])
      const rest = yield* call({ operations: [Numbers.list] }, "Numbers_list", first.next)
      assert.strictEqual((successOf(rest).result as ReadonlyArray<unknown>).length, 1)
      assert.isUndefined(successOf(rest).next)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("truncates a result that is too large, and describes how to get the rest", () =>
    Effect.gen(function* () {
      for (const number of ["+14155550100", "+14155550101", "+14155550102"] as const)
        yield* Numbers.purchase({ number })
      const options = { operations: [Numbers.list], maxResultSize: 300 }
      const cut = successOf(yield* call(options, "Numbers_list", {}))
      const shown = (cut.result as ReadonlyArray<unknown>).length
      assert.isAtLeast(shown, 1)
      assert.isBelow(shown, 3)
      assert.deepStrictEqual(cut.next, { offset: shown })
      assert.match(String(cut.truncated), /of 3 items are shown.*next/)
      assert.isAtMost(JSON.stringify(cut.result).length, 300)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("bounds every kind of result", () =>
    Effect.gen(function* () {
      const document = (value: unknown) =>
        Effect.map(
          call({ operations: [Account.Callflows.get], maxResultSize: 1000 }, "Account_Callflows_get", {
            callflow_id: "c"
          }).pipe(
            Effect.provide(
              AudianTest.layer(AudianTest.handle(Account.Callflows.get, () => Effect.succeed(value as never)))
            )
          ),
          successOf
        )
      const long = yield* document({
        id: "c",
        notes: "x".repeat(100_000),
        list: Array.from({ length: 5000 }, () => "y")
      })
      assert.isAtMost(JSON.stringify(long.result).length, 1000)
      assert.strictEqual((long.result as { readonly id: string }).id, "c")
      assert.match(String(long.truncated), /cut/)
      const wide = yield* document(Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`field_${at}`, at])))
      assert.isAtMost(JSON.stringify(wide.result).length, 1000)
      assert.isString(wide.truncated)
    })
  )

  it.effect("returns an error as data: what to do, whether the server acted, how long to wait", () =>
    Effect.gen(function* () {
      const operations = [Numbers.getConfig, Numbers.list, Numbers.purchase]
      const options = { operations, allow: ["Numbers.purchase"], approve: yes }
      const missing = failureOf(yield* call(options, "Numbers_getConfig", { number_id: "nope" }))
      assert.deepInclude(missing, { tag: "NotFound", operation: "Numbers.getConfig", status: 404, isRetryable: false })
      assert.match(missing.advice, /Read the list again/)

      const invalid = failureOf(yield* call(options, "Numbers_purchase", { number: "12" }))
      assert.deepInclude(invalid, { tag: "AudianClientError", reason: "InvalidRequest", outcome: "not-executed" })
      assert.strictEqual(invalid.details[0]!.field, "number")

      const { fault } = yield* EmbeddedAudian.EmbeddedAudian
      yield* fault(Fault.status(429, { "retry-after": "120" }))
      const limited = failureOf(yield* call(options, "Numbers_list", {}))
      assert.deepInclude(limited, { tag: "TooManyRequests", retryAfter: 120, isRetryable: true })

      yield* fault(Fault.status(500).pipe(Fault.on(Numbers.purchase)))
      const unknown = failureOf(yield* call(options, "Numbers_purchase", { number: "+14155550100" }))
      assert.deepInclude(unknown, { tag: "InternalServerError", outcome: "unknown", isRetryable: false })
      assert.match(unknown.advice, /may have executed/)
      const json: unknown = JSON.parse(JSON.stringify(unknown))
      assert.deepStrictEqual(yield* Schema.decodeUnknownEffect(AudianToolkit.Failure)(json), unknown)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("requests approval of an unsafe call with its cost, and sends nothing without it", () =>
    Effect.gen(function* () {
      const approvals: Array<AudianToolkit.Approval> = []
      const options = (agrees: boolean): Options => ({
        operations: [Numbers.purchase],
        allow: ["Numbers.purchase"],
        approve: (approval) =>
          Effect.as(
            Effect.sync(() => approvals.push(approval)),
            agrees
          )
      })
      const input = { number: "+14155550100" }
      const refused = failureOf(yield* call(options(false), "Numbers_purchase", input))
      assert.deepInclude(refused, { tag: "Refused", outcome: "not-executed", attempts: 0 })
      assert.deepStrictEqual((yield* Numbers.list()).numbers, [])
      assert.deepInclude(approvals[0], { operation: "Numbers.purchase", summary: "Buys a number", input })
      assert.property(Option.getOrThrow(approvals[0]!.cost), "monthly")
      successOf(yield* call(options(true), "Numbers_purchase", input))
      assert.strictEqual((yield* Numbers.list()).numbers.length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("shows what is known of the cost, and that the rest is not documented", () =>
    Effect.gen(function* () {
      const asked: Array<AudianToolkit.Approval> = []
      const operations = [
        Account.Billing.addCredits,
        Account.Devices.create,
        Account.Users.remove,
        Account.Vmboxes.create,
        Calls.create,
        Conferences.addParticipant,
        Fax.send,
        Numbers.purchase,
        Ports.create,
        Voicemail.createNotification
      ]
      const options: Options = {
        operations,
        allow: operations.map(({ name }) => name),
        approve: (approval) =>
          Effect.as(
            Effect.sync(() => asked.push(approval)),
            false
          )
      }
      const costOf = (operation: Operation.Any, input: unknown) =>
        Effect.gen(function* () {
          failureOf(yield* call(options, operation.name.replaceAll(".", "_"), input))
          const { cost, costNote } = asked.pop()!
          return [Option.getOrUndefined(cost), costNote]
        })
      const port = {
        number,
        account_number: "1",
        billing_phone: number,
        end_user_name: "Ada",
        end_user_address: { street: "1 Main St", city: "a", state: "CA", postal_code: "94105", country: "US" }
      }
      const file = { name: "a.pdf", base64: "JVBERi0x" }
      const box = { name: "a", mailbox: "1001" }
      const participant = { conferenceId: "c", phone_number: "+14155551234" }
      const { fault } = yield* EmbeddedAudian.EmbeddedAudian
      assert.deepStrictEqual(yield* costOf(Numbers.purchase, { number }), [
        { monthly: 0.99, setup: 0 },
        "Cost: 0.99 USD monthly, 0 USD setup (Numbers.search)."
      ])
      const [none, range] = yield* costOf(Numbers.purchase, { number: "+12025550100" })
      assert.isUndefined(none)
      assert.match(String(range), /^Cost: 0\.99 to 4\.99 USD monthly \(documented tariff\)/)
      assert.deepStrictEqual(yield* costOf(Calls.create, { from: number, to: number }), [
        { per_minute: 0.02 },
        "Cost: 0.02 USD per minute (Billing.getUsage)."
      ])
      yield* fault(Fault.status(500).pipe(Fault.on(Billing.getUsage)))
      assert.deepStrictEqual(yield* costOf(Conferences.addParticipant, { ...participant, send_pin_via_sms: true }), [
        { per_minute: 0.02, per_message: 0.01 },
        "Cost: 0.02 USD per minute, 0.01 USD per message (documented tariff)."
      ])
      assert.deepStrictEqual((yield* costOf(Ports.create, port))[1], "Cost: 25 USD per number (documented tariff).")
      assert.deepStrictEqual(yield* costOf(Account.Billing.addCredits, { amount: 50 }), [
        { amount: 50 },
        "Cost: 50, in the currency of the balance."
      ])
      assert.match(String((yield* costOf(Account.Devices.create, { name: "a" }))[1]), /reports its charges before/)
      assert.deepStrictEqual(yield* costOf(Fax.send, { to: number, file }), [undefined, "Cost not documented."])
      assert.deepStrictEqual(yield* costOf(Account.Vmboxes.create, box), [undefined, "Cost not documented."])
      assert.deepStrictEqual((yield* costOf(Account.Vmboxes.create, { ...box, transcribe: true }))[0], {
        per_transcript: 0.25
      })
      assert.deepStrictEqual(yield* costOf(Account.Users.remove, { user_id: "u" }), [undefined, undefined])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("requests no approval of an input that the call refuses", () =>
    Effect.gen(function* () {
      const asked: Array<AudianToolkit.Approval> = []
      const options: Options = {
        operations: [Account.Users.create, Numbers.purchase],
        allow: ["Account.Users.create", "Numbers.purchase"],
        approve: (approval) =>
          Effect.as(
            Effect.sync(() => asked.push(approval)),
            false
          )
      }
      const invalid = { reason: "InvalidRequest", outcome: "not-executed" } as const
      assert.deepInclude(failureOf(yield* call(options, "Numbers_purchase", { number: "12" })), invalid)
      assert.deepInclude(failureOf(yield* call(options, "Account_Users_create", { first_name: 1 })), invalid)
      assert.deepStrictEqual(asked, [])
      const { requests } = yield* EmbeddedAudian.EmbeddedAudian
      assert.deepStrictEqual(yield* requests, [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("requests approval of a call that ends or replaces something", () =>
    Effect.gen(function* () {
      const operations = [Conferences.disconnectParticipant, Account.Users.update]
      const allow = operations.map(({ name }) => name)
      assert.throws(() => AudianToolkit.make({ operations, allow }), /approve: required/)
      const options: Options = { operations, allow, approve: () => Effect.succeed(false) }
      const input = { conferenceId: "c", participantId: "p" }
      const refused = failureOf(yield* call(options, "Conferences_disconnectParticipant", input))
      assert.deepInclude(refused, { tag: "Refused", outcome: "not-executed" })
      const { tools } = AudianToolkit.make(options).toolkit
      const annotated = Tool.Destructive
      assert.isTrue(Context.get(tools.Account_Users_update!.annotations, annotated))
      assert.isTrue(Context.get(tools.Account_Users_update!.annotations, Tool.Idempotent))
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("requests approval once more for the charges of the engine, and accepts them only then", () =>
    Effect.gen(function* () {
      const charges: Array<Option.Option<Schema.Json>> = []
      const options = (agrees: boolean): Options => ({
        operations: [Account.PhoneNumbers.purchase],
        allow: ["Account.PhoneNumbers.purchase"],
        approve: ({ cost }) => {
          charges.push(cost)
          return Effect.succeed(Option.isNone(cost) || agrees)
        }
      })
      const tool = "Account_PhoneNumbers_purchase"
      const input = { number, accept_charges: true }
      const refused = failureOf(yield* call(options(false), tool, input))
      assert.strictEqual(refused.tag, "Refused")
      assert.deepStrictEqual(
        charges.map((cost) => cost._tag),
        ["None", "Some"]
      )
      successOf(yield* call(options(true), tool, input))
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("sends and returns files as base64", () =>
    Effect.gen(function* () {
      const { receiveFax, requests } = yield* EmbeddedAudian.EmbeddedAudian
      const faxId = yield* receiveFax({ from: "+13035550142", to: number, bytes: new TextEncoder().encode("%PDF-1") })
      const read = { operations: [Fax.downloadReceived] }
      const file = successOf(yield* call(read, "Fax_downloadReceived", { faxId }))
      assert.deepStrictEqual(file.result, { size: 6, base64: "JVBERi0x" })
      const small = successOf(yield* call({ ...read, maxResultSize: 4 }, "Fax_downloadReceived", { faxId }))
      assert.isNull(small.result)
      assert.match(String(small.truncated), /more than 3 bytes/)

      const send = { operations: [Fax.send], allow: ["Fax.send"], approve: yes }
      const input = { to: "+14155551234", file: { name: "a.pdf", base64: "JVBERi0x" } }
      successOf(yield* call(send, "Fax_send", input))
      const sent = (yield* requests).find(({ operation }) => operation === "Fax.send")
      assert.deepInclude((sent!.input as { readonly file: object }).file, { name: "a.pdf", size: 6 })
      const wrong = failureOf(yield* call(send, "Fax_send", { ...input, file: { name: "a.pdf", base64: "*" } }))
      assert.deepInclude(wrong, { tag: "Refused", message: "file: expected base64" })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("shows a secret neither to the agent nor to who approves", () =>
    Effect.gen(function* () {
      const approvals: Array<AudianToolkit.Approval> = []
      const options: Options = {
        operations: [Account.Devices.create, Account.Devices.get],
        allow: ["Account.Devices.create"],
        approve: (approval) =>
          Effect.as(
            Effect.sync(() => approvals.push(approval)),
            true
          )
      }
      const created = yield* call(options, "Account_Devices_create", {
        name: "Phone",
        sip: { username: "ada", password: "hunter22" }
      })
      const { id } = successOf(created).result as { readonly id: string }
      const read = yield* call(options, "Account_Devices_get", { device_id: id })
      assert.notInclude(JSON.stringify([created.encodedResult, read.encodedResult, approvals]), "hunter22")
      assert.deepInclude(approvals[0]!.input, { sip: { username: "ada", password: "<redacted>" } })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("an MCP server", () => {
  it.effect("lists the tools, and returns results and errors", () =>
    Effect.gen(function* () {
      const { layer, toolkit } = AudianToolkit.make({ operations: [Numbers.list, Numbers.getConfig] })
      const client = yield* McpTest.makeClient(Layer.provide(McpServer.toolkit(toolkit), layer), {
        protocols: [McpProtocol.v2025_11_25]
      })
      const { tools } = yield* client.listTools({})
      assert.deepStrictEqual(
        tools.map(({ annotations, name }) => [name, annotations?.readOnlyHint]),
        [
          ["Numbers_list", true],
          ["Numbers_getConfig", true]
        ]
      )
      const listed = yield* client.callTool({ name: "Numbers_list", arguments: { limit: 1 } })
      assert.deepStrictEqual(listed.structuredContent, { result: [], total: 0 })
      const missing = yield* client.callTool({ name: "Numbers_getConfig", arguments: { number_id: "nope" } })
      assert.isTrue(missing.isError)
      const unknown = yield* Effect.flip(client.callTool({ name: "Numbers_purchase", arguments: {} }))
      assert.match(String(unknown.message), /Numbers_purchase/)
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.layer()))
  )
})

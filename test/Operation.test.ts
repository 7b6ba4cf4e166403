import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { AccessTokens, Account, Api, Audian, type AudianError, Fax, Numbers, Operation, Ports } from "effect-audian"
import { codecOf } from "../src/internal/service.ts"
import { each } from "./support/each.ts"
import { fieldsOf } from "./support/errors.ts"
import type { Responder } from "./support/http.ts"
import { json, listed, script, settle } from "./support/http.ts"
import { portRequest as port } from "./support/operations.ts"

const modules = { AccessTokens, Numbers, Ports }
const operations = Object.entries(modules).flatMap(([module, exports]) =>
  Object.entries<unknown>(exports).flatMap(([name, value]) =>
    Operation.isOperation(value) ? [{ module, name, operation: value }] : []
  )
)

const config: Responder = json(200, { success: true, data: {} })
const isInvalidRequest = (error: AudianError.AudianError) =>
  error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest"

describe("Operation", () => {
  describe("what it is", () => {
    each(
      operations,
      ({ module, name }) => `${module}.${name} is named as it is exported`,
      ({ module, name, operation }) =>
        Effect.sync(() => {
          assert.strictEqual(operation.name, `${module}.${name}`)
          assert.strictEqual(operation.traits.resource, module)
          assert.strictEqual(operation.endpoint.identifier, name)
        })
    )

    // By hand, and not by rule: each of these does something twice when it is sent twice.
    const unsafe = `
      AccessTokens.create
      Account.Accounts.create
      Account.Accounts.createChild
      Account.Accounts.createSubAccount
      Account.Billing.addCredits
      Account.Callflows.create
      Account.Conferences.create
      Account.Devices.create
      Account.Faxes.create
      Account.PhoneNumbers.purchase
      Account.Pivots.create
      Account.SipDevices.create
      Account.SipDevices.resetPassword
      Account.TemporalRules.create
      Account.Users.create
      Account.Users.invite
      Account.Vmboxes.create
      Account.Webhooks.create
      CallFlows.create
      CallerIds.create
      Calls.create
      Calls.startRecording
      Calls.transfer
      Conferences.addParticipant
      Conferences.create
      Conferences.startRecording
      Fax.createWebhook
      Fax.send
      IvrMenus.create
      Media.createHoldMusic
      Media.createPrompt
      Media.createTextToSpeech
      Numbers.purchase
      Ports.create
      Voicemail.create
      Voicemail.createNotification
      Webhooks.create
    `

    it("is unsafe to replay where it spends money, rings a phone or makes a second thing, and nowhere else", () => {
      assert.deepStrictEqual(
        Api.operations()
          .filter(({ traits }) => traits.replay === "unsafe")
          .map(({ name }) => name)
          .toSorted(),
        unsafe.trim().split(/\s+/).toSorted()
      )
      for (const operation of Api.operations()) {
        const { method } = codecOf(operation)
        if (method === "GET" || method === "DELETE") assert.strictEqual(operation.traits.replay, "safe", operation.name)
      }
    })

    it("can be distinguished from other values", () => {
      assert.isTrue(Operation.isOperation(Numbers.list))
      for (const other of [Numbers.NumberList, Ports.isFinal, {}, undefined, "Numbers.list"]) {
        assert.isFalse(Operation.isOperation(other))
      }
    })

    it("keeps the traits it was made of", () => {
      assert.deepStrictEqual(Numbers.purchase.traits, { resource: "Numbers", family: "flat", replay: "unsafe" })
    })

    it.effect("is compiled once, and not before it is used", () => {
      let compiled = 0
      const operation = Operation.make(
        () => {
          compiled++
          return HttpApiEndpoint.get("count", "/v2/count", { success: Schema.Struct({ data: Schema.Struct({}) }) })
        },
        { resource: "Test", family: "flat", replay: "safe" }
      )
      const http = script(config)
      return Effect.gen(function* () {
        assert.strictEqual(compiled, 0)
        yield* settle(operation())
        yield* settle(operation())
        assert.strictEqual(operation.name, "Test.count")
        assert.strictEqual(operation.endpoint, operation.endpoint)
        assert.strictEqual(compiled, 1)
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.audian()))
    })
  })

  describe("paths", () => {
    each(
      [
        ["num_1", "num_1"],
        ["a/b", "a%2Fb"],
        ["../../v2/billing", "..%2F..%2Fv2%2Fbilling"],
        ["a?b=c", "a%3Fb%3Dc"],
        ["a#b", "a%23b"],
        ["a%2Fb", "a%252Fb"],
        ["%2e%2e", "%252e%252e"],
        ["a\nb", "a%0Ab"],
        ["a\\b", "a%5Cb"],
        ["a b", "a%20b"],
        ["+14155551234", "%2B14155551234"],
        ["zürich", "z%C3%BCrich"],
        ["☎️", "%E2%98%8E%EF%B8%8F"],
        ["...", "..."],
        [" ", "%20"],
        [":number_id", "%3Anumber_id"],
        ["\u0000", "%00"]
      ] as const,
      ([id]) => `the id ${JSON.stringify(id)} is one segment of the path`,
      ([id, segment]) => {
        const http = script(config)
        return Effect.gen(function* () {
          yield* settle(Numbers.getConfig({ number_id: id }))
          assert.strictEqual(http.sent[0]?.url.pathname, `/v2/numbers/${segment}/config`)
          assert.strictEqual(http.sent[0]?.url.search, "")
          assert.strictEqual(http.sent[0]?.url.hash, "")
        }).pipe(Effect.provide(http.audian()))
      }
    )

    each(
      ["", ".", "..", "\ud800", "a\udc00b"],
      (id) => `the id ${JSON.stringify(id)} is an InvalidRequest that names the field, and nothing is sent`,
      (id) => {
        const http = script(config)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(Numbers.getConfig({ number_id: id })))
          assert.isTrue(isInvalidRequest(error))
          assert.deepStrictEqual(fieldsOf(error), ["number_id"])
          assert.strictEqual(error.param, "number_id")
          assert.strictEqual(error.path, "/v2/numbers/{number_id}/config")
          assert.strictEqual(error.method, "GET")
          assert.strictEqual(error.attempts, 0)
          assert.strictEqual(http.sent.length, 0)
        }).pipe(Effect.provide(http.audian()))
      }
    )

    // Random text rarely contains characters that are special in paths and URLs.
    const piece = Schema.Union([
      Schema.String,
      Schema.Literals(["/", "\\", ".", "..", "%2e", "%2F", "?", "#", ";", ":", "@", "\t", "\n", "é", "😀", "\ud800"])
    ])

    it.effect.prop(
      "no id changes how many segments a path has, and each arrives as it was given or is refused",
      [Schema.Array(piece)],
      ([pieces]) => {
        const id = pieces.join("")
        const http = script(config)
        return Effect.gen(function* () {
          const result = yield* Effect.result(Numbers.getConfig({ number_id: id }))
          if (Result.isFailure(result)) {
            assert.isTrue(isInvalidRequest(result.failure))
            assert.isTrue(["", ".", ".."].includes(id) || !id.isWellFormed())
            assert.strictEqual(http.sent.length, 0)
            return
          }
          const { url } = http.sent[0]!
          const segments = url.pathname.split("/")
          assert.deepStrictEqual([...segments.slice(0, 3), ...segments.slice(4)], ["", "v2", "numbers", "config"])
          assert.strictEqual(decodeURIComponent(segments[3]!), id)
          assert.strictEqual(`${url.search}${url.hash}`, "")
        }).pipe(Effect.provide(http.audian()))
      }
    )
  })

  describe("input", () => {
    it.effect("needs none where nothing is required", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        yield* settle(Numbers.list())
        yield* settle(Numbers.list({}))
        assert.deepStrictEqual(
          http.sent.map(({ body, url }) => [url.href, body]),
          Array(2).fill(["https://api.audian.com:8443/v2/numbers", ""])
        )
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("goes into the path and the body, by the contract", () => {
      const http = script(config)
      return Effect.gen(function* () {
        yield* settle(Numbers.updateConfig({ number_id: "num_1", friendly_name: "Front desk" }))
        const { body, headers, method, url } = http.sent[0]!
        assert.strictEqual(`${method} ${url.pathname}${url.search}`, "PUT /v2/numbers/num_1/config")
        assert.deepStrictEqual(JSON.parse(body), { friendly_name: "Front desk" })
        assert.strictEqual(headers["content-type"], "application/json")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("goes into the query: numbers as text, an array as one parameter for each value", () => {
      const http = script(json(200, { success: true, data: { numbers: [] } }))
      return Effect.gen(function* () {
        yield* settle(Numbers.search({ location: "US-CA-415", features: ["sms", "mms"], limit: 3, offset: 0 }))
        assert.deepStrictEqual(Array.from(http.sent[0]!.url.searchParams), [
          ["location", "US-CA-415"],
          ["features", "sms"],
          ["features", "mms"],
          ["limit", "3"],
          ["offset", "0"]
        ])
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("text in the query is escaped", () => {
      const http = script(json(200, { success: true, data: { numbers: [] } }))
      return Effect.gen(function* () {
        yield* settle(Numbers.search({ pattern: "415*&limit=100#ü +" }))
        assert.deepStrictEqual(Array.from(http.sent[0]!.url.searchParams), [["pattern", "415*&limit=100#ü +"]])
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("optional fields that are undefined are left out of the query and of the body", () => {
      const http = script(json(200, { success: true, data: { numbers: [] } }), config)
      return Effect.gen(function* () {
        yield* settle(Numbers.search({ location: undefined, features: undefined, limit: 1 }))
        yield* settle(Numbers.updateConfig({ number_id: "n", friendly_name: undefined, voicemail: { enabled: true } }))
        assert.strictEqual(http.sent[0]!.url.search, "?limit=1")
        assert.deepStrictEqual(JSON.parse(http.sent[1]!.body), { voicemail: { enabled: true } })
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("optional fields within a field that are undefined are left out as well", () => {
      const http = script(config)
      return Effect.gen(function* () {
        yield* settle(
          Numbers.updateConfig({ number_id: "n", call_forwarding: { enabled: true, rings_before_forward: undefined } })
        )
        assert.deepStrictEqual(JSON.parse(http.sent[0]!.body), { call_forwarding: { enabled: true } })
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a secret is sent plain, whether it was given plain or redacted", () => {
      const http = script(json(202, { success: true, data: { id: "p", status: "pending" } }))
      return Effect.gen(function* () {
        yield* settle(Ports.create({ ...port, account_pin: "9999" }))
        yield* settle(Ports.create({ ...port, account_pin: Redacted.make("9999") }))
        assert.deepStrictEqual(JSON.parse(http.sent[0]!.body), { ...port, account_pin: "9999" })
        assert.strictEqual(http.sent[1]!.body, http.sent[0]!.body)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a field that the operation does not have is refused by name, with the ones it has", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        // An untyped program can pass this.
        const input = { limit: 1, stauts: "active" } as unknown as Operation.InputOf<typeof Numbers.list>
        const error = yield* settle(Effect.flip(Numbers.list(input)))
        assert.isTrue(isInvalidRequest(error))
        assert.deepStrictEqual(error.details, [{ field: "stauts", message: "Unknown field, did you mean status?" }])
        assert.include(error.message, "stauts")
        assert.strictEqual(http.sent.length, 0)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("reports the expected type of a field, even of an optional one", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        const input = { limit: "10" } as unknown as Operation.InputOf<typeof Numbers.list>
        const error = yield* settle(Effect.flip(Numbers.list(input)))
        assert.deepStrictEqual(error.details, [{ field: "limit", message: "Expected number" }])
      }).pipe(Effect.provide(http.audian()))
    })

    each<{
      readonly title: string
      readonly call: Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>
      readonly fields: ReadonlyArray<string>
    }>(
      [
        {
          title: "of the query",
          call: Numbers.search({ limit: 0, offset: -1, location: 1 as unknown as string }),
          fields: ["limit", "location", "offset"]
        },
        {
          title: "of the body, however deep",
          call: Ports.create({
            ...port,
            number: "+0",
            end_user_name: undefined as unknown as string,
            end_user_address: { ...port.end_user_address, city: 1 as unknown as string }
          }),
          fields: ["end_user_address.city", "end_user_name", "number"]
        },
        {
          title: "of the body and a slip of another field",
          call: Numbers.purchase({
            number: "+0",
            Friendly_name: "red"
          } as unknown as Operation.InputOf<typeof Numbers.purchase>),
          fields: ["Friendly_name", "number"]
        },
        {
          title: "of the path and the body",
          call: Numbers.updateCallerId({ number_id: "..", caller_id_number: 1, caller_id_name: 1 } as never),
          fields: ["caller_id_name", "caller_id_number", "number_id"]
        },
        {
          title: "of a path without its field",
          call: Numbers.getConfig({} as unknown as Operation.InputOf<typeof Numbers.getConfig>),
          fields: ["number_id"]
        }
      ],
      ({ title }) => `all issues are reported at once: ${title}`,
      ({ call, fields }) => {
        const http = script(listed)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(call))
          assert.isTrue(isInvalidRequest(error))
          assert.deepStrictEqual(fieldsOf(error), fields)
          for (const field of fields) assert.include(error.message, field)
          assert.strictEqual(http.sent.length, 0)
        }).pipe(Effect.provide(http.audian()))
      }
    )

    each(
      ["a string", 1, null, ["an array"]],
      (input) => `${JSON.stringify(input)} is no input`,
      (input) => {
        const http = script(listed)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(Numbers.list(input as unknown as {})))
          assert.isTrue(isInvalidRequest(error))
          assert.strictEqual(http.sent.length, 0)
        }).pipe(Effect.provide(http.audian()))
      }
    )

    it.effect("the values that were refused stay out of the error: they may be secrets", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        const error = yield* settle(
          Effect.flip(Ports.create({ ...port, account_number: { pin: "hunter2" } as unknown as string }))
        )
        assert.deepStrictEqual(fieldsOf(error), ["account_number"])
        assert.notInclude(`${error.message} ${JSON.stringify(error)}`, "hunter2")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("is not changed by the call, and can be used again", () => {
      const http = script(config)
      const input = Object.freeze({ number_id: "num_1", voicemail: Object.freeze({ enabled: true }) })
      return Effect.gen(function* () {
        const call = Numbers.updateConfig(input)
        yield* settle(call)
        yield* settle(call)
        assert.strictEqual(http.sent.length, 2)
        assert.deepStrictEqual(input, { number_id: "num_1", voicemail: { enabled: true } })
      }).pipe(Effect.provide(http.audian()))
    })
  })

  describe("the result", () => {
    it.effect("is the payload without its envelope", () => {
      const http = script(json(200, { success: true, data: { numbers: [], total: 0 }, request_id: "r" }))
      return Effect.gen(function* () {
        assert.deepStrictEqual(yield* settle(Numbers.list()), { numbers: [], total: 0 })
      }).pipe(Effect.provide(http.audian()))
    })

    each(
      [200, 201, 202],
      (status) => `of a ${status} is a success, whichever of them the contract names`,
      (status) => {
        const http = script(json(status, { success: true, data: { id: "p", status: "pending" } }))
        return Effect.gen(function* () {
          assert.strictEqual((yield* settle(Ports.create(port))).id, "p")
          assert.strictEqual((yield* settle(Ports.get({ port_id: "p" }))).id, "p")
        }).pipe(Effect.provide(http.audian()))
      }
    )

    it.effect("takes keys and values that the contract does not know yet", () => {
      const data = { id: "p", status: "teleported", brand_new: { a: 1 } }
      const http = script(json(200, { success: true, data, brand_new: 1 }))
      return Effect.gen(function* () {
        assert.strictEqual((yield* settle(Ports.get({ port_id: "p" }))).status, "teleported")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("takes null for an optional field as if it were not there, and not for one that must be", () => {
      const number = { id: "num_1", number: "+14155551234", status: null, billing: { monthly_cost: null } }
      const http = script(
        json(200, { success: null, data: { numbers: [number, { ...number, status: "active" }], total: null } }),
        json(200, { success: true, data: { numbers: [{ ...number, id: null }] } })
      )
      return Effect.gen(function* () {
        const { numbers, total } = yield* settle(Numbers.list())
        assert.isUndefined(total)
        assert.deepStrictEqual(
          numbers.map(({ billing, id, status }) => [id, status, billing?.monthly_cost]),
          [
            ["num_1", undefined, undefined],
            ["num_1", "active", undefined]
          ]
        )
        const error = yield* settle(Effect.flip(Numbers.list()))
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
        assert.include(fieldsOf(error), "data.numbers.0.id")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("that does not fit is an InvalidResponse that names every field", () => {
      const http = script(json(200, { success: true, data: { numbers: [{ id: 1 }], total: "none" } }))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(Numbers.list()))
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
        assert.deepStrictEqual(fieldsOf(error), ["data.numbers.0.id", "data.numbers.0.number", "data.total"])
      }).pipe(Effect.provide(http.audian()))
    })
  })

  it.effect("a fax with a file takes the fields of a form and refuses those of JSON, rather than drop them", () => {
    const http = script(json(202, { data: { id: "fax_1" } }))
    return Effect.gen(function* () {
      const fax = { from_number: "+14155551234", to_number: "+14155551235", document: new Blob(["%PDF"]) } as const
      yield* settle(Account.Faxes.create(fax))
      const typo = { ...fax, subject: "x" } as typeof fax
      const error = yield* settle(Effect.flip(Account.Faxes.create(typo)))
      assert.deepStrictEqual(fieldsOf(error), ["subject"])
      assert.strictEqual(http.sent.length, 1)
    }).pipe(Effect.provide(http.account()))
  })

  const cyclic: Record<string, unknown> = { number: "+14155551234" }
  cyclic.self = cyclic
  const wiped = Redacted.make("correct horse")
  Redacted.wipeUnsafe(wiped)
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()

  each(
    [
      { title: "a cycle", call: Numbers.purchase(cyclic as never) },
      { title: "a cycle in a document", call: Fax.createWebhook(cyclic as never) },
      {
        title: "a getter that throws",
        call: Numbers.purchase({
          get number(): never {
            throw new Error("hunter2")
          }
        })
      },
      { title: "a revoked Proxy", call: Numbers.purchase(revoked.proxy as never) },
      {
        title: "a secret that was wiped",
        call: Account.Users.create({ first_name: "a", last_name: "b", password: wiped })
      },
      { title: "half a character in a query", call: Numbers.search({ pattern: "\ud800" }), field: "pattern" }
    ],
    ({ title }) => `input that cannot be read is InvalidRequest, not a defect: ${title}`,
    ({ call, field }) => {
      const http = script(listed)
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip<unknown, AudianError.AudianError, Audian.Audian>(call))
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest")
        assert.deepStrictEqual(fieldsOf(error), [field ?? ""])
        assert.notInclude(error.message, "hunter2")
        assert.deepStrictEqual(http.sent, [])
      }).pipe(
        Effect.provide(Layer.provide(Audian.layer({ authToken: "jwt", apiKey: "k", accountId: "a" }), http.layer))
      )
    }
  )
})

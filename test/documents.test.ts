/**
 * Documents that are read and written back: no field is lost. Generated from the contract, for every operation that reads
 * a path and every one that writes it.
 */

import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as Stream from "effect/Stream"
import { Account, Api, Audian, type AudianError, Calls, Numbers, Operation, Voicemail } from "effect-audian"
import { codecOf } from "../src/internal/service.ts"
import { cases } from "./conformance/all.ts"
import { isCase } from "./conformance/Case.ts"
import { type Json, serve } from "./support/documentServer.ts"
import { json, text as rawText, script } from "./support/http.ts"

type Call = (input: Json) => Effect.Effect<Json, AudianError.AudianError, Audian.Audian>

const call = (operation: Operation.Any): Call => operation as unknown as Call

/** Each operation that reads a document, with those that write it. */
const pairs = Api.operations()
  .filter((operation) => codecOf(operation).method === "GET" && codecOf(operation).readFile === undefined)
  .flatMap((get) =>
    Api.operations()
      .filter(
        (operation) =>
          codecOf(operation).template === codecOf(get).template &&
          /^(?:update|patch)/.test(operation.endpoint.identifier)
      )
      .map((write) => ({ get, write }))
  )
  // The address is nested in one page and flat in the other: `roundTrip.test.ts`.
  .filter(({ write }) => write.name !== "Numbers.updateE911")

const sampleOf = (operation: Operation.Any): { readonly input: Json; readonly body: Json } => {
  const found = cases.filter(isCase).find((one) => one.operation === operation && Predicate.isObject(one.response.body))
  if (found === undefined) throw new Error(`no sample of ${operation.name}`)
  return { input: found.input as Json, body: found.response.body as Json }
}

const isEnveloped = ({ traits }: Operation.Any, body: Json): boolean => traits.envelope !== "bare" && "data" in body

/** Adds a field of the caller's own to every object of a document, however deep. */
// The sample of a device has a password that is too short to be written.
const withForeign = (value: unknown, foreign: unknown, name = ""): unknown => {
  if (Array.isArray(value)) return value.map((item) => withForeign(item, foreign))
  if (!Predicate.isObject(value)) return value === "pw" ? "s3cret" : value
  const fields = Object.entries(value).map(([key, item]) => [key, withForeign(item, foreign, key)])
  // The keys of `children` are those that a caller presses: each holds a node.
  return { ...Object.fromEntries(fields), ...(name !== "children" && { zz_custom: foreign }) }
}

const foreign = { text: "crm-42", list: [1, null, { yes: true }], password: "hunter22", empty: {} }

/** The fields that the response documents and the body does not: only the server writes them. */
const serverOnly = (write: Operation.Any): ReadonlyArray<string> => {
  const names = (ast: SchemaAST.AST): ReadonlyArray<string> =>
    SchemaAST.isUnion(ast)
      ? ast.types.flatMap(names)
      : SchemaAST.isObjects(ast)
        ? ast.propertySignatures.map(({ name }) => String(name))
        : []
  const input = names(Operation.inputSchema(write as never).ast)
  const result = names(Operation.resultSchema(write as never).ast)
  return ["id", "_read_only", ...result].filter((name) => !input.includes(name))
}

/** Runs a program against a server that holds the sample of `get`, with foreign fields everywhere. */
const onServer = <A, E>(
  { get, write }: { readonly get: Operation.Any; readonly write: Operation.Any },
  run: (context: {
    readonly input: Json
    readonly document: Json
    readonly held: () => Json
    readonly written: ReadonlyArray<Json>
  }) => Effect.Effect<A, E, Audian.Audian>,
  status?: (nth: number) => number
) =>
  Effect.gen(function* () {
    const { body, input: given } = sampleOf(get)
    const input = Object.fromEntries(Object.entries(given).filter(([key]) => get.endpoint.path.includes(`:${key}`)))
    const enveloped = isEnveloped(get, body)
    const document = withForeign(enveloped ? body.data : body, foreign) as Json
    const server = yield* serve({
      document,
      wrap: (data) => (enveloped ? { ...body, data } : data),
      unwrap: (sent) => (write.traits.envelope === "bare" || !("data" in sent) ? sent : (sent.data as Json)),
      serverOnly: serverOnly(write),
      ...(status !== undefined && { status })
    })
    const client = Audian.layer({
      ...(get.traits.family === "account" ? { authToken: "jwt" } : { apiKey: "sk_test" }),
      accountId: "account_abc123",
      baseUrl: server.baseUrl
    }).pipe(Layer.provide(NodeHttpClient.layerUndici))
    return yield* run({ input, document, held: server.document, written: server.written }).pipe(Effect.provide(client))
  }).pipe(Effect.scoped)

/** A response with foreign fields in an open model. */
const open: Readonly<Record<string, (foreign: object) => unknown>> = {
  "Account.Accounts.create": (foreign) => ({ id: "a", ...foreign }),
  "Account.Accounts.createChild": (foreign) => ({ id: "a", ...foreign }),
  "Account.Pivots.list": (foreign) => ({ data: [{ id: "p", ...foreign }] }),
  "Account.Users.invite": (foreign) => ({ id: "u", ...foreign }),
  "Billing.getInvoice": (foreign) => ({ data: { id: "i", customer: { id: "c", ...foreign } } }),
  "CallerIds.create": (foreign) => ({ data: { id: "c", ...foreign } }),
  "Conferences.create": (foreign) => ({ id: "c", ...foreign }),
  "Fax.createWebhook": (foreign) => ({ id: "w", ...foreign }),
  "Media.createPrompt": (foreign) => ({ id: "m", ...foreign }),
  "Voicemail.get": (foreign) => ({ id: "b", ...foreign })
}

describe("a document", () => {
  it("is read and written by more than ten pairs of operations", () => {
    assert.isAbove(pairs.length, 10)
  })

  for (const pair of pairs) {
    const { get, write } = pair
    it.live(`${get.name}, then ${write.name}: the server holds all that it held`, () =>
      onServer(pair, ({ document, held, input, written }) =>
        Effect.gen(function* () {
          const read = yield* call(get)(input)
          yield* call(write)({ ...input, ...read, zz_added: { deep: [1] } })
          assert.strictEqual(written.length, 1)
          assert.deepStrictEqual(held(), { ...document, zz_added: { deep: [1] } })
        })
      )
    )

    it.live(`Operation.modify of ${get.name} and ${write.name}: writes the change only, and nothing without one`, () =>
      onServer(pair, ({ document, held, input, written }) =>
        Effect.gen(function* () {
          const modify = Operation.modify(
            get as Operation.Operation<Json, Json>,
            write as Operation.Operation<Json, Json>
          )
          const same = yield* modify(input, (document) => ({ ...document }))
          assert.strictEqual(written.length, 0)
          assert.property(same, "zz_custom")
          yield* modify(input, (document) => Effect.succeed({ ...document, zz_added: true }))
          assert.deepStrictEqual(held(), { ...document, zz_added: true })
        })
      )
    )
  }
})

describe("fields that the contract does not name", () => {
  const device = { id: "d1", name: "Desk", sip: { username: "ab" } }
  const stored = (data: unknown) => json(200, { data, status: "success" })
  const account = { apiKey: undefined, authToken: "jwt", accountId: "a1" } as never
  const bodyOf = (sent: { readonly body: string }): Json => (JSON.parse(sent.body) as { readonly data: Json }).data

  it.effect.prop(
    "Devices.get and Devices.update: any JSON at any level survives",
    [Schema.Json, Schema.Json, Schema.String],
    ([top, nested, name]) => {
      const key = `zz ${name.toWellFormed()}`
      const document = JSON.parse(
        JSON.stringify({ ...device, [key]: top, sip: { ...device.sip, [key]: nested }, __proto__: null })
      ) as Json
      return Effect.gen(function* () {
        const http = script(stored(document))
        const program = Effect.gen(function* () {
          const read = yield* Account.Devices.get({ device_id: "d1" })
          yield* Account.Devices.update({ device_id: "d1", ...read, name: "Desk" })
        })
        yield* program.pipe(Effect.provide(http.audian(account)))
        const { id: _, ...rest } = document
        assert.deepStrictEqual(bodyOf(http.sent[1]!), rest)
      })
    }
  )

  it.effect("a response keeps a key that is named like a part of every object", () => {
    const text = `{"data":{"id":"d1","name":"Desk","__proto__":{"a":1},"constructor":"x","toString":1},"status":"success"}`
    const http = script(rawText(200, text))
    return Effect.gen(function* () {
      const read = yield* Account.Devices.get({ device_id: "d1" })
      assert.deepStrictEqual(Object.keys(read).toSorted(), ["__proto__", "constructor", "id", "name", "toString"])
      yield* Account.Devices.update({ device_id: "d1", ...read, name: "Desk" })
      assert.include(http.sent[1]!.body, `"constructor":"x"`)
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("a list in another shape on the wire keeps the fields of its items", () => {
    const extra = { crm: { deep: [1] }, api_token: "t0ps3cret" }
    const revealed = { crm: { deep: [1] } }
    const http = script(
      stored({ numbers: { "+14155551234": { state: "in_service", ...extra } } }),
      stored({ "+14155551234": { state: "in_service", ...extra } }),
      stored([{ presence_id: "p1", ...extra }]),
      stored([{ id: "t1", ...extra }]),
      stored({ balance: 100, currency: "USD", ...extra })
    )
    return Effect.gen(function* () {
      const lists: ReadonlyArray<ReadonlyArray<object>> = [
        yield* Account.PhoneNumbers.list(),
        yield* Account.PhoneNumbers.list(),
        yield* Account.Presence.list(),
        yield* Account.Billing.listTransactions(),
        yield* Account.Billing.listTransactions()
      ]
      for (const [item] of lists) {
        assert.deepInclude(item, revealed)
        assert.isTrue(Redacted.isRedacted((item as Json).api_token))
      }
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("a foreign field that is named like a secret comes redacted and goes back as it was", () => {
    const http = script(stored({ ...device, crm: { api_token: "t0ps3cret", codes: { pins: ["1234"] } } }))
    return Effect.gen(function* () {
      const read = yield* Account.Devices.get({ device_id: "d1" })
      assert.notInclude(JSON.stringify(read), "t0ps3cret")
      assert.notInclude(JSON.stringify(read), "1234")
      yield* Account.Devices.update({ device_id: "d1", ...read, name: "Desk" })
      assert.deepStrictEqual(bodyOf(http.sent[1]!).crm, { api_token: "t0ps3cret", codes: { pins: ["1234"] } })
    }).pipe(Effect.provide(http.audian(account)))
  })

  for (const operation of Api.operations().filter(({ name }) => name in open)) {
    it(`${operation.name}: a foreign field of an open model that is named like a secret comes redacted`, () => {
      const foreign = {
        api_key: "t0ps3cret",
        crm: { auth: [{ password: "t0ps3cret" }], pin: 987_654 },
        note: "n",
        empty_pin: ""
      }
      const decoded = codecOf(operation).decode(open[operation.name]!(foreign))
      assert.isTrue(Result.isSuccess(decoded), JSON.stringify(decoded))
      const text = JSON.stringify(decoded)
      assert.notInclude(text, "t0ps3cret")
      assert.notInclude(text, "987654")
      assert.include(text, `"note":"n","empty_pin":""`)
    })
  }

  it.effect("an open model goes back with its secrets as they were", () => {
    const foreign = { api_key: "t0ps3cret", crm: { auth: [{ password: "t0ps3cret" }], pin: 987_654 } }
    const http = script(json(200, { id: "b1", name: "Support", ...foreign }))
    const pivots = script(json(200, { data: { id: "p1", ...foreign }, status: "success" }))
    return Effect.gen(function* () {
      const box = yield* Effect.provide(Voicemail.get({ boxId: "b1" }), http.audian())
      yield* Effect.provide(Voicemail.update({ boxId: "b1", ...box }), http.audian())
      assert.deepStrictEqual(JSON.parse(http.sent[1]!.body), { name: "Support", ...foreign })
      const pivot = yield* Effect.provide(Account.Pivots.get({ pivot_id: "p1" }), pivots.audian(account))
      yield* Effect.provide(Account.Pivots.update({ pivot_id: "p1", ...pivot }), pivots.audian(account))
      yield* Effect.provide(Account.Pivots.create({ ...pivot, at: new Date(0) } as never), pivots.audian(account))
      assert.deepStrictEqual(pivots.sent.slice(1).map(bodyOf), [
        foreign,
        { id: "p1", ...foreign, at: "1970-01-01T00:00:00.000Z" }
      ])
    })
  })

  it.effect("a number that JavaScript would round stays the text it was", () => {
    const numbers = ["9007199254740993", "9007199254740993e0", "12345678901234567.5", "1e400"]
    const http = script(
      rawText(200, `{"data":{"id":"d1","name":"Desk","crm":[${numbers}],"sum":12.5},"status":"success"}`)
    )
    return Effect.gen(function* () {
      const read = (yield* Account.Devices.get({ device_id: "d1" })) as unknown as Json
      assert.deepStrictEqual(read.crm, numbers)
      assert.strictEqual(read.sum, 12.5)
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("Audian.withResponse: the envelope's other fields, without the token", () => {
    const http = script(
      json(200, {
        data: device,
        metadata: { created: 63_621_662_701, features: ["a"] },
        node: "n1",
        auth_token: "jwt.secret"
      })
    )
    return Effect.gen(function* () {
      const [, response] = yield* Audian.withResponse(Account.Devices.get({ device_id: "d1" }))
      assert.deepStrictEqual(response?.envelope, {
        metadata: { created: 63_621_662_701, features: ["a"] },
        node: "n1"
      })
    }).pipe(Effect.provide(http.audian(account)))
  })

  const slips = [
    ["enabeld", "enabled"],
    ["timezon", "timezone"],
    ["languuage", "language"],
    ["Flags", "flags"],
    ["caller_di", "caller_id"],
    ["mac_adress", "mac_address"],
    ["OWNER_ID", "owner_id"],
    ["sip.passwrod", "sip.password"],
    ["sip.usename", "sip.username"],
    ["sip.relm", "sip.realm"]
  ] as const
  for (const [slip, meant] of slips) {
    it.effect(`Devices.create: ${slip} is refused, did you mean ${meant}?`, () => {
      const http = script(stored(device))
      const [outer, inner] = slip.split(".")
      const input = inner === undefined ? { name: "Desk", [slip]: "x" } : { name: "Desk", [outer!]: { [inner]: "x" } }
      return Effect.gen(function* () {
        const error = yield* Effect.flip(Account.Devices.create(input as never))
        assert.deepStrictEqual(error.details, [
          { field: slip, message: `Unknown field, did you mean ${meant.split(".").at(-1)}?` }
        ])
        assert.strictEqual(http.sent.length, 0)
      }).pipe(Effect.provide(http.audian(account)))
    })
  }

  it.effect("a value that writes itself as a text is refused in the place of an object, whatever its class", () => {
    const http = script(stored(device))
    class Decimal {
      readonly digits = "1"
      toJSON() {
        return this.digits
      }
    }
    return Effect.gen(function* () {
      const input = { device_id: "d1", sip: { custom_sip_headers: new Date(0) }, caller_id: new Decimal() }
      const error = yield* Effect.flip(Account.Devices.patch(input as never))
      assert.deepStrictEqual(error.details, [
        { field: "sip.custom_sip_headers", message: "Expected an object with fields, got a Date" },
        { field: "caller_id", message: "Expected an object with fields, got a Decimal" }
      ])
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("Operation.extend keeps what its own schemas do not name", () => {
    const crm = { since: "2020-01-01T00:00:00.000Z", tier: { gold: true }, pin: "4711", refs: [{ id: "1", kind: "a" }] }
    const fields = {
      crm: Schema.Struct({
        since: Schema.DateTimeUtcFromString,
        refs: Schema.Array(Schema.Struct({ id: Schema.String }))
      })
    }
    const modify = Operation.modify(
      Operation.extend(Account.Devices.get, fields),
      Operation.extend(Account.Devices.update, fields)
    )
    const document = { id: "d1", name: "Desk", crm }
    const http = script(stored(document), stored(document))
    return Effect.gen(function* () {
      yield* modify({ device_id: "d1" }, (device) => ({ ...device, name: "Front desk" }))
      assert.deepStrictEqual(bodyOf(http.sent[1]!), { name: "Front desk", crm } as Json)
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("Operation.extend reads nested fields that are named like a secret", () => {
    const fields = {
      crm: Schema.Struct({ pin: Schema.String, token: Schema.RedactedFromValue(Schema.String) })
    }
    const get = Operation.extend(Account.Devices.get, fields)
    const update = Operation.extend(Account.Devices.update, fields)
    const document = { id: "d1", name: "Desk", crm: { pin: "4711", token: "t0ken", password: "s3cret" } }
    const http = script(stored(document), stored(document))
    return Effect.gen(function* () {
      const device = yield* get({ device_id: "d1" })
      assert.strictEqual(device.crm.pin, "4711")
      assert.strictEqual(Redacted.value(device.crm.token), "t0ken")
      assert.notInclude(JSON.stringify(device), "s3cret")
      yield* update({ device_id: "d1", ...device })
      assert.deepStrictEqual(bodyOf(http.sent[1]!), { name: "Desk", crm: document.crm } as Json)
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("modify writes a document that the change mutated", () => {
    const http = script(stored(device), stored(device))
    return Effect.gen(function* () {
      yield* Account.Devices.modify({ device_id: "d1" }, (device) => Object.assign(device, { name: "Mutated" }))
      assert.strictEqual(bodyOf(http.sent[1]!).name, "Mutated")
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect.each([undefined, null, "Desk", 7])(
    "modify writes nothing when the change gives no document: %s",
    (given) => {
      const http = script(stored(device))
      return Effect.gen(function* () {
        const error = yield* Effect.flip(Account.Devices.modify({ device_id: "d1" }, () => given as never))
        assert.deepStrictEqual(error.details, [
          { field: "", message: "Expected an object with the operation's fields" }
        ])
        assert.strictEqual(http.sent.length, 1)
      }).pipe(Effect.provide(http.audian(account)))
    }
  )

  it.effect("Callflows.create: a slip of a required field is named, in a nested object too", () => {
    const http = script(stored(device))
    return Effect.gen(function* () {
      const flow = { modul: "device", data: {} }
      const error = yield* Effect.flip(Account.Callflows.create({ numbers: ["1"], flow } as never))
      assert.deepStrictEqual(error.details, [
        { field: "flow.module", message: "Missing key" },
        { field: "flow.modul", message: "Unknown field, did you mean module?" }
      ])
      assert.strictEqual(http.sent.length, 0)
    }).pipe(Effect.provide(http.audian(account)))
  })

  // Their content is not in their fields: JSON would write `{}`.
  it.effect.each([
    [new Map([["a", 1]]), "a Map"],
    [new Set([1]), "a Set"],
    [new Uint8Array([1]), "a Uint8Array"],
    [new ArrayBuffer(1), "an ArrayBuffer"],
    [/a/, "a RegExp"],
    [new Error("a"), "an Error"]
  ] as const)("a built-in object that JSON cannot write is refused, at any depth: %#", ([value, name]) => {
    const inputs = {
      note: { note: value },
      "notes.1.deep": { notes: [{}, { deep: value }] },
      "sip.custom_sip_headers": { sip: { custom_sip_headers: value } },
      "sip.custom_sip_headers.a": { sip: { custom_sip_headers: { a: value } } },
      caller_id: { caller_id: value }
    }
    const http = script(stored(device))
    return Effect.gen(function* () {
      for (const [field, input] of Object.entries(inputs)) {
        const error = yield* Effect.flip(Account.Devices.patch({ device_id: "d1", ...input } as never))
        assert.deepStrictEqual(error.details, [{ field, message: `Expected JSON, got ${name}` }])
      }
      assert.strictEqual(http.sent.length, 0)
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("Devices.create: honest names are sent, at any depth", () => {
    const custom = {
      crm_id: "42",
      customer: { tier: "gold" },
      notes: ["a"],
      x_origin: "import",
      ticket: 7,
      vip: true,
      seat: null,
      building: "B1",
      enabled_by: "ops",
      room_number: 12
    }
    const http = script(stored(device))
    return Effect.gen(function* () {
      const input = { name: "Desk", ...custom, sip: { username: "ab", ...custom } }
      yield* Account.Devices.create(input)
      assert.deepStrictEqual(bodyOf(http.sent[0]!), input as Json)
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("undefined is left out, whatever holds it", () => {
    class Dto {
      username = "ab"
      realm: string | undefined = undefined
    }
    const bare = Object.assign(Object.create(null), { list: [{ a: 1, b: undefined }, undefined], c: undefined })
    const http = script(stored(device))
    return Effect.gen(function* () {
      yield* Account.Devices.create({ name: "Desk", sip: new Dto(), custom: bare, nested: new Dto() } as never)
      assert.deepStrictEqual(bodyOf(http.sent[0]!), {
        name: "Desk",
        sip: { username: "ab" },
        custom: { list: [{ a: 1 }] },
        nested: { username: "ab" }
      })
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("what writes itself as undefined is left out too", () => {
    const absent = { toJSON: () => undefined }
    const http = script(stored(device))
    return Effect.gen(function* () {
      const zz = { absent, list: [1, absent], date: new Date(0), nested: { toJSON: () => ({ absent, a: 1 }) } }
      yield* Account.Devices.create({ name: "Desk", top: absent, zz } as never)
      assert.deepStrictEqual(bodyOf(http.sent[0]!), {
        name: "Desk",
        zz: { list: [1], date: "1970-01-01T00:00:00.000Z", nested: { a: 1 } }
      })
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("the placeholder of a redacted value is no secret", () => {
    const http = script(stored({ ...device, sip: { password: "s3cret" }, crm: { token: "t0ps3cret" } }))
    return Effect.gen(function* () {
      const read = yield* Account.Devices.get({ device_id: "d1" })
      const copy = JSON.parse(JSON.stringify(read)) as Json
      const error = yield* Effect.flip(Account.Devices.update({ device_id: "d1", ...copy, name: "Desk" } as never))
      assert.deepStrictEqual(
        error.details.map(({ field }) => field),
        ["sip.password", "crm.token"]
      )
      assert.strictEqual(http.sent.length, 1)
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("values that are no JSON are refused by name", () => {
    const http = script(stored(device))
    return Effect.gen(function* () {
      const error = yield* Effect.flip(
        Account.Devices.create({ name: "Desk", zz: { f: () => 1, n: Number.NaN, s: Symbol("s"), b: 1n } } as never)
      )
      assert.deepStrictEqual(
        error.details.map(({ field }) => field),
        ["zz.f", "zz.n", "zz.s", "zz.b"]
      )
    }).pipe(Effect.provide(http.audian(account)))
  })
})

describe("Operation.modify", () => {
  const pair = { get: Account.Devices.get, write: Account.Devices.update }
  const modify = Operation.modify(Account.Devices.get, Account.Devices.update)

  it.live("starts again from the read when the engine reports a conflict", () =>
    onServer(
      pair,
      ({ held, written }) =>
        Effect.gen(function* () {
          const seen: Array<unknown> = []
          yield* modify({ device_id: "device_abc123" }, (device) => {
            seen.push(device.name)
            return { ...device, name: "Changed" }
          })
          assert.strictEqual(seen.length, 2)
          assert.strictEqual(written.length, 2)
          assert.strictEqual(held().name, "Changed")
        }),
      (nth) => (nth === 0 ? 409 : 200)
    )
  )

  it.live("fails with the failure of the change and writes nothing", () =>
    onServer(pair, ({ written }) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(modify({ device_id: "device_abc123" }, () => Effect.fail("no" as const)))
        assert.strictEqual(error, "no")
        assert.strictEqual(written.length, 0)
      })
    )
  )
})

describe("Operation.extend", () => {
  const fields = {
    crm: Schema.optional(Schema.Struct({ since: Schema.DateTimeUtcFromString })),
    pin: Schema.optional(Schema.String)
  }
  const get = Operation.extend(Account.Devices.get, fields)
  const list = Operation.extend(Account.Devices.list, fields)
  const create = Operation.extend(Account.Devices.create, fields)
  const account = { apiKey: undefined, authToken: "jwt", accountId: "a1" } as never
  const device = { id: "d1", name: "Desk", crm: { since: "2024-01-01T00:00:00.000Z" }, pin: "1234" }

  it.effect("decodes the fields of a result, of each item of a list, and encodes those of an input", () => {
    const http = script(
      json(200, { data: device, status: "success" }),
      json(200, { data: [device], status: "success" }),
      json(201, { data: device, status: "success" })
    )
    return Effect.gen(function* () {
      const one = yield* get({ device_id: "d1" })
      assert.isTrue(DateTime.isDateTime(one.crm?.since))
      assert.strictEqual(one.pin, "1234")
      const all = yield* list()
      assert.isTrue(DateTime.isDateTime(all[0]?.crm?.since))
      yield* create({ name: "Desk", crm: one.crm, pin: "1234" })
      assert.deepStrictEqual(JSON.parse(http.sent[2]!.body), { data: { name: "Desk", crm: device.crm, pin: "1234" } })
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("keeps the streams of a list, whose items have the fields", () => {
    const flat = Operation.extend(Numbers.list, fields)
    const http = script(
      json(200, { data: [device], status: "success", next_start_key: "k2", metadata: { rev: 1 } }),
      json(200, { data: [{ ...device, id: "d2" }], status: "success" }),
      json(200, { success: true, data: { numbers: [{ ...device, number: "+14155551234" }], total: 1 } })
    )
    return Effect.gen(function* () {
      const pages = yield* Stream.runCollect(list.pages())
      assert.deepStrictEqual(
        pages.map(({ envelope }) => envelope.metadata),
        [{ rev: 1 }, undefined]
      )
      const items = pages.flatMap(({ items }) => items)
      assert.isTrue(items.every(({ crm }) => DateTime.isDateTime(crm?.since)))
      const [number] = yield* Stream.runCollect(flat.items())
      assert.isTrue(DateTime.isDateTime(number?.crm?.since))
      assert.strictEqual(number?.number, "+14155551234")
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("fails with InvalidResponse that names the field", () => {
    const http = script(json(200, { data: { ...device, crm: { since: "soon" } }, status: "success" }))
    return Effect.gen(function* () {
      const error = yield* Effect.flip(get({ device_id: "d1" }))
      assert.strictEqual(error._tag === "AudianClientError" && error.reason._tag, "InvalidResponse")
      assert.deepStrictEqual(
        error.details.map(({ field }) => field),
        ["crm.since"]
      )
    }).pipe(Effect.provide(http.audian(account)))
  })
})

describe("Operation.inputSchema and resultSchema", () => {
  it("encode and decode what the call takes and gives, for every operation", () => {
    for (const one of cases.filter(isCase)) {
      const input = Operation.inputSchema(one.operation as Operation.Operation<unknown, unknown>)
      const encoded = Schema.encodeUnknownResult(input)(one.input)
      assert.isTrue(Result.isSuccess(encoded), `${one.operation.name}: ${JSON.stringify(one.input)}`)
      assert.isTrue(Schema.isSchema(Operation.resultSchema(one.operation as Operation.Operation<unknown, unknown>)))
    }
  })
})

describe("responses in another documented form", () => {
  const account = { apiKey: undefined, authToken: "jwt", accountId: "a1" } as never
  const purchase = Numbers.purchase({ number: "+14155551234" })
  const settle = <A>(self: Effect.Effect<A, AudianError.AudianError, Audian.Audian>, body: unknown) =>
    Effect.result(Effect.provide(self, script(json(200, body)).audian(account)))

  for (const [body, code] of [
    [{ error: { code: "insufficient_funds", message: "No funds" } }, "insufficient_funds"],
    [{ error: "insufficient_funds", message: "No funds" }, undefined],
    [{ success: "false", data: {} }, undefined],
    [{ status: "failure", data: [] }, undefined],
    [{ status: "failed", data: {} }, undefined]
  ] as const) {
    it.effect(`a 200 that says it failed is no success: ${JSON.stringify(body)}`, () =>
      Effect.gen(function* () {
        for (const call of [purchase, Account.Users.list(), Account.Vmboxes.remove({ vmbox_id: "v1" })]) {
          const result = yield* settle<unknown>(call, body)
          assert.strictEqual(result._tag, "Failure")
          if (result._tag === "Success") return
          assert.strictEqual(result.failure.outcome, "unknown")
          if (code !== undefined) assert.strictEqual(result.failure.code, code)
        }
      })
    )
  }

  it.effect("a document with an error of its own is a success", () =>
    Effect.gen(function* () {
      const calls = Calls.create({ from: "+14155551234", to: "+14155551235" })
      const result = yield* settle(calls, {
        call_id: "c1",
        status: "failed",
        error: "busy",
        message: "The line is busy"
      })
      assert.strictEqual(result._tag, "Success")
    })
  )

  it.effect("the body of an error keeps a number that JavaScript cannot hold", () => {
    const http = script(rawText(404, `{"error":{"code":"not_found_error","message":"No"},"n":9007199254740993}`))
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Account.Devices.get({ device_id: "d1" }))
      assert.deepInclude(error.body as object, { n: "9007199254740993" })
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("a bare document may come in an envelope", () =>
    Effect.gen(function* () {
      const calls = Calls.create({ from: "+14155551234", to: "+14155551235" })
      const call = yield* settle(calls, { success: true, data: { call_id: "c1", status: "queued" } })
      assert.deepInclude(call._tag === "Success" ? call.success : {}, { call_id: "c1", status: "queued" })
      const presence = yield* settle(Account.Presence.getUser({ user_id: "u1" }), {
        data: { userId: "u1", status: "online" },
        request_id: "r1",
        status: "success"
      })
      assert.deepStrictEqual<unknown>(presence._tag === "Success" ? presence.success : {}, {
        userId: "u1",
        status: "online"
      })
    })
  )

  it.effect("a list may come without its envelope", () =>
    Effect.gen(function* () {
      const numbers = [{ number: "+14155551234", state: "available" }]
      const found = yield* settle(Account.PhoneNumbers.search({ prefix: "415", quantity: 1 }), numbers)
      assert.deepStrictEqual<unknown>(found._tag === "Success" ? found.success : found, numbers)
      const users = yield* settle(Account.Users.list(), [{ id: "u1", first_name: "A", last_name: "B" }])
      assert.strictEqual(users._tag, "Success")
    })
  )

  it.effect("a list of numbers that cannot be read is no empty list", () =>
    Effect.gen(function* () {
      const result = yield* settle(Account.PhoneNumbers.list(), { data: { numbers: { "+14155551235": null } } })
      assert.strictEqual(result._tag, "Failure")
    })
  )

  it.effect("a field that was read can be written, however near another name it is", () => {
    const http = script(
      json(200, { data: { id: "d1", name: "Desk", flag: "vip", timezones: ["a"] }, status: "success" })
    )
    return Effect.gen(function* () {
      const device = yield* Account.Devices.get({ device_id: "d1" })
      yield* Account.Devices.update({ device_id: "d1", ...device, name: "Desk" })
      assert.deepInclude((JSON.parse(http.sent[1]!.body) as { readonly data: object }).data, {
        flag: "vip",
        timezones: ["a"]
      })
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("the placeholder within a Redacted is no secret either", () => {
    const http = script(json(200, { data: { id: "d1" }, status: "success" }))
    return Effect.gen(function* () {
      const password = Redacted.make("<redacted>")
      const error = yield* Effect.flip(Account.Devices.create({ name: "Desk", sip: { password } }))
      assert.include(
        error.details.map(({ field }) => field),
        "sip.password"
      )
      assert.strictEqual(http.sent.length, 0)
    }).pipe(Effect.provide(http.audian(account)))
  })
})

/**
 * A document that was read can be written. The tests are generated from the contract: each operation that reads a path,
 * with each one that writes it.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { Account, Api, Audian, Numbers, Operation, Voicemail } from "effect-audian"
import { codecOf } from "../src/internal/service.ts"
import { type Json, serve } from "./support/documentServer.ts"
import { address } from "./support/embedded.ts"
import { json, script } from "./support/http.ts"

const isWrite = ({ endpoint }: Operation.Any): boolean => /^(?:update|patch)/.test(endpoint.identifier)

/** Each operation that reads a document, with those that write it. */
const pairs = Api.operations()
  .filter((operation) => codecOf(operation).method === "GET" && codecOf(operation).readFile === undefined)
  .flatMap((get) =>
    Api.operations()
      .filter((write) => codecOf(write).template === codecOf(get).template && isWrite(write))
      .map((write) => ({ get, write }))
  )

type Path = ReadonlyArray<string>

interface Field {
  readonly path: Path
  readonly type: SchemaAST.AST
}

/** A field of a list's items and a record's values has this step in its path. */
const item = "0"

/** The fields of a schema, at any depth. A schema that contains itself is followed once. */
const fieldsOf = (ast: SchemaAST.AST, path: Path = [], depth = 0): ReadonlyArray<Field> => {
  if (SchemaAST.isSuspend(ast)) return depth > 0 ? [] : fieldsOf(ast.thunk(), path, depth + 1)
  if (SchemaAST.isUnion(ast)) return ast.types.flatMap((type) => fieldsOf(type, path, depth))
  if (ast.encoding !== undefined) return []
  if (SchemaAST.isArrays(ast)) return ast.rest.flatMap((type) => fieldsOf(type, [...path, item], depth))
  if (!SchemaAST.isObjects(ast)) return []
  return [
    ...ast.propertySignatures.flatMap(({ name, type }) => [
      { path: [...path, String(name)], type },
      ...fieldsOf(type, [...path, String(name)], depth)
    ]),
    ...(path.length === 0 ? [] : ast.indexSignatures.flatMap(({ type }) => fieldsOf(type, [...path, item], depth)))
  ]
}

const resultOf = (operation: Operation.Any): SchemaAST.AST => Operation.resultSchema(operation as never).ast

/** A wire value of a schema, with a value at a path. Fields that are required are there. */
const valueOf = (ast: SchemaAST.AST, path: Path, value: unknown): unknown => {
  if (SchemaAST.isSuspend(ast)) return valueOf(ast.thunk(), path, value)
  const encoded = ast.encoding === undefined ? ast : SchemaAST.toEncoded(ast)
  if (SchemaAST.isUnion(encoded)) {
    const fits = encoded.types.find((type) => path.length === 0 || has(type, path[0]!))
    return valueOf(fits ?? encoded.types[0]!, path, value)
  }
  const [key, ...rest] = path
  if (SchemaAST.isArrays(encoded)) return key === undefined ? [] : [at(encoded.rest[0]!, rest, value)]
  if (SchemaAST.isObjects(encoded)) {
    const out: Record<string, unknown> = {}
    for (const { name, type } of encoded.propertySignatures) {
      if (name === key) out[key!] = at(type, rest, value)
      else if (!SchemaAST.isOptional(type)) out[String(name)] = valueOf(type, [], undefined)
    }
    if (key === item && !(item in out)) out[item] = at(encoded.indexSignatures[0]!.type, rest, value)
    return out
  }
  return SchemaAST.isString(encoded)
    ? "x"
    : SchemaAST.isNumber(encoded)
      ? 1
      : SchemaAST.isBoolean(encoded)
        ? true
        : null
}

const at = (ast: SchemaAST.AST, path: Path, value: unknown): unknown =>
  path.length === 0 ? value : valueOf(ast, path, value)

const has = (ast: SchemaAST.AST, key: string): boolean =>
  SchemaAST.isSuspend(ast)
    ? has(ast.thunk(), key)
    : SchemaAST.isObjects(ast)
      ? ast.propertySignatures.some(({ name }) => name === key) || (key === item && ast.indexSignatures.length > 0)
      : SchemaAST.isArrays(ast) && key === item

const enveloped = ({ traits }: Operation.Any, data: unknown): unknown => (traits.envelope === "bare" ? data : { data })

/** The document that `get` gives for one on the wire. */
const read = (get: Operation.Any, document: unknown): Record<string, unknown> => {
  const decoded = codecOf(get).decode(enveloped(get, document))
  assert.isTrue(Result.isSuccess(decoded), `${get.name}: ${JSON.stringify([document, decoded])}`)
  const value = Result.getOrThrow(decoded) as { readonly data: never }
  return get.traits.envelope === "bare" ? value : value.data
}

/** The document that a write sends for an input. */
const written = (write: Operation.Any, input: object): Record<string, unknown> => {
  const path = Array.from(write.endpoint.path.matchAll(/:(\w+)/g), ([, name]) => [name, "+14155551234"])
  const encoded = codecOf(write).encode({ ...input, ...Object.fromEntries(path) }, undefined)
  assert.isTrue(Result.isSuccess(encoded), `${write.name}: ${JSON.stringify(encoded)}`)
  const { fields } = Result.getOrThrow(encoded)
  return (codecOf(write).ofAccount && Predicate.hasProperty(fields, "data") ? fields.data : fields) as never
}

const lookUp = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (Predicate.isObjectOrArray(value) ? (value as never)[key] : undefined), value)

/** The fields of a result that a write does not send, and no more. */
const serverOnly: Readonly<Record<string, ReadonlyArray<string>>> = {
  "Account.Accounts": ["id", "created"],
  "Account.Callflows": ["id", "modules"],
  "Account.Conferences": ["id", "_read_only"],
  "Account.Devices": ["id", "features"],
  "Account.PhoneNumbers": [
    "id",
    "state",
    "features",
    "features_allowed",
    "features_denied",
    "assigned_to",
    "used_by",
    "created",
    "updated",
    "locality"
  ],
  "Account.Pivots": ["id"],
  "Account.Presence.updateUser": [
    "userId",
    "customMessage",
    "lastUpdate",
    "activeCall",
    "activeMeeting",
    "doNotDisturb",
    "callForwarding"
  ],
  "Account.SipDevices": ["id", "accountId", "type", "sipDomain", "status", "registrationStatus"],
  "Account.TemporalRules": ["id"],
  "Account.Users": ["id", "features"],
  "Account.Vmboxes": ["id", "messages"],
  "Account.Webhooks": ["id", "disable_reason"],
  "Billing.updateMonthlyLimit": ["id", "type", "current_usage", "remaining", "percentage_used", "status", "created_at"],
  "Numbers.updateCallerId": ["number", "status", "verified"],
  "Numbers.updateConfig": ["id", "number"],
  "Numbers.updateE911": ["number", "status", "validated_at", "e911_address"],
  "Voicemail.update": ["id", "messages"],
  "Voicemail.updateNotification": ["id"]
}

const serverOnlyOf = ({ name }: Operation.Any): ReadonlyArray<string> =>
  serverOnly[name] ?? serverOnly[name.slice(0, name.lastIndexOf("."))] ?? []

describe("a field that only the server writes", () => {
  for (const write of Api.operations().filter(isWrite)) {
    it(`is not sent by ${write.name}, and every other field of its result is`, () => {
      const result = fieldsOf(resultOf(write)).filter(({ path }) => path.length === 1)
      const input = new Set(fieldsOf(Operation.inputSchema(write as never).ast).map(({ path }) => path[0]))
      const missing = result.map(({ path }) => path[0]!).filter((name) => !input.has(name))
      assert.deepStrictEqual(missing.toSorted(), serverOnlyOf(write).toSorted())
      const document = Object.fromEntries(serverOnlyOf(write).map((name) => [name, name === "e911_address" ? {} : "x"]))
      const sample = required[write.name] ?? {}
      assert.deepStrictEqual(written(write, { ...document, ...sample, zz: 1 }), { ...sample, zz: 1 })
    })
  }

  it("is a time of a document of plain JSON, in either spelling, and none of the engine's documents", () => {
    const times = { created_at: "a", createdAt: "b", updated_at: "c", updatedAt: "d" }
    for (const write of [Numbers.updateConfig, Voicemail.update, Account.SipDevices.patch]) {
      assert.deepStrictEqual(written(write, { ...times, zz: 1 }), { zz: 1 })
    }
    assert.deepStrictEqual(written(Account.Devices.update, { ...times, name: "Desk" }), { ...times, name: "Desk" })
  })
})

/** The fields that an update requires and that a result may have elsewhere or not at all. */
const required: Readonly<Record<string, object>> = {
  "Billing.updateMonthlyLimit": { amount: 1 },
  "Numbers.updateE911": address
}

describe("null in an optional field", () => {
  for (const { get, write } of pairs.filter(({ write }) => write.name !== "Numbers.updateE911")) {
    it(`of ${get.name} is read as absent, and is null again after ${write.name}`, () => {
      let tried = 0
      for (const { path, type } of fieldsOf(resultOf(get))) {
        if (!SchemaAST.isOptional(type) || serverOnlyOf(write).includes(path[0]!)) continue
        tried++
        const document = valueOf(resultOf(get), path, null)
        const copy = { ...read(get, document) }
        const sent = written(write, copy)
        // A write that merges leaves it out: null would remove the field.
        const expected = codecOf(write).method === "PATCH" && lookUp(copy, path) === undefined ? undefined : null
        if (expected === null || lookUp(copy, path) === undefined) {
          assert.strictEqual(lookUp(sent, path), expected, path.join("."))
        }
      }
      assert.isAbove(tried, get.name === "Account.Pivots.get" ? -1 : 0)
    })
  }

  const account = { apiKey: undefined, authToken: "jwt", accountId: "a1" } as never
  const stored = { id: "d1", name: "Desk", owner_id: null, sip: { username: "ab", realm: null }, crm: null }
  const bodyOf = (sent: { readonly body: string }): Json => (JSON.parse(sent.body) as { readonly data: Json }).data

  it.effect("Devices.update: a value or undefined of a level of its own", () => {
    const http = script(json(200, { data: stored, status: "success" }))
    return Effect.gen(function* () {
      const device = yield* Account.Devices.get({ device_id: "d1" })
      assert.isUndefined(device.owner_id)
      assert.notInclude(JSON.stringify(device), "nulls")
      yield* Account.Devices.update({ device_id: "d1", ...device })
      yield* Account.Devices.update({
        device_id: "d1",
        ...device,
        owner_id: "u1",
        sip: { ...device.sip, username: "cd" }
      })
      const { owner_id: _, ...rest } = device
      yield* Account.Devices.update({ device_id: "d1", ...rest, sip: { username: "ef" } })
      yield* Account.Devices.create({ ...device, name: "Copy" })
      const rest1 = { name: "Desk", crm: null }
      assert.deepStrictEqual(http.sent.slice(1).map(bodyOf), [
        { ...rest1, owner_id: null, sip: { username: "ab", realm: null } },
        { ...rest1, owner_id: "u1", sip: { username: "cd", realm: null } },
        { ...rest1, sip: { username: "ef" } },
        { id: "d1", name: "Copy", sip: { username: "ab" }, crm: null }
      ])
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("Devices.modify: nothing is sent when nothing changed, and null comes back with a change", () => {
    const http = script(json(200, { data: stored, status: "success" }))
    return Effect.gen(function* () {
      yield* Account.Devices.modify({ device_id: "d1" }, (device) => ({ ...device }))
      assert.strictEqual(http.sent.length, 1)
      yield* Account.Devices.modify({ device_id: "d1" }, (device) => ({ ...device, name: "Front desk" }))
      const { id: _, ...rest } = stored
      assert.deepStrictEqual(bodyOf(http.sent[2]!), { ...rest, name: "Front desk" })
    }).pipe(Effect.provide(http.audian(account)))
  })

  it.effect("Operation.extend: null in a field of one's own is read as absent, and is null again", () => {
    const fields = { crm: Schema.optional(Schema.String), tag: Schema.optional(Schema.NullOr(Schema.String)) }
    const get = Operation.extend(Account.Devices.get, fields)
    const update = Operation.extend(Account.Devices.update, fields)
    const http = script(json(200, { data: { ...stored, tag: null, features: null }, status: "success" }))
    return Effect.gen(function* () {
      const device = yield* get({ device_id: "d1" })
      assert.isUndefined(device.crm)
      assert.isNull(device.tag)
      yield* update({ device_id: "d1", ...device })
      yield* update({ device_id: "d1", ...device, crm: "c1", tag: "t1" })
      const { id: _, ...rest } = stored
      assert.deepStrictEqual(http.sent.slice(1).map(bodyOf), [
        { ...rest, tag: null },
        { ...rest, crm: "c1", tag: "t1" }
      ])
    }).pipe(Effect.provide(http.audian(account)))
  })

  it("a document without null is a plain object", () => {
    const { owner_id: _, crm: __, sip: ___, ...plain } = stored
    const device = read(Account.Devices.get, plain)
    assert.deepStrictEqual(device, plain)
    assert.isTrue(Equal.equals(device, plain))
    assert.deepStrictEqual(Reflect.ownKeys(device), ["id", "name"])
  })

  it.effect.prop(
    "Callflows.get and update: null in any step of a flow survives",
    [Schema.Array(Schema.Literals(["data", "children", "none"]))],
    ([steps]) => {
      const flow = steps.reduceRight<Json>(
        (below, step) => ({
          module: "menu",
          ...(step === "data" && { data: null }),
          children: step === "children" ? null : { _: below }
        }),
        { module: "hangup", data: { a: null } }
      )
      const document = { id: "c1", name: null, flow, ringback: { early: null }, zz: null }
      const http = script(json(200, { data: document, status: "success" }))
      return Effect.gen(function* () {
        const callflow = yield* Account.Callflows.get({ callflow_id: "c1" })
        yield* Account.Callflows.update({ callflow_id: "c1", ...callflow })
        const { id: _, ...rest } = document
        assert.deepStrictEqual(bodyOf(http.sent[1]!), rest as Json)
      }).pipe(Effect.provide(http.audian(account)))
    }
  )
})

const candidates: ReadonlyArray<unknown> = [
  "",
  "x",
  "+1-555-0100",
  "a b c",
  "x".repeat(101),
  "x".repeat(3000),
  -7,
  0,
  1_000_001,
  ["same", "same"]
]

const isSecret = (ast: SchemaAST.AST): boolean => SchemaAST.isUnion(ast) && ast.encoding !== undefined

/** The bounded fields of a request, with values that a bound refuses. */
const boundedOf = (ast: SchemaAST.AST): ReadonlyArray<{ readonly path: Path; readonly value: unknown }> => {
  const members = (type: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
    SchemaAST.isUnion(type) && type.encoding === undefined ? type.types.flatMap(members) : [type]
  return fieldsOf(ast).flatMap(({ path, type }) => {
    const own = members(type).map((type) => ({ path, type }))
    const items = own.flatMap(({ type }) =>
      SchemaAST.isArrays(type) ? type.rest.flatMap(members).map((type) => ({ path: [...path, item], type })) : []
    )
    return [...own, ...items].flatMap(({ path, type }) =>
      candidates.flatMap((value) => {
        const takes = SchemaAST.isArrays(type)
          ? Array.isArray(value)
          : SchemaAST.isNumber(type)
            ? typeof value === "number"
            : typeof value === "string" && (SchemaAST.isString(type) || isSecret(type))
        const refuses = (check: SchemaAST.Check<never>) =>
          check._tag === "Filter" && check.run(value as never, type, {}) !== undefined
        return takes && (type.checks ?? []).some(refuses) ? [{ path, value }] : []
      })
    )
  })
}

describe("a stored value out of bounds", () => {
  let tried = 0
  for (const write of Api.operations().filter(isWrite)) {
    const bounded = boundedOf(Operation.inputSchema(write as never).ast).filter(
      ({ path }) => !write.endpoint.path.includes(`:${path[0]}`)
    )
    if (bounded.length === 0) continue
    tried += bounded.length
    const get = pairs.find((pair) => pair.write === write)?.get
    it(`is sent unchanged by ${write.name}${get === undefined ? "" : `, as ${get.name} gave it`}`, () => {
      for (const { path, value } of bounded) {
        const document = valueOf(Operation.inputSchema(write as never).ast, path, value) as object
        const isRead = get !== undefined && write.name !== "Numbers.updateE911"
        const given = isRead ? read(get, valueOf(resultOf(get), path, value)) : { ...required[write.name], ...document }
        assert.deepStrictEqual(lookUp(written(write, given), path), value, path.join("."))
      }
    })
  }

  it("is tried for more than a hundred fields", () => {
    assert.isAbove(tried, 100)
  })

  it("is refused where a document is created, in a path, and where its type is another", () => {
    const refuses = (operation: Operation.Any, input: object): ReadonlyArray<string> => {
      const encoded = codecOf(operation).encode({ account_id: "a1", ...input }, undefined)
      return Result.isFailure(encoded) ? encoded.failure.map(({ field }) => field) : []
    }
    const sip = { password: "pw", username: "z" }
    assert.deepStrictEqual(refuses(Account.Devices.create, { name: "", sip }), ["name", "sip.password", "sip.username"])
    assert.deepStrictEqual(refuses(Account.Devices.update, { device_id: "d1", name: "", sip }), [])
    assert.deepStrictEqual(refuses(Account.Devices.update, { device_id: "..", name: 1, sip: { ...sip, realm: 1 } }), [
      "name",
      "sip.realm",
      "device_id"
    ])
    assert.deepStrictEqual(refuses(Account.PhoneNumbers.update, { number: "4155551234" }), ["number"])
    assert.deepStrictEqual(refuses(Account.Webhooks.update, { webhook_id: "w1", retries: 1.5 }), ["retries"])
    assert.deepStrictEqual(refuses(Account.Webhooks.update, { webhook_id: "w1", retries: 9 }), [])
  })

  it("is refused by an update of the user's own endpoint", () => {
    const own = Operation.make(
      () =>
        HttpApiEndpoint.put("updateTag", "/v2/tags/:id", {
          params: { id: Schema.String },
          payload: Schema.Struct({ name: Schema.String.check(Schema.isMinLength(2)) }),
          success: Schema.Struct({ id: Schema.String })
        }),
      { resource: "Tags", family: "flat", envelope: "bare", replay: "safe" }
    )
    assert.isTrue(Result.isFailure(codecOf(own).encode({ id: "1", name: "x" }, undefined)))
  })
})

describe("what a read gave", () => {
  it.live(
    "Numbers.getE911, then Numbers.updateE911: the address is flat in the request, with foreign fields and the change",
    () =>
      Effect.gen(function* () {
        const { customer_name, ...flat } = address
        const server = yield* serve({
          document: {
            number: "+14155551234",
            e911_address: { ...flat, address_line_2: null, zz_plus_four: "1234" },
            customer_name,
            status: "active",
            validated_at: "2024-01-01T12:00:00Z",
            zz_note: "x"
          },
          wrap: (data) => ({ success: true, data }),
          unwrap: (body) => body,
          serverOnly: []
        })
        const client = Audian.layer({ apiKey: "sk_test", baseUrl: server.baseUrl }).pipe(
          Layer.provide(NodeHttpClient.layerUndici)
        )
        yield* Effect.gen(function* () {
          const e911 = yield* Numbers.getE911({ number_id: "n1" })
          yield* Numbers.updateE911({ number_id: "n1", ...e911, city: "Oakland" })
          assert.deepStrictEqual(server.written[0], {
            ...address,
            address_line_2: null,
            zz_plus_four: "1234",
            zz_note: "x",
            city: "Oakland"
          })
          const error = yield* Effect.flip(Numbers.updateE911({ number_id: "n1", customer_name: "Jane Doe" }))
          assert.includeMembers(
            error.details.map(({ field }) => field),
            ["address_line_1", "city", "state", "postal_code", "country"]
          )
          assert.strictEqual(server.written.length, 1)
        }).pipe(Effect.provide(client))
      }).pipe(Effect.scoped)
  )

  it("is sent without the fields that the API requires, where it has none", () => {
    for (const write of [
      Account.Devices.update,
      Account.Users.update,
      Account.Accounts.update,
      Account.Callflows.update
    ]) {
      assert.deepStrictEqual(written(write, read(Account.Devices.get, { zz: 1 })), { zz: 1 })
    }
    assert.deepStrictEqual(written(Numbers.updateCallerId, read(Numbers.getCallerId, { zz: 1 })), { zz: 1 })
    assert.deepStrictEqual(written(Account.Presence.updateUser, { zz: 1 }), { zz: 1 })
  })

  it("Users.list and Devices.list: a part of a document, with booleans for objects", () => {
    const row = { id: "u1", first_name: "Jane", call_recording: true, features: ["a"], service: {}, crm: 1 }
    const [user] = read(Account.Users.list, [row]) as unknown as ReadonlyArray<object>
    for (const write of [Account.Users.update, Account.Users.patch]) {
      const { features: _, id: __, ...rest } = row
      assert.deepStrictEqual(written(write, user!), rest)
    }
    const desk = { id: "d1", name: "Desk", call_recording: false, mobile: null, features: ["a"] }
    const [device] = read(Account.Devices.list, [desk]) as unknown as ReadonlyArray<object>
    assert.deepStrictEqual(written(Account.Devices.update, device!), {
      name: "Desk",
      call_recording: false,
      mobile: null
    })
  })

  it("Accounts.update: the fields that a page in camelCase has added", () => {
    const account = { name: "Acme", metadata: { crm: 1 }, phone: "+1-555-0100", status: "active", displayName: "Acme" }
    assert.deepStrictEqual(
      written(Account.Accounts.update, read(Account.Accounts.get, { id: "a1", ...account })),
      account
    )
  })
})

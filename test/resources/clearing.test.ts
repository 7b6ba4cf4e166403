/**
 * null clears a field: the requests of updates and patches, for every optional field of the contract.
 */

import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as SchemaAST from "effect/SchemaAST"
import { Account, Api, Numbers, type Operation, Voicemail } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { codecOf } from "../../src/internal/service.ts"
import { cases } from "../conformance/all.ts"
import { json, script } from "../support/http.ts"

const isClearing = (operation: Operation.Any): boolean =>
  codecOf(operation).method === "PATCH" ||
  (/\.(?:update|patch)\w*$/.test(operation.name) && operation.traits.family === "account") ||
  flat.has(operation.name)

const flat = new Set([
  "Billing.updateMonthlyLimit",
  "Numbers.updateConfig",
  "Numbers.updateE911",
  "Voicemail.update",
  "Voicemail.updateNotification"
])

/** The operations whose fields are undocumented, or that are a command. */
const withoutFields = new Set([
  "Account.Accounts.setParent",
  "Account.Pivots.update",
  "Account.Webhooks.reEnable",
  // Both fields of a caller id are required.
  "Numbers.updateCallerId"
])

const operations = Api.operations().filter((operation) => isClearing(operation) && !withoutFields.has(operation.name))

interface Field {
  readonly path: ReadonlyArray<string>
  readonly isOptional: boolean
}

/** The fields of the structs in a schema, at any depth. A flow is replaced as a whole. */
const fieldsOf = (ast: SchemaAST.AST, path: ReadonlyArray<string> = []): ReadonlyArray<Field> => {
  if (SchemaAST.isUnion(ast)) return ast.types.flatMap((type) => fieldsOf(type, path))
  if (!SchemaAST.isObjects(ast) || ast.encoding !== undefined) return []
  return ast.propertySignatures.flatMap(({ name, type }): ReadonlyArray<Field> => {
    const field = { path: [...path, String(name)], isOptional: SchemaAST.isOptional(type) }
    return name === "accept_charges" ? [] : name === "flow" ? [field] : [field, ...fieldsOf(type, field.path)]
  })
}

/** The document in a body. */
const documentOf = (ast: SchemaAST.AST): SchemaAST.AST =>
  SchemaAST.isObjects(ast) ? (ast.propertySignatures.find(({ name }) => name === "data")?.type ?? ast) : ast

const bodyOf = ({ endpoint }: Operation.Any): SchemaAST.AST =>
  documentOf(Array.from(endpoint.payload.values())[0]!.schemas[0]!.ast)

const optionalFields = (operation: Operation.Any): ReadonlyArray<ReadonlyArray<string>> =>
  fieldsOf(bodyOf(operation)).flatMap(({ isOptional, path }) => (isOptional ? [path] : []))

/** The fields that an object must have before any other of it can be cleared. */
const required: Readonly<Record<string, object>> = {
  e911: { street_address: "123 Main St", locality: "San Francisco", region: "CA", postal_code: "94105" }
}

const withNull = ([key, ...rest]: ReadonlyArray<string>): Record<string, unknown> => ({
  [key!]: rest.length === 0 ? null : { ...required[key!], ...withNull(rest) }
})

const at = (value: unknown, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (value, key) => (Predicate.isObject(value) ? (value as Record<string, unknown>)[key] : undefined),
    value
  )

/** The required fields of an operation, as its sample has them. */
const sampleOf = (operation: Operation.Any): Record<string, unknown> => {
  const names = new Set([
    ...Array.from(operation.endpoint.path.matchAll(/:(\w+)/g), ([, name]) => name!),
    ...fieldsOf(bodyOf(operation)).flatMap(({ isOptional, path }) => (path.length === 1 && !isOptional ? path : []))
  ])
  const sample = cases.find((one) => one.operation === operation)!.input as Record<string, unknown>
  return Object.fromEntries(Object.entries(sample).filter(([name]) => names.has(name)))
}

describe("null in an optional field", () => {
  for (const operation of operations) {
    it(`is sent by ${operation.name}`, () => {
      const paths = optionalFields(operation)
      assert.isAbove(paths.length, 0)
      for (const path of paths) {
        const input = { account_id: "account_abc123", ...sampleOf(operation), ...withNull(path) }
        const encoded = codecOf(operation).encode(codecOf(operation).ofAccount ? input : omitAccount(input), undefined)
        assert.isTrue(Result.isSuccess(encoded), `${path.join(".")}: ${JSON.stringify(encoded)}`)
        const { fields } = Result.getOrThrow(encoded) as { readonly fields: { readonly data?: unknown } }
        assert.isNull(
          at(operation.traits.family === "account" && fields.data !== undefined ? fields.data : fields, path),
          path.join(".")
        )
      }
    })
  }

  it.effect("is refused where a document is created, and in a required field", () => {
    const http = script(json(200, {}))
    return Effect.gen(function* () {
      const input = { name: "Desk Phone", owner_id: null } as unknown as Account.Devices.CreateInput
      const created = yield* Effect.flip(Account.Devices.create(input))
      assert.deepStrictEqual(
        created.details.map(({ field }) => field),
        ["owner_id"]
      )
      const unnamed = { device_id: "device_abc123", name: null } as unknown as Account.Devices.UpdateInput
      const updated = yield* Effect.flip(Account.Devices.update(unnamed))
      assert.deepStrictEqual(
        updated.details.map(({ field }) => field),
        ["name"]
      )
      assert.deepStrictEqual(http.sent, [])
    }).pipe(Effect.provide(http.account()))
  })
})

const omitAccount = ({ account_id: _, ...input }: Record<string, unknown>): Record<string, unknown> => input

describe("a field that was cleared", () => {
  it.effect("is gone from the engine's document, at any depth", () =>
    Effect.gen(function* () {
      const { id: device_id = "" } = yield* Account.Devices.create({
        name: "Desk Phone",
        owner_id: "user_abc123",
        call_forward: { enabled: true, number: "+14155551234" },
        sip: { username: "desk" }
      })
      yield* Account.Devices.patch({ device_id, owner_id: null, call_forward: { number: null } })
      const device = yield* Account.Devices.get({ device_id })
      assert.isFalse("owner_id" in device)
      assert.deepStrictEqual(device.call_forward, { enabled: true })
      assert.strictEqual(device.sip?.username, "desk")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("is gone from a document that was replaced", () =>
    Effect.gen(function* () {
      const { id: vmbox_id = "" } = yield* Account.Vmboxes.create({ name: "Jane", mailbox: "1001", timezone: "UTC" })
      yield* Account.Vmboxes.update({ vmbox_id, name: "Jane", mailbox: "1001", timezone: null })
      assert.isFalse("timezone" in (yield* Account.Vmboxes.get({ vmbox_id })))
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("is gone from the configuration of a number, and from a box", () =>
    Effect.gen(function* () {
      const { id: number_id } = yield* Numbers.purchase({ number: "+14155550100", friendly_name: "Main" })
      yield* Numbers.updateConfig({ number_id, call_forwarding: { enabled: true, forward_to: "+14155551234" } })
      const config = yield* Numbers.updateConfig({
        number_id,
        friendly_name: null,
        call_forwarding: { forward_to: null }
      })
      assert.isUndefined(config.friendly_name)
      assert.deepStrictEqual(config.call_forwarding, { enabled: true })
      const { id: boxId } = yield* Voicemail.create({ name: "Support", owner: "a@example.com" })
      const box = yield* Voicemail.update({ boxId, owner: null })
      assert.isTrue(box.owner === null || box.owner === undefined)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

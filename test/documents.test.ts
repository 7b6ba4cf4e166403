/**
 * Documents that are read and written back: no field is lost. Generated from the contract, for every operation that reads
 * a path and every one that writes it.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as SchemaAST from "effect/SchemaAST"
import { Api, Audian, type AudianError, Operation } from "effect-audian"
import { cases } from "./conformance/all.ts"
import { isCase } from "./conformance/Case.ts"
import { type Json, serve } from "./support/documentServer.ts"

type Call = (input: Json) => Effect.Effect<Json, AudianError.AudianError, Audian.Audian>

const call = (operation: Operation.Any): Call => operation as unknown as Call

/** Each operation that reads a document, with those that write it. */
const pairs = Api.operations()
  .filter(({ codec }) => codec.method === "GET" && codec.success === "json")
  .flatMap((get) =>
    Api.operations()
      .filter(
        ({ codec, endpoint }) => codec.template === get.codec.template && /^(?:update|patch)/.test(endpoint.identifier)
      )
      .map((write) => ({ get, write }))
  )

const sampleOf = (operation: Operation.Any): { readonly input: Json; readonly body: Json } => {
  const found = cases.filter(isCase).find((one) => one.operation === operation && Predicate.isObject(one.answer.body))
  if (found === undefined) throw new Error(`no sample of ${operation.name}`)
  return { input: found.input as Json, body: found.answer.body as Json }
}

const isEnveloped = ({ traits }: Operation.Any, body: Json): boolean => traits.envelope !== "bare" && "data" in body

/** Adds a field of the caller's own to every object of a document, however deep. */
const withForeign = (value: unknown, foreign: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => withForeign(item, foreign))
  if (!Predicate.isObject(value)) return value
  const fields = Object.entries(value).map(([key, item]) => [key, withForeign(item, foreign)])
  return { ...Object.fromEntries(fields), zz_custom: foreign }
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

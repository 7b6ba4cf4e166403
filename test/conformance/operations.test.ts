import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Api, Audian, type Operation } from "effect-audian"
import { cases } from "./all.ts"
import { type Case, isCase, plain } from "./Case.ts"
import { type Seen, serve } from "./server.ts"

const accountId = "account_abc123"

/** Runs a case over a socket. Gives the requests that the server saw, and the result. */
const run = ({ response, input, operation }: Case) =>
  Effect.gen(function* () {
    const body = response.bytes ?? (response.body === undefined ? "" : JSON.stringify(response.body))
    const server = yield* serve({
      status: response.status ?? 200,
      headers: { "content-type": response.bytes === undefined ? "application/json" : "application/octet-stream" },
      body
    })
    const client = Audian.layer({
      ...(operation.traits.family === "account" ? { authToken: "jwt" } : { apiKey: "sk_test" }),
      accountId,
      baseUrl: server.baseUrl
    })
    const call = operation as Operation.Operation<unknown, unknown>
    const value = yield* call(input).pipe(
      Effect.flatMap(plain),
      Effect.provide(Layer.provide(client, NodeHttpClient.layerUndici))
    )
    return { value, seen: server.seen }
  }).pipe(Effect.scoped)

const formOf = (seen: Seen) =>
  Effect.promise(async () => {
    const form = await new Response(seen.body, {
      headers: { "content-type": seen.headers["content-type"] ?? "" }
    }).formData()
    const fields: Record<string, unknown> = {}
    for (const key of new Set(form.keys())) {
      const values = await Promise.all(
        form
          .getAll(key)
          .map(async (value) =>
            typeof value === "string" ? value : { name: value.name, type: value.type, text: await value.text() }
          )
      )
      fields[key] = values.length === 1 ? values[0] : values
    }
    return fields
  })

const queryOf = (url: URL): Record<string, string | ReadonlyArray<string>> =>
  Object.fromEntries(
    Array.from(new Set(url.searchParams.keys()), (key) => {
      const values = url.searchParams.getAll(key)
      return [key, values.length === 1 ? values[0]! : values]
    })
  )

describe("every operation", () => {
  for (const one of cases) {
    const { operation, result, sent, title } = one
    it.live(
      `${operation.name} sends what is documented and reads the documented response${title === undefined ? "" : `: ${title}`}`,
      () =>
        Effect.gen(function* () {
          const { seen, value } = yield* run(one)
          assert.strictEqual(seen.length, 1)
          const request = seen[0]!
          const url = new URL(request.url, "http://localhost")
          assert.deepStrictEqual(
            { method: request.method, path: url.pathname, query: queryOf(url) },
            { method: sent.method, path: sent.path, query: sent.query ?? {} }
          )
          if (sent.form !== undefined) {
            assert.match(request.headers["content-type"] ?? "", /^multipart\/form-data; boundary=/)
            assert.deepStrictEqual(yield* formOf(request), sent.form)
          } else {
            assert.deepStrictEqual(request.body === "" ? undefined : JSON.parse(request.body), sent.body)
            assert.strictEqual(
              request.headers["content-type"],
              sent.body === undefined ? undefined : "application/json"
            )
          }
          const { family } = operation.traits
          const token = family === "public" ? undefined : family === "flat" ? "sk_test" : "jwt"
          assert.strictEqual(request.headers["x-auth-token"], token)
          assert.strictEqual(request.headers.accept, sent.accept ?? "application/json")
          assert.deepStrictEqual(value, result)
        })
    )
  }

  it("has a case", () => {
    assert.isTrue(cases.every(isCase))
    const covered = new Set(cases.map(({ operation }) => operation.name))
    assert.deepStrictEqual(
      Api.operations()
        .map(({ name }) => name)
        .filter((name) => !covered.has(name)),
      []
    )
  })
})

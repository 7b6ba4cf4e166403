/**
 * One request and its response: the limit of a body, the description of a body that is no JSON, and the options of the
 * platform's client.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { constFalse } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import { Audian, AudianError, Numbers, Operation, Retry } from "effect-audian"
import { fixture, serve } from "../../conformance/server.ts"
import { type Responder, script, text, web } from "../../support/http.ts"

const list = Numbers.list()

/** The error of `Numbers.list` on one response. */
const errorOf = (response: Responder, options?: Audian.ClientOptions) =>
  Effect.flip(list).pipe(Effect.provide(script(response).audian({ retry: Retry.none, ...options })))

describe("request: a body that is larger than maxResponseSize", () => {
  /** A body in chunks, each larger than a byte, so that the limit falls within one. */
  const chunked = (status: number, chunks: ReadonlyArray<string>): Responder =>
    web(() => {
      const left = chunks.map((chunk) => new TextEncoder().encode(chunk))
      const stream = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          const next = left.shift()
          if (next === undefined) controller.close()
          else controller.enqueue(next)
        }
      })
      return new Response(stream, { status })
    })

  it.effect("is truncated at the byte, within a chunk", () =>
    Effect.gen(function* () {
      const error = yield* errorOf(chunked(500, ["0123456789", "abcdefghij"]), { maxResponseSize: 15 })
      assert.strictEqual(error._tag, "InternalServerError")
      assert.strictEqual(error.description, "0123456789abcde")
    })
  )

  it.effect("is truncated by bytes, not characters", () =>
    Effect.gen(function* () {
      const error = yield* errorOf(chunked(500, ["é".repeat(8), "é".repeat(8)]), { maxResponseSize: 26 })
      assert.strictEqual(error.description, "é".repeat(13))
    })
  )
})

describe("request: a success that is not JSON", () => {
  const page = "The response is a page, not JSON: is the base URL that of the API?"
  const broken = "The response is not JSON, or is truncated"

  it.effect.each([
    { body: "<html><body>Sign in</body></html>", expected: page },
    { body: "\n  <!doctype html><title>x</title>", expected: page },
    { body: "It works", expected: page },
    { body: "ok", expected: page },
    { body: '{"success":true,"data":{"numbers":[', expected: broken },
    { body: '[{"id":1},', expected: broken },
    { body: "{'data':[]}", expected: broken },
    // Only the beginning counts: a page may be long.
    { body: `Welcome ${"to the portal ".repeat(20)}{}`, expected: page }
  ])("is described as $expected: $body", ({ body, expected }) =>
    Effect.gen(function* () {
      const error = yield* errorOf(text(200, body))
      assert.deepStrictEqual(
        error._tag === "AudianClientError" ? error.reason : error._tag,
        AudianError.InvalidResponse.make({ status: 200 })
      )
      assert.strictEqual(error.description, expected)
    })
  )
})

describe("request: a 204", () => {
  const release = Operation.make(
    () =>
      HttpApiEndpoint.delete("release", "/v2/numbers/:number_id", {
        params: { number_id: Schema.String },
        success: HttpApiSchema.NoContent
      }),
    { resource: "Numbers", family: "flat", replay: "safe" }
  )

  it.effect("without a body stream, as fetch gives it, is a success of an operation without a result", () =>
    Effect.gen(function* () {
      const http = script(web(() => new Response(null, { status: 204 })))
      const [value, response] = yield* Audian.withResponse(release({ number_id: "n" })).pipe(
        Effect.provide(http.audian())
      )
      assert.isUndefined(value)
      assert.strictEqual(response?.status, 204)
    })
  )

  it.effect("without a body stream has no body for an operation with a result", () =>
    Effect.gen(function* () {
      const error = yield* errorOf(web(() => new Response(null, { status: 204 })))
      assert.deepStrictEqual(
        error._tag === "AudianClientError" ? error.reason : error._tag,
        AudianError.InvalidResponse.make({ status: 204 })
      )
      assert.strictEqual(error.description, "The response has no body")
    })
  )
})

describe("request: trace headers", () => {
  const clients = [
    { name: "undici", http: NodeHttpClient.layerUndici },
    { name: "fetch", http: FetchHttpClient.layer }
  ]
  const trace = ["traceparent", "tracestate", "b3", "baggage"]

  /** The headers that a server gets of a call within a span, and the names of the spans. */
  const traced = (http: Layer.Layer<HttpClient.HttpClient>, options?: Audian.ClientOptions) =>
    Effect.gen(function* () {
      const spans: Array<string> = []
      const tracer = Tracer.make({
        span: (options) => {
          spans.push(options.name)
          return new Tracer.NativeSpan(options)
        }
      })
      const server = yield* serve(fixture(200))
      yield* Effect.exit(list).pipe(
        Effect.withSpan("program"),
        Effect.provideService(Tracer.Tracer, tracer),
        Effect.provide(
          Layer.provide(Audian.layer({ apiKey: "k", baseUrl: server.baseUrl, retry: Retry.none, ...options }), http)
        )
      )
      return { headers: server.seen[0]!.headers, spans }
    })

  for (const { http, name } of clients) {
    it.effect(`are not sent, on ${name}`, () =>
      Effect.gen(function* () {
        const { headers, spans } = yield* traced(http)
        assert.deepStrictEqual(spans, ["program", "Audian.Numbers.list", "GET /v2/numbers"])
        assert.doesNotHaveAnyKeys(headers, trace)
      })
    )

    it.effect(`are not sent either where transformClient turns the platform's own span on, on ${name}`, () =>
      Effect.gen(function* () {
        const { headers, spans } = yield* traced(http, {
          transformClient: HttpClient.transformResponse(
            Effect.provideService(HttpClient.TracerDisabledWhen, constFalse)
          )
        })
        assert.deepStrictEqual(spans, ["program", "Audian.Numbers.list", "GET /v2/numbers", "GET"])
        assert.doesNotHaveAnyKeys(headers, trace)
      })
    )
  }
})

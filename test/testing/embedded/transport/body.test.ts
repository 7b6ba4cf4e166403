import { connect } from "node:net"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Account, Audian, Fax, Files } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const limit = 1000

const served = EmbeddedAudian.client().pipe(
  Layer.provideMerge(EmbeddedAudian.serve({ maxBodySize: limit })),
  Layer.provideMerge(NodeHttpClient.layerUndici)
)

const inMemory = EmbeddedAudian.layer({ maxBodySize: limit })

/** A file whose length is not known before it is read. `read` receives the size of each part that is read. */
const unmeasured = (bytes: number, read: (bytes: number) => void = () => undefined) =>
  Files.fromStream({
    name: "a.pdf",
    stream: Stream.range(1, bytes / 100).pipe(
      Stream.rechunk(1),
      Stream.map(() => new Uint8Array(100)),
      Stream.tap((part) => Effect.sync(() => read(part.length)))
    )
  })

const statusOf = (error: { readonly _tag: string; readonly status?: number | undefined }) => error.status

const places: ReadonlyArray<readonly [string, Layer.Layer<Audian.Audian | EmbeddedAudian.EmbeddedAudian, unknown>]> = [
  ["in memory", inMemory],
  ["on a socket", served]
]

describe("the limit of a body", () => {
  for (const [where, layer] of places) {
    it.live(`EmbeddedAudian: a larger body is 413, with and without a length, ${where}`, () =>
      Effect.gen(function* () {
        const file = (bytes: number) => new File([new Uint8Array(bytes)], "a.pdf")
        yield* Fax.send({ to: "+14155551234", file: file(100) })
        yield* Fax.send({ to: "+14155551234", file: unmeasured(100) })
        const measured = yield* Effect.flip(Fax.send({ to: "+14155551234", file: file(5000) }))
        assert.strictEqual(statusOf(measured), 413)
        const streamed = yield* Effect.flip(Fax.send({ to: "+14155551234", file: unmeasured(5000) }))
        assert.strictEqual(statusOf(streamed), 413)
        const hook = { name: "a", uri: "http://a.example", hook: "all", custom_data: { a: "b".repeat(2 * limit) } }
        const json = yield* Effect.flip(Account.Webhooks.create(hook))
        assert.strictEqual(statusOf(json), 413)
        assert.include(json.message, "validation error")
        // A refused body is not executed.
        assert.strictEqual(((yield* Fax.listHistory()) as ReadonlyArray<unknown>).length, 2)
      }).pipe(Effect.provide(layer))
    )
  }

  it.effect("EmbeddedAudian.layer: stops reading a body at the limit", () =>
    Effect.gen(function* () {
      let total = 0
      const file = unmeasured(200_000_000, (bytes) => {
        total += bytes
      })
      yield* Effect.flip(Fax.send({ to: "+14155551234", file }))
      assert.isBelow(total, 2 * limit)
    }).pipe(Effect.provide(inMemory))
  )

  it.live("EmbeddedAudian.serve: a declared length beyond the limit is 413 before the body arrives", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const status = yield* Effect.callback<string>((resume) => {
        const socket = connect(Number(new URL(baseUrl).port), "127.0.0.1")
        socket.once("data", (bytes) => {
          resume(Effect.succeed(bytes.toString().split("\r\n")[0] ?? ""))
          socket.destroy()
        })
        socket.on("error", () => undefined)
        socket.write(
          "POST /v2/numbers/purchase HTTP/1.1\r\nHost: a\r\nX-Auth-Token: sk_test_embedded\r\nContent-Type: application/json\r\nContent-Length: 200000000\r\n\r\n{"
        )
      })
      assert.match(status, /^HTTP\/1\.1 413/)
    }).pipe(Effect.provide(served))
  )

  it.live("EmbeddedAudian.serve: keeps no more than the limit of a chunked body", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const client = yield* HttpClient.HttpClient
      const chunks = Stream.range(1, 200).pipe(Stream.map(() => new Uint8Array(100)))
      const response = yield* client.post(`${baseUrl}/v2/numbers/purchase`, {
        headers: { "x-auth-token": "sk_test_embedded" },
        body: HttpBody.stream(chunks, "application/json")
      })
      assert.strictEqual(response.status, 413)
      assert.deepNestedInclude(yield* response.json, { "error.code": "validation_error" })
    }).pipe(Effect.provide(served))
  )

  it.effect("EmbeddedAudian.layer: the limit is 8,000,000 bytes by default", () =>
    Effect.gen(function* () {
      const send = (bytes: number) => Fax.send({ to: "+14155551234", file: new File([new Uint8Array(bytes)], "a.pdf") })
      yield* send(7_999_000)
      const error = yield* Effect.flip(send(8_000_001))
      assert.strictEqual(statusOf(error), 413)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("the length of a file", () => {
  for (const [where, layer] of places) {
    it.live(`EmbeddedAudian: a download has a content-length ${where}`, () =>
      Effect.gen(function* () {
        const embedded = yield* EmbeddedAudian.EmbeddedAudian
        const faxId = yield* embedded.receiveFax({ from: "+1", to: "+2", bytes: new Uint8Array(1234) })
        const [file, response] = yield* Audian.withResponse(Fax.downloadReceived({ faxId }))
        assert.strictEqual((yield* Stream.mkUint8Array(file)).length, 1234)
        assert.strictEqual(response?.headers["content-length"], "1234")
      }).pipe(Effect.provide(layer))
    )
  }
})

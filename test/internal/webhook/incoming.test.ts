import { createServer, request as httpRequest } from "node:http"
import type { AddressInfo } from "node:net"
import { Readable } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { WebhookReceiver } from "effect-audian"
import { WebhookTest } from "effect-audian/testing"
import { each } from "../../support/each.ts"
import { delivery, receiving, ringing, secret, served, tagOf } from "../../support/webhooks.ts"

const { fromRequest } = WebhookReceiver

describe("WebhookReceiver.fromRequest: maxBodySize", () => {
  it.effect("accepts a body of the limit, and fails with TooLarge for one byte more", () =>
    receiving(
      Effect.gen(function* () {
        const limit = Buffer.byteLength(ringing)
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing))), "accepted")
        const error = yield* Effect.flip(fromRequest(delivery(`${ringing} `)))
        assert.instanceOf(error, WebhookReceiver.TooLarge)
        assert.deepInclude({ ...error, status: error.status }, { limit, status: 413 })
      }),
      { maxBodySize: Buffer.byteLength(ringing) }
    )
  )

  it.effect("stops reading 10 MB shortly after 1 MiB", () =>
    receiving(
      Effect.gen(function* () {
        let pulled = 0
        const body = new ReadableStream({
          pull: (controller) => {
            pulled += 65_536
            controller.enqueue(new Uint8Array(65_536))
            if (pulled >= 10_000_000) controller.close()
          }
        })
        const init = { method: "POST", body, duplex: "half", headers: delivery(ringing).headers as never }
        const request = new Request("https://localhost/", init as RequestInit)
        assert.strictEqual(yield* tagOf(fromRequest(request)), "TooLarge")
        assert.isAtLeast(pulled, 1_048_576)
        assert.isAtMost(pulled, 1_048_576 + 4 * 65_536)
      })
    )
  )

  it.effect("reads nothing of a body declared as 10 MB", () =>
    receiving(
      Effect.gen(function* () {
        let pulled = 0
        const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 })
        const headers = { ...(delivery(ringing).headers as Record<string, string>), "content-length": "10000000" }
        const request = new Request("https://localhost/", {
          method: "POST",
          body,
          duplex: "half",
          headers
        } as RequestInit)
        assert.strictEqual(yield* tagOf(fromRequest(request)), "TooLarge")
        assert.strictEqual(pulled, 0)
      })
    )
  )

  it.effect("fails with Unavailable for a truncated body, so that the sender retries", () =>
    receiving(
      Effect.gen(function* () {
        const body = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) })
        const headers = delivery(ringing).headers as Record<string, string>
        const request = new Request("https://localhost/", {
          method: "POST",
          body,
          duplex: "half",
          headers
        } as RequestInit)
        const error = yield* Effect.flip(fromRequest(request))
        assert.instanceOf(error, WebhookReceiver.Unavailable)
        assert.deepInclude({ ...error }, { reason: "BodyCut" })
      })
    )
  )
})

/** The same bytes as every type that a framework may pass. */
const bodies: ReadonlyArray<{ readonly title: string; readonly body: () => WebhookReceiver.Body }> = [
  { title: "string", body: () => ringing },
  { title: "Uint8Array", body: () => Uint8Array.from(Buffer.from(ringing)) },
  { title: "Buffer", body: () => Buffer.from(ringing) },
  { title: "ArrayBuffer", body: () => Uint8Array.from(Buffer.from(ringing)).buffer },
  { title: "DataView of a larger buffer", body: () => new DataView(Buffer.from(`<${ringing}>`).buffer.slice(0), 0, 0) },
  { title: "Blob", body: () => new Blob([ringing]) },
  { title: "ReadableStream", body: () => new Blob([ringing]).stream() },
  { title: "Node.js Readable", body: () => Readable.from([Buffer.from(ringing.slice(0, 9)), ringing.slice(9)]) },
  { title: "async generator", body: () => chunked(ringing) }
]

async function* chunked(text: string) {
  for (const byte of Buffer.from(text)) yield Uint8Array.of(byte)
}

describe("WebhookReceiver.fromRequest: bodies", () => {
  each(
    bodies.filter(({ title }) => !title.startsWith("DataView")),
    ({ title }) => `reads a ${title}`,
    ({ body }) =>
      receiving(
        Effect.gen(function* () {
          const { headers } = delivery(ringing)
          const event = yield* fromRequest({ headers, body: body() })
          assert.strictEqual(event._tag, "call.ringing")
          const forged = { ...delivery(ringing, { "X-Audian-Signature": "0".repeat(64) }), body: body() }
          assert.strictEqual(yield* tagOf(fromRequest(forged)), "InvalidSignature")
        })
      )
  )

  each(
    bodies,
    ({ title }) => `fails with TooLarge for a ${title} above the limit`,
    ({ body, title }) =>
      receiving(
        Effect.gen(function* () {
          const large = title.startsWith("DataView") ? new DataView(new ArrayBuffer(20)) : body()
          const error = yield* Effect.flip(fromRequest({ ...delivery(ringing), body: large }))
          assert.strictEqual(error._tag, "TooLarge")
        }),
        { maxBodySize: 10 }
      )
  )

  it.effect("reads the bytes of a view, not of its buffer", () =>
    receiving(
      Effect.gen(function* () {
        const whole = Uint8Array.from(Buffer.from(`<<${ringing}>>`))
        const body = new DataView(whole.buffer, 2, whole.length - 4)
        assert.strictEqual(yield* tagOf(fromRequest({ ...delivery(ringing), body })), "accepted")
      })
    )
  )

  it.effect("reads an unread request of node:http", () =>
    receiving(
      Effect.gen(function* () {
        const run = Effect.runPromiseWith(yield* Effect.context<WebhookReceiver.WebhookReceiver>())
        const server = createServer((request, response) => {
          void run(tagOf(fromRequest(request))).then((tag) => response.end(tag))
        })
        yield* Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void)))
        const { port } = server.address() as AddressInfo
        const { headers } = delivery(ringing) as { headers: Record<string, string> }
        const send = (body: string, chunks: number) =>
          Effect.callback<string>((resume) => {
            const request = httpRequest({ port, host: "127.0.0.1", method: "POST", headers }, (response) => {
              response.setEncoding("utf8")
              response.on("data", (text: string) => resume(Effect.succeed(text)))
            })
            request.on("error", (error) => resume(Effect.succeed(error.message)))
            for (let n = 0; n < chunks; n++) request.write(body)
            if (chunks === 1) request.end()
          })
        assert.strictEqual(yield* send(ringing, 1), "accepted")
        // The response arrives though the body is not read to its end, and has none.
        assert.strictEqual(yield* send("x".repeat(100_000), 20), "TooLarge")
        server.close()
        server.closeAllConnections()
      })
    )
  )

  it.effect("reads a Request without a body stream, as of Firefox, within the limit", () =>
    receiving(
      Effect.gen(function* () {
        const request = (size: number) => {
          const { headers } = delivery(ringing) as { headers: Record<string, string> }
          const made = new Request("https://localhost/", { method: "POST", headers, body: ringing.padEnd(size) })
          return new Proxy(made, {
            get: (target, key) => {
              const value = key === "body" ? undefined : Reflect.get(target, key, target)
              return typeof value === "function" ? value.bind(target) : value
            }
          })
        }
        assert.isUndefined(request(0).body)
        assert.strictEqual(yield* tagOf(fromRequest(request(0))), "accepted")
        assert.strictEqual(yield* tagOf(fromRequest(request(1_048_577))), "TooLarge")
        const handle = yield* served(() => Effect.void)
        assert.strictEqual((yield* handle(request(0))).status, 200)
      })
    )
  )

  it.effect("stops reading a stream above the limit, and cancels it", () =>
    receiving(
      Effect.gen(function* () {
        let cancelled = false
        let pulled = 0
        const body = new ReadableStream<Uint8Array>({
          pull: (controller) => {
            pulled++
            controller.enqueue(new Uint8Array(1000))
          },
          cancel: () => {
            cancelled = true
          }
        })
        assert.strictEqual(yield* tagOf(fromRequest({ ...delivery(ringing), body })), "TooLarge")
        yield* Effect.promise(() => Promise.resolve())
        assert.isTrue(cancelled)
        assert.isAtMost(pulled, 5)
      }),
      { maxBodySize: 2000 }
    )
  )

  it.effect("fails with Unavailable for a stream that breaks or hangs", () =>
    receiving(
      Effect.gen(function* () {
        const broken = new Readable({ read: (): void => void broken.destroy(new Error("aborted")) })
        const error = yield* Effect.flip(fromRequest({ ...delivery(ringing), body: broken }))
        assert.deepInclude({ ...error }, { _tag: "Unavailable", reason: "BodyCut" })
        const hanging = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) })
        const fiber = yield* Effect.forkChild(Effect.flip(fromRequest({ ...delivery(ringing), body: hanging })), {
          startImmediately: true
        })
        yield* TestClock.adjust("20 seconds")
        assert.deepInclude({ ...(yield* Fiber.join(fiber)) }, { _tag: "Unavailable", reason: "TimedOut" })
      })
    )
  )

  const parsed: ReadonlyArray<{ readonly title: string; readonly source: () => unknown }> = [
    { title: "an object", source: () => ({ ...delivery(ringing), body: JSON.parse(ringing) }) },
    { title: "an array", source: () => ({ ...delivery(ringing), body: [] }) },
    { title: "undefined", source: () => ({ ...delivery(ringing), body: undefined }) },
    { title: "null", source: () => ({ ...delivery(ringing), body: null }) },
    { title: "no headers", source: () => ({ body: {} }) },
    { title: "no source", source: () => undefined },
    { title: "a number", source: () => 5 },
    {
      title: "a stream of objects",
      source: () => ({ ...delivery(ringing), body: Readable.from([{ event: "call.ringing" }]) })
    },
    {
      title: "a locked ReadableStream",
      source: () => {
        const body = new Blob([ringing]).stream()
        body.getReader()
        return { ...delivery(ringing), body }
      }
    }
  ]

  each(
    parsed,
    ({ title }) => `fails with Unavailable and advice for a parsed body: ${title}`,
    ({ source }) =>
      receiving(
        Effect.gen(function* () {
          const error = yield* Effect.flip(fromRequest(source() as WebhookReceiver.Source))
          assert.deepInclude(
            { ...error, status: error.status },
            { _tag: "Unavailable", reason: "BodyParsed", status: 503 }
          )
          for (const name of ["express.raw", "parseAs", "bodyParser: false", "c.req.raw", "Workers"]) {
            assert.include(error.message, name)
          }
          assert.notInclude(error.message, "call_1")
        })
      )
  )

  it.effect("fails with Unavailable and advice for a Request or a Readable that was read before", () =>
    receiving(
      Effect.gen(function* () {
        const request = yield* WebhookTest.request({ event: "call.ringing", data: {} }, { secret })
        yield* Effect.promise(() => request.json())
        const readable = Readable.from([Buffer.from(ringing)])
        yield* Effect.promise(() => readable.toArray())
        for (const source of [request, { ...delivery(ringing), body: readable }]) {
          const error = yield* Effect.flip(fromRequest(source))
          assert.deepInclude({ ...error }, { _tag: "Unavailable", reason: "BodyParsed" })
        }
      })
    )
  )
})

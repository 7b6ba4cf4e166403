import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Audian, Billing, Fax } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { balance, idOf, idsOf, notFound, number, refusal, served } from "../../../support/embedded.ts"

const to = "+14155555678"
const file = new File(["%PDF-1.7"], "offer.pdf", { type: "application/pdf" })

/** Sends a form, and checks the log and the response. */
const sendForm = Effect.gen(function* () {
  const sent = yield* Fax.send({ to, file, subject: "Offer", cover_page: false, max_retries: 1 })
  assert.deepInclude(sent as object, {
    to,
    subject: "Offer",
    cover_page: false,
    max_retries: 1,
    quality: "standard",
    status: "pending"
  })
  const uploaded = { name: "offer.pdf", size: 8, content_type: "application/pdf" }
  assert.deepStrictEqual(sent.file, uploaded)
  assert.deepStrictEqual<unknown>(yield* Fax.get({ faxId: sent.id }), sent)
  const { requests } = yield* EmbeddedAudian.EmbeddedAudian
  const { input } = (yield* requests).find(({ operation }) => operation === "Fax.send")!
  assert.deepInclude(input as object, { to, file: uploaded, cover_page: false })
})

describe("EmbeddedAudian: Fax", () => {
  it.effect("send: reads a form in memory, and describes its file", () =>
    sendForm.pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.live("send: reads a form on a port", () => sendForm.pipe(Effect.provide(served)))

  it.effect("send: accepts a JSON file, and a file without a name", () =>
    Effect.gen(function* () {
      for (const file of [new Blob(["{}"], { type: "application/json" }), new Blob(["text"])]) {
        const sent = yield* Fax.send({ to, file })
        assert.deepStrictEqual(sent.file, {
          name: "blob",
          size: file.size,
          content_type: file.type === "" ? "application/octet-stream" : file.type
        })
      }
    }).pipe(Effect.provide(served), TestClock.withLive)
  )

  it.live("send: a missing field is 400 with its name, a malformed form is 400", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const client = yield* HttpClient.HttpClient
      const send = (request: HttpClientRequest.HttpClientRequest) =>
        Effect.gen(function* () {
          const response = yield* client.execute(
            HttpClientRequest.setHeader(request, "x-auth-token", "sk_test_embedded")
          )
          const { error } = (yield* response.json) as { readonly error: { readonly param?: string } }
          return [response.status, error.param]
        })
      const post = HttpClientRequest.post(`${baseUrl}/v2/fax/send`)
      assert.deepStrictEqual(yield* send(HttpClientRequest.bodyFormDataRecord(post, { to: "+14155555678" })), [
        400,
        "file"
      ])
      const broken = HttpClientRequest.bodyText(post, "no form", "multipart/form-data; boundary=x")
      assert.strictEqual((yield* send(broken))[0], 400)
    }).pipe(Effect.provide([EmbeddedAudian.serve(), NodeHttpClient.layerUndici]))
  )

  it.effect("a fax is sent as the clock advances, and is in the history at once", () =>
    Effect.gen(function* () {
      const [sent, response] = yield* Audian.withResponse(Fax.send({ to, file }))
      assert.strictEqual(response?.status, 202)
      const faxId = idOf(sent)
      assert.deepStrictEqual(idsOf(yield* Fax.listHistory()), [faxId])
      yield* TestClock.adjust("29 seconds")
      assert.strictEqual((yield* Fax.getStatus({ faxId })).status, "pending")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fax.getStatus({ faxId }), { id: faxId, status: "sent", attempts: 1 })
      assert.deepInclude(yield* Fax.get({ faxId }), { status: "sent", completed_at: "1970-01-01T00:00:30.000Z" })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a fax to an unreachable number fails after its attempts, and is refunded", () =>
    Effect.gen(function* () {
      const faxId = idOf(yield* Fax.send({ to: "+14155550000", file, max_retries: 1 }))
      const once = idOf(yield* Fax.send({ to: "+14155550000", file, retry_on_failure: false }))
      assert.strictEqual(yield* balance, 99.96)
      yield* TestClock.adjust("30 seconds")
      assert.deepInclude(yield* Fax.getStatus({ faxId }), { status: "pending", attempts: 1 })
      assert.deepInclude(yield* Fax.getStatus({ faxId: once }), { status: "failed", attempts: 1 })
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(yield* Fax.getStatus({ faxId }), {
        id: faxId,
        status: "failed",
        attempts: 2,
        error: "No answer"
      })
      assert.strictEqual(yield* balance, 100)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("send: each recipient has a fax and a charge; too low a balance is 402", () =>
    Effect.gen(function* () {
      const { setBalance } = yield* EmbeddedAudian.EmbeddedAudian
      const sent = yield* Fax.send({ to: [to, "+14155550000"], file, retry_on_failure: false })
      const { faxes } = sent as unknown as { readonly faxes: ReadonlyArray<{ readonly id: string }> }
      assert.strictEqual(faxes.length, 2)
      assert.strictEqual(idOf(sent), faxes[0]?.id)
      assert.deepInclude((yield* Billing.getUsage()).usage.voice_minutes, { count: 2, cost: 0.04 })
      yield* TestClock.adjust("30 seconds")
      const statuses = yield* Effect.forEach(faxes, ({ id }) => Fax.getStatus({ faxId: id }))
      assert.deepStrictEqual(
        statuses.map(({ status }) => status),
        ["sent", "failed"]
      )
      yield* setBalance(0.03)
      assert.deepStrictEqual(yield* refusal(Fax.send({ to: [to, to], file })), [
        "PaymentRequired",
        "insufficient_funds"
      ])
      assert.strictEqual(idsOf(yield* Fax.listHistory()).length, 2)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("receiveFax: the fax is listed, read and downloaded", () =>
    Effect.gen(function* () {
      const { receiveFax } = yield* EmbeddedAudian.EmbeddedAudian
      const faxId = yield* receiveFax({ from: to, to: number, bytes: new Uint8Array([1, 2, 3]), pages: 2 })
      const fax = yield* Fax.getReceived({ faxId })
      assert.deepInclude(fax, { id: faxId, status: "received", direction: "inbound", from: to, pages: 2, size: 3 })
      assert.deepStrictEqual<unknown>(yield* Fax.listReceived(), [fax])
      assert.deepStrictEqual<unknown>(yield* Fax.get({ faxId }), fax)
      assert.deepInclude(yield* Fax.getStatus({ faxId }), { status: "received" })
      assert.deepStrictEqual<unknown>(yield* Fax.listHistory(), [fax])
      const bytes = yield* Stream.runCollect(yield* Fax.downloadReceived({ faxId }))
      assert.deepStrictEqual(
        Array.from(bytes).flatMap((chunk) => Array.from(chunk)),
        [1, 2, 3]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("listReceived: pages, and filters by date and status", () =>
    Effect.gen(function* () {
      const { receiveFax } = yield* EmbeddedAudian.EmbeddedAudian
      const all = []
      for (let i = 0; i < 25; i++) {
        all.push(yield* receiveFax({ from: to, to: number }))
        yield* TestClock.adjust("1 day")
      }
      const list = (input?: Parameters<typeof Fax.listReceived>[0]) => Effect.map(Fax.listReceived(input), idsOf)
      assert.deepStrictEqual(yield* list(), all.slice(0, 20))
      assert.deepStrictEqual(yield* list({ limit: 3, offset: 20 }), all.slice(20, 23))
      assert.deepStrictEqual(yield* list({ from_date: "1970-01-03T00:00:00Z", to_date: "1970-01-05" }), all.slice(2, 5))
      assert.deepStrictEqual(yield* list({ to_date: "1970-01-02T00:00:00Z" }), all.slice(0, 2))
      assert.deepStrictEqual(yield* list({ status: "archived" }), [])
      assert.deepStrictEqual(yield* refusal(Fax.listReceived({ to_date: "soon" })), [
        "BadRequest",
        "invalid_request_error",
        "to_date"
      ])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("an unknown id is 404, and so is a sent fax among the received ones", () =>
    Effect.gen(function* () {
      const faxId = idOf(yield* Fax.send({ to, file }))
      assert.deepStrictEqual(yield* refusal(Fax.getReceived({ faxId })), notFound)
      assert.deepStrictEqual(yield* refusal(Fax.downloadReceived({ faxId })), notFound)
      assert.deepStrictEqual(yield* refusal(Fax.get({ faxId: "fax_none" })), notFound)
      assert.deepStrictEqual(yield* refusal(Fax.getStatus({ faxId: "fax_none" })), notFound)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("createWebhook: responds with the input and an id", () =>
    Effect.gen(function* () {
      const made = yield* Fax.createWebhook({ url: "https://example.com/fax" })
      assert.deepInclude(made, { id: "wh_000001", url: "https://example.com/fax" })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

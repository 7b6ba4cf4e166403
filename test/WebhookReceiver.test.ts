import { createServer } from "node:http"
import { connect } from "node:net"
import { inspect } from "node:util"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Audian, ReplayStore, WebhookReceiver } from "effect-audian"
import { WebhookTest } from "effect-audian/testing"
import { each } from "./support/each.ts"
import {
  atNoon,
  atOnce,
  delivery,
  noon,
  receiving,
  ringing,
  secret,
  served,
  signed,
  tagOf,
  vectors
} from "./support/webhooks.ts"

const { fromRequest, handle, verify } = WebhookReceiver

// -----------------------------------------------------------------------------
// signatures
// -----------------------------------------------------------------------------

describe("WebhookReceiver.verify: OpenSSL signatures", () => {
  each(
    vectors.filter(({ kind }) => kind === "api"),
    ({ file, secret, timestamp }) => `accepts ${file} at ${timestamp} with ${secret.length} characters of secret`,
    ({ body, secret, signature, timestamp }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Number(timestamp) * 1000)
        for (const value of [signature, `sha256=${signature}`]) {
          const verified = yield* verify(delivery(body, { "X-Audian-Signature": value }, timestamp))
          assert.deepStrictEqual({ ...verified }, { deliveryId: "delv_1", sentAt: Number(timestamp) } as never)
        }
        // Node makes the same signature.
        assert.strictEqual(signed(timestamp, body, secret), signature)
        assert.strictEqual(yield* WebhookTest.sign({ secret, timestamp, body }), signature)
      }).pipe(Effect.provide(WebhookReceiver.layer({ secret })))
  )
})

const flipped = (bytes: Uint8Array, at: number, bit: number): Uint8Array => {
  const out = Uint8Array.from(bytes)
  out[at]! ^= 1 << bit
  return out
}

const good = signed(noon, ringing)

describe("WebhookReceiver.fromRequest: forged deliveries", () => {
  each(
    [
      { title: "signed with another secret", headers: { "X-Audian-Signature": signed(noon, ringing, "whsec_other") } },
      { title: "signed with no secret", headers: { "X-Audian-Signature": signed(noon, ringing, " ") } },
      { title: "with the signature of the body alone", headers: { "X-Audian-Signature": signed("", ringing) } },
      { title: "whose time is a second later than signed", headers: { "X-Audian-Timestamp": String(noon + 1) } },
      { title: "whose time has a zero before it", headers: { "X-Audian-Timestamp": `0${noon}` } },
      { title: "with a signature that is too short", headers: { "X-Audian-Signature": good.slice(0, 62) } },
      { title: "with a signature that is too long", headers: { "X-Audian-Signature": `${good}00` } },
      { title: "with an odd number of digits", headers: { "X-Audian-Signature": good.slice(0, 63) } },
      { title: "with a prefix and nothing behind it", headers: { "X-Audian-Signature": "sha256=" } },
      { title: "with another prefix", headers: { "X-Audian-Signature": `sha512=${good}` } },
      { title: "with the prefix twice", headers: { "X-Audian-Signature": `sha256=sha256=${good}` } },
      { title: "with a signature that is not hex", headers: { "X-Audian-Signature": `${good.slice(0, 63)}g` } },
      { title: "signed in base64", headers: { "X-Audian-Signature": Buffer.from(good, "hex").toString("base64") } },
      { title: "with zeros for a signature", headers: { "X-Audian-Signature": "0".repeat(64) } }
    ],
    ({ title }) => `fails with InvalidSignature: ${title}`,
    ({ headers }) =>
      receiving(
        Effect.gen(function* () {
          const error = yield* Effect.flip(fromRequest(delivery(ringing, headers)))
          assert.instanceOf(error, WebhookReceiver.InvalidSignature)
          assert.strictEqual(error.status, 401)
          assert.strictEqual(error.part, "x-audian-signature")
          assert.strictEqual(error.deliveryId, "delv_1")
          const isOne = /^[\da-f]{64}$/.test(String(headers["X-Audian-Signature"] ?? good))
          assert.strictEqual(error.description.startsWith("no secret"), isOne)
          assert.strictEqual(error.description.startsWith("expected an HMAC-SHA256 in hex"), !isOne)
        })
      )
  )

  it.effect("fails with InvalidSignature for any flipped bit of the body", () =>
    receiving(
      Effect.gen(function* () {
        const bytes = Buffer.from(ringing)
        for (let at = 0; at < bytes.length; at++) {
          const forged = delivery(flipped(bytes, at, at % 8), { "X-Audian-Signature": good })
          assert.strictEqual(yield* tagOf(fromRequest(forged)), "InvalidSignature", `byte ${at}`)
        }
      })
    )
  )

  it.effect("fails with InvalidSignature for any flipped bit of the signature", () =>
    receiving(
      Effect.gen(function* () {
        for (let bit = 0; bit < 256; bit++) {
          const forged = Buffer.from(flipped(Buffer.from(good, "hex"), bit >> 3, bit & 7)).toString("hex")
          const tag = yield* tagOf(fromRequest(delivery(ringing, { "X-Audian-Signature": forged })))
          assert.strictEqual(tag, "InvalidSignature", `bit ${bit}`)
        }
      })
    )
  )

  it.effect("fails with InvalidSignature for the same JSON in other bytes", () =>
    receiving(
      Effect.gen(function* () {
        const headers = { "X-Audian-Signature": good }
        for (const body of [
          JSON.stringify(JSON.parse(ringing), undefined, 2),
          `${ringing}\n`,
          `\ufeff${ringing}`,
          ringing.replace("call_1", "call_\\u0031")
        ]) {
          assert.strictEqual(yield* tagOf(fromRequest(delivery(body, headers))), "InvalidSignature")
        }
      })
    )
  )

  it.effect("claims nothing for a forged delivery", () =>
    receiving(
      Effect.gen(function* () {
        const forged = delivery(ringing, { "X-Audian-Signature": "0".repeat(64) })
        assert.strictEqual(yield* tagOf(fromRequest(forged)), "InvalidSignature")
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing))), "accepted")
      })
    )
  )
})

const runs = Number(process.env.AUDIAN_PROPERTY_RUNS ?? 200)
const options = { arbitrary: { runs }, timeout: 20_000 + runs * 20 }
const byte = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))

describe("WebhookReceiver.verify: any body at any time", () => {
  it.effect.prop(
    "accepts signatures of Node and rejects one flipped byte",
    [
      Arbitrary.schema(Schema.Array(byte)),
      Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9_999_999_999 }))),
      Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
      Arbitrary.schema(Schema.NonEmptyString)
    ],
    ([bytes, timestamp, at, word]) =>
      Effect.gen(function* () {
        const key = `whsec_${word}`.trim()
        const body = Uint8Array.from(bytes)
        const signature = signed(timestamp, body, key)
        yield* TestClock.setTime(timestamp * 1000)
        const sent = delivery(body, { "X-Audian-Signature": signature }, timestamp)
        const check = (source: WebhookReceiver.Source) =>
          tagOf(Effect.provide(verify(source), WebhookReceiver.layer({ secret: key })))
        assert.strictEqual(yield* check(sent), "accepted")
        if (body.length === 0) return
        const forged = delivery(flipped(body, at % body.length, at % 8), { "X-Audian-Signature": signature }, timestamp)
        assert.strictEqual(yield* check(forged), "InvalidSignature")
      }),
    options
  )
})

describe("WebhookReceiver.fromRequest: signatures", () => {
  it.effect("accepts upper case", () =>
    receiving(
      Effect.gen(function* () {
        const headers = { "X-Audian-Signature": good.toUpperCase() }
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing, headers))), "accepted")
        // The same signature in lower case.
        assert.strictEqual(
          yield* tagOf(fromRequest(delivery(ringing, { "X-Audian-Delivery-ID": "delv_2" }))),
          "Replayed"
        )
      })
    )
  )

  it.effect("accepts the old and the new secret, and no third", () =>
    receiving(
      Effect.gen(function* () {
        for (const [key, expected] of [
          ["whsec_new", "accepted"],
          ["whsec_old", "accepted"],
          ["whsec_older", "InvalidSignature"]
        ] as const) {
          const headers = { "X-Audian-Signature": signed(noon, ringing, key), "X-Audian-Delivery-ID": key }
          assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing, headers))), expected, key)
        }
      }),
      { secret: [Redacted.make("whsec_new"), "whsec_old\n"] }
    )
  )
})

// -----------------------------------------------------------------------------
// time
// -----------------------------------------------------------------------------

describe("WebhookReceiver.fromRequest: tolerance", () => {
  each(
    [
      { seconds: -300, expected: "accepted" },
      { seconds: -301, expected: "Expired" },
      { seconds: 300, expected: "accepted" },
      { seconds: 301, expected: "Expired" },
      { seconds: -86_400, expected: "Expired" },
      { seconds: 86_400, expected: "Expired" }
    ],
    ({ expected, seconds }) => `${seconds} s from now is ${expected} with a tolerance of 5 minutes`,
    ({ expected, seconds }) =>
      receiving(
        Effect.gen(function* () {
          const exit = yield* Effect.result(fromRequest(delivery(ringing, {}, noon + seconds)))
          if (Result.isSuccess(exit)) return assert.strictEqual(expected, "accepted")
          assert.strictEqual(exit.failure._tag, expected)
          if (exit.failure._tag !== "Expired") return
          assert.strictEqual(exit.failure.status, 401)
          assert.strictEqual(exit.failure.age, -seconds)
          assert.include(exit.failure.message, seconds < 0 ? " ago, tolerance 5m" : " in the future, tolerance 5m")
        })
      )
  )

  it.effect("is measured by Clock against the option", () =>
    receiving(
      Effect.gen(function* () {
        yield* TestClock.adjust("1 hour")
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing))), "accepted")
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing))), "Expired")
      }),
      { tolerance: "1 hour" }
    )
  )
})

// -----------------------------------------------------------------------------
// headers and bodies
// -----------------------------------------------------------------------------

describe("WebhookReceiver.fromRequest: malformed deliveries", () => {
  const names = ["X-Audian-Timestamp", "X-Audian-Signature", "X-Audian-Delivery-ID"] as const
  const proper = delivery(ringing).headers as Readonly<Record<string, string>>

  each(
    names.flatMap((name) => [
      // A delivery may have no id.
      ...(name === "X-Audian-Delivery-ID"
        ? []
        : [
            { what: "missing", name, headers: { [name]: undefined } },
            { what: "empty", name, headers: { [name]: "" } }
          ]),
      { what: "there twice", name, headers: { [name]: [proper[name]!, proper[name]!] } },
      { what: "there twice, joined", name, headers: { [name]: `${proper[name]}, ${proper[name]}` } },
      { what: "there twice in other case", name, headers: { [name.toLowerCase()]: proper[name] } }
    ]),
    ({ name, what }) => `names the header: ${name} is ${what}`,
    ({ headers, name }) =>
      receiving(
        Effect.gen(function* () {
          const error = yield* Effect.flip(fromRequest(delivery(ringing, headers)))
          assert.instanceOf(error, WebhookReceiver.Malformed)
          assert.strictEqual(error.status, 400)
          assert.strictEqual(error.part, name.toLowerCase())
          // Duplicate headers are refused as a list, and as pairs.
          const pairs = Object.entries(delivery(ringing, headers).headers).flatMap(([name, value]) =>
            [value ?? []].flat().map((value): readonly [string, string] => [name, value])
          )
          assert.strictEqual(yield* tagOf(fromRequest({ body: ringing, headers: pairs })), "Malformed")
        })
      )
  )

  each(
    ["now", "1e9", "-5", "1.", "0x10", "2024-01-01", "2024-13-01T12:00:00Z", "9".repeat(16)],
    (timestamp) => `fails with Malformed for the timestamp ${timestamp}`,
    (timestamp) =>
      receiving(
        Effect.gen(function* () {
          const error = yield* Effect.flip(fromRequest(delivery(ringing, {}, timestamp)))
          assert.instanceOf(error, WebhookReceiver.Malformed)
          assert.strictEqual(error.part, "x-audian-timestamp")
        })
      )
  )
})

describe("WebhookReceiver.fromRequest: signed deliveries in another form", () => {
  each(
    [
      { timestamp: String(noon * 1000), sentAt: noon },
      { timestamp: `${noon * 1000}.5`, sentAt: noon + 0.0005 },
      { timestamp: `${noon}.25`, sentAt: noon + 0.25 },
      { timestamp: "2024-01-01T12:00:00Z", sentAt: noon },
      { timestamp: "2024-01-01T12:00:00.250Z", sentAt: noon + 0.25 },
      { timestamp: "2024-01-01T14:00:00+02:00", sentAt: noon },
      { timestamp: "2024-01-01T12:00:00", sentAt: noon }
    ],
    ({ timestamp }) => `accepts the timestamp ${timestamp}, and checks signature and age`,
    ({ sentAt, timestamp }) =>
      receiving(
        Effect.gen(function* () {
          const sent = delivery(ringing, {}, timestamp)
          assert.strictEqual((yield* verify(sent)).sentAt, sentAt as never)
          const forged = delivery(ringing, { "X-Audian-Signature": signed(noon, ringing) }, timestamp)
          assert.strictEqual(yield* tagOf(verify(forged)), "InvalidSignature")
          assert.strictEqual(yield* tagOf(fromRequest(sent)), "accepted")
          yield* TestClock.adjust("301 seconds")
          const error = yield* Effect.flip(verify(sent))
          assert.strictEqual(error._tag === "Expired" && Math.round(error.age), 301)
        })
      )
  )

  each(
    [undefined, "", "delv_\n1", "a b", "é", "x".repeat(201)],
    (id) => `accepts the delivery id ${JSON.stringify(id?.slice(0, 10))} once, and keeps it out of errors`,
    (id) =>
      Effect.gen(function* () {
        const sent = delivery(ringing, { "X-Audian-Delivery-ID": id })
        const other = delivery(ringing, { "X-Audian-Delivery-ID": id }, noon + 1)
        for (const identity of ["signature", "delivery", "event"] as const) {
          yield* receiving(
            Effect.gen(function* () {
              assert.strictEqual((yield* verify(sent)).deliveryId, undefined)
              assert.strictEqual(yield* tagOf(fromRequest(sent)), "accepted")
              const error = yield* Effect.flip(fromRequest(sent))
              assert.strictEqual(error._tag, "Replayed")
              assert.strictEqual(error.message.includes(" of "), false)
              // Another signature without an id is another delivery of the same event.
              assert.strictEqual(yield* tagOf(fromRequest(other)), identity === "event" ? "Replayed" : "accepted")
            }),
            { deduplicateBy: [identity] }
          )
        }
      })
  )

  it.effect("refuses a forged delivery without an id", () =>
    receiving(
      Effect.gen(function* () {
        const headers = { "X-Audian-Delivery-ID": undefined, "X-Audian-Signature": "0".repeat(64) }
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing, headers))), "InvalidSignature")
      })
    )
  )
})

// -----------------------------------------------------------------------------
// events
// -----------------------------------------------------------------------------

describe("WebhookReceiver.Event", () => {
  const received = (event: WebhookTest.Event) =>
    receiving(Effect.flatMap(WebhookTest.request(event, { secret, prefix: true }), fromRequest))
  const envelope = { id: "evt_1", timestamp: "2024-01-01T12:00:00Z", version: "v1" } as const
  const samples = [
    {
      event: "call.initiated",
      data: {
        call_id: "call_1",
        call_uuid: "u-1",
        call_type: "outbound",
        from: "+14155551234",
        from_name: "Front desk",
        to: "+13035550142",
        initiated_at: "2024-01-01T12:00:00Z",
        initiated_by: "api",
        tags: { campaign: "a" }
      }
    },
    { event: "call.ringing", data: { call_id: "call_1", ringing_at: "2024-01-01T12:00:00Z" } },
    {
      event: "call.answered",
      data: { call_id: "call_1", call_uuid: "u-1", answered_by: "x", answered_at: "y", time_to_answer: 4 }
    },
    {
      event: "call.completed",
      data: {
        call_id: "call_1",
        duration: 125,
        status: "completed",
        from: "+14155551234",
        to: "+13035550142",
        ended_at: "2024-01-01T12:00:00Z",
        completion_reason: "normal"
      }
    },
    { event: "call.failed", data: { why: ["nobody", 1, null] } },
    { event: "recording.completed", data: null }
  ] as const

  each(
    samples,
    ({ event }) => `has the documented fields of ${event}, and others as JSON`,
    ({ data, event }) =>
      Effect.gen(function* () {
        const grown = event === "recording.completed" ? data : { ...data, added_later: { a: [1] } }
        const value = yield* received({ ...envelope, event, data: grown })
        assert.deepStrictEqual({ ...value }, { ...envelope, _tag: event, event, data: grown } as never)
      })
  )

  each(
    [
      { title: "whose name is not documented", event: "voicemail.new", data: [1] },
      { title: "without the call_id that its page shows", event: "call.ringing", data: { ringing_at: "x" } },
      { title: "whose field is of another type", event: "call.completed", data: { call_id: "c", duration: "long" } },
      { title: "whose required field is null", event: "call.ringing", data: { call_id: null } },
      { title: "whose data is no object", event: "call.completed", data: "call_1" },
      { title: "whose name is that of a property of objects", event: "constructor", data: {} },
      { title: "whose name is the tag of this member", event: "Unknown", data: {} }
    ],
    ({ title }) => `is Unknown with name and data: ${title}`,
    ({ data, event }) =>
      Effect.gen(function* () {
        const value = yield* received({ ...envelope, event, data })
        assert.deepStrictEqual({ ...value }, { ...envelope, _tag: "Unknown", event, data } as never)
      })
  )

  it.effect("may follow a signed byte order mark", () =>
    receiving(
      Effect.map(tagOf(fromRequest(delivery(`\ufeff${ringing}`))), (tag) => assert.strictEqual(tag, "accepted"))
    )
  )

  it.effect("may lack a version, as on one of the two pages", () =>
    receiving(
      Effect.gen(function* () {
        const body = ringing.replace('"version":"v1",', "")
        const value = yield* fromRequest(delivery(body))
        assert.strictEqual(value._tag, "call.ringing")
        assert.isFalse("version" in value)
      })
    )
  )

  it.effect("reads null as absent, numbers as text, text as numbers and times of any kind", () =>
    receiving(
      Effect.gen(function* () {
        const body = {
          id: 17,
          event: "call.completed",
          timestamp: noon,
          version: 1,
          data: {
            call_id: 12,
            duration: " 125 ",
            status: null,
            from: null,
            to: 14155551234,
            ended_at: noon * 1000,
            completion_reason: "normal",
            other: null
          }
        }
        const event = yield* fromRequest(delivery(JSON.stringify(body)))
        assert.deepStrictEqual({ ...event }, {
          _tag: "call.completed",
          id: "17",
          event: "call.completed",
          timestamp: "2024-01-01T12:00:00.000Z",
          version: "1",
          data: {
            call_id: "12",
            duration: 125,
            to: "14155551234",
            ended_at: "2024-01-01T12:00:00.000Z",
            completion_reason: "normal",
            other: null
          }
        } as never)
        const json = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(WebhookReceiver.Event)(event)))
        assert.deepStrictEqual(yield* Schema.decodeEffect(WebhookReceiver.Event)(json), event)
      })
    )
  )

  it.effect("keeps numbers exact", () =>
    receiving(
      Effect.gen(function* () {
        const body = `{"id":9007199254740993,"event":"call.failed","timestamp":"t","data":[9007199254740993,1.5]}`
        const event = yield* fromRequest(delivery(body))
        assert.strictEqual(event.id, "9007199254740993")
        assert.deepStrictEqual(event.data, ["9007199254740993", 1.5])
      })
    )
  )

  const full = { id: "evt_1", event: "call.ringing", timestamp: "2024-01-01T12:00:00Z", data: { call_id: "call_1" } }
  const { data: _data, ...noData } = full
  const { event: _event, ...noEvent } = full
  const { id: _id, ...noId } = full
  const { timestamp: _timestamp, ...noTimestamp } = full

  each(
    [
      { title: "no data", body: noData, expected: { ...noData, data: noData } },
      { title: "no event", body: noEvent, expected: noEvent },
      { title: "no id", body: noId, expected: noId },
      { title: "no timestamp", body: noTimestamp, expected: noTimestamp },
      { title: "null fields", body: { ...full, id: null, version: null }, expected: noId },
      { title: "an id that is no text", body: { ...full, id: {} }, expected: { data: { ...full, id: {} } } },
      { title: "a flat event", body: { call_id: "call_1" }, expected: { data: { call_id: "call_1" } } },
      { title: "an array of events", body: [full, full], expected: { data: [full, full] } },
      { title: "an empty array", body: [], expected: { data: [] } },
      { title: "null", body: null, expected: { data: null } },
      { title: "a number", body: 7, expected: { data: 7 } }
    ],
    ({ title }) => `is Unknown with all that was signed: ${title}`,
    ({ body, expected }) =>
      receiving(
        Effect.map(fromRequest(delivery(JSON.stringify(body))), (event) =>
          assert.deepStrictEqual({ ...event }, { _tag: "Unknown", ...expected } as never)
        )
      )
  )

  each(
    [
      { title: "empty", body: "", expected: { data: "" } },
      { title: "not JSON", body: "event=call.ringing", expected: { data: "event=call.ringing" } },
      { title: "truncated", body: ringing.slice(0, -1), expected: { data: ringing.slice(0, -1) } },
      { title: "not UTF-8", body: Uint8Array.of(0x22, 0xff, 0x22), expected: { data: null, bytes: "Iv8i" } }
    ],
    ({ title }) => `is Unknown with the body if it is ${title}`,
    ({ body, expected }) =>
      receiving(
        Effect.map(fromRequest(delivery(body)), (event) =>
          assert.deepStrictEqual({ ...event }, { _tag: "Unknown", ...expected } as never)
        )
      )
  )

  it.effect("may have data of any depth", () =>
    receiving(
      Effect.gen(function* () {
        const deep = `${'{"a":['.repeat(10_000)}${"]}".repeat(10_000)}`
        const envelope = '{"id":"1","event":"call.failed","timestamp":"t","data":'
        assert.strictEqual((yield* fromRequest(delivery(`${envelope}${deep}}`)))._tag, "call.failed")
        const initiated = `${envelope.replace("failed", "initiated")}{"call_id":"1","tags":${deep}}}`
        assert.strictEqual(
          (yield* fromRequest(delivery(initiated, { "X-Audian-Delivery-ID": "delv_2" })))._tag,
          "call.initiated"
        )
      })
    )
  )

  it.effect("is decoded from the body, not from the unsigned header X-Audian-Event", () =>
    receiving(
      Effect.gen(function* () {
        const value = yield* fromRequest(delivery(ringing, { "X-Audian-Event": "call.completed" }))
        assert.strictEqual(value.event, "call.ringing")
      })
    )
  )

  it.effect("survives its Schema, known or unknown", () =>
    Effect.gen(function* () {
      for (const event of [...samples, { event: "voicemail.new", data: [1] }]) {
        const value = yield* received({ ...envelope, ...event })
        const json = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(WebhookReceiver.Event)(value)))
        assert.deepStrictEqual(yield* Schema.decodeEffect(WebhookReceiver.Event)(json), value)
      }
    })
  )
})

// -----------------------------------------------------------------------------
// replay
// -----------------------------------------------------------------------------

describe("WebhookReceiver.handle: replays", () => {
  it.effect("fails with Replayed and status 200 for an accepted delivery", () =>
    receiving(
      Effect.gen(function* () {
        yield* fromRequest(delivery(ringing))
        const error = yield* Effect.flip(fromRequest(delivery(ringing)))
        assert.instanceOf(error, WebhookReceiver.Replayed)
        assert.deepInclude({ ...error, status: error.status }, { deliveryId: "delv_1", inProgress: false, status: 200 })
      })
    )
  )

  it.effect("fails with Replayed under another, unsigned delivery id", () =>
    receiving(
      Effect.gen(function* () {
        yield* fromRequest(delivery(ringing))
        const again = delivery(ringing, { "X-Audian-Delivery-ID": "delv_2" })
        assert.strictEqual(yield* tagOf(fromRequest(again)), "Replayed")
        // The replay has not claimed its delivery id.
        const real = delivery(ringing, { "X-Audian-Delivery-ID": "delv_2" }, noon + 1)
        assert.strictEqual(yield* tagOf(fromRequest(real)), "accepted")
      })
    )
  )

  it.effect("fails with Replayed for the same delivery id with a new signature", () =>
    receiving(
      Effect.gen(function* () {
        yield* fromRequest(delivery(ringing))
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing, {}, noon + 60))), "Replayed")
      })
    )
  )

  it.effect("remembers a delivery for as long as the sender retries, and forgets it afterwards", () =>
    Effect.gen(function* () {
      const store = yield* ReplayStore.memory()
      yield* receiving(
        Effect.gen(function* () {
          yield* fromRequest(delivery(ringing))
          // The retries of the sender, with a minute of jitter each, signed again.
          for (const minutes of [2, 8, 24, 55]) {
            yield* TestClock.setTime((noon + minutes * 60) * 1000)
            assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing, {}, noon + minutes * 60))), "Replayed")
          }
          yield* TestClock.setTime((noon + 56 * 60) * 1000)
          assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing, {}, noon + 56 * 60))), "accepted")
          assert.strictEqual(yield* store.size, 2)
        }),
        { replayStore: store }
      )
    })
  )

  it.effect("remembers a delivery for rememberFor, and at least while its signature is valid", () =>
    receiving(
      Effect.gen(function* () {
        // A signature from the end of the tolerance is valid for twice the tolerance.
        const ahead = delivery(ringing, {}, noon + 300)
        yield* fromRequest(ahead)
        yield* TestClock.adjust("599 seconds")
        assert.strictEqual(yield* tagOf(fromRequest(ahead)), "Replayed")
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* tagOf(fromRequest(ahead)), "Expired")
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing, {}, noon + 600))), "accepted")
      }),
      { rememberFor: "1 second" }
    )
  )

  const identified = (id: string, deliveryId: string, timestamp: number, event = ringing) =>
    delivery(event.replace("evt_1", id), { "X-Audian-Delivery-ID": deliveryId }, timestamp)

  it.effect("accepts the same event under another delivery id and signature by default", () =>
    receiving(
      Effect.gen(function* () {
        assert.strictEqual(yield* tagOf(fromRequest(identified("evt_1", "delv_1", noon))), "accepted")
        assert.strictEqual(yield* tagOf(fromRequest(identified("evt_1", "delv_2", noon + 1))), "accepted")
      })
    )
  )

  it.effect("deduplicateBy: event recognizes the same event under another delivery id and signature", () =>
    receiving(
      Effect.gen(function* () {
        assert.strictEqual(yield* tagOf(fromRequest(identified("evt_1", "delv_1", noon))), "accepted")
        assert.strictEqual(yield* tagOf(fromRequest(identified("evt_1", "delv_2", noon + 1))), "Replayed")
        assert.strictEqual(yield* tagOf(fromRequest(identified("evt_2", "delv_1", noon))), "accepted")
        // Without an id, by the signature.
        const nameless = delivery(ringing.replace('"id":"evt_1",', ""))
        assert.strictEqual(yield* tagOf(fromRequest(nameless)), "accepted")
        assert.strictEqual(yield* tagOf(fromRequest(nameless)), "Replayed")
      }),
      { deduplicateBy: ["event"] }
    )
  )

  it.effect("deduplicateBy: delivery recognizes the delivery id only", () =>
    receiving(
      Effect.gen(function* () {
        assert.strictEqual(yield* tagOf(fromRequest(identified("evt_1", "delv_1", noon))), "accepted")
        assert.strictEqual(yield* tagOf(fromRequest(identified("evt_2", "delv_1", noon + 1))), "Replayed")
        assert.strictEqual(yield* tagOf(fromRequest(identified("evt_1", "delv_2", noon))), "accepted")
      }),
      { deduplicateBy: ["delivery"] }
    )
  )

  it.effect("accepts replays with replayStore: false", () =>
    receiving(
      Effect.gen(function* () {
        yield* fromRequest(delivery(ringing))
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing))), "accepted")
      }),
      { replayStore: false }
    )
  )

  it.effect("runs the handler once for a hundred concurrent copies", () =>
    receiving(
      Effect.gen(function* () {
        let handed = 0
        const gate = yield* Deferred.make<void>()
        const others = yield* Deferred.make<void>()
        const refused: Array<WebhookReceiver.ReceiveError> = []
        const slowly = () =>
          Effect.andThen(
            Effect.sync(() => void handed++),
            Deferred.await(gate)
          )
        const attempt = handle(delivery(ringing), slowly).pipe(
          Effect.tapError((error) => (refused.push(error) === 99 ? Deferred.succeed(others, undefined) : Effect.void)),
          Effect.result
        )
        const all = yield* Effect.forkChild(atOnce(100, attempt))
        yield* Deferred.await(others)
        assert.strictEqual(handed, 1)
        for (const error of refused) {
          assert.instanceOf(error, WebhookReceiver.Replayed)
          // The first handler may still fail, so the others get no 200.
          assert.deepInclude({ ...error, status: error.status }, { inProgress: true, status: 503 })
        }
        yield* Deferred.succeed(gate, undefined)
        const results = yield* Fiber.join(all)
        assert.strictEqual(results.filter(Result.isSuccess).length, 1)
        assert.strictEqual(handed, 1)
      })
    )
  )

  it.effect("accepts one of fifty concurrent copies under different ids", () =>
    receiving(
      Effect.gen(function* () {
        const results = yield* Effect.forEach(
          Array.from({ length: 50 }, (_, i) => delivery(ringing, { "X-Audian-Delivery-ID": `delv_${i}` })),
          (delivery) => tagOf(fromRequest(delivery)),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(results.filter((tag) => tag === "accepted").length, 1)
      })
    )
  )
})

describe("WebhookReceiver.handle: failing handlers", () => {
  const again = tagOf(fromRequest(delivery(ringing)))

  /** A handler that has started and never ends. */
  const hanging = Effect.gen(function* () {
    const started = yield* Deferred.make<void>()
    const stopped = yield* Deferred.make<void>()
    const handler = () =>
      Effect.onInterrupt(Effect.andThen(Deferred.succeed(started, undefined), Effect.never), () =>
        Deferred.succeed(stopped, undefined)
      )
    const fiber = yield* Effect.forkChild(handle(delivery(ringing), handler))
    yield* Deferred.await(started)
    return { fiber, stopped }
  })

  it.effect("releases the claim if the handler fails", () =>
    receiving(
      Effect.gen(function* () {
        assert.strictEqual(yield* Effect.flip(handle(delivery(ringing), () => Effect.fail("no"))), "no")
        assert.strictEqual(yield* again, "accepted")
      })
    )
  )

  it.effect("releases the claim if the handler dies or throws", () =>
    receiving(
      Effect.gen(function* () {
        assert.isTrue(Exit.hasDies(yield* Effect.exit(handle(delivery(ringing), () => Effect.die("no")))))
        const thrown = handle(delivery(ringing), (): Effect.Effect<void> => {
          throw new Error("no")
        })
        assert.isTrue(Exit.hasDies(yield* Effect.exit(thrown)))
        assert.strictEqual(yield* again, "accepted")
      })
    )
  )

  it.effect("releases the claim if the handler is interrupted", () =>
    receiving(
      Effect.gen(function* () {
        const { fiber } = yield* hanging
        assert.strictEqual(yield* again, "Replayed")
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(yield* again, "accepted")
      })
    )
  )

  it.effect("fails with Unavailable and releases the claim if the handler times out", () =>
    receiving(
      Effect.gen(function* () {
        const { fiber, stopped } = yield* hanging
        yield* TestClock.adjust("20 seconds")
        const error = yield* Effect.flip(Fiber.join(fiber))
        assert.instanceOf(error, WebhookReceiver.Unavailable)
        assert.deepInclude({ ...error, status: error.status }, { reason: "TimedOut", status: 503 })
        assert.isTrue(yield* Deferred.isDone(stopped))
        assert.strictEqual(yield* again, "accepted")
      })
    )
  )

  it.effect("accepts a retry after the lease of a killed process expires", () =>
    Effect.gen(function* () {
      const store = yield* ReplayStore.memory()
      // A killed process releases nothing.
      const dead = { ...store, release: () => Effect.void, accept: () => Effect.void }
      yield* receiving(Effect.exit(handle(delivery(ringing), () => Effect.die("killed"))), { replayStore: dead })
      yield* receiving(
        Effect.gen(function* () {
          assert.strictEqual(yield* again, "Replayed")
          yield* TestClock.adjust("30 seconds")
          assert.strictEqual(yield* again, "accepted")
        }),
        { replayStore: store }
      )
    })
  )
})

describe("WebhookReceiver.handle: failing replay store", () => {
  const broken = Effect.fail(new ReplayStore.ReplayStoreError({ cause: new Error("ECONNREFUSED") }))

  it.effect("fails with Unavailable and does not run the handler", () =>
    receiving(
      Effect.gen(function* () {
        let handed = 0
        const error = yield* Effect.flip(handle(delivery(ringing), () => Effect.sync(() => void handed++)))
        assert.instanceOf(error, WebhookReceiver.Unavailable)
        assert.deepInclude({ ...error }, { reason: "StoreFailed" })
        assert.strictEqual(handed, 0)
      }),
      { replayStore: { claim: () => broken, accept: () => broken, release: () => broken } }
    )
  )

  it.effect("does not change the result after the handler", () =>
    receiving(
      Effect.gen(function* () {
        assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing))), "accepted")
        assert.strictEqual(yield* Effect.flip(handle(delivery(ringing), () => Effect.fail("no"))), "no")
      }),
      { replayStore: { claim: () => Effect.succeed("claimed"), accept: () => broken, release: () => broken } }
    )
  )

  it.effect("delays the result by at most 5 seconds after the handler", () =>
    Effect.gen(function* () {
      const requested = yield* Deferred.make<void>()
      const accept = () => Effect.andThen(Deferred.succeed(requested, undefined), Effect.never)
      yield* receiving(
        Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(tagOf(fromRequest(delivery(ringing))))
          yield* Deferred.await(requested)
          yield* TestClock.adjust("4999 millis")
          assert.isUndefined(fiber.pollUnsafe())
          yield* TestClock.adjust("1 millis")
          assert.strictEqual(yield* Fiber.join(fiber), "accepted")
        }),
        { replayStore: { ...(yield* ReplayStore.memory()), accept } }
      )
    })
  )

  it.effect("releases the first claim if the second fails", () =>
    Effect.gen(function* () {
      const store = yield* ReplayStore.memory()
      const claim: ReplayStore.ReplayStore["claim"] = (key, lease) =>
        key.startsWith("delivery:") ? broken : store.claim(key, lease)
      yield* receiving(
        Effect.gen(function* () {
          assert.strictEqual(yield* tagOf(fromRequest(delivery(ringing))), "Unavailable")
          assert.strictEqual(yield* store.size, 0)
        }),
        { replayStore: { ...store, claim } }
      )
    })
  )

  it.effect("releases the first claim if the second dies or is interrupted", () =>
    Effect.gen(function* () {
      const store = yield* ReplayStore.memory()
      const requested = yield* Deferred.make<void>()
      let second: Effect.Effect<never> = Effect.die("a defect of the store")
      const claim: ReplayStore.ReplayStore["claim"] = (key, lease) =>
        key.startsWith("delivery:") ? second : store.claim(key, lease)
      yield* receiving(
        Effect.gen(function* () {
          assert.isTrue(Exit.hasDies(yield* Effect.exit(fromRequest(delivery(ringing)))))
          assert.strictEqual(yield* store.size, 0)
          second = Effect.andThen(Deferred.succeed(requested, undefined), Effect.never)
          const fiber = yield* Effect.forkChild(fromRequest(delivery(ringing)))
          yield* Deferred.await(requested)
          assert.strictEqual(yield* store.size, 1)
          yield* Fiber.interrupt(fiber)
          assert.strictEqual(yield* store.size, 0)
        }),
        { replayStore: { ...store, claim } }
      )
    })
  )
})

// -----------------------------------------------------------------------------
// responses
// -----------------------------------------------------------------------------

const request = (callId: string, options: Partial<WebhookTest.Options> = {}) =>
  WebhookTest.request({ event: "call.ringing", data: { call_id: callId } }, { secret, ...options })

const quiet = Effect.provideService(References.MinimumLogLevel, "None")

describe("WebhookReceiver.toWebHandler", () => {
  it.effect("responds 200 with room in the queue and 503 without, then accepts the retry", () =>
    Effect.gen(function* () {
      const queue = yield* Queue.bounded<WebhookReceiver.Event>(1)
      const handle = yield* served(WebhookReceiver.offer(queue))
      assert.strictEqual((yield* handle(yield* request("call_1"))).status, 200)
      const second = yield* request("call_2")
      const refused = yield* handle(second.clone())
      assert.strictEqual(refused.status, 503)
      assert.strictEqual(yield* Effect.promise(() => refused.text()), "Unavailable")
      assert.deepStrictEqual((yield* Queue.take(queue)).data, { call_id: "call_1" })
      assert.strictEqual((yield* handle(second)).status, 200)
      assert.deepStrictEqual((yield* Queue.take(queue)).data, { call_id: "call_2" })
      yield* Queue.shutdown(queue)
      assert.strictEqual((yield* handle(yield* request("call_3"))).status, 503)
    }).pipe(quiet)
  )

  it.effect("responds 200 to a replay without running the handler", () =>
    Effect.gen(function* () {
      let handed = 0
      const handle = yield* served(() => Effect.sync(() => void handed++))
      const first = yield* request("call_1")
      const copy = first.clone()
      assert.strictEqual((yield* handle(first)).status, 200)
      assert.strictEqual((yield* handle(copy)).status, 200)
      assert.strictEqual(handed, 1)
    }).pipe(quiet)
  )

  it.effect("responds 503 if the handler fails or dies, and 200 to the retry", () =>
    Effect.gen(function* () {
      let nth = 0
      const outcomes = [Effect.fail("no"), Effect.die("no"), Effect.void]
      const handle = yield* served(() => outcomes[nth++]!)
      const first = yield* request("call_1")
      const copies = [first.clone(), first.clone(), first]
      const statuses = yield* Effect.forEach(copies, (copy) => Effect.map(handle(copy), ({ status }) => status))
      assert.deepStrictEqual(statuses, [503, 503, 200])
    }).pipe(quiet)
  )

  it.effect("responds with status and tag of the error", () =>
    Effect.gen(function* () {
      const handle = yield* served(() => Effect.void, { maxBodySize: 200 })
      const headers = { "x-audian-delivery-id": "delv_1", "x-audian-timestamp": "1", "x-audian-signature": "00" }
      const post = (body: string, headers: Record<string, string>) =>
        Effect.flatMap(handle(new Request("https://localhost/", { method: "POST", body, headers })), (response) =>
          Effect.map(
            Effect.promise(() => response.text()),
            (text) => `${response.status} ${text}`
          )
        )
      assert.strictEqual(yield* post("{}", {}), "400 Malformed")
      assert.strictEqual(yield* post("{}", headers), "401 InvalidSignature")
      const old = { ...headers, "x-audian-signature": signed("1", "{}") }
      assert.strictEqual(yield* post("{}", old), "401 Expired")
      assert.strictEqual(yield* post("x".repeat(201), headers), "413 TooLarge")
    }).pipe(quiet)
  )
})

describe("WebhookReceiver.route", () => {
  const server = (handler: (event: WebhookReceiver.Event) => Effect.Effect<void>) =>
    HttpRouter.serve(WebhookReceiver.route("/webhooks", handler), { disableLogger: true, disableListenLog: true }).pipe(
      Layer.provide(WebhookReceiver.layer({ secret })),
      Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
    )

  const portOf = Effect.map(HttpServer.HttpServer, ({ address }) => ("port" in address ? address.port : 0))

  it.live("accepts a delivery over a socket, and refuses a duplicate header and 10 MB", () =>
    Effect.gen(function* () {
      const events: Array<WebhookReceiver.Event> = []
      yield* Effect.gen(function* () {
        const port = yield* portOf
        const url = `http://127.0.0.1:${port}/webhooks`
        const event = { event: "call.ringing", data: { call_id: "call_1" } }
        const send = (request: Request) => Effect.promise(() => fetch(request))
        assert.strictEqual((yield* send(yield* WebhookTest.request(event, { secret, url }))).status, 200)
        assert.deepStrictEqual(
          events.map(({ _tag }) => _tag),
          ["call.ringing"]
        )
        const doubled = yield* WebhookTest.request(event, { secret, url })
        doubled.headers.append("x-audian-signature", doubled.headers.get("x-audian-signature") ?? "")
        assert.strictEqual((yield* send(doubled)).status, 400)
        assert.strictEqual((yield* Effect.promise(() => fetch(url))).status, 404)
        const large = yield* WebhookTest.request("x".repeat(10_000_000), { secret, url })
        assert.strictEqual((yield* send(large)).status, 413)

        const raw = (head: string, chunks: number) =>
          Effect.callback<string>((resume) => {
            const socket = connect(port, "127.0.0.1")
            socket.once("data", (data) => resume(Effect.succeed(String(data))))
            socket.on("error", () => {})
            socket.write(`POST /webhooks HTTP/1.1\r\nHost: localhost\r\n${head}\r\n\r\n`)
            for (let i = 0; i < chunks; i++) socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`)
            return Effect.sync(() => void socket.destroy())
          })
        // Ten megabytes declared and not sent; ten megabytes sent in chunks and not declared.
        assert.include(yield* raw("Content-Length: 10000000", 0), "413")
        assert.include(yield* raw("Transfer-Encoding: chunked", 160), "413")
      }).pipe(Effect.provide(server((event) => Effect.sync(() => void events.push(event)))))
      assert.strictEqual(events.length, 1)
    }).pipe(quiet)
  )
})

describe("WebhookReceiver.toWebHandler: any signed bytes", () => {
  const respondTo = (body: Uint8Array | string) =>
    Effect.gen(function* () {
      const events: Array<WebhookReceiver.Event> = []
      const handle = yield* served((event) => Effect.sync(() => void events.push(event)))
      const { headers } = delivery(body) as { headers: Record<string, string> }
      const request = new Request("https://localhost/", { method: "POST", headers, body: Buffer.from(body) })
      const { status } = yield* handle(request)
      assert.strictEqual(status, 200)
      assert.strictEqual(events.length, 1)
      // A queue or a store takes every event.
      const json = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(WebhookReceiver.Event)(events[0]!)))
      assert.deepStrictEqual(yield* Schema.decodeEffect(WebhookReceiver.Event)(json), events[0])
    })

  it.effect.prop(
    "responds 200 to any bytes and passes on their event",
    [Arbitrary.schema(Schema.Array(byte))],
    ([bytes]) => respondTo(Uint8Array.from(bytes)),
    options
  )

  const names = ["id", "event", "timestamp", "version", "data", "call_id", "duration", "from", "ended_at", "tags"]
  const odd = Schema.Union([
    Schema.Null,
    Schema.Boolean,
    Schema.Finite,
    Schema.String,
    Schema.Literals(["call.completed", "call.initiated", "call.failed", "125", ""]),
    Schema.Array(Schema.Finite)
  ])
  const fields = Schema.Record(Schema.Literals(names), Schema.optional(odd))

  it.effect.prop(
    "responds 200 to any envelope and passes on its event",
    [Arbitrary.schema(fields), Arbitrary.schema(fields), Arbitrary.schema(Schema.Boolean)],
    ([envelope, data, nested]) => respondTo(JSON.stringify(nested ? { ...envelope, data } : envelope)),
    options
  )
})

// -----------------------------------------------------------------------------
// options and secrets
// -----------------------------------------------------------------------------

describe("WebhookReceiver.Options", () => {
  each(
    [
      { title: "no secret", options: { secret: [] } },
      { title: "a secret that is a number", options: { secret: 5 as never } },
      { title: "a secret that is a Redacted number", options: { secret: Redacted.make(5) as never } },
      { title: "a secret that is left out", options: {} as never },
      { title: "an empty secret", options: { secret: " " } },
      { title: "an empty secret among others", options: { secret: ["whsec_1", Redacted.make("")] } },
      { title: "a tolerance of nothing", options: { secret, tolerance: 0 } },
      { title: "an infinite tolerance", options: { secret, tolerance: Duration.infinity } },
      { title: "a negative time limit", options: { secret, timeout: "-1 seconds" as never } },
      { title: "no time to remember", options: { secret, rememberFor: 0 } },
      { title: "no identity", options: { secret, deduplicateBy: [] } },
      { title: "an unknown identity", options: { secret, deduplicateBy: ["id" as never] } },
      { title: "a size that is none", options: { secret, maxBodySize: Number.NaN } }
    ],
    ({ title }) => `are a defect of make and a ConfigError of layerConfig if invalid: ${title}`,
    ({ options }) =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(WebhookReceiver.make(options))
        const [defect] = Exit.isFailure(exit) ? exit.cause.reasons.filter(Cause.isDieReason) : []
        assert.instanceOf(defect?.defect, Audian.InvalidOptions)
        const { Config } = yield* Effect.promise(() => import("effect"))
        const error = yield* Effect.flip(Layer.build(WebhookReceiver.layerConfig(Config.succeed(options))))
        assert.strictEqual(error._tag, "ConfigError")
      })
  )

  it.effect("are read from AUDIAN_WEBHOOK_SECRET, one or several", () =>
    Effect.gen(function* () {
      yield* atNoon
      const from = (env: Record<string, string>) =>
        Effect.provide(
          tagOf(fromRequest(delivery(ringing))),
          Layer.provide(WebhookReceiver.layerConfig(), ConfigProvider.layer(ConfigProvider.fromUnknown(env)))
        )
      assert.strictEqual(yield* from({ AUDIAN_WEBHOOK_SECRET: secret }), "accepted")
      assert.strictEqual(yield* from({ AUDIAN_WEBHOOK_SECRET: `whsec_new, ${secret}\n` }), "accepted")
      assert.strictEqual(yield* from({ AUDIAN_WEBHOOK_SECRET: "whsec_new" }), "InvalidSignature")
      assert.strictEqual(yield* Effect.flip(from({})).pipe(Effect.map(({ _tag }) => _tag)), "ConfigError")
    })
  )
})

describe("WebhookReceiver: secrets", () => {
  it.effect("are not shown by receiver, errors and log", () => {
    const lines: Array<string> = []
    const logger = Logger.make<unknown, void>(({ cause, message }) => {
      lines.push(inspect(message, { depth: 9 }), Cause.pretty(cause))
    })
    return Effect.gen(function* () {
      yield* atNoon
      const options = { secret: [Redacted.make(secret), Redacted.make("whsec_second")] }
      const layer = WebhookReceiver.layer(options)
      const forged = good.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))
      const shown = yield* Effect.gen(function* () {
        const receiver = yield* WebhookReceiver.WebhookReceiver
        const errors = yield* Effect.forEach(
          [
            delivery(ringing, { "X-Audian-Signature": forged }),
            delivery(ringing, { "X-Audian-Signature": `${good}, ${good}` }),
            delivery(ringing, {}, noon - 1000),
            delivery("secret-in-the-body", { "X-Audian-Signature": forged }),
            { ...delivery(ringing), body: { parsed: "secret-in-the-body" } as never }
          ],
          (source) => Effect.flip(fromRequest(source))
        )
        yield* fromRequest(delivery(ringing))
        const replayed = yield* Effect.flip(fromRequest(delivery(ringing)))
        return [receiver, layer, options, ...errors, replayed]
      }).pipe(Effect.provide(layer))
      const handle = yield* served(() => Effect.fail("no"))
      yield* handle(yield* request("call_1"))
      yield* handle(
        new Request("https://localhost/", { method: "POST", body: ringing, headers: [["x-audian-signature", forged]] })
      )
      const text = [
        ...shown.flatMap((value) => [
          inspect(value, { depth: 9, showHidden: true }),
          inspect(value, { customInspect: false, depth: 9 }),
          JSON.stringify(value),
          String(value),
          value instanceof Error ? `${value.message}${value.stack}` : ""
        ]),
        ...lines
      ].join("\n")
      for (const hidden of [secret, "whsec_second", good, forged, signed(noon - 1000, ringing), "secret-in-the-body"]) {
        assert.notInclude(text, hidden)
      }
      assert.include(text, "InvalidSignature")
      assert.isAtLeast(lines.length, 4)
    }).pipe(Effect.provideService(References.CurrentLoggers, new Set([logger])))
  })

  it.effect("ReceiveError: survives its Schema", () =>
    Effect.gen(function* () {
      const errors = [
        [WebhookReceiver.Malformed, new WebhookReceiver.Malformed({ part: "body", description: "x" })],
        [WebhookReceiver.Expired, new WebhookReceiver.Expired({ age: 301, tolerance: Duration.minutes(5) })],
        [WebhookReceiver.Replayed, new WebhookReceiver.Replayed({ deliveryId: "delv_1", inProgress: true })]
      ] as const
      for (const [schema, error] of errors) {
        const codec = schema as unknown as Schema.Codec<WebhookReceiver.ReceiveError>
        const json = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(codec)(error)))
        const back = yield* Schema.decodeEffect(codec)(json)
        assert.deepStrictEqual([back.message, back.status], [error.message, error.status])
        assert.isTrue(WebhookReceiver.isReceiveError(back))
      }
    })
  )
})

import { isDeepStrictEqual } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Audian, EngineHookReceiver, WebhookReceiver } from "effect-audian"
import { WebhookTest } from "effect-audian/testing"
import { each } from "./support/each.ts"
import { atNoon, hmac, noon, secret, vectors } from "./support/webhooks.ts"

const { fromRequest } = EngineHookReceiver

/** Seconds from the year 0 to 1970. */
const offset = 62_167_219_200

const receiving = <A, E>(
  self: Effect.Effect<A, E, EngineHookReceiver.EngineHookReceiver>,
  options: EngineHookReceiver.Options = { secret }
): Effect.Effect<A, E> => Effect.andThen(atNoon, Effect.provide(self, EngineHookReceiver.layer(options)))

const unsigned = { unsigned: true } as const

const tagOf = <A, R>(self: Effect.Effect<A, { readonly _tag: string }, R>): Effect.Effect<string, never, R> =>
  Effect.match(self, { onFailure: (error) => error._tag, onSuccess: () => "accepted" })

const json = (body: string | object) => ({
  headers: { "Content-Type": "application/json", "X-Hook-ID": "hook_1", "X-Account-ID": "acc_1" },
  body: typeof body === "string" ? body : JSON.stringify(body)
})

const form = (fields: Record<string, string>) => ({
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString()
})

/** A version 2 delivery from the texts of its data and signature. */
const version2 = (data: string, hmac: string, timestamp: number | string, name = "channel_destroy") =>
  json(`{"action":"event","data":${data},"hmac":"${hmac}","name":"${name}","timestamp":${timestamp},"version":"v2"}`)

// -----------------------------------------------------------------------------
// signatures
// -----------------------------------------------------------------------------

describe("EngineHookReceiver.fromRequest: OpenSSL signatures", () => {
  each(
    vectors.filter(({ kind }) => kind === "engine"),
    ({ file, secret, timestamp }) => `accepts ${file} at ${timestamp} with ${secret.length} characters of secret`,
    ({ body, secret, signature, timestamp }) =>
      Effect.gen(function* () {
        yield* atNoon
        const text = new TextDecoder().decode(body)
        const event = yield* fromRequest(version2(text, signature, timestamp))
        assert.strictEqual(event.version, "v2")
        assert.strictEqual(event.hook_id, "hook_1")
        assert.deepStrictEqual(event.data, JSON.parse(text))
        assert.strictEqual(hmac(secret, timestamp + text, "base64"), signature)
        const made = yield* WebhookTest.engine("x", JSON.parse(text), { secret, timestamp: Number(timestamp) })
        assert.strictEqual(JSON.parse(made.body).hmac, signature)
      }).pipe(Effect.provide(EngineHookReceiver.layer({ secret })))
  )
})

describe("EngineHookReceiver.fromRequest: signatures", () => {
  const at = noon + offset
  const data = '{"call_id":"c-1","hook_event":"channel_create"}'
  const good = hmac(secret, at + data, "base64")

  it.effect("accepts a signature one second after the timestamp, and not two", () =>
    receiving(
      Effect.gen(function* () {
        const signedAt = (seconds: number) => version2(data, hmac(secret, seconds + data, "base64"), at)
        assert.strictEqual(yield* tagOf(fromRequest(signedAt(at + 1))), "accepted")
        assert.strictEqual(yield* tagOf(fromRequest(signedAt(at))), "accepted")
        assert.strictEqual(yield* tagOf(fromRequest(signedAt(at + 2))), "InvalidSignature")
        assert.strictEqual(yield* tagOf(fromRequest(signedAt(at - 1))), "InvalidSignature")
      })
    )
  )

  it.effect("accepts numbers and escapes as written, and reordered data", () =>
    receiving(
      Effect.gen(function* () {
        const exact = '{"big":12345678901234567890,"one":1.0,"slash":"\\/","text":"\\u00e9"}'
        // The name of the hook may be "data".
        const event = yield* fromRequest(version2(exact, hmac(secret, at + exact, "base64"), at, "data"))
        assert.strictEqual(event.data.text, "é")
        const moved = '{ "hook_event": "channel_create", "call_id": "c-1" }'
        assert.strictEqual(yield* tagOf(fromRequest(version2(moved, good, at))), "accepted")
      })
    )
  )

  it.effect("verifies the data that is read if the key is duplicated", () =>
    receiving(
      Effect.gen(function* () {
        const other = '{"call_id":"forged"}'
        const body = (first: string, last: string) =>
          json(`{"action":"event","name":"x","hmac":"${good}","timestamp":${at},"data":${first},"data":${last}}`)
        assert.strictEqual(yield* tagOf(fromRequest(body(data, other))), "InvalidSignature")
        const event = yield* fromRequest(body(other, data))
        assert.strictEqual(event.data.call_id, "c-1")
        const nested = json(
          `{"a":{"data":${data}},"action":"event","name":"x","hmac":"${good}","timestamp":${at},"d\\u0061ta":${other}}`
        )
        assert.strictEqual(yield* tagOf(fromRequest(nested)), "InvalidSignature")
      })
    )
  )

  each(
    [
      { inPlaceOf: "null", signed: '{"a":null}', sent: '{"a":1e400}' },
      {
        inPlaceOf: "an empty list a hundred levels down",
        signed: `{"a":${"[".repeat(100)}${"]".repeat(100)}}`,
        sent: `{"a":${"[".repeat(100)}{"amount":1}${"]".repeat(100)}}`
      }
    ],
    ({ inPlaceOf }) => `fails with InvalidSignature for another value instead of ${inPlaceOf}`,
    ({ sent, signed }) =>
      receiving(
        Effect.gen(function* () {
          const signature = hmac(secret, at + signed, "base64")
          assert.strictEqual(yield* tagOf(fromRequest(version2(sent, signature, at))), "InvalidSignature")
          assert.strictEqual(yield* tagOf(fromRequest(version2(signed, signature, at))), "accepted")
        })
      )
  )

  each(
    [
      { title: "of another secret", delivery: version2(data, hmac("other", at + data, "base64"), at) },
      { title: "of other data", delivery: version2(data.replace("c-1", "c-2"), good, at) },
      { title: "of another time", delivery: version2(data, good, at + 1) },
      { title: "in hex", delivery: version2(data, hmac(secret, at + data, "hex"), at) },
      { title: "that is cut", delivery: version2(data, good.slice(0, 40), at) },
      { title: "that is empty", delivery: version2(data, "", at) },
      {
        title: "of data deeper than can be",
        delivery: version2(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`, good, at)
      }
    ],
    ({ title }) => `fails with InvalidSignature: a signature ${title}`,
    ({ delivery }) =>
      receiving(
        Effect.gen(function* () {
          const error = yield* Effect.flip(fromRequest(delivery))
          assert.instanceOf(error, WebhookReceiver.InvalidSignature)
          assert.strictEqual(error.part, "hmac")
        })
      )
  )

  each(
    [
      { title: "in version 1", delivery: json({ call_id: "c-1" }), part: "body" },
      { title: "as a form", delivery: form({ call_id: "c-1" }), part: "body" },
      { title: "without hmac", delivery: json({ action: "event", name: "x", data: {}, timestamp: at }), part: "hmac" },
      {
        title: "without a time",
        delivery: json({ action: "event", name: "x", data: {}, hmac: good }),
        part: "timestamp"
      },
      { title: "with a time that is no number", delivery: version2(data, good, '"noon"'), part: "timestamp" }
    ],
    ({ title }) => `fails with Malformed if the signature is missing: ${title}`,
    ({ delivery, part }) =>
      receiving(
        Effect.gen(function* () {
          const error = yield* Effect.flip(fromRequest(delivery))
          assert.instanceOf(error, WebhookReceiver.Malformed)
          assert.strictEqual(error.part, part)
        })
      )
  )

  it.effect("fails with Expired after the tolerance, and with Replayed for a replay", () =>
    receiving(
      Effect.gen(function* () {
        const delivery = yield* WebhookTest.engine("channel_create", { call_id: "c-1" }, { secret })
        assert.strictEqual(yield* tagOf(fromRequest(delivery)), "accepted")
        assert.strictEqual(yield* tagOf(fromRequest({ ...delivery, headers: {} })), "Replayed")
        yield* TestClock.adjust("301 seconds")
        assert.strictEqual(yield* tagOf(fromRequest(delivery)), "Expired")
      })
    )
  )

  /** The `JSON.parse` of Node.js 24.21 takes one key of an object for another where both are written with escapes. */
  const plainKeys = (json: Schema.Json): Schema.Json => {
    if (Array.isArray(json)) return json.map(plainKeys)
    if (!Predicate.isObject(json)) return json
    const entries = Object.entries(json as Schema.JsonObject)
    return Object.fromEntries(
      entries.map(([key, value]) => [JSON.stringify(key).replace(/["\\]/g, ""), plainKeys(value)])
    )
  }

  const runs = Number(process.env.AUDIAN_PROPERTY_RUNS ?? 100)
  const options = { arbitrary: { runs }, timeout: 20_000 + runs * 20 }
  it.effect.prop(
    "accepts any data, also pretty-printed on the way",
    [Arbitrary.schema(Schema.Record(Schema.String, Schema.Json))],
    ([any]) =>
      receiving(
        Effect.gen(function* () {
          const data = plainKeys(any) as Schema.JsonObject
          const { body, headers } = yield* WebhookTest.engine("x", data, { secret })
          const event = yield* fromRequest({ body, headers })
          const expected = JSON.parse(JSON.stringify(data))
          assert.isTrue(isDeepStrictEqual(event.data, expected), `${JSON.stringify(event.data)} of ${body}`)
          const pretty = JSON.stringify(JSON.parse(body), undefined, 2)
          assert.strictEqual(yield* tagOf(fromRequest({ body: pretty, headers })), "Replayed")
        })
      ),
    options
  )
})

describe("EngineHookReceiver.Options: header", () => {
  const options = { header: { name: "X-Hook-Token", value: [Redacted.make("new"), "old", "of, commas"] } }

  it.effect("accepts a delivery with one of its values", () =>
    receiving(
      Effect.gen(function* () {
        for (const [token, expected] of [
          ["new", "accepted"],
          ["old", "accepted"],
          ["of, commas", "accepted"],
          ["of", "InvalidSignature"],
          ["older", "InvalidSignature"],
          ["NEW", "InvalidSignature"],
          ["", "Malformed"],
          ["new, new", "Malformed"]
        ] as const) {
          const sent = form({ call_id: "c-1" })
          const delivery = { ...sent, headers: { ...sent.headers, "x-hook-token": token } }
          assert.strictEqual(yield* tagOf(fromRequest(delivery)), expected, token)
        }
        const error = yield* Effect.flip(fromRequest({ body: "a=b", headers: { "X-Hook-Token": "guess" } }))
        assert.strictEqual(error._tag === "InvalidSignature" ? error.part : "", "x-hook-token")
        assert.notInclude(error.message, "guess")
      }),
      options
    )
  )

  it.effect("is required in addition to a signature if both are given", () =>
    receiving(
      Effect.gen(function* () {
        const { body, headers } = yield* WebhookTest.engine("cdr", { call_id: "c-1" }, { secret })
        assert.strictEqual(yield* tagOf(fromRequest({ body, headers })), "Malformed")
        assert.strictEqual(
          yield* tagOf(fromRequest({ body, headers: { ...headers, "x-hook-token": "old" } })),
          "accepted"
        )
      }),
      { ...options, secret }
    )
  )
})

// -----------------------------------------------------------------------------
// events
// -----------------------------------------------------------------------------

const samples: ReadonlyArray<{ readonly hook: string; readonly data: Record<string, string> }> = [
  { hook: "channel_create", data: { hook_event: "channel_create", call_id: "c-1", timestamp: "63871329600" } },
  { hook: "channel_answer", data: { hook_event: "channel_answer", call_id: "c-1" } },
  { hook: "channel_hold", data: { hook_event: "channel_hold" } },
  { hook: "channel_unhold", data: { hook_event: "CHANNEL_UNHOLD" } },
  { hook: "channel_bridge", data: { call_id: "c-1", original_number: "1001" } },
  {
    hook: "channel_destroy",
    data: { call_id: "c-1", hangup_cause: "NORMAL_CLEARING", hangup_code: "sip:200", duration_seconds: "12" }
  },
  { hook: "cdr", data: { hook: "cdr", call_id: "c-1", hangup_cause: "NORMAL_CLEARING" } },
  { hook: "object", data: { id: "d-1", action: "doc_edited", type: "device", name: "Front desk" } },
  { hook: "notifications", data: { event_category: "notification", event_name: "voicemail_new", msg_id: "m-1" } },
  { hook: "parking", data: { event_name: "PARK_PARKED", parking_slot: "101", caller_id_Number: "1001" } },
  { hook: "sms", data: { id: "m-1", type: "sms", from: "+14155551234", to: "+13035550142", body: "hello" } },
  { hook: "mms", data: { id: "m-1", hook: "mms", body: "{}" } },
  { hook: "stream", data: { event_name: "stream_start", call_id: "c-1", stream_id: "s-1" } }
]

const numeric = new Set(["timestamp", "duration_seconds"])

const withNumbers = (data: Record<string, string>): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]): [string, string | number] => [
      key,
      numeric.has(key) ? Number(value) : value
    ])
  )

describe("EngineHookReceiver.Event", () => {
  for (const { data, hook } of samples) {
    it.effect(`${hook}: decodes a form, a query, JSON and version 2, with numbers as numbers`, () =>
      receiving(
        Effect.gen(function* () {
          const expected = { _tag: hook, hook, version: "v1", data: withNumbers(data) } as never
          assert.deepStrictEqual({ ...(yield* fromRequest(form(data))) }, expected)
          const url = `/hooks?${new URLSearchParams(data)}`
          assert.deepStrictEqual({ ...(yield* fromRequest({ method: "GET", url, headers: {}, body: "" })) }, expected)
          const { hook_id, ...fromJson } = yield* fromRequest({
            ...json(withNumbers(data)),
            headers: { "x-hook-id": "h" }
          })
          assert.deepStrictEqual(fromJson, expected)
          assert.strictEqual(hook_id, "h")
          const { hook: _, hook_event: __, ...unnamed } = withNumbers(data)
          const second = yield* fromRequest(
            json({ action: "event", name: hook.toUpperCase(), version: "v2", timestamp: 63871329600, data: unnamed })
          )
          assert.deepStrictEqual({ ...second }, {
            _tag: hook,
            hook,
            version: "v2",
            hook_id: "hook_1",
            account_id: "acc_1",
            timestamp: 63871329600,
            data: unnamed
          } as never)
        }),
        unsigned
      )
    )
  }

  each(
    [
      { title: "that nothing names", data: { call_id: "c-1" }, name: undefined },
      { title: "that is not known", data: { hook: "fax_received" }, name: "fax_received" },
      { title: "of another shape", data: { hook: "cdr", call_id: {} }, name: "cdr" },
      { title: "named as a property of objects", data: { hook: "constructor" }, name: "constructor" }
    ],
    ({ title }) => `is Unknown with its data: a hook ${title}`,
    ({ data, name }) =>
      receiving(
        Effect.gen(function* () {
          const event = yield* fromRequest(json(data))
          assert.strictEqual(event._tag, "Unknown")
          assert.strictEqual(event.hook, name)
          assert.deepStrictEqual(event.data, data as never)
        }),
        unsigned
      )
  )

  it.effect("reads null as absent, numbers as text and text as numbers", () =>
    receiving(
      Effect.gen(function* () {
        const data = {
          owner_id: null,
          caller_id_number: 14155551234,
          duration_seconds: "12",
          billing_seconds: "",
          is_internal_leg: null
        }
        const delivery = yield* WebhookTest.engine("channel_destroy", data, { secret })
        const event = yield* fromRequest(delivery)
        assert.strictEqual(event._tag, "channel_destroy")
        assert.deepStrictEqual({ ...event.data } as unknown, {
          caller_id_number: "14155551234",
          duration_seconds: 12,
          is_internal_leg: null
        })
      })
    )
  )

  const at = noon + offset

  each(
    [
      { title: "an array", data: '[{"call_id":"c-1"}]', expected: { value: [{ call_id: "c-1" }] } },
      { title: "null", data: "null", expected: { value: null } },
      { title: "text", data: '"text"', expected: { value: "text" } },
      { title: "an empty object", data: "{}", expected: {} }
    ],
    ({ title }) => `is Unknown with signed data of any kind: ${title}`,
    ({ data, expected }) =>
      receiving(
        Effect.gen(function* () {
          const event = yield* fromRequest(version2(data, hmac(secret, at + data, "base64"), at, "other"))
          const { account_id: _, hook_id: __, ...rest } = event
          const about = { _tag: "Unknown", version: "v2", timestamp: at, hook: "other", data: {} }
          assert.deepStrictEqual({ ...rest }, { ...about, ...expected } as never)
        })
      )
  )

  each(
    [
      { title: "no action", fields: {} },
      { title: "a name that is no text", fields: { action: "event", name: 5 } },
      { title: "a timestamp as text", fields: { action: "event", name: "channel_create", timestamp: String(at) } }
    ],
    ({ title }) => `is decoded from a signed envelope with ${title}`,
    ({ fields }) =>
      receiving(
        Effect.gen(function* () {
          const data = { call_id: "c-1", hook_event: "channel_create" }
          const signature = hmac(secret, at + JSON.stringify(data), "base64")
          const event = yield* fromRequest(json({ timestamp: at, ...fields, hmac: signature, data }))
          assert.strictEqual(event._tag, "channel_create")
          assert.strictEqual(event.timestamp, at)
        })
      )
  )

  each(
    [
      { title: "an array", body: "[1]", expected: { value: [1] } },
      { title: "text", body: '{"call_id":', expected: { value: '{"call_id":' } },
      { title: "nothing", body: "", expected: {} },
      { title: "no UTF-8", body: Uint8Array.of(0xff), expected: { bytes: "/w==" } }
    ],
    ({ title }) => `is Unknown for an authenticated body of ${title}`,
    ({ body, expected }) =>
      receiving(
        Effect.gen(function* () {
          const event = yield* fromRequest({ body, headers: { "x-hook-token": "token" } })
          assert.deepStrictEqual({ ...event }, { _tag: "Unknown", version: "v1", data: {}, ...expected } as never)
        }),
        { header: { name: "X-Hook-Token", value: "token" } }
      )
  )

  it.effect("takes the name of custom_data before that of the engine", () =>
    receiving(
      Effect.gen(function* () {
        const named = { action: "event", name: "channel_destroy", timestamp: 1 }
        const within = yield* fromRequest(json({ ...named, data: { hook: "cdr" } }))
        const beside = yield* fromRequest(json({ ...named, data: {}, hook: "cdr" }))
        assert.deepStrictEqual([within._tag, beside._tag], ["cdr", "cdr"])
      }),
      unsigned
    )
  )

  it.effect("survives its Schema", () =>
    receiving(
      Effect.gen(function* () {
        for (const data of [...samples.map(({ data }) => data), { a: "b" }]) {
          const event = yield* fromRequest(form(data))
          const text = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(EngineHookReceiver.Event)(event)))
          assert.deepStrictEqual(yield* Schema.decodeEffect(EngineHookReceiver.Event)(text), event)
        }
      }),
      unsigned
    )
  )

  each(
    [
      { title: "an empty body", delivery: { body: "", headers: {} } },
      { title: "an empty query", delivery: { method: "GET", url: "/hooks", body: "", headers: {} } },
      { title: "no URL", delivery: { method: "GET", url: "//[", body: "", headers: {} } },
      { title: "an array", delivery: json("[]") },
      { title: "JSON that breaks off", delivery: json('{"call_id":') },
      { title: "no UTF-8", delivery: { body: Uint8Array.of(0xff), headers: {} } }
    ],
    ({ title }) => `fails with Malformed for ${title}`,
    ({ delivery }) =>
      receiving(
        Effect.map(tagOf(fromRequest(delivery)), (tag) => assert.strictEqual(tag, "Malformed")),
        unsigned
      )
  )
})

describe("EngineHookReceiver.toWebHandler", () => {
  it.effect("responds 200 to POST and GET, and 201 to PUT", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const handle = yield* EngineHookReceiver.toWebHandler((event) => Effect.sync(() => void seen.push(event._tag)))
      const url = "https://localhost/hooks?hook=cdr"
      const statuses = yield* Effect.forEach(["POST", "PUT", "GET"], (method) =>
        Effect.map(
          Effect.promise(() => handle(new Request(url, { method, ...(method === "GET" ? {} : { body: "hook=cdr" }) }))),
          ({ status }) => status
        )
      )
      assert.deepStrictEqual(statuses, [200, 201, 200])
      assert.deepStrictEqual(seen, ["cdr", "cdr", "cdr"])
    }).pipe(
      Effect.provide(EngineHookReceiver.layer(unsigned)),
      Effect.provideService(References.MinimumLogLevel, "None")
    )
  )
})

describe("EngineHookReceiver.toWebHandler: any signed data", () => {
  const runs = Number(process.env.AUDIAN_PROPERTY_RUNS ?? 100)
  const options = { arbitrary: { runs }, timeout: 20_000 + runs * 20 }

  /** The response to any body that an authenticated engine sends. */
  const respondTo = (options: EngineHookReceiver.Options, headers: Record<string, string>, body: Uint8Array | string) =>
    Effect.gen(function* () {
      const events: Array<EngineHookReceiver.Event> = []
      const handle = yield* EngineHookReceiver.toWebHandler((event) => Effect.sync(() => void events.push(event))).pipe(
        Effect.provide(EngineHookReceiver.layer(options))
      )
      const request = new Request("https://localhost/", { method: "POST", headers, body: Buffer.from(body) })
      const { status } = yield* Effect.promise(() => handle(request))
      assert.strictEqual(status, 200)
      const encoded = yield* Schema.encodeEffect(EngineHookReceiver.Event)(events[0]!)
      const back = yield* Schema.decodeEffect(EngineHookReceiver.Event)(JSON.parse(JSON.stringify(encoded)))
      assert.deepStrictEqual(back, events[0])
    })

  it.effect.prop(
    "responds 200 to any JSON as data and passes on its event",
    [Arbitrary.schema(Schema.Json), Arbitrary.schema(Schema.Literals(["cdr", "channel_destroy", "sms", "other"]))],
    ([any, name]) =>
      Effect.gen(function* () {
        yield* atNoon
        const data = JSON.stringify(any)
        const at = noon + offset
        const signature = hmac(secret, at + data, "base64")
        const body = `{"action":"event","data":${data},"hmac":"${signature}","name":"${name}","timestamp":${at}}`
        yield* respondTo({ secret }, { "content-type": "application/json" }, body)
      }),
    options
  )

  it.effect.prop(
    "responds 200 to any bytes with an accepted header",
    [Arbitrary.schema(Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))))],
    ([bytes]) => respondTo({ header: { name: "x-token", value: "t" } }, { "x-token": "t" }, Uint8Array.from(bytes)),
    options
  )
})

describe("EngineHookReceiver.handle", () => {
  it.effect("times out after 8 seconds, as the engine waits 10", () =>
    receiving(
      Effect.gen(function* () {
        const started = yield* Deferred.make<void>()
        const handler = () => Effect.andThen(Deferred.succeed(started, undefined), Effect.never)
        const fiber = yield* Effect.forkChild(tagOf(EngineHookReceiver.handle(json({ a: 1 }), handler)))
        yield* Deferred.await(started)
        yield* TestClock.adjust("7999 millis")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(yield* Fiber.join(fiber), "Unavailable")
      }),
      unsigned
    )
  )
})

describe("EngineHookReceiver.Options", () => {
  each(
    [
      { title: "nothing to authenticate the engine by", options: {} as never },
      { title: "no secret", options: { secret: [] } },
      { title: "a secret that is a number", options: { secret: 5 as never } },
      { title: "an empty header", options: { header: { name: "x", value: " " } } },
      { title: "a tolerance of nothing", options: { secret, tolerance: 0 } }
    ] satisfies ReadonlyArray<{ title: string; options: EngineHookReceiver.Options }>,
    ({ title }) => `are a defect if invalid: ${title}`,
    ({ options }) =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(EngineHookReceiver.make(options))
        const [defect] = Exit.isFailure(exit) ? exit.cause.reasons.filter(Cause.isDieReason) : []
        assert.instanceOf(defect?.defect, Audian.InvalidOptions)
      })
  )
})

/**
 * Every response ends a call in a success or in an error of the closed union, and the status alone decides which.
 * `AUDIAN_PROPERTY_RUNS` sets the number of cases: `AUDIAN_PROPERTY_RUNS=120000 vitest run test/properties.test.ts`.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Audian, AudianError, Numbers, Ports, Retry } from "effect-audian"
import { portRequest } from "./support/operations.ts"

const runs = Number(process.env.AUDIAN_PROPERTY_RUNS ?? 300)
const options = { arbitrary: { runs }, timeout: 20_000 + runs * 20 }

// -----------------------------------------------------------------------------
// the server: one response, in memory
// -----------------------------------------------------------------------------

interface ServedResponse {
  readonly status: number
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: string | Uint8Array
}

// The statuses that a Fetch response may not have a body with.
const bodyless = new Set([204, 205, 304])

const respond = ({ body, headers, status }: ServedResponse): Response =>
  new Response(bodyless.has(status) ? null : typeof body === "string" ? body : new Uint8Array(body), {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value])
  })

const server = (response: ServedResponse, options?: Audian.ClientOptions) =>
  Audian.layer({ apiKey: "sk_test_properties", retry: Retry.none, ...options }).pipe(
    Layer.provide(
      Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make((request) => Effect.sync(() => HttpClientResponse.fromWeb(request, respond(response))))
      )
    )
  )

const calls = {
  "Numbers.list": Numbers.list(),
  "Numbers.purchase": Numbers.purchase({ number: "+14155551234" }),
  "Numbers.getConfig": Numbers.getConfig({ number_id: "num_1" }),
  "Ports.create": Ports.create(portRequest)
}

// -----------------------------------------------------------------------------
// responses
// -----------------------------------------------------------------------------

const int = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const oneOf = <A>(...values: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  Arbitrary.map(int(0, values.length - 1), (index) => values[index]!)

const anyOf = <A>(...arbitraries: ReadonlyArray<Arbitrary.Arbitrary<A>>): Arbitrary.Arbitrary<A> =>
  Arbitrary.flatMap(int(0, arbitraries.length - 1), (index) => arbitraries[index]!)

// Half of the cases are about the documented statuses.
const status = anyOf(int(200, 599), oneOf(200, 201, 202, 204, 400, 401, 402, 403, 404, 409, 422, 429, 500, 502, 503))

const junk = [
  "",
  " ",
  "0",
  "-1",
  "60",
  "1.5",
  "1e3",
  "NaN",
  "Infinity",
  "0x10",
  "99999999999999999999999999",
  "9".repeat(300),
  "8640000000000",
  "8640000000001",
  "Mon, 01 Jan 2024 12:00:00 GMT",
  "Mon, 99 Foo 2024 99:99:99 GMT",
  "Fri, 31 Dec 9999 23:59:59 GMT",
  "2024-01-01T00:00:00Z",
  "application/json",
  "application/json; charset=\u00ff",
  "text/html; charset=utf-16",
  "multipart/form-data; boundary=",
  "=;/\\\"'",
  "\u00e9\u00ff\u0080",
  "a".repeat(10_000)
]

// A header value is any text of one line in Latin-1; the platform refuses others before the library sees them.
const headerValue = anyOf(
  oneOf(...junk),
  Arbitrary.map(Arbitrary.array(int(0x20, 0xff)), (codes) =>
    String.fromCharCode(...codes.filter((code) => code !== 0x7f))
  )
)

const headers = Arbitrary.array(
  Arbitrary.all([
    oneOf(
      "retry-after",
      "x-ratelimit-limit",
      "x-ratelimit-remaining",
      "x-ratelimit-reset",
      "x-request-id",
      "content-type",
      "content-length",
      "content-encoding",
      "transfer-encoding",
      "location",
      "set-cookie",
      "x-auth-token",
      "x-unknown"
    ),
    headerValue
  ])
)

const bytes = Arbitrary.map(Arbitrary.array(int(0, 255)), (values) => Uint8Array.from(values))

const anyJson = Arbitrary.schema(Schema.Json)

// Invalid values of an envelope's field; raw JSON, for numbers that JSON.stringify never writes.
const rawField = anyOf(
  Arbitrary.map(anyJson, (value) => JSON.stringify(value)),
  oneOf(
    '"401"',
    "401",
    "1e999",
    "-1e999",
    "-0",
    "null",
    "{}",
    "[]",
    '""',
    '" "',
    '"\\u0000"',
    '"\\ud800"',
    '"bad identifier"',
    '"validation error"',
    '{"message":"invalid credentials"}',
    '{"code":"c","message":"m","param":"p","type":"t"}',
    '{"code":1,"message":[],"param":{},"type":null}',
    '{"consumed":1,"remaining":99}',
    '{"consumed":1e999,"remaining":-1e999}',
    '{"name":{"required":{"message":"Missing"},"type":"Wrong"},"a.b":{"x":null}}',
    '{"__proto__":{"required":{"message":"m"}},"constructor":{"prototype":{"a":"b"}}}',
    '{"toString":1,"valueOf":1,"hasOwnProperty":1,"toJSON":1,"length":-1}',
    '{"numbers":[],"total":1}',
    '{"numbers":[{"id":"n","number":"+14155551234"}]}',
    '{"id":"n","number":"+14155551234","status":"pending"}',
    '{"numbers":[{"__proto__":null}]}'
  )
)

const fieldName = oneOf(
  "success",
  "data",
  "error",
  "errors",
  "message",
  "status",
  "request_id",
  "auth_token",
  "tokens",
  "type",
  "title",
  "detail",
  "code",
  "node",
  "__proto__",
  "constructor",
  "then",
  "toJSON"
)

const envelope = Arbitrary.map(
  Arbitrary.array(Arbitrary.all([fieldName, rawField])),
  (fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`
)

const truncated = Arbitrary.map(Arbitrary.all([envelope, int(0, 100)]), ([text, percent]) =>
  text.slice(0, Math.floor((text.length * percent) / 100))
)

const page = oneOf(
  "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body></body></html>",
  "<html><body><h1>Oops</h1></body></html>",
  "<script>while(1){}</script><style></style><p",
  "<<<<>>>><title></title>",
  "\ufeff{}",
  "{}{}",
  "undefined",
  "NaN",
  "'",
  "\u0000"
)

const body = anyOf<string | Uint8Array>(
  bytes,
  envelope,
  envelope,
  truncated,
  Arbitrary.map(anyJson, (value) => JSON.stringify(value)),
  page
)

// -----------------------------------------------------------------------------
// the property
// -----------------------------------------------------------------------------

// Written out here, so that a mistake in the table of the library shows.
const tags: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  402: "PaymentRequired",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  422: "UnprocessableEntity",
  429: "TooManyRequests",
  500: "InternalServerError",
  502: "BadGateway",
  503: "ServiceUnavailable"
}

const encodeError = Schema.encodeEffect(AudianError.AudianError)
const decodeError = Schema.decodeUnknownEffect(AudianError.AudianError)

/** Bound on the text of an error for any response. */
const maxChars = 2_500_000
const maxField = 4096

const holds = Effect.fnUntraced(function* (
  response: ServedResponse,
  exit: Exit.Exit<unknown, AudianError.AudianError>
) {
  if (Exit.isSuccess(exit)) {
    assert.isTrue(response.status >= 200 && response.status < 300, `a success with ${response.status}`)
    return "success"
  }
  const error = Cause.findErrorOption(exit.cause)
  if (error._tag === "None" || exit.cause.reasons.length !== 1) {
    return assert.fail(`not one failure: ${Cause.pretty(exit.cause)}`)
  }
  const failure = error.value
  assert.isTrue(AudianError.isAudianError(failure))
  assert.strictEqual(failure.status, response.status)
  assert.strictEqual(failure._tag, tags[response.status] ?? "AudianClientError")
  if (failure._tag === "AudianClientError") {
    assert.strictEqual(
      failure.reason._tag,
      response.status >= 200 && response.status < 300 ? "InvalidResponse" : "UnexpectedStatus"
    )
  }
  assert.strictEqual(failure.attempts, 1)
  assert.isString(failure.message)
  assert.isBoolean(failure.isRetryable)
  for (const field of ["code", "type", "param", "requestId", "description"] as const) {
    assert.isAtMost(failure[field]?.length ?? 0, maxField, field)
  }
  // The error fits its Schema: it can leave the process and come back unchanged.
  const encoded = JSON.stringify(yield* encodeError(failure))
  assert.isAtMost(encoded.length, maxChars)
  const back = yield* decodeError(JSON.parse(encoded))
  assert.strictEqual(back._tag, failure._tag)
  assert.strictEqual(back.message, failure.message)
  assert.strictEqual(JSON.stringify(yield* encodeError(back)), encoded)
  return failure._tag
})

const check = Effect.fnUntraced(function* (
  response: ServedResponse,
  call: Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>
) {
  const exit = yield* Effect.exit(Effect.provide(call, server(response)))
  yield* holds(response, exit)
})

describe("AudianError: any response", () => {
  it.effect.prop(
    "is a success or an error of the union, with the tag of its status, never a defect",
    {
      status,
      headers,
      body,
      call: oneOf<keyof typeof calls>("Numbers.list", "Numbers.purchase", "Numbers.getConfig", "Ports.create")
    },
    ({ body, call, headers, status }) => check({ status, headers, body }, calls[call]),
    options
  )

  it.effect.prop(
    "with an error status gives the same tag, whatever its headers and body",
    {
      status: oneOf(...Object.keys(tags).map(Number)),
      one: Arbitrary.all({ headers, body }),
      two: Arbitrary.all({ headers, body })
    },
    ({ one, status, two }) =>
      Effect.gen(function* () {
        const first = yield* Effect.flip(Effect.provide(Numbers.list(), server({ status, ...one })))
        const second = yield* Effect.flip(Effect.provide(Numbers.list(), server({ status, ...two })))
        assert.strictEqual(first._tag, second._tag)
        assert.strictEqual(first._tag, tags[status])
        assert.strictEqual(first.isRetryable, second.isRetryable)
      }),
    { ...options, arbitrary: { runs: Math.min(runs, 1000) } }
  )

  it.effect.prop(
    "that fits the contract is a success, whatever else it has and whatever its headers",
    { status: oneOf(200, 201, 202), headers, extra: Arbitrary.array(Arbitrary.all([int(0, 9), rawField])) },
    ({ extra, headers, status }) =>
      Effect.gen(function* () {
        const more = extra.map(([key, value]) => `,"extra_${key}":${value}`).join("")
        const number = `{"id":"num_1","number":"+14155551234","status":"status_of_tomorrow"${more}}`
        const body = `{"success":true,"data":{"numbers":[${number}],"total":1${more}}${more}}`
        // A length that is announced is believed where there is a limit, and so is an encoding.
        const plain = headers.filter(([name]) => name !== "content-encoding")
        const client = server({ status, headers: plain, body }, { maxResponseSize: Infinity })
        const { numbers } = yield* Effect.provide(Numbers.list(), client)
        assert.strictEqual(numbers[0]!.id, "num_1")
        assert.strictEqual(numbers[0]!.status, "status_of_tomorrow")
      }),
    { ...options, arbitrary: { runs: Math.min(runs, 1000) } }
  )
})

// -----------------------------------------------------------------------------
// responses that no generator finds
// -----------------------------------------------------------------------------

const nested = (open: string, close: string, depth: number, middle = "1") =>
  open.repeat(depth) + middle + close.repeat(depth)

const wide = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => item(i)).join(",")

const pathological: ReadonlyArray<{ readonly what: string; readonly body: string }> = [
  { what: "100,000 open brackets", body: "[".repeat(100_000) },
  { what: "100,000 open braces", body: '{"a":'.repeat(100_000) },
  { what: "arrays 100,000 deep", body: nested("[", "]", 100_000) },
  { what: "objects 100,000 deep", body: nested('{"a":', "}", 100_000) },
  { what: "data 100,000 deep", body: `{"data":${nested("[", "]", 100_000)}}` },
  { what: "data.numbers 100,000 deep", body: `{"data":{"numbers":[${nested("[", "]", 100_000)}]}}` },
  { what: "an error 100,000 deep", body: `{"error":${nested('{"message":', "}", 100_000)}}` },
  { what: "a validation map 100,000 deep", body: `{"error":"400","data":${nested('{"a":', "}", 100_000)}}` },
  { what: "a message of 1 MB", body: JSON.stringify({ error: { code: "c", message: "x".repeat(1_000_000) } }) },
  { what: "a code of 1 MB", body: JSON.stringify({ error: { code: "x".repeat(1_000_000), message: "m" } }) },
  { what: "a type of 1 MB", body: JSON.stringify({ error: { type: "x".repeat(1_000_000), message: "m" } }) },
  { what: "a param of 1 MB", body: JSON.stringify({ error: { param: "x".repeat(1_000_000), message: "m" } }) },
  { what: "a request id of 1 MB", body: JSON.stringify({ error: "500", request_id: "x".repeat(1_000_000) }) },
  {
    what: "a field name of 1 MB",
    body: JSON.stringify({ error: "400", data: { ["x".repeat(1_000_000)]: { required: { message: "m" } } } })
  },
  { what: "a text of 1 MB", body: "x ".repeat(500_000) },
  { what: "a page of 1 MB without an end", body: `<html>${"<p>".repeat(320_000)}` },
  { what: "20,000 fields", body: `{${wide(20_000, (i) => `"f${i}":{"required":{"message":"m"}}`)}}` },
  {
    what: "20,000 failed fields",
    body: `{"error":"400","data":{${wide(20_000, (i) => `"f${i}":{"required":{"message":"m"}}`)}}}`
  },
  { what: "20,000 items of the wrong type", body: `{"data":{"numbers":[${wide(20_000, () => "1")}]}}` },
  {
    what: "__proto__ keys at every level",
    body: '{"__proto__":{"error":{"code":"x"}},"error":{"__proto__":{"message":"polluted"}},"data":{"__proto__":{"a":"b"}}}'
  },
  { what: "a token bucket beyond any number", body: '{"error":"429","tokens":{"consumed":1e999,"remaining":-1e999}}' },
  { what: "an error that cannot become a number", body: '{"status":"error","error":{"toString":1,"valueOf":1}}' },
  { what: "lone surrogates", body: '{"error":{"code":"\\ud800","message":"\\udfff"},"request_id":"\\ud800"}' },
  { what: "NUL characters", body: JSON.stringify({ error: { code: "\u0000", message: "\u0000\u0001" } }) },
  { what: "a number for every field", body: '{"error":1e999,"message":1e999,"data":1e999,"request_id":1e999}' }
]

describe("AudianError: a pathological response", () => {
  it.effect.each(pathological)(
    "$what is handled with every kind of status",
    ({ body }) =>
      Effect.gen(function* () {
        for (const status of [200, 302, 400, 503]) {
          yield* check({ status, headers: [["content-type", "application/json"]], body }, calls["Numbers.list"])
        }
        // Nothing a server sends reaches the prototypes of this process.
        assert.deepStrictEqual(Object.keys(Object.prototype), [])
        assert.strictEqual(({} as { readonly error?: unknown }).error, undefined)
      }),
    60_000
  )
})

/**
 * The documented statuses over a real socket: every sample of
 * https://docs.audian.com/errors/http-status-codes is served as it stands there and called with a real operation.
 */
import { inspect } from "node:util"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Audian, AudianError, Numbers, Operation, Ports, Retry, Status } from "effect-audian"
import { portRequest } from "../support/operations.ts"
import { fixture, type ServedResponse, type Server, serve } from "./server.ts"

const apiKey = "sk_test_conformance"

const clients: ReadonlyArray<{
  readonly client: string
  readonly layer: Layer.Layer<HttpClient.HttpClient>
}> = [
  { client: "undici", layer: NodeHttpClient.layerUndici },
  { client: "fetch", layer: FetchHttpClient.layer }
]

const undici = clients[0]!.layer

const client = (server: Server, http: Layer.Layer<HttpClient.HttpClient> = undici) =>
  Audian.layer({ apiKey, baseUrl: server.baseUrl, retry: Retry.none }).pipe(Layer.provide(http))

/** Calls an operation on a server that gives every request one response. */
const call = <A>(
  operation: Effect.Effect<A, AudianError.AudianError, Audian.Audian>,
  response: ServedResponse,
  http?: Layer.Layer<HttpClient.HttpClient>
) => Effect.flatMap(serve(response), (server) => Effect.provide(operation, client(server, http)))

const failure = <A>(...args: Parameters<typeof call<A>>) => Effect.flip(call(...args))

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): ServedResponse => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body)
})

const search = { name: "Numbers.search", method: "GET", path: "/v2/numbers/search", replay: "safe" } as const
const purchase = { name: "Numbers.purchase", method: "POST", path: "/v2/numbers/purchase", replay: "unsafe" } as const
const list = { name: "Numbers.list", method: "GET", path: "/v2/numbers", replay: "safe" } as const
const createPort = { name: "Ports.create", method: "POST", path: "/v2/ports", replay: "unsafe" } as const
const getPort = { name: "Ports.get", method: "GET", path: "/v2/ports/port%2Fabc%20123", replay: "safe" } as const
const getConfig = {
  name: "Numbers.getConfig",
  method: "GET",
  path: "/v2/numbers/num_abc123/config",
  replay: "safe"
} as const

const calls = {
  [search.name]: Numbers.search({ location: "US-CA-415" }),
  [purchase.name]: Numbers.purchase({ number: "+14155551234" }),
  [list.name]: Numbers.list(),
  [createPort.name]: Ports.create(portRequest),
  [getPort.name]: Ports.get({ port_id: "port/abc 123" }),
  [getConfig.name]: Numbers.getConfig({ number_id: "num_abc123" })
} satisfies Record<string, Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>>

/** The error for each documented response: every field that the page and the call give. */
const documented = [
  {
    status: 400,
    tag: "BadRequest",
    operation: search,
    outcome: "not-executed",
    code: "invalid_request_error",
    type: "invalid_request_error",
    param: "phone_number",
    description: "The phone_number parameter is invalid",
    details: [{ field: "phone_number", message: "The phone_number parameter is invalid" }]
  },
  {
    status: 401,
    tag: "Unauthorized",
    operation: list,
    outcome: "not-executed",
    code: "invalid_api_key",
    type: "authentication_error",
    description: "The API key provided is invalid"
  },
  {
    status: 402,
    tag: "PaymentRequired",
    operation: purchase,
    outcome: "not-executed",
    code: "insufficient_funds",
    type: "insufficient_funds_error",
    description: "Your account does not have sufficient funds for this operation"
  },
  {
    status: 403,
    tag: "Forbidden",
    operation: getConfig,
    outcome: "not-executed",
    code: "forbidden_error",
    type: "forbidden_error",
    description: "You do not have permission to access this resource"
  },
  {
    status: 404,
    tag: "NotFound",
    operation: getConfig,
    outcome: "not-executed",
    code: "not_found_error",
    type: "not_found_error",
    description: "The requested number was not found"
  },
  {
    status: 409,
    tag: "Conflict",
    operation: purchase,
    outcome: "not-executed",
    code: "conflict_error",
    type: "conflict_error",
    description: "The number is already owned by your account"
  },
  {
    status: 422,
    tag: "UnprocessableEntity",
    operation: createPort,
    outcome: "not-executed",
    code: "validation_error",
    type: "validation_error",
    description: "The number cannot be ported at this time"
  },
  {
    status: 429,
    tag: "TooManyRequests",
    operation: list,
    outcome: "not-executed",
    code: "rate_limit_error",
    type: "rate_limit_error",
    description: "Too many requests. Please retry after 60 seconds",
    retryAfter: Duration.seconds(60),
    rateLimit: { limit: 1000, remaining: 0, reset: DateTime.makeUnsafe("2024-01-01T00:01:00Z") }
  },
  {
    status: 500,
    tag: "InternalServerError",
    operation: purchase,
    outcome: "unknown",
    code: "internal_server_error",
    type: "server_error",
    description: "An internal server error occurred"
  },
  { status: 502, tag: "BadGateway", operation: list, outcome: "unknown", description: "" },
  {
    status: 503,
    tag: "ServiceUnavailable",
    operation: getPort,
    outcome: "not-executed",
    code: "service_unavailable_error",
    type: "server_error",
    description: "The service is temporarily unavailable"
  }
] satisfies ReadonlyArray<{
  readonly status: number
  readonly tag: Status.ErrorTag
  readonly operation: { readonly name: keyof typeof calls } & object
  readonly [field: string]: unknown
}>

/** Every public field of an error as plain data; a field that is not there is `undefined`. */
const fieldsOf = (error: AudianError.AudianError) => ({
  tag: error._tag as string,
  status: error.status,
  code: error.code,
  type: error.type,
  param: error.param,
  description: error.description,
  details: error.details,
  requestId: error.requestId,
  retryAfter: error.retryAfter === undefined ? undefined : Duration.toMillis(error.retryAfter),
  rateLimit:
    error.rateLimit === undefined
      ? undefined
      : {
          ...error.rateLimit,
          reset: error.rateLimit.reset === undefined ? undefined : DateTime.formatIso(error.rateLimit.reset)
        },
  operation: error.operation,
  method: error.method,
  path: error.path,
  replay: error.replay,
  attempts: error.attempts,
  outcome: error.outcome,
  isRetryable: error.isRetryable,
  body: error.body
})

const expected = (row: (typeof documented)[number]): ReturnType<typeof fieldsOf> => {
  const { operation, outcome, status, tag } = row
  const sample = fixture(status).body
  const reset = "rateLimit" in row ? row.rateLimit.reset : undefined
  return {
    tag,
    status,
    code: "code" in row ? row.code : undefined,
    type: "type" in row ? row.type : undefined,
    param: "param" in row ? row.param : undefined,
    description: row.description,
    details: "details" in row ? row.details : [],
    requestId: undefined,
    retryAfter: "retryAfter" in row ? Duration.toMillis(row.retryAfter) : undefined,
    rateLimit:
      "rateLimit" in row
        ? { ...row.rateLimit, reset: reset === undefined ? undefined : DateTime.formatIso(reset) }
        : undefined,
    operation: operation.name,
    method: operation.method,
    path: operation.path,
    replay: operation.replay,
    attempts: 1,
    outcome: outcome as "unknown" | "not-executed",
    isRetryable: Status.table.find(({ code }) => code === status)!.retryable,
    body: sample === "" ? undefined : JSON.parse(sample)
  }
}

describe("a documented error over a socket", () => {
  for (const { client, layer } of clients) {
    it.effect.each(documented)(`is $tag with every field of the sample for $status, on ${client}`, (row) =>
      Effect.gen(function* () {
        const error = yield* failure<unknown>(calls[row.operation.name], fixture(row.status), layer)
        assert.deepStrictEqual(fieldsOf(error), expected(row))
      })
    )
  }

  it.effect.each(documented)("sends the request for $status once, with the API key as X-Auth-Token", (row) =>
    Effect.gen(function* () {
      const server = yield* serve(fixture(row.status))
      yield* Effect.flip(Effect.provide(calls[row.operation.name] as Effect.Effect<unknown, unknown>, client(server)))
      assert.deepStrictEqual(
        server.seen.map(({ headers, method, url }) => [method, url.split("?")[0], headers["x-auth-token"]]),
        [[row.operation.method, row.operation.path, apiKey]]
      )
    })
  )
})

const page = "<!DOCTYPE html><html><head><title>Sorry &mdash; nginx</title></head><body><h1>Oops</h1></body></html>"

const wrongBodies: ReadonlyArray<{ readonly what: string; readonly response: (status: number) => ServedResponse }> = [
  { what: "an HTML page", response: (status) => ({ status, headers: { "content-type": "text/html" }, body: page }) },
  { what: "an empty body", response: (status) => ({ status, headers: {}, body: "" }) },
  { what: "nothing but white space", response: (status) => ({ status, headers: {}, body: " \r\n\t" }) },
  {
    what: "plain text",
    response: (status) => ({ status, headers: { "content-type": "text/plain" }, body: "upstream connect error" })
  },
  {
    what: "truncated JSON",
    response: (status) => ({
      status,
      headers: { "content-type": "application/json" },
      body: '{"error":{"code":"some_code","mess'
    })
  },
  {
    what: "JSON that calls itself HTML",
    response: (status) => ({ ...fixture(status), headers: { ...fixture(status).headers, "Content-Type": "text/html" } })
  },
  {
    what: "JSON that calls itself an image",
    response: (status) => ({ ...fixture(status), headers: { ...fixture(status).headers, "Content-Type": "image/png" } })
  },
  {
    what: "a content type that makes no sense",
    response: (status) => ({ status, headers: { "content-type": "=;;/\"'; charset=\\" }, body: "[]" })
  },
  {
    what: "bytes that are not UTF-8",
    response: (status) => ({
      status,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: Uint8Array.of(0xc3, 0x28, 0xff, 0xfe, 0x00, 0x7b)
    })
  },
  {
    what: "a body that breaks off with the connection",
    response: (status) => ({ status, headers: { "content-type": "application/json" }, body: '{"error":{', cut: true })
  },
  { what: "a body of which nothing arrives", response: (status) => ({ status, headers: {}, body: "", cut: true }) }
]

describe("an error response with an undocumented body", () => {
  for (const { response, what } of wrongBodies) {
    it.effect.each(documented)(`is still $tag for $status with ${what}`, (row) =>
      Effect.gen(function* () {
        const error = yield* failure<unknown>(calls[row.operation.name], response(row.status))
        assert.strictEqual(error._tag, row.tag)
        assert.strictEqual(error.status, row.status)
        // A 503 in other words is a proxy's, which may have forwarded the request.
        const own = what.startsWith("JSON that calls itself")
        assert.strictEqual(error.outcome, row.status === 503 && !own ? "unknown" : row.outcome)
        assert.strictEqual(error.attempts, 1)
        assert.isTrue(AudianError.isAudianError(error))
      })
    )
  }

  it.effect.each(clients)("keeps the right tag on $client when the connection breaks within the body", ({ layer }) =>
    Effect.gen(function* () {
      const error = yield* failure(
        calls["Numbers.list"],
        { status: 503, headers: { "retry-after": "7" }, body: "{", cut: true },
        layer
      )
      assert.strictEqual(error._tag, "ServiceUnavailable")
      // The headers were complete before the break.
      assert.strictEqual(Duration.toSeconds(error.retryAfter!), 7)
    })
  )

  it.effect("describes an HTML page by its title and keeps its beginning", () =>
    Effect.gen(function* () {
      const error = yield* failure(calls["Numbers.list"], { status: 502, headers: {}, body: page })
      assert.strictEqual(error.description, "Sorry &mdash; nginx")
      assert.strictEqual(error.body, page)
      assert.strictEqual(error.code, undefined)
    })
  )

  it.effect("describes a page without a title by its text", () =>
    Effect.gen(function* () {
      const body = "<html><style>p{color:red}</style><script>alert(1)</script><p>No\n backend</p></html>"
      const error = yield* failure(calls["Numbers.list"], { status: 502, headers: {}, body })
      assert.strictEqual(error.description, "No backend")
    })
  )

  it.effect("describes plain text by the text, with its white space collapsed", () =>
    Effect.gen(function* () {
      const error = yield* failure(calls["Numbers.list"], {
        status: 503,
        headers: {},
        body: "no\n healthy  upstream\n"
      })
      assert.strictEqual(error.description, "no healthy upstream")
      assert.strictEqual(error.body, "no\n healthy  upstream\n")
    })
  )

  it.effect("reads JSON whatever content type it comes with", () =>
    Effect.gen(function* () {
      const { body } = fixture(409)
      const error = yield* failure(calls["Numbers.list"], { status: 409, headers: { "content-type": "x/y" }, body })
      assert.strictEqual(error.code, "conflict_error")
      assert.strictEqual(error.type, "conflict_error")
    })
  )
})

describe("a documented success over a socket", () => {
  for (const { client, layer } of clients) {
    it.effect(`200 is the payload without its envelope, on ${client}`, () =>
      Effect.gen(function* () {
        const [config, response] = yield* call(
          Audian.withResponse(Numbers.getConfig({ number_id: "num_abc123" })),
          fixture(200),
          layer
        )
        assert.deepStrictEqual<unknown>(config, { id: "num_abc123", number: "+14155551234" })
        assert.strictEqual(response?.status, 200)
        assert.strictEqual(response?.attempts, 1)
      })
    )

    it.effect(`201 is the created resource, on ${client}`, () =>
      Effect.gen(function* () {
        const [number, response] = yield* call(
          Audian.withResponse(Numbers.purchase({ number: "+14155551234" })),
          fixture(201),
          layer
        )
        assert.deepStrictEqual<unknown>(number, { id: "num_abc123", number: "+14155551234", status: "active" })
        assert.strictEqual(response?.status, 201)
      })
    )

    it.effect(`202 is the resource that is not complete yet, on ${client}`, () =>
      Effect.gen(function* () {
        const [port, response] = yield* call(Audian.withResponse(Ports.create(portRequest)), fixture(202), layer)
        assert.strictEqual(port.id, "port_abc123")
        assert.strictEqual(port.status, "pending")
        assert.strictEqual(response?.status, 202)
      })
    )

    it.effect(`204 without a body is the success of an operation without a result, on ${client}`, () =>
      Effect.gen(function* () {
        const [value, response] = yield* call(
          Audian.withResponse(release({ number_id: "num_abc123" })),
          { status: 204, headers: {}, body: "" },
          layer
        )
        assert.strictEqual(value, undefined)
        assert.strictEqual(response?.status, 204)
      })
    )
  }

  it.effect.each([200, 201, 202])("%i is a success of every operation, whichever it declares", (status) =>
    Effect.gen(function* () {
      const [config, response] = yield* call(Audian.withResponse(Numbers.getConfig({ number_id: "n" })), {
        ...fixture(200),
        status
      })
      assert.strictEqual(config.id, "num_abc123")
      assert.strictEqual(response?.status, status)
    })
  )

  it.effect("sends the input of a purchase as the body the API documents", () =>
    Effect.gen(function* () {
      const server = yield* serve(fixture(201))
      yield* Effect.provide(Numbers.purchase({ number: "+14155551234", friendly_name: "Desk" }), client(server))
      const { body, headers } = server.seen[0]!
      assert.strictEqual(headers["content-type"], "application/json")
      assert.deepStrictEqual(JSON.parse(body), { number: "+14155551234", friendly_name: "Desk" })
    })
  )

  it.effect("gives the quota, the request id and the headers of a success", () =>
    Effect.gen(function* () {
      const [, response] = yield* call(Audian.withResponse(Numbers.getConfig({ number_id: "n" })), {
        ...fixture(200),
        headers: { ...fixture(200).headers, ...fixture(429).headers, "X-Request-Id": "req_1", "X-Other": "kept" }
      })
      assert.strictEqual(response?.requestId, "req_1")
      assert.strictEqual(response?.rateLimit?.limit, 1000)
      assert.strictEqual(response?.rateLimit?.remaining, 0)
      assert.strictEqual(response?.headers["x-other"], "kept")
    })
  )
})

/** An operation that responds 204 only. The contract has none. */
const release = Operation.make(
  () =>
    HttpApiEndpoint.delete("release", "/v2/numbers/:number_id", {
      params: { number_id: Schema.String },
      success: HttpApiSchema.NoContent
    }),
  { resource: "Numbers", family: "flat", replay: "safe" }
)

describe("a 2xx that does not fit the contract", () => {
  it.effect.each([
    // A page is not the API's: it proves nothing.
    { what: "an HTML page", body: page, kept: page as Schema.Json, outcome: "unknown" },
    { what: "plain text", body: "It works", kept: "It works", outcome: "unknown" },
    {
      what: "truncated JSON",
      body: '{"success":true,"data":{"numb',
      kept: '{"success":true,"data":{"numb',
      outcome: "executed"
    },
    {
      what: "JSON of another shape",
      body: '{"success":true,"data":[1]}',
      kept: { success: true, data: [1] },
      outcome: "executed"
    },
    { what: "JSON without the envelope", body: '{"numbers":[]}', kept: { numbers: [] }, outcome: "executed" },
    { what: "null", body: "null", kept: null, outcome: "executed" },
    { what: "an empty body", body: "", kept: undefined, outcome: "executed" }
  ] as const)("is InvalidResponse and keeps what arrived: $what", ({ body, kept, outcome }) =>
    Effect.gen(function* () {
      const error = yield* failure(calls["Numbers.list"], {
        status: 200,
        headers: { "content-type": "text/html", "x-request-id": "req_2" },
        body
      })
      assert.strictEqual(error._tag, "AudianClientError")
      if (error._tag !== "AudianClientError") return
      assert.deepStrictEqual(error.reason, AudianError.InvalidResponse.make({ status: 200 }))
      assert.strictEqual(error.status, 200)
      assert.deepStrictEqual(error.body, kept)
      assert.notStrictEqual(error.description, "")
      assert.strictEqual(error.requestId, "req_2")
      assert.strictEqual(error.outcome, outcome)
      assert.strictEqual(error.isRetryable, false)
    })
  )

  it.effect("names the field that does not fit", () =>
    Effect.gen(function* () {
      const error = yield* failure(
        calls["Numbers.list"],
        json(200, { data: { numbers: [{ id: "n", number: { digits: 7 } }] } })
      )
      assert.deepStrictEqual(
        error.details.map(({ field }) => field),
        ["data.numbers.0.number"]
      )
    })
  )

  it.effect("204 without the expected payload is no success either", () =>
    Effect.gen(function* () {
      const error = yield* failure(calls["Numbers.list"], { status: 204, headers: {}, body: "" })
      assert.deepStrictEqual(
        error._tag === "AudianClientError" ? error.reason : undefined,
        AudianError.InvalidResponse.make({ status: 204 })
      )
    })
  )

  it.effect.each(clients)("is Transport when the connection breaks within it, on $client", ({ layer }) =>
    Effect.gen(function* () {
      const error = yield* failure(calls["Numbers.purchase"], { ...fixture(201), cut: true }, layer)
      assert.strictEqual(error._tag === "AudianClientError" ? error.reason._tag : error._tag, "Transport")
      // The number is bought: so says the status.
      assert.strictEqual(error.outcome, "executed")
    })
  )
})

describe("a status that the API does not document", () => {
  it.effect.each([
    { status: 418, isRetryable: false, outcome: "not-executed" },
    { status: 408, isRetryable: false, outcome: "not-executed" },
    { status: 499, isRetryable: false, outcome: "not-executed" },
    { status: 504, isRetryable: true, outcome: "unknown" },
    { status: 599, isRetryable: true, outcome: "unknown" },
    { status: 304, isRetryable: false, outcome: "unknown" },
    { status: 300, isRetryable: false, outcome: "unknown" }
  ] as const)("$status is UnexpectedStatus", ({ isRetryable, outcome, status }) =>
    Effect.gen(function* () {
      const error = yield* failure(calls["Numbers.list"], { ...fixture(404), status })
      assert.deepStrictEqual(
        error._tag === "AudianClientError" ? error.reason : error._tag,
        AudianError.UnexpectedStatus.make({ status })
      )
      assert.strictEqual(error.status, status)
      assert.strictEqual(error.isRetryable, isRetryable)
      assert.strictEqual(error.outcome, outcome)
    })
  )

  it.effect("keeps the code and the message of its body", () =>
    Effect.gen(function* () {
      const error = yield* failure(calls["Numbers.list"], { ...fixture(503), status: 504 })
      assert.strictEqual(error.code, "service_unavailable_error")
      assert.strictEqual(error.description, "The service is temporarily unavailable")
    })
  )

  for (const { client: name, layer } of clients) {
    it.effect.each([301, 302, 303, 307, 308])(
      `a redirect %i is not followed to another server, which sees no request and no credential, on ${name}`,
      (status) =>
        Effect.gen(function* () {
          const other = yield* serve(fixture(200))
          const server = yield* serve({ status, headers: { location: `${other.baseUrl}/v2/numbers` }, body: "" })
          const error = yield* Effect.flip(
            Effect.provide(Numbers.getConfig({ number_id: "num_abc123" }), client(server, layer))
          )
          assert.deepStrictEqual(
            error._tag === "AudianClientError" ? error.reason : error._tag,
            AudianError.UnexpectedStatus.make({ status })
          )
          assert.deepStrictEqual(other.seen, [])
          assert.strictEqual(server.seen.length, 1)
        })
    )
  }
})

describe("the other envelopes of an error", () => {
  const envelopes: ReadonlyArray<{
    readonly what: string
    readonly status: number
    readonly body: unknown
    readonly expected: Partial<ReturnType<typeof fieldsOf>>
  }> = [
    {
      what: "{success: false, error: {code, message}}",
      status: 400,
      body: { success: false, error: { code: "INVALID_LOCATION", message: "No such place" } },
      expected: { code: "INVALID_LOCATION", type: undefined, description: "No such place", details: [] }
    },
    {
      what: "the engine's, with data.message",
      status: 401,
      body: {
        auth_token: "eyJhbGciOi.echoed.token",
        data: { message: "invalid credentials" },
        error: "401",
        message: "unauthorized",
        request_id: "req_engine",
        status: "error"
      },
      expected: {
        code: "unauthorized",
        description: "invalid credentials",
        requestId: "req_engine",
        details: [],
        body: {
          auth_token: "<redacted>",
          data: { message: "invalid credentials" },
          error: "401",
          message: "unauthorized",
          request_id: "req_engine",
          status: "error"
        }
      }
    },
    {
      what: "the engine's short one, without data",
      status: 403,
      body: { error: "403", message: "forbidden", status: "error" },
      expected: { code: "forbidden", description: "forbidden" }
    },
    {
      what: "the engine's, with spaces in its reason",
      status: 409,
      body: { error: "409", message: "conflicting documents", data: {}, status: "error" },
      expected: { code: "conflicting_documents", description: "conflicting documents" }
    },
    {
      what: "the engine's, with error as a number",
      status: 404,
      body: { error: 404, message: "bad_identifier", data: { cause: "x", message: "bad identifier" } },
      expected: { code: "bad_identifier", description: "bad identifier", details: [] }
    },
    {
      what: "the engine's, with data as an array",
      status: 404,
      body: { error: "404", message: "bad identifier", data: ["num_abc123"], status: "error" },
      expected: { code: "bad_identifier", description: "bad identifier", details: [] }
    },
    {
      what: "the engine's, with data as a string",
      status: 500,
      body: { error: "500", message: "unspecified_fault", data: "Unable to acquire numbers missing carrier url" },
      expected: { code: "unspecified_fault", description: "Unable to acquire numbers missing carrier url" }
    },
    {
      what: "the engine's, with a reason that is a sentence",
      status: 500,
      body: { error: "500", message: "No rate found, for this number!", data: {} },
      expected: { code: undefined, description: "No rate found, for this number!" }
    },
    {
      what: "the engine's, with nothing but the code",
      status: 500,
      body: { error: "500" },
      expected: { code: undefined, description: "500" }
    },
    {
      what: "the engine's, with several fields and rules that failed",
      status: 400,
      body: {
        error: "400",
        message: "validation error",
        status: "error",
        data: {
          name: { required: { message: "Field is required but missing", value: "name" } },
          "caller_id.number": {
            maxLength: { message: "String must not be more than 15 characters", target: 15 },
            pattern: { message: "Failed to match pattern" }
          },
          "flags.0": { type: "Value did not match type(s): string" },
          "custom%2Ekey": { unheard_of: { message: "No" } }
        }
      },
      expected: {
        code: "validation_error",
        param: "name",
        description: "validation error",
        details: [
          { field: "name", rule: "required", message: "Field is required but missing" },
          {
            field: "caller_id.number",
            rule: "maxLength",
            message: "String must not be more than 15 characters"
          },
          { field: "caller_id.number", rule: "pattern", message: "Failed to match pattern" },
          { field: "flags.0", rule: "type", message: "Value did not match type(s): string" },
          { field: "custom.key", rule: "unheard_of", message: "No" }
        ]
      }
    },
    {
      what: "problem+json",
      status: 403,
      body: { type: "https://example.com/blocked", title: "Blocked", detail: "Your address is blocked", status: 403 },
      expected: { type: "https://example.com/blocked", description: "Your address is blocked", code: undefined }
    },
    {
      what: "problem+json without a detail",
      status: 503,
      body: { type: "about:blank", title: "Service Unavailable" },
      expected: { type: "about:blank", description: "Service Unavailable" }
    },
    {
      what: "the API gateway's {message}",
      status: 429,
      body: { message: "Limit Exceeded" },
      expected: { description: "Limit Exceeded", code: undefined }
    },
    {
      what: "the engine's token bucket",
      status: 429,
      body: { error: "429", message: "too_many_requests", data: {}, tokens: { consumed: 35, remaining: 4 } },
      expected: {
        code: "too_many_requests",
        rateLimit: { tokens: { consumed: 35, remaining: 4 }, reset: undefined },
        retryAfter: undefined
      }
    },
    {
      what: "a token bucket that makes no sense",
      status: 429,
      body: { error: "429", message: "too_many_requests", tokens: { consumed: "35", remaining: null } },
      expected: { rateLimit: undefined }
    },
    { what: "a bare string", status: 500, body: "it broke", expected: { description: "it broke", body: "it broke" } },
    { what: "an array", status: 500, body: [1, 2], expected: { description: "", body: [1, 2] } },
    { what: "null", status: 500, body: null, expected: { description: "", body: null } },
    {
      what: "an error object of other types",
      status: 500,
      body: { error: { code: 17, message: ["a"], param: {}, type: null } },
      expected: { code: "17", description: "", param: undefined, type: undefined, details: [] }
    }
  ]

  it.effect.each(envelopes)("gives its fields: $what", ({ body, expected, status }) =>
    Effect.gen(function* () {
      const fields = fieldsOf(yield* failure(calls["Numbers.list"], json(status, body)))
      const picked = Object.fromEntries(
        Object.keys(expected).map((field) => [field, fields[field as keyof typeof fields]])
      )
      assert.deepStrictEqual<unknown>(picked, expected)
      assert.strictEqual(fields.status, status)
    })
  )

  it.effect("leaves no trace of an echoed auth_token anywhere in the error", () =>
    Effect.gen(function* () {
      const token = "eyJhbGciOi.echoed.token"
      const error = yield* failure(
        calls["Numbers.list"],
        json(401, { auth_token: token, error: "401", message: "unauthorized", data: { message: "no" } })
      )
      const shown = inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY })
      assert.notInclude(shown + JSON.stringify(error) + error.message + error.stack, token)
      assert.include(JSON.stringify(error.body), "<redacted>")
    })
  )

  it.effect("takes the request id from the header before the body's", () =>
    Effect.gen(function* () {
      const body = { error: "500", message: "timeout", request_id: "from_body" }
      const both = yield* failure(calls["Numbers.list"], json(500, body, { "x-request-id": "from_header" }))
      assert.strictEqual(both.requestId, "from_header")
      const blank = yield* failure(calls["Numbers.list"], json(500, body, { "x-request-id": " " }))
      assert.strictEqual(blank.requestId, "from_body")
    })
  )

  it.effect("a 503 of the engine about its datastore may have been executed", () =>
    Effect.gen(function* () {
      const error = yield* failure(
        calls["Numbers.purchase"],
        json(503, { error: "503", message: "datastore_fault", data: {} })
      )
      assert.strictEqual(error.outcome, "unknown")
    })
  )

  const flat = { error: { code: "service_unavailable_error", message: "Later" } }
  const bodies: ReadonlyArray<{ readonly body: unknown; readonly own: boolean }> = [
    { body: flat, own: true },
    { body: { success: false, ...flat }, own: true },
    { body: { error: "503", message: "service_unavailable", data: {}, status: "error" }, own: true },
    { body: { error: 503, message: "service_unavailable" }, own: true },
    { body: { message: "Service Unavailable" }, own: false },
    { body: { message: "no Route matched", request_id: "req_1" }, own: false },
    { body: { status: 503, error: "Service Unavailable", message: "No instances", path: "/v2" }, own: false },
    { body: { error: { code: 503, message: "Backend unavailable", status: "UNAVAILABLE" } }, own: false },
    { body: { type: "about:blank", title: "Service Unavailable", status: 503, detail: "Later" }, own: false },
    { body: "Service Unavailable", own: false },
    { body: [], own: false }
  ]

  for (const status of [408, 499, 503]) {
    it.effect.each(bodies)(`a ${status} is a proxy's unless its code is documented: %j`, ({ body, own }) =>
      Effect.gen(function* () {
        const error = yield* failure(calls["Numbers.purchase"], json(status, body))
        assert.strictEqual(error.outcome, own ? "not-executed" : "unknown")
      })
    )
  }

  it.effect.each([400, 401, 402, 403, 404, 405, 413, 415, 429, 431])(
    "takes a %d as not executed, whoever sends it",
    (status) =>
      Effect.gen(function* () {
        const error = yield* failure(calls["Numbers.purchase"], { status, headers: {}, body: page })
        assert.strictEqual(error.outcome, "not-executed")
      })
  )

  it.effect("merges the token bucket of the body with the quota of the headers", () =>
    Effect.gen(function* () {
      const error = yield* failure(
        calls["Numbers.list"],
        json(
          429,
          { error: "429", message: "too_many_requests", tokens: { consumed: 1, remaining: 0 } },
          { "x-ratelimit-limit": "1000" }
        )
      )
      assert.deepStrictEqual(error.rateLimit, { limit: 1000, tokens: { consumed: 1, remaining: 0 } })
    })
  )
})

describe("the headers of an error", () => {
  const now = Date.parse("2024-01-01T12:00:00Z")

  it.effect.each([
    { header: "60", seconds: 60 },
    { header: "0", seconds: 0 },
    { header: " 5 ", seconds: 5 },
    { header: "Mon, 01 Jan 2024 12:01:30 GMT", seconds: 90 },
    { header: "Mon, 01 Jan 2024 11:00:00 GMT", seconds: 0 },
    { header: "-1", seconds: undefined },
    { header: "1.5", seconds: undefined },
    { header: "soon", seconds: undefined },
    { header: "NaN", seconds: undefined },
    { header: "", seconds: undefined }
  ])("Retry-After '$header' is read relative to the clock as $seconds seconds", ({ header, seconds }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      for (const status of [429, 503]) {
        const error = yield* failure(calls["Numbers.list"], json(status, {}, { "retry-after": header }))
        assert.strictEqual(
          error.retryAfter === undefined ? undefined : Duration.toSeconds(error.retryAfter),
          seconds,
          String(status)
        )
      }
    })
  )

  it.effect.each(["", "-5", "1e3", "many", "0x10", "1.5", "Infinity", "99999999999999999999"])(
    "X-RateLimit headers that say '%s' are left out",
    (junk) =>
      Effect.gen(function* () {
        const error = yield* failure(
          calls["Numbers.list"],
          json(429, {}, { "x-ratelimit-limit": junk, "x-ratelimit-remaining": junk, "x-ratelimit-reset": junk })
        )
        assert.strictEqual(error._tag, "TooManyRequests")
        assert.strictEqual(error.rateLimit, undefined)
      })
  )

  it.effect("keeps the valid X-RateLimit headers next to an invalid one", () =>
    Effect.gen(function* () {
      const error = yield* failure(
        calls["Numbers.list"],
        json(429, {}, { "x-ratelimit-limit": "10", "x-ratelimit-remaining": "junk", "x-ratelimit-reset": "1704067260" })
      )
      assert.deepStrictEqual(error.rateLimit, { limit: 10, reset: DateTime.makeUnsafe("2024-01-01T00:01:00Z") })
    })
  )
})

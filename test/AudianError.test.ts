import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ErrorReporter from "effect/ErrorReporter"
import * as Exit from "effect/Exit"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { AudianError, Numbers, Retry, Status } from "effect-audian"
import { AudianTest } from "effect-audian/testing"
import { broken, json, script, text } from "./support/http.ts"

/** Every optional field, so that a trip through JSON has something to lose. */
const full = {
  operation: "Numbers.purchase",
  method: "POST",
  path: "/v2/numbers/purchase",
  replay: "unsafe",
  outcome: "unknown",
  attempts: 3,
  code: "some_code",
  type: "some_type",
  param: "number",
  description: "It went wrong",
  details: [
    { field: "number", rule: "pattern", message: "Not a number" },
    { field: "data.0", message: "Missing" }
  ],
  requestId: "req_1",
  retryAfter: Duration.millis(1500),
  rateLimit: {
    limit: 1000,
    remaining: 0,
    reset: DateTime.makeUnsafe("2024-01-01T00:01:00Z"),
    tokens: { consumed: 35, remaining: 4 }
  },
  headers: { "x-request-id": "req_1", date: "Mon, 01 Jan 2024 00:00:00 GMT" },
  body: { error: { code: "some_code" }, list: [1, null, "a", true, {}] }
} as const

const documented = [
  { status: 400, name: "Bad Request", Class: AudianError.BadRequest, outcome: "not-executed" },
  { status: 401, name: "Unauthorized", Class: AudianError.Unauthorized, outcome: "not-executed" },
  { status: 402, name: "Payment Required", Class: AudianError.PaymentRequired, outcome: "not-executed" },
  { status: 403, name: "Forbidden", Class: AudianError.Forbidden, outcome: "not-executed" },
  { status: 404, name: "Not Found", Class: AudianError.NotFound, outcome: "not-executed" },
  { status: 409, name: "Conflict", Class: AudianError.Conflict, outcome: "not-executed" },
  { status: 422, name: "Unprocessable Entity", Class: AudianError.UnprocessableEntity, outcome: "not-executed" },
  { status: 429, name: "Too Many Requests", Class: AudianError.TooManyRequests, outcome: "not-executed" },
  { status: 500, name: "Internal Server Error", Class: AudianError.InternalServerError, outcome: "unknown" },
  { status: 502, name: "Bad Gateway", Class: AudianError.BadGateway, outcome: "unknown" },
  { status: 503, name: "Service Unavailable", Class: AudianError.ServiceUnavailable, outcome: "not-executed" }
] as const

const reasons: ReadonlyArray<{
  readonly reason: AudianError.Reason
  readonly status: number | undefined
  readonly isRetryable: boolean
  readonly message: string
}> = [
  {
    reason: AudianError.Transport.make({ code: "ECONNRESET" }),
    status: undefined,
    isRetryable: true,
    message: "Numbers.list: no response (ECONNRESET)"
  },
  {
    reason: AudianError.Transport.make({}),
    status: undefined,
    isRetryable: true,
    message: "Numbers.list: no response"
  },
  {
    reason: AudianError.Timeout.make({ scope: "attempt", limit: Duration.seconds(30) }),
    status: undefined,
    isRetryable: true,
    message: "Numbers.list: no response within 30s"
  },
  {
    reason: AudianError.Timeout.make({ scope: "total", limit: Duration.minutes(5) }),
    status: undefined,
    isRetryable: false,
    message: "Numbers.list: no response within 5m in total"
  },
  {
    reason: AudianError.InvalidRequest.make({}),
    status: undefined,
    isRetryable: false,
    message: "Numbers.list: invalid input, nothing was sent"
  },
  {
    reason: AudianError.InvalidResponse.make({ status: 200 }),
    status: 200,
    isRetryable: false,
    message: "Numbers.list: 200 with a response that does not fit the contract"
  },
  {
    reason: AudianError.UnexpectedStatus.make({ status: 418 }),
    status: 418,
    isRetryable: false,
    message: "Numbers.list: 418, which the API does not document"
  },
  {
    reason: AudianError.UnexpectedStatus.make({ status: 302 }),
    status: 302,
    isRetryable: false,
    message: "Numbers.list: 302, a redirect, which is not followed"
  },
  {
    reason: AudianError.UnexpectedStatus.make({ status: 0 }),
    status: 0,
    isRetryable: false,
    message: "Numbers.list: a redirect, which is not followed"
  },
  {
    reason: AudianError.UnexpectedStatus.make({ status: 504 }),
    status: 504,
    isRetryable: true,
    message: "Numbers.list: 504, which the API does not document"
  },
  {
    reason: AudianError.CircuitOpen.make({}),
    status: undefined,
    isRetryable: false,
    message: "Numbers.list: the circuit breaker is open, nothing was sent"
  }
]

const encode = Schema.encodeEffect(AudianError.AudianError)
const decode = Schema.decodeUnknownEffect(AudianError.AudianError)

/** To JSON and back, as a queue, a workflow or an RPC does it. */
const travel = (error: AudianError.AudianError) =>
  Effect.gen(function* () {
    const encoded = yield* encode(error)
    return yield* decode(JSON.parse(JSON.stringify(encoded)))
  })

/** Every property of an error. */
const shown = (error: AudianError.AudianError) => ({
  ...error,
  status: error.status,
  isRetryable: error.isRetryable,
  message: error.message,
  name: error.name,
  tag: error._tag
})

describe("AudianError as a Schema: to JSON and back", () => {
  it.effect.each(documented)("$status comes out as it went in, with its prototype and its getters", ({ Class }) =>
    Effect.gen(function* () {
      const error = new Class(full)
      const back = yield* travel(error)
      assert.isTrue(back instanceof Class)
      assert.instanceOf(back, Error)
      assert.isTrue(AudianError.isAudianError(back))
      assert.deepStrictEqual(shown(back), shown(error))
      assert.isTrue(Duration.equals(back.retryAfter!, full.retryAfter))
      assert.isTrue(DateTime.isDateTime(back.rateLimit!.reset))
    })
  )

  it.effect.each(documented)("$status with nothing but its defaults comes out as it went in", ({ Class }) =>
    Effect.gen(function* () {
      const error = new Class({})
      const back = yield* travel(error)
      assert.isTrue(back instanceof Class)
      assert.deepStrictEqual(shown(back), shown(error))
    })
  )

  it.effect.each(reasons)("AudianClientError comes out with its reason, $reason._tag", ({ isRetryable, reason }) =>
    Effect.gen(function* () {
      const error = new AudianError.AudianClientError({ ...full, reason })
      const back = yield* travel(error)
      assert.instanceOf(back, AudianError.AudianClientError)
      assert.deepStrictEqual(shown(back), shown(error))
      assert.deepStrictEqual(back._tag === "AudianClientError" && back.reason, reason)
      assert.strictEqual(back.isRetryable, isRetryable)
    })
  )

  it.effect("an undocumented code and type pass", () =>
    Effect.gen(function* () {
      const error = new AudianError.Conflict({ code: "code_of_tomorrow", type: "type_of_tomorrow" })
      const back = yield* travel(error)
      assert.strictEqual(back.code, "code_of_tomorrow")
      assert.strictEqual(back.type, "type_of_tomorrow")
    })
  )

  it.effect("keeps a body with a __proto__ key and gives nothing a prototype", () =>
    Effect.gen(function* () {
      const body = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')
      const back = yield* travel(new AudianError.BadRequest({ body }))
      assert.strictEqual(JSON.stringify(back.body), JSON.stringify(body))
      assert.strictEqual((back as unknown as { polluted?: unknown }).polluted, undefined)
      assert.strictEqual(({} as { polluted?: unknown }).polluted, undefined)
    })
  )

  it.effect.each([
    { what: "an unknown tag", value: { _tag: "Teapot" } },
    { what: "a tag with another status", value: { _tag: "NotFound", status: 500 } },
    { what: "null", value: null },
    { what: "a text", value: "NotFound" }
  ])("rejects $what", ({ value }) =>
    Effect.gen(function* () {
      assert.isTrue(Exit.isFailure(yield* Effect.exit(decode(value))))
    })
  )
})

describe("AudianError made by a stub", () => {
  it.each(documented)(
    "$status needs no field; its defaults follow from its status",
    ({ Class, name, outcome, status }) => {
      const error = new Class({})
      assert.strictEqual(error.status, status)
      assert.strictEqual(error._tag, name.replaceAll(" ", ""))
      assert.strictEqual(error.outcome, outcome)
      assert.strictEqual(error.attempts, 1)
      assert.strictEqual(error.operation, "")
      assert.strictEqual(error.method, "")
      assert.strictEqual(error.path, "")
      assert.strictEqual(error.replay, "safe")
      assert.strictEqual(error.description, "")
      assert.deepStrictEqual(error.details, [])
      for (const field of ["code", "type", "param", "requestId", "retryAfter", "rateLimit", "body"] as const) {
        assert.strictEqual(error[field], undefined, field)
      }
    }
  )

  it("AudianClientError: its outcome is unknown by default", () => {
    const error = new AudianError.AudianClientError({ reason: AudianError.Transport.make({}) })
    assert.strictEqual(error.outcome, "unknown")
    assert.strictEqual(error.attempts, 1)
  })

  it("has details of its own", () => {
    assert.notStrictEqual(new AudianError.NotFound({}).details, undefined)
    assert.deepStrictEqual(new AudianError.NotFound({}).details, [])
  })
})

describe("AudianError.isRetryable", () => {
  it.each(documented)("of $status matches the status table", ({ Class, status }) => {
    const error = new Class({})
    const row = Status.table.find(({ code }) => code === status)!
    assert.strictEqual(error.isRetryable, row.retryable)
    assert.strictEqual(AudianError.isRetryable(error), row.retryable)
  })

  it.each(reasons)("of AudianClientError with $reason._tag (status $status) is $isRetryable", (row) => {
    const error = new AudianError.AudianClientError({ reason: row.reason })
    assert.strictEqual(error.isRetryable, row.isRetryable)
    assert.strictEqual(AudianError.isRetryable(error), row.isRetryable)
    assert.strictEqual(error.status, row.status)
  })
})

describe("AudianError.isAudianError", () => {
  it.each(documented)("is true of $status", ({ Class }) => {
    assert.isTrue(AudianError.isAudianError(new Class({})))
  })

  it("is true of AudianClientError", () => {
    assert.isTrue(
      AudianError.isAudianError(new AudianError.AudianClientError({ reason: AudianError.CircuitOpen.make({}) }))
    )
  })

  it.each([
    { what: "undefined", value: undefined },
    { what: "null", value: null },
    { what: "an Error", value: new Error("x") },
    { what: "an object with the tag of one", value: { _tag: "NotFound", status: 404 } },
    { what: "a class of one", value: AudianError.NotFound },
    { what: "a reason", value: AudianError.Transport.make({}) }
  ])("is false of $what", ({ value }) => {
    assert.isFalse(AudianError.isAudianError(value))
  })
})

describe("AudianError.message", () => {
  it.each(documented)("of $status has operation, status and name", ({ Class, name, status }) => {
    assert.strictEqual(new Class({ operation: "Numbers.list" }).message, `Numbers.list: ${status} ${name}`)
  })

  it.each(reasons)("of AudianClientError describe the reason: $message", ({ message, reason }) => {
    assert.strictEqual(new AudianError.AudianClientError({ operation: "Numbers.list", reason }).message, message)
  })

  it("has the server's words, the code, the request id, the attempts and each issue", () => {
    assert.strictEqual(
      new AudianError.BadRequest({
        operation: "Numbers.search",
        code: "invalid_request_error",
        description: "The request is invalid",
        requestId: "req_9",
        attempts: 2,
        details: [
          { field: "limit", rule: "maximum", message: "At most 100" },
          { field: "caller.number", message: "Missing" }
        ]
      }).message,
      [
        "Numbers.search: 400 Bad Request: The request is invalid (invalid_request_error, request req_9, 2 attempts)",
        "  limit: At most 100",
        "  caller.number: Missing"
      ].join("\n")
    )
  })

  it("does not repeat an issue that is the description", () => {
    assert.strictEqual(
      new AudianError.BadRequest({
        operation: "Numbers.search",
        description: "The limit is invalid",
        details: [{ field: "limit", message: "The limit is invalid" }]
      }).message,
      "Numbers.search: 400 Bad Request: The limit is invalid"
    )
  })

  it("is the same when read twice, and in String()", () => {
    const error = new AudianError.NotFound({ operation: "Numbers.getConfig", description: "No such number" })
    assert.strictEqual(error.message, "Numbers.getConfig: 404 Not Found: No such number")
    assert.strictEqual(error.message, error.message)
    assert.include(String(error), "Numbers.getConfig: 404 Not Found: No such number")
  })
})

const all: ReadonlyArray<AudianError.AudianError> = [
  ...documented.map(({ Class }) => new Class({})),
  ...reasons.map(({ reason }) => new AudianError.AudianClientError({ reason }))
]

describe("AudianError: retryableTags, clientTags, serverTags", () => {
  it("retryableTags are the tags of the rows that the table calls retryable", () => {
    assert.deepStrictEqual<ReadonlyArray<string>>(AudianError.retryableTags, [
      "TooManyRequests",
      "InternalServerError",
      "BadGateway",
      "ServiceUnavailable"
    ])
  })

  it("clientTags are the tags of the documented 4xx", () => {
    assert.deepStrictEqual<ReadonlyArray<string>>(AudianError.clientTags, [
      "BadRequest",
      "Unauthorized",
      "PaymentRequired",
      "Forbidden",
      "NotFound",
      "Conflict",
      "UnprocessableEntity",
      "TooManyRequests"
    ])
  })

  it("serverTags are the tags of the documented 5xx", () => {
    assert.deepStrictEqual<ReadonlyArray<string>>(AudianError.serverTags, [
      "InternalServerError",
      "BadGateway",
      "ServiceUnavailable"
    ])
  })

  it.each([
    { name: "retryableTags", tags: AudianError.retryableTags, where: (row: Status.Row) => row.retryable },
    { name: "clientTags", tags: AudianError.clientTags, where: (row: Status.Row) => row.class === "client" },
    { name: "serverTags", tags: AudianError.serverTags, where: (row: Status.Row) => row.class === "server" }
  ])("$name agree with the status table", ({ tags, where }) => {
    assert.deepStrictEqual<ReadonlyArray<string | undefined>>(
      tags,
      Status.table.filter((row) => "tag" in row && where(row)).map((row: Status.Row) => row.tag)
    )
  })

  const call = (error: AudianError.AudianError): Effect.Effect<string, AudianError.AudianError> => Effect.fail(error)

  it.effect.each(all)("catchTag(retryableTags) handles exactly the retryable documented errors: %s", (error) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(
        call(error).pipe(Effect.catchTag(AudianError.retryableTags, (error) => Effect.succeed(`again ${error.status}`)))
      )
      assert.deepStrictEqual<unknown>(
        exit,
        error._tag !== "AudianClientError" && error.isRetryable
          ? Exit.succeed(`again ${error.status}`)
          : Exit.fail(error)
      )
    })
  )

  it.effect.each(all)("catchTag(clientTags) and catchTag(serverTags) leave only AudianClientError: %s", (error) =>
    Effect.gen(function* () {
      const left: Effect.Effect<string, AudianError.AudianClientError> = call(error).pipe(
        Effect.catchTag(AudianError.clientTags, () => Effect.succeed("client")),
        Effect.catchTag(AudianError.serverTags, () => Effect.succeed("server"))
      )
      const exit = yield* Effect.exit(left)
      if (error._tag === "AudianClientError") {
        assert.deepStrictEqual(exit, Exit.fail(error))
      } else {
        assert.deepStrictEqual(exit, Exit.succeed(error.status < 500 ? "client" : "server"))
      }
    })
  )
})

describe("AudianClientError with Effect.catchReason", () => {
  const call = (reason: AudianError.Reason): Effect.Effect<string, AudianError.AudianError> =>
    Effect.fail(new AudianError.AudianClientError({ reason }))

  it.effect.each(reasons)("handles Timeout and nothing else: $reason._tag, $status", ({ reason }) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(
        call(reason).pipe(
          Effect.catchReason("AudianClientError", "Timeout", ({ limit, scope }) =>
            Effect.succeed(`${scope} ${Duration.toSeconds(limit)}`)
          )
        )
      )
      assert.deepStrictEqual<unknown>(
        exit,
        reason._tag === "Timeout"
          ? Exit.succeed(`${reason.scope} ${Duration.toSeconds(reason.limit)}`)
          : Exit.fail(new AudianError.AudianClientError({ reason }))
      )
    })
  )

  it.effect("passes the parent error too, with the fields of its call", () =>
    Effect.gen(function* () {
      const path = yield* call(AudianError.CircuitOpen.make({})).pipe(
        Effect.mapError((error) =>
          error._tag === "AudianClientError" ? new AudianError.AudianClientError({ ...error, path: "/v2/x" }) : error
        ),
        Effect.catchReason("AudianClientError", "CircuitOpen", (_, error) => Effect.succeed(error.path))
      )
      assert.strictEqual(path, "/v2/x")
    })
  )
})

describe("AudianError in a generator", () => {
  it.effect("is yielded as a failure, without Effect.fail", () =>
    Effect.gen(function* () {
      const error = new AudianError.Conflict({ description: "Taken" })
      const exit = yield* Effect.exit(
        Effect.gen(function* () {
          yield* Effect.void
          return yield* error
        })
      )
      assert.deepStrictEqual(exit, Exit.fail(error))
    })
  )
})

// -----------------------------------------------------------------------------
// as values
// -----------------------------------------------------------------------------

/** The error of a call that this file makes. */
const errorOf = (http: ReturnType<typeof script>) =>
  Effect.flip(Numbers.list()).pipe(Effect.provide(http.audian({ retry: Retry.none })))

const notFound = script(
  json(
    404,
    { error: { code: "not_found_error", message: "No such number", type: "not_found_error" } },
    {
      "x-request-id": "req_7",
      "x-auth-token": "eyJhbGciOi.echoed.token",
      "set-cookie": "session=1",
      "x-debug": "password=hunter2"
    }
  )
)
const here = /at Numbers\.list \(.*AudianError\.test\.ts:\d+:\d+\)/

describe("AudianError as a value", () => {
  it.effect("structuredClone keeps the message, the stack and the cause", () =>
    Effect.gen(function* () {
      for (const error of [yield* errorOf(notFound), yield* errorOf(script(broken("ECONNRESET")))]) {
        const clone = structuredClone(error)
        assert.instanceOf(clone, Error)
        assert.strictEqual(clone.message, error.message)
        assert.notStrictEqual(clone.message, "")
        assert.include(clone.stack, error.message)
        assert.strictEqual((clone.cause as Error | undefined)?.message, (error.cause as Error | undefined)?.message)
      }
      const made = new AudianError.Conflict({ operation: "Numbers.purchase", description: "Taken" })
      assert.strictEqual(structuredClone(made).message, "Numbers.purchase: 409 Conflict: Taken")
    })
  )

  it.effect("structuredClone of an error whose cause is redacted does not fail", () =>
    Effect.gen(function* () {
      const error = yield* errorOf(notFound)
      Object.defineProperty(error, "cause", { value: Redacted.make("x") })
      assert.strictEqual(structuredClone(error).message, error.message)
    })
  )

  it.effect("inspect shows the tag, the message, the line that made the call, and the fields", () =>
    Effect.gen(function* () {
      const shown = inspect(yield* errorOf(notFound))
      assert.match(
        shown,
        /^effect-audian\/NotFound: Numbers\.list: 404 Not Found: No such number \(not_found_error, request req_7\)\n/
      )
      assert.match(shown.split("\n")[1]!, here)
      assert.include(shown, "code: 'not_found_error'")
      assert.notInclude(shown, "undefined")
      assert.match(inspect({ nested: yield* errorOf(notFound) }), here)
    })
  )

  it.effect("stack has the line that made the call and none of the library", () =>
    Effect.gen(function* () {
      const { stack } = yield* errorOf(notFound)
      const lines = stack!.split("\n")
      assert.strictEqual(lines.length, 2)
      assert.match(lines[1]!, here)
    })
  )

  it.effect("stack of a stub's error has the caller too", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Numbers.list())
      assert.match(error.stack!, here)
    }).pipe(Effect.provide(AudianTest.layer(AudianTest.handle(Numbers.list, () => new AudianError.NotFound({})))))
  )

  it.effect("Cause.pretty shows the caller once, below it the Effect.fn around it", () =>
    Effect.gen(function* () {
      const mine = Effect.fn("mine")(function* () {
        return yield* Numbers.list()
      })
      const exit = yield* Effect.exit(mine()).pipe(Effect.provide(notFound.audian({ retry: Retry.none })))
      const pretty = Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""
      assert.strictEqual(pretty.split("at Numbers.list").length, 2, pretty)
      assert.match(pretty, here)
      assert.include(pretty, "at mine (")
    })
  )

  it.effect("with Error.stackTraceLimit 0 has no frames, but its message", () =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const limit = Error.stackTraceLimit
        Error.stackTraceLimit = 0
        return limit
      }),
      () =>
        Effect.gen(function* () {
          const error = yield* errorOf(notFound)
          assert.strictEqual(error.stack, `effect-audian/NotFound: ${error.message}`)
          assert.strictEqual(Error.stackTraceLimit, 0)
        }),
      (limit) => Effect.sync(() => (Error.stackTraceLimit = limit))
    )
  )

  it("stack can be set, as for any Error", () => {
    const error = new AudianError.NotFound({})
    error.stack = "mine"
    assert.strictEqual(error.stack, "mine")
  })

  it.effect("cause of a Transport is the system's error, and no part of what the Schema carries", () =>
    Effect.gen(function* () {
      const error = yield* errorOf(script(broken("ECONNREFUSED")))
      assert.instanceOf(error.cause, Error)
      assert.strictEqual((error.cause as Error).message, "connect ECONNREFUSED")
      assert.strictEqual((error.cause as { readonly code?: unknown }).code, "ECONNREFUSED")
      assert.notProperty(yield* encode(error), "cause")
    })
  )

  it.effect("headers are those of the response, without secrets", () =>
    Effect.gen(function* () {
      const { headers } = yield* errorOf(notFound)
      assert.deepInclude(headers, { "x-request-id": "req_7", "x-debug": "password=<redacted>" })
      assert.doesNotHaveAnyKeys(headers, ["x-auth-token", "set-cookie"])
      const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x-${i}`, "y".repeat(5000)]))
      const bounded = (yield* errorOf(script(json(500, {}, many)))).headers!
      assert.isAtMost(Object.keys(bounded).length, 64)
      assert.strictEqual(Math.max(...Object.values(bounded).map(({ length }) => length)), 4096)
      const unread = (yield* errorOf(script(json(200, 7, { "x-request-id": "req_8" })))).headers
      assert.strictEqual(unread?.["x-request-id"], "req_8")
    })
  )

  it.effect("body is kept up to its bounds", () =>
    Effect.gen(function* () {
      const page = (yield* errorOf(script(text(500, "x ".repeat(10_000))))).body
      assert.strictEqual((page as string).length, 8192)
      const long = (yield* errorOf(script(json(500, { message: "m", text: "x".repeat(8192), more: "x".repeat(8193) }))))
        .body
      assert.deepStrictEqual<unknown>(long, { message: "m", text: "x".repeat(8192), more: `${"x".repeat(8192)}…` })
      const list = (yield* errorOf(script(json(500, { list: Array.from({ length: 101 }, (_, i) => i) })))).body
      assert.strictEqual((list as { readonly list: ReadonlyArray<number> }).list.length, 100)
    })
  )

  it.effect("details hold validation issues only: a challenge of a second factor stays in the body", () =>
    Effect.gen(function* () {
      const data = {
        message: "invalid credentials",
        user_id: "u1",
        multi_factor_request: {
          provider_name: "duo",
          settings: { state: "s3cr3t-state", duo_url: "https://api-1.duosecurity.example/frame" }
        }
      }
      const error = yield* errorOf(
        script(json(401, { error: "401", message: "invalid_credentials", status: "error", data }))
      )
      assert.deepStrictEqual(error.details, [])
      assert.isUndefined(error.param)
      assert.notInclude(error.message, "s3cr3t-state")
      assert.notInclude(error.message, "duosecurity")
      assert.deepStrictEqual<unknown>((error.body as { readonly data: unknown }).data, data)
    })
  )

  it.effect.each([
    { status: 402, data: { phone_numbers: { did: { category: "phone_numbers", quantity: 1, rate: 2 } } } },
    { status: 403, data: { account: { name: "x", message: { message: "no" } } } },
    { status: 409, data: { code: 409, error: "number_exists", message: "exists", cause: { id: "x" } } },
    { status: 500, data: { error_message: "DESTINATION_OUT_OF_ORDER", request: { to: "+1", type: "x" } } }
  ])("details are empty for a $status, whatever its data", ({ data, status }) =>
    Effect.gen(function* () {
      const error = yield* errorOf(script(json(status, { error: String(status), message: "m", status: "error", data })))
      assert.deepStrictEqual(error.details, [])
      assert.isUndefined(error.param)
    })
  )

  it.effect("details of a 400 leave out what is no rule", () =>
    Effect.gen(function* () {
      const data = { user: { id: "u1", required: "Missing" }, name: { unheard_of: { message: "No" }, note: "n" } }
      const error = yield* errorOf(script(json(400, { error: "400", message: "validation error", data })))
      assert.deepStrictEqual<unknown>(error.details, [
        { field: "user", rule: "required", message: "Missing" },
        { field: "name", rule: "unheard_of", message: "No" }
      ])
    })
  )

  it.each(documented)("docsUrl of $status is a page of the vendor", ({ Class }) => {
    assert.strictEqual(new Class({}).docsUrl, "https://docs.audian.com/errors/http-status-codes")
  })

  it.effect("an ErrorReporter gets its severity and its attributes", () =>
    Effect.gen(function* () {
      const reports: Array<{ readonly severity: string; readonly attributes: object }> = []
      const reporter = ErrorReporter.make(({ attributes, severity }) => void reports.push({ severity, attributes }))
      for (const error of [
        yield* errorOf(notFound),
        new AudianError.BadGateway({ operation: "Numbers.list" }),
        yield* errorOf(script(broken("ECONNRESET")))
      ]) {
        yield* ErrorReporter.report(Cause.fail(error)).pipe(
          Effect.provideService(ErrorReporter.CurrentErrorReporters, new Set([reporter]))
        )
      }
      assert.deepStrictEqual(
        reports.map(({ severity }) => severity),
        ["Warn", "Error", "Error"]
      )
      assert.deepStrictEqual<unknown>(reports[0]!.attributes, {
        "error.type": "NotFound",
        "audian.operation": "Numbers.list",
        "audian.outcome": "not-executed",
        "audian.attempts": 1,
        "audian.code": "not_found_error",
        "audian.request_id": "req_7",
        "http.request.method": "GET",
        "http.response.status_code": 404,
        "url.path": "/v2/numbers"
      })
      assert.deepInclude(reports[2]!.attributes, { "error.type": "Transport" })
    })
  )
})

describe("AudianError as a declared error of an HttpApi", () => {
  it.effect.each(documented)("$status keeps its own status in a response", ({ Class, status }) =>
    Effect.gen(function* () {
      const api = HttpApi.make("mine").add(
        HttpApiGroup.make("numbers").add(
          HttpApiEndpoint.get("get", "/", { success: Schema.String, error: Class as typeof AudianError.NotFound })
        )
      )
      const group = HttpApiBuilder.group(api, "numbers", (handlers) =>
        handlers.handle("get", () => Effect.fail(new Class({ operation: "Numbers.get" }) as never))
      )
      const { dispose, handler } = HttpRouter.toWebHandler(
        HttpApiBuilder.layer(api).pipe(Layer.provide(group), Layer.provide(HttpServer.layerServices)) as never,
        { disableLogger: true }
      )
      const response = yield* Effect.promise(() => handler(new Request("http://localhost/") as never))
      yield* Effect.promise(dispose)
      assert.strictEqual(response.status, status)
      const body = (yield* Effect.promise(() => response.json())) as { readonly operation: string }
      assert.strictEqual(body.operation, "Numbers.get")
    })
  )
})

describe("AudianError guards", () => {
  const mine = new Error("mine")
  const tagsOf = (guard: (error: unknown) => boolean) => new Set(all.filter(guard).map(({ _tag }) => _tag))

  it("isClientError and isServerError find the documented 4xx and 5xx, and nothing else", () => {
    assert.deepStrictEqual<unknown>(tagsOf(AudianError.isClientError), new Set(AudianError.clientTags))
    assert.deepStrictEqual<unknown>(tagsOf(AudianError.isServerError), new Set(AudianError.serverTags))
    for (const other of [mine, undefined, null, "NotFound", { _tag: "NotFound" }]) {
      for (const guard of [
        AudianError.isClientError,
        AudianError.isServerError,
        AudianError.isRetryable,
        AudianError.isOutcomeUnknown,
        AudianError.isNotExecuted,
        AudianError.isExecuted,
        AudianError.asksForConsent,
        AudianError.isDatastoreConflict
      ]) {
        assert.isFalse(guard(other as unknown))
      }
    }
  })

  it.each(["not-executed", "unknown", "executed"] as const)("of the outcome %s find it alone", (outcome) => {
    const error = new AudianError.BadGateway({ outcome })
    assert.strictEqual(AudianError.isNotExecuted(error), outcome === "not-executed")
    assert.strictEqual(AudianError.isOutcomeUnknown(error), outcome === "unknown")
    assert.strictEqual(AudianError.isExecuted(error), outcome === "executed")
  })

  it.effect.each(all)("handle after catchTags, in any order: %s", (error) =>
    Effect.gen(function* () {
      const call: Effect.Effect<string, AudianError.AudianError> = Effect.fail(error)
      const one = yield* call.pipe(
        Effect.catchTags({ NotFound: () => Effect.succeed("none"), Conflict: () => Effect.succeed("none") }),
        Effect.catchIf(AudianError.isServerError, () => Effect.succeed("server")),
        Effect.catchIf(AudianError.isClientError, () => Effect.succeed("client")),
        Effect.catchTag("AudianClientError", () => Effect.succeed("ours"))
      )
      const two = yield* call.pipe(
        Effect.catchIf(AudianError.isClientError, ({ _tag }) =>
          Effect.succeed(_tag === "NotFound" || _tag === "Conflict" ? "none" : "client")
        ),
        Effect.catchIf(AudianError.isServerError, () => Effect.succeed("server")),
        Effect.orElseSucceed(() => "ours")
      )
      assert.strictEqual(one, two)
    })
  )
})

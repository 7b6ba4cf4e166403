import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { AudianError, Status } from "effect-audian"

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
    message: "Numbers.list: no answer (ECONNRESET)"
  },
  {
    reason: AudianError.Transport.make({}),
    status: undefined,
    isRetryable: true,
    message: "Numbers.list: no answer"
  },
  {
    reason: AudianError.Timeout.make({ scope: "attempt", limit: Duration.seconds(30) }),
    status: undefined,
    isRetryable: true,
    message: "Numbers.list: no answer within 30s"
  },
  {
    reason: AudianError.Timeout.make({ scope: "total", limit: Duration.minutes(5) }),
    status: undefined,
    isRetryable: false,
    message: "Numbers.list: no answer within 5m in total"
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
    message: "Numbers.list: 200 with an answer that does not fit the contract"
  },
  {
    reason: AudianError.UnexpectedStatus.make({ status: 418 }),
    status: 418,
    isRetryable: false,
    message: "Numbers.list: 418, which the API does not document"
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

  it.effect("a code and a type that nobody has documented pass", () =>
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

  it("AudianClientError: its outcome is unknown unless it says otherwise", () => {
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
  it.each(documented)("of $status is what the status table says", ({ Class, status }) => {
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

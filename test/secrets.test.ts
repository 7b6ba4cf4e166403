/**
 * No secret shows in anything a user can print: the service, layers, inputs, results, errors, causes, logs, spans, metrics,
 * the embedded server's log.
 *
 * Each secret is a word that occurs nowhere else, so a search for it finds every leak.
 */
import { inspect } from "node:util"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import {
  AccessTokens,
  Audian,
  AudianError,
  CircuitBreaker,
  Credentials,
  Events,
  Numbers,
  Operation,
  Ports,
  RateLimit,
  Retry,
  Telemetry
} from "effect-audian"
import { AudianTest, EmbeddedAudian, Fault } from "effect-audian/testing"
import { settle } from "./support/http.ts"
import { portRequest as port } from "./support/operations.ts"

const secrets = {
  apiKey: "sk_live_KEYKEYKEY0123456789",
  authToken: "AUTHTOKEN-given-0123456789",
  exchanged: "eyJhbGciOiJub25lIn0.RVhDSEFOR0VE.c2lnbmF0dXJl",
  echoed: "eyJhbGciOiJSUzI1NiJ9.RUNIT0VE.b3RoZXItdG9rZW4",
  pin: "PIN-7391-4682",
  password: "hunter2-PASSWORD-hunter2"
} as const

// -----------------------------------------------------------------------------
// outputs
// -----------------------------------------------------------------------------

const deep = {
  showHidden: true,
  depth: Number.POSITIVE_INFINITY,
  maxArrayLength: null,
  maxStringLength: null
} as const

const stringify = (value: unknown): string => {
  const seen = new Set<unknown>()
  const text = JSON.stringify(value, (_, item) => {
    if (typeof item === "bigint") return String(item)
    if (typeof item !== "object" || item === null) return item
    if (seen.has(item)) return "…"
    seen.add(item)
    return item
  })
  return text ?? ""
}

/** A value as `console.log`, `util.inspect`, `JSON.stringify` and `String` print it, and with `customInspect` off. */
const printed = (value: unknown): string =>
  [
    inspect(value, deep),
    inspect(value, { ...deep, customInspect: false }),
    stringify(value),
    typeof value === "symbol" ? "" : String(value),
    value instanceof Error ? `${value.message}\n${value.stack}\n${inspect(value.cause, deep)}` : "",
    AudianError.isAudianError(value) ? stringify(Schema.encodeSync(AudianError.AudianError)(value)) : ""
  ].join("\n")

const assertSilent = (text: string, what: string): void => {
  for (const [name, secret] of Object.entries(secrets)) {
    const at = text.indexOf(secret)
    if (at >= 0)
      assert.fail(`${name} shows in ${what}: …${text.slice(Math.max(0, at - 120), at + secret.length + 20)}…`)
  }
}

interface Captured<A> {
  readonly exit: Exit.Exit<A, unknown>
  readonly logs: string
  readonly spans: ReadonlyArray<Tracer.NativeSpan>
  readonly metrics: Metric.MetricRegistry
}

/** Runs a program as an anxious operator does: all requests and results logged, traced and measured, in every format. */
const captured = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<Captured<A>, never, R> =>
  Effect.suspend(() => {
    const logs: Array<string> = []
    const spans: Array<Tracer.NativeSpan> = []
    const metrics: Metric.MetricRegistry = new Map()
    const loggers = [
      Logger.formatSimple,
      Logger.formatLogFmt,
      Logger.formatJson,
      Logger.map(Logger.formatStructured, (line) => printed(line)),
      Logger.make(
        (line: Logger.Options<unknown>) =>
          printed(line.message) +
          Cause.pretty(line.cause) +
          printed(line.fiber.getRef(References.CurrentLogAnnotations))
      )
    ].map((logger) => Logger.map(logger as Logger.Logger<unknown, string>, (line) => void logs.push(line)))
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    return self.pipe(
      Effect.tap((value) => Effect.logTrace("a result", value)),
      Effect.tapCause((cause) =>
        Effect.andThen(Effect.logError("a failure", cause), Effect.logFatal(Cause.pretty(cause)))
      ),
      Effect.tapError((error) => Effect.logWarning(error)),
      Effect.exit,
      Effect.withSpan("the program"),
      Effect.provideService(References.CurrentLoggers, new Set(loggers)),
      Effect.provideService(References.MinimumLogLevel, "Trace"),
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.provideService(Telemetry.RequestLogEnabled, true),
      Effect.provideService(Metric.MetricRegistry, metrics),
      Effect.map((exit) => ({ exit: exit as Exit.Exit<A, unknown>, logs: logs.join("\n"), spans, metrics }))
    )
  })

/** Every output of a run. */
const outputOf = <A>({ exit, logs, metrics, spans }: Captured<A>): string => {
  const error = Exit.isFailure(exit) ? Cause.findErrorOption(exit.cause) : undefined
  return [
    logs,
    printed(metrics),
    printed(exit),
    ...spans.map(({ attributes, events, links, name, status }) =>
      printed({
        name,
        attributes: Array.from(attributes),
        events,
        links,
        end: status._tag === "Ended" && Exit.isFailure(status.exit) ? Cause.pretty(status.exit.cause) : undefined
      })
    ),
    ...(Exit.isFailure(exit) ? [Cause.pretty(exit.cause), ...Cause.prettyErrors(exit.cause).map(printed)] : []),
    error?._tag === "Some" ? printed(error.value) : ""
  ].join("\n")
}

const assertCapturedSilent = <A>({ exit, logs, metrics, spans }: Captured<A>): void => {
  assertSilent(printed(metrics), "the metrics")
  assertSilent(logs, "the logs")
  assertSilent(printed(exit), "the exit")
  for (const { attributes, events, links, name, status } of spans) {
    // A tracer exports the failure of a span as text.
    const end = status._tag === "Ended" && Exit.isFailure(status.exit) ? Cause.pretty(status.exit.cause) : undefined
    assertSilent(printed({ name, attributes: Array.from(attributes), events, links, end }), `the span ${name}`)
  }
  if (Exit.isFailure(exit)) {
    assertSilent(Cause.pretty(exit.cause), "the pretty cause")
    for (const error of Cause.prettyErrors(exit.cause)) assertSilent(printed(error), "a pretty error")
    const error = Cause.findErrorOption(exit.cause)
    if (error._tag === "Some") assertSilent(printed(error.value), "the error")
  }
}

// -----------------------------------------------------------------------------
// a server that leaks secrets
// -----------------------------------------------------------------------------

interface ServedResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body: string
}

/** Responds to the token exchange with a token unless `exchange` is given, and to everything else with `response`. */
const server = (response: ServedResponse, exchange?: ServedResponse): Layer.Layer<HttpClient.HttpClient> =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request, url) =>
      Effect.sync(() => {
        const { body, headers, status } =
          url.pathname === "/v2/api_auth"
            ? (exchange ?? {
                status: 201,
                body: JSON.stringify({ auth_token: secrets.exchanged, data: { account_id: "account_1" } })
              })
            : response
        return HttpClientResponse.fromWeb(request, new Response(body, { status, headers: headers ?? {} }))
      })
    )
  )

const broken = (cause: (headers: Readonly<Record<string, string>>) => unknown): Layer.Layer<HttpClient.HttpClient> =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, cause: cause(request.headers) })
        })
      )
    )
  )

const withKey = (http: Layer.Layer<HttpClient.HttpClient>, more: Partial<Audian.ClientOptions> = {}) =>
  Audian.layer({ apiKey: secrets.apiKey, retry: Retry.none, ...more }).pipe(Layer.provide(http))

const withToken = (http: Layer.Layer<HttpClient.HttpClient>) =>
  Audian.layer({ authToken: secrets.authToken, retry: Retry.none }).pipe(Layer.provide(http))

/** An operation of the account-scoped family: it sends the exchanged token. */
const users = Operation.make(
  () =>
    HttpApiEndpoint.get("list", "/v2/accounts/:account_id/users", {
      params: { account_id: Schema.String },
      success: Schema.Struct({ data: Schema.Array(Schema.Struct({ id: Schema.String })) })
    }),
  { resource: "Users", family: "account", replay: "safe" }
)

const portRequest = { ...port, account_pin: Redacted.make(secrets.pin) }

// -----------------------------------------------------------------------------
// before a call
// -----------------------------------------------------------------------------

describe("secrets: before any call", () => {
  const options: Audian.Options = {
    apiKey: Redacted.make(secrets.apiKey),
    authToken: Redacted.make(secrets.authToken),
    accountId: "account_1"
  }
  const idle = server({ status: 200, body: "{}" })

  it.each([
    { what: "options with redacted secrets", value: options },
    { what: "a layer of redacted secrets", value: Audian.layer(options) },
    { what: "a layer of plain secrets", value: Audian.layer({ apiKey: secrets.apiKey, authToken: secrets.authToken }) },
    { what: "a layer with its HttpClient", value: withKey(idle) },
    { what: "Audian.make of redacted secrets", value: Audian.make(options) },
    {
      what: "an effect that reads the key",
      value: Audian.layer({ apiKey: Effect.sync(() => Redacted.make(secrets.apiKey)) })
    },
    { what: "a call with a redacted PIN", value: Ports.create(portRequest) },
    { what: "a call with a plain PIN", value: Ports.create({ ...portRequest, account_pin: secrets.pin }) },
    { what: "the exchange of a key", value: AccessTokens.exchange({ api_key: Redacted.make(secrets.apiKey) }) },
    { what: "the layer of an embedded server", value: EmbeddedAudian.layer({ apiKey: secrets.apiKey }) },
    { what: "a stub that responds with a token", value: AudianTest.handle(AccessTokens.exchange, () => session) }
  ])("$what shows no secret", ({ what, value }) => {
    assertSilent(printed(value), what)
  })

  const session = Effect.succeed({ auth_token: Redacted.make(secrets.exchanged), data: {} })

  it.effect("the Audian service shows no secret, before and after it has got a token", () =>
    Effect.gen(function* () {
      const service = yield* Audian.Audian
      assertSilent(printed(service), "the service")
      yield* Effect.exit(users({}))
      assertSilent(printed(service), "the service that has a token")
    }).pipe(Effect.provide(withKey(server({ status: 200, body: '{"data":[]}' }))))
  )

  it.effect("Credentials show no secret, and neither do the tokens they give", () =>
    Effect.gen(function* () {
      const credentials = yield* Credentials.make({
        apiKey: Redacted.make(secrets.apiKey),
        authToken: Redacted.make(secrets.authToken),
        exchange: () => Effect.succeed({ token: Redacted.make(secrets.exchanged), accountId: "account_1" })
      })
      const flat = yield* credentials.token("flat")
      const account = yield* credentials.token("account")
      assert.strictEqual(Redacted.value(flat), secrets.apiKey)
      assert.strictEqual(Redacted.value(account), secrets.authToken)
      assert.isTrue(yield* credentials.refuse("account", account))
      const renewed = yield* credentials.token("account")
      assert.strictEqual(Redacted.value(renewed), secrets.exchanged)
      assertSilent(printed({ credentials, flat, account, renewed }), "the credentials")
    })
  )

  it.effect.each([
    {
      what: "a base URL with a password",
      options: { apiKey: secrets.apiKey, baseUrl: `https://u:${secrets.password}@x` }
    },
    { what: "a base URL that is none", options: { apiKey: secrets.apiKey, baseUrl: secrets.password } },
    { what: "an empty account id", options: { apiKey: secrets.apiKey, accountId: " " } }
  ])("$what is refused without quoting a secret", ({ options }) =>
    Effect.gen(function* () {
      const run = yield* captured(Effect.provide(Numbers.list(), Audian.layer(options).pipe(Layer.provide(idle))))
      assert.isTrue(Exit.isFailure(run.exit))
      assertCapturedSilent(run)
    })
  )

  it.effect.each([
    { what: "a base URL with a password", env: { AUDIAN_BASE_URL: `https://u:${secrets.password}@x` } },
    { what: "an empty account id", env: { AUDIAN_ACCOUNT_ID: " " } }
  ])("configuration with $what is refused without quoting a secret", ({ env }) =>
    Effect.gen(function* () {
      const provider = ConfigProvider.fromUnknown({
        AUDIAN_API_KEY: secrets.apiKey,
        AUDIAN_AUTH_TOKEN: secrets.authToken,
        ...env
      })
      const run = yield* captured(
        Effect.provide(
          Numbers.list(),
          Audian.layerConfig().pipe(Layer.provide(idle), Layer.provide(ConfigProvider.layer(provider)))
        )
      )
      assert.isTrue(Exit.isFailure(run.exit))
      assertCapturedSilent(run)
    })
  )

  it.effect.each([
    { what: "a number that is none", input: { ...portRequest, number: "+" as const } },
    { what: "a PIN of another type", input: { ...portRequest, account_pin: [secrets.pin] as unknown as string } },
    {
      what: "a secret in a field of another type",
      input: { ...portRequest, end_user_name: [secrets.password] as unknown as string }
    },
    { what: "a field that is not known", input: { ...portRequest, password: secrets.password } }
  ])("input with $what is refused without quoting it", ({ input }) =>
    Effect.gen(function* () {
      const run = yield* captured(Effect.provide(Ports.create(input), withKey(idle)))
      assert.isTrue(Exit.isFailure(run.exit))
      assertCapturedSilent(run)
    })
  )

  it.effect("a key that was not redacted, given to the exchange, is refused without quoting it", () =>
    Effect.gen(function* () {
      const api_key = secrets.apiKey as unknown as Redacted.Redacted
      const run = yield* captured(Effect.provide(AccessTokens.exchange({ api_key }), withKey(idle)))
      assertCapturedSilent(run)
    })
  )

  it.effect("a key that cannot be read fails without the message of the secret manager", () =>
    Effect.gen(function* () {
      const apiKey = Effect.fail(`vault says ${secrets.password}`)
      const run = yield* captured(
        Effect.provide(Numbers.list(), Audian.layer({ apiKey, retry: Retry.none }).pipe(Layer.provide(idle)))
      )
      assert.isTrue(Exit.isFailure(run.exit))
      assertCapturedSilent(run)
    })
  )
})

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

/** Responses that echo a secret. `S` is the secret. */
const echoes: ReadonlyArray<{ readonly what: string; readonly body: (secret: string) => string }> = [
  { what: "in a message", body: (S) => JSON.stringify({ error: { code: "c", message: `The key ${S} is invalid` } }) },
  { what: "as a code", body: (S) => JSON.stringify({ error: { code: S, message: "m" } }) },
  { what: "as a type", body: (S) => JSON.stringify({ error: { type: S, message: "m" } }) },
  { what: "as a param", body: (S) => JSON.stringify({ error: { param: S, message: "m" } }) },
  { what: "as the engine's reason", body: (S) => JSON.stringify({ error: "401", message: S, data: {} }) },
  { what: "as the engine's data", body: (S) => JSON.stringify({ error: "401", message: "m", data: `no: ${S}` }) },
  { what: "as the engine's cause", body: (S) => JSON.stringify({ error: "404", message: "m", data: { cause: S } }) },
  { what: "as the engine's request id", body: (S) => JSON.stringify({ error: "401", message: "m", request_id: S }) },
  {
    what: "as a field that failed",
    body: (S) => JSON.stringify({ error: "400", message: "m", data: { [S]: { required: { message: "x" } } } })
  },
  {
    what: "as a rule that failed",
    body: (S) => JSON.stringify({ error: "400", message: "m", data: { field: { [S]: { message: "x" } } } })
  },
  {
    what: "as the value of a field that failed",
    body: (S) =>
      JSON.stringify({ error: "400", message: "m", data: { field: { type: { message: `not ${S}`, value: S } } } })
  },
  { what: "as a problem's detail and type", body: (S) => JSON.stringify({ type: S, code: S, detail: `no ${S}` }) },
  { what: "as a bare string", body: (S) => JSON.stringify(S) },
  { what: "as a key", body: (S) => JSON.stringify({ error: "500", message: "m", [S]: 1 }) },
  { what: "deep within", body: (S) => JSON.stringify({ error: "500", a: [{ b: { c: [[`x${S}y`]] } }] }) },
  { what: "in a page", body: (S) => `<html><title>No ${S}</title><body>Token: ${S}</body></html>` },
  { what: "in the text of a page", body: (S) => `<html><body><b>Token:</b> ${S}</body></html>` },
  { what: "in plain text", body: (S) => `X-Auth-Token: ${S}` },
  { what: "in truncated JSON", body: (S) => `{"error":{"message":"${S}","` }
]

const senders: ReadonlyArray<{
  readonly which: string
  readonly secret: string
  readonly layer: (http: Layer.Layer<HttpClient.HttpClient>) => Layer.Layer<Audian.Audian>
  readonly call: Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>
}> = [
  { which: "API key", secret: secrets.apiKey, layer: withKey, call: Numbers.list() },
  { which: "auth token", secret: secrets.authToken, layer: withToken, call: Numbers.list() },
  { which: "exchanged token", secret: secrets.exchanged, layer: withKey, call: users({}) }
]

describe("secrets: a response that echoes the credential", () => {
  for (const { call, layer, secret, which } of senders) {
    it.effect.each(echoes)(`makes an error that shows no ${which}: $what`, ({ body }) =>
      Effect.gen(function* () {
        for (const status of [400, 401, 404, 418, 500]) {
          const run = yield* captured(Effect.provide(call, layer(server({ status, body: body(secret) }))))
          assert.isTrue(Exit.isFailure(run.exit))
          assertCapturedSilent(run)
        }
      })
    )

    it.effect.each(echoes)(`with status 200 makes an InvalidResponse that shows no ${which}: $what`, ({ body }) =>
      Effect.gen(function* () {
        const run = yield* captured(Effect.provide(call, layer(server({ status: 200, body: body(secret) }))))
        assertCapturedSilent(run)
      })
    )

    it.effect(`in its headers makes an error that shows no ${which}`, () =>
      Effect.gen(function* () {
        for (const status of [401, 429, 504]) {
          const headers = {
            "x-auth-token": secret,
            "x-request-id": `req-${secret}`,
            "retry-after": secret,
            "x-ratelimit-limit": secret,
            "www-authenticate": `Token ${secret}`,
            "set-cookie": `token=${secret}`
          }
          const run = yield* captured(Effect.provide(call, layer(server({ status, headers, body: "{}" }))))
          assert.isTrue(Exit.isFailure(run.exit))
          assertCapturedSilent(run)
        }
      })
    )

    it.effect(`in the headers of a success gives a Response that shows no ${which}`, () =>
      Effect.gen(function* () {
        const headers = {
          "x-auth-token": secrets.echoed,
          "X-Request-Id": `req-${secret}`,
          "set-cookie": `token=${secrets.echoed}`,
          authorization: `Bearer ${secret}`,
          "x-debug": `your token was ${secret}`,
          location: `https://api.audian.com/v2/x?auth_token=${secret}`
        }
        const body = '{"success":true,"data":{"numbers":[]}}'
        const ok = which === "exchanged token" ? '{"data":[]}' : body
        const run = yield* captured(
          Effect.provide(Audian.withResponse(call), layer(server({ status: 200, headers, body: ok })))
        )
        assert.isTrue(Exit.isSuccess(run.exit))
        assertCapturedSilent(run)
      })
    )

    it.effect(`in the envelope of a success gives a value and a Response that show no ${which}`, () =>
      Effect.gen(function* () {
        const data = which === "exchanged token" ? [] : { numbers: [] }
        const body = JSON.stringify({ data, auth_token: secret, request_id: `req-${secret}`, status: "success" })
        const run = yield* captured(Effect.provide(Audian.withResponse(call), layer(server({ status: 200, body }))))
        assert.isTrue(Exit.isSuccess(run.exit))
        assertCapturedSilent(run)
      })
    )
  }

  it.effect("shows no part of a credential that lies where a text is cut", () =>
    Effect.gen(function* () {
      // Long enough to be no accident, short enough to fit in a truncated text.
      const part = secrets.apiKey.slice(0, 14)
      const texts = [
        // Up to where the library may cut a text, with a key across the cut.
        ...[200, 300, 500, 2000, 2048, 4096, 20_000].map((cut) => `${"x".repeat(cut - 20)}${secrets.apiKey}`),
        // Keys shrink when they are taken out, which moves what lies behind a cut to before it.
        ...[0, 5, 10, 15, 20, 25].map((offset) => "x".repeat(offset) + `${secrets.apiKey} `.repeat(1000))
      ]
      for (const text of texts) {
        for (const response of [
          { status: 500, body: text },
          { status: 500, body: `<p>${text}</p>` },
          { status: 500, body: JSON.stringify({ error: { message: text } }) },
          { status: 400, body: JSON.stringify({ error: "400", data: { field: { rule: { message: text } } } }) },
          { status: 500, headers: { "x-request-id": text.slice(0, 8000) }, body: "{}" },
          { status: 200, headers: { "x-request-id": text.slice(0, 8000) }, body: text }
        ]) {
          const error = yield* Effect.flip(Effect.provide(Numbers.list(), withKey(server(response))))
          const shown = stringify(yield* Schema.encodeEffect(AudianError.AudianError)(error)) + error.message
          assert.notInclude(shown, part, `${shown.slice(Math.max(0, shown.indexOf(part) - 60)).slice(0, 120)}`)
        }
      }
    })
  )
})

describe("secrets: a response with another secret", () => {
  const engine = (data: unknown, more: object = {}) =>
    JSON.stringify({ error: "400", message: "validation error", status: "error", data, ...more })

  it.effect.each([
    { what: "an echoed auth_token", body: engine({ message: "no" }, { auth_token: secrets.echoed }) },
    { what: "a password by its name", body: engine({ password: secrets.password }) },
    { what: "SIP credentials", body: engine({ sip: { username: "u", password: secrets.password } }) },
    {
      what: "the value of a password that broke a rule",
      body: engine({ password: { minLength: { message: "Too short", value: secrets.password } } })
    },
    {
      what: "the value of a password within an object, whose path is joined by dots",
      body: engine({ "sip.password": { minLength: { message: "Too short", target: 40, value: secrets.password } } })
    },
    {
      what: "the value of a password in a list, whose path is joined by dots",
      body: engine({ "devices.0.sip.password": { type: { message: "Wrong type", value: secrets.password } } })
    },
    {
      what: "an account PIN",
      body: engine({ account_pin: { maxLength: { message: "Too long", value: secrets.pin } } })
    },
    { what: "a PIN in camel case", body: engine({ accountPin: secrets.pin }) },
    { what: "an API key in camel case", body: engine({ apiKey: secrets.apiKey }) },
    { what: "a key as a header's name has it", body: engine({ headers: { "X-Api-Key": secrets.apiKey } }) },
    { what: "the header it was sent with", body: engine({ headers: { "X-Auth-Token": secrets.echoed } }) },
    { what: "a signing secret", body: engine({ signing_secret: secrets.password, webhook_secret: secrets.password }) },
    { what: "a key to sign with", body: engine({ sha256_key: secrets.password, hmacKey: secrets.password }) },
    { what: "a refresh token", body: engine({ refresh_token: secrets.echoed }) },
    { what: "an auth_token in a body that breaks off", body: engine({}, { auth_token: secrets.echoed }).slice(0, -1) },
    { what: "an auth_token first in a body that breaks off", body: `{"auth_token":"${secrets.echoed}","data":{"mess` },
    { what: "an auth_token that breaks off", body: `{"data":{},"auth_token":"${secrets.echoed}` },
    { what: "a password in a body that breaks off", body: `{"data":{"sip":{"password":"${secrets.password}","user` },
    { what: "an auth_token behind a byte order mark", body: `\ufeff${engine({}, { auth_token: secrets.echoed })}` }
  ])("makes an error that does not: $what", ({ body }) =>
    Effect.gen(function* () {
      for (const status of [200, 400, 401, 418, 500]) {
        const run = yield* captured(Effect.provide(Numbers.list(), withToken(server({ status, body }))))
        assert.isTrue(Exit.isFailure(run.exit))
        assertCapturedSilent(run)
      }
    })
  )

  it.effect.each([
    { what: "in a message", body: JSON.stringify({ error: { message: `The PIN ${secrets.pin} is wrong` } }) },
    { what: "in plain text", body: `account_pin: ${secrets.pin}` },
    { what: "as the value of its field", body: engine({ account_pin: { type: { message: secrets.pin } } }) }
  ])("makes an error that does not show the PIN that was sent: $what", ({ body }) =>
    Effect.gen(function* () {
      const run = yield* captured(Effect.provide(Ports.create(portRequest), withKey(server({ status: 422, body }))))
      assert.isTrue(Exit.isFailure(run.exit))
      assertCapturedSilent(run)
    })
  )
})

describe("secrets: the exchange of the API key", () => {
  const never = { status: 500, body: "" }

  it.effect.each(echoes)("that fails shows no API key: $what", ({ body }) =>
    Effect.gen(function* () {
      for (const status of [401, 429, 500, 201]) {
        const response = { status, body: body(secrets.apiKey) }
        // By the client itself, and by the operation.
        const implicit = yield* captured(Effect.provide(users({}), withKey(server(never, response))))
        assert.isTrue(Exit.isFailure(implicit.exit))
        assertCapturedSilent(implicit)
        const explicit = yield* captured(
          Effect.provide(
            AccessTokens.exchange({ api_key: Redacted.make(secrets.apiKey) }),
            withToken(server(never, response))
          )
        )
        assert.isTrue(Exit.isFailure(explicit.exit))
        assertCapturedSilent(explicit)
      }
    })
  )

  it.effect.each([
    { what: "of another shape", body: JSON.stringify({ auth_token: secrets.exchanged, data: 1 }) },
    { what: "with a token of another type", body: JSON.stringify({ auth_token: [secrets.exchanged], data: {} }) },
    { what: "that breaks off", body: `{"auth_token":"${secrets.exchanged}","data":{"account_id":` },
    { what: "that breaks off within the token", body: `{"data":{},"auth_token":"${secrets.exchanged}` }
  ])("that responds with a success $what shows no token", ({ body }) =>
    Effect.gen(function* () {
      const run = yield* captured(Effect.provide(users({}), withKey(server(never, { status: 201, body }))))
      assert.isTrue(Exit.isFailure(run.exit))
      assertCapturedSilent(run)
    })
  )

  it.effect("that succeeds gives a token that only Redacted.value shows", () =>
    Effect.gen(function* () {
      const run = yield* captured(
        Effect.provide(
          Audian.withResponse(AccessTokens.exchange({ api_key: Redacted.make(secrets.apiKey) })),
          withToken(server(never))
        )
      )
      assertCapturedSilent(run)
      assert.isTrue(Exit.isSuccess(run.exit))
      if (Exit.isSuccess(run.exit)) {
        assert.strictEqual(Redacted.value(run.exit.value[0].auth_token), secrets.exchanged)
      }
    })
  )
})

describe("secrets: a request without a response", () => {
  it.effect.each([
    {
      what: "quotes the headers",
      cause: (headers: object) => new Error(`bad headers: ${JSON.stringify(headers)}`)
    },
    {
      what: "holds the request",
      cause: (headers: object) => Object.assign(new Error("refused"), { code: "ECONNREFUSED", request: { headers } })
    },
    {
      what: "has a cause of its own that quotes the token",
      cause: (headers: Readonly<Record<string, string>>) =>
        new Error("fetch failed", { cause: new Error(`sent ${headers["x-auth-token"]}`) })
    },
    {
      what: "has the token as its code",
      cause: (headers: Readonly<Record<string, string>>) =>
        Object.assign(new Error("x"), { code: headers["x-auth-token"] })
    }
  ])("is a Transport error that shows no secret when its cause $what", ({ cause }) =>
    Effect.gen(function* () {
      for (const layer of [withKey(broken(cause)), withToken(broken(cause))]) {
        const run = yield* captured(Effect.provide(Numbers.list(), layer))
        assert.isTrue(Exit.isFailure(run.exit))
        assertCapturedSilent(run)
      }
    })
  )

  for (const [name, http] of [
    ["undici", NodeHttpClient.layerUndici],
    ["fetch", FetchHttpClient.layer],
    ["node:http", NodeHttpClient.layerNodeHttp]
  ] as const) {
    it.effect.each([
      { what: "with a line break", suffix: "\nx: y" },
      { what: "with a character outside of Latin-1", suffix: "\u20ac" },
      { what: "with a NUL", suffix: "\u0000end" }
    ])(`shows no part of a key $what, which no header can carry, on ${name}`, ({ suffix }) =>
      Effect.gen(function* () {
        const run = yield* captured(
          Effect.provide(
            Numbers.list(),
            Audian.layer({
              apiKey: secrets.apiKey + suffix,
              baseUrl: "http://127.0.0.1:9",
              retry: Retry.none
            }).pipe(Layer.provide(http))
          )
        )
        assert.isTrue(Exit.isFailure(run.exit))
        assertCapturedSilent(run)
      })
    )
  }
})

// -----------------------------------------------------------------------------
// calls that go well, and the embedded server
// -----------------------------------------------------------------------------

const session = Effect.gen(function* () {
  const port = yield* Ports.create(portRequest)
  const plain = yield* Effect.result(Ports.create({ ...portRequest, account_pin: secrets.pin }))
  const listed = yield* Audian.withResponse(Numbers.list())
  const exchanged = yield* Audian.withResponse(AccessTokens.exchange({ api_key: Redacted.make(secrets.apiKey) }))
  const missing = yield* Effect.result(Numbers.getConfig({ number_id: "nothing" }))
  assert.isTrue(Result.isFailure(plain) && Result.isFailure(missing))
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  yield* embedded.fault(Fault.status(503))
  const faulted = yield* Effect.result(Numbers.list())
  return { port, plain, listed, exchanged, missing, faulted, embedded, requests: yield* embedded.requests }
})

describe("secrets: EmbeddedAudian", () => {
  it.effect("in memory shows no secret in its service, its log, its responses, its spans", () =>
    Effect.gen(function* () {
      const run = yield* captured(
        Effect.provide(session, EmbeddedAudian.layer({ apiKey: secrets.apiKey, client: { retry: Retry.none } }))
      )
      assertCapturedSilent(run)
      assert.isTrue(Exit.isSuccess(run.exit))
      if (Exit.isSuccess(run.exit)) {
        const { exchanged, requests } = run.exit.value
        const token = Redacted.value(exchanged[0].auth_token)
        assert.notInclude(printed(run.exit), token)
        assert.notInclude(run.logs, token)
        // The log has all requests, so a leak would have shown.
        assert.strictEqual(requests.length, 6)
        assert.deepStrictEqual(
          requests.map(({ headers }) => headers["x-auth-token"]),
          ["<redacted>", "<redacted>", "<redacted>", undefined, "<redacted>", "<redacted>"] as Array<string>
        )
        assert.deepInclude(requests[0]!.input as object, { account_pin: "<redacted>", account_number: "1" })
      }
      assert.isAtLeast(run.spans.length, 7)
    })
  )

  it.live("on a socket shows no secret in its log, its responses, its spans", () =>
    Effect.gen(function* () {
      const run = yield* captured(
        Effect.provide(
          session,
          EmbeddedAudian.client({ retry: Retry.none }).pipe(
            Layer.provideMerge(EmbeddedAudian.serve({ apiKey: secrets.apiKey })),
            Layer.provide(NodeHttpClient.layerUndici)
          )
        )
      )
      assertCapturedSilent(run)
      assert.isTrue(Exit.isSuccess(run.exit))
    })
  )

  it.effect("logs a request that carries the credential where none belongs without it", () =>
    Effect.gen(function* () {
      yield* Effect.exit(Numbers.search({ location: secrets.apiKey }))
      yield* Effect.exit(Numbers.getConfig({ number_id: secrets.apiKey }))
      const { requests } = yield* EmbeddedAudian.EmbeddedAudian
      assertSilent(printed(yield* requests), "the request log")
    }).pipe(Effect.provide(EmbeddedAudian.layer({ apiKey: secrets.apiKey })))
  )
})

describe("secrets: a client whose token was rejected", () => {
  it.effect("shows neither the old nor the new one", () =>
    Effect.gen(function* () {
      const run = yield* captured(
        Effect.provide(
          users({}),
          withKey(server({ status: 401, body: `{"error":"401","message":"${secrets.exchanged}"}` }))
        )
      )
      assert.isTrue(Exit.isFailure(run.exit))
      assertCapturedSilent(run)
    })
  )
})

describe("secrets: Events.stream", () => {
  const events = Events.stream({ bindings: ["call.*"], accountId: "account_embedded", reconnect: Retry.none })
  const embedded = EmbeddedAudian.layer({ apiKey: secrets.apiKey })
  const given = Layer.provide(Audian.layer({ authToken: secrets.authToken }), NodeHttpClient.layerUndici)

  it.effect("shows no token, taken or refused", () =>
    Effect.gen(function* () {
      const taken = yield* captured(Effect.provide(Stream.runHead(events), embedded))
      assert.isTrue(Exit.isSuccess(taken.exit))
      // The server echoes the token in its response.
      const refused = yield* captured(Effect.provide(Stream.runDrain(events), Layer.merge(embedded, given)))
      assert.isTrue(Exit.isFailure(refused.exit))
      assertCapturedSilent(taken)
      assertCapturedSilent(refused)
    })
  )
})

// -----------------------------------------------------------------------------
// any secret, in any encoding, anywhere
// -----------------------------------------------------------------------------

const runs = Number(process.env.AUDIAN_PROPERTY_RUNS ?? 100)

const int = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const oneOf = <A>(...values: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  Arbitrary.map(int(0, values.length - 1), (index) => values[index]!)

/** Visible ASCII with spaces inside; encoders escape many of the characters. */
const anySecret = Arbitrary.map(Arbitrary.array(int(0x20, 0x7e)), (codes) => {
  const text = String.fromCharCode(...codes.slice(0, 40))
    .trim()
    .padEnd(9, "aB3/xY9=+&<>%-_")
  // Unlike anything else in an output.
  return `${text}~K7`
})

const bytesOf = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text))

const html = (text: string, as: (char: string) => string): string => text.replace(/[&<>"'/=`+]/g, as)
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

/** How others write a secret. Each of the six has several dialects. */
const encoders: Readonly<Record<string, ReadonlyArray<(text: string) => string>>> = {
  json: [
    (text) => JSON.stringify(text).slice(1, -1),
    (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
    (text) =>
      JSON.stringify(text)
        .slice(1, -1)
        .replace(/[&<>='+/]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
    (text) =>
      Array.from(text, (char) => `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`).join(""),
    (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1)
  ],
  percent: [
    encodeURIComponent,
    (text) => encodeURIComponent(text).replace(/%../g, (hex) => hex.toLowerCase()),
    (text) => Array.from(bytesOf(text), (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""),
    (text) => encodeURIComponent(encodeURIComponent(text))
  ],
  form: [
    (text) => new URLSearchParams([["", text]]).toString().slice(1),
    (text) => encodeURIComponent(text).replaceAll("%20", "+")
  ],
  html: [
    (text) => html(text, (char) => entities[char] ?? char),
    (text) => html(text, (char) => `&#${char.charCodeAt(0)};`),
    (text) => html(text, (char) => `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`),
    (text) =>
      html(
        html(text, (char) => entities[char] ?? char),
        (char) => entities[char] ?? char
      )
  ],
  base64: [
    (text) => btoa(bytesOf(text)),
    (text) => btoa(bytesOf(text)).replace(/=+$/, ""),
    (text) => btoa(`user:${bytesOf(text)}`),
    (text) => btoa(`us:${bytesOf(text)}:x`)
  ],
  base64url: [
    (text) => Buffer.from(text).toString("base64url"),
    (text) => Buffer.from(`a ${text}`).toString("base64url"),
    (text) => encodeURIComponent(Buffer.from(text).toString("base64"))
  ],
  none: [(text) => text]
}

/** A response that holds a text somewhere. `raw` puts it into JSON as it is, so that its escapes are JSON's. */
const places: ReadonlyArray<(text: string, raw: string) => Omit<ServedResponse, "status">> = [
  (S) => ({ body: JSON.stringify({ error: { code: "c", message: `The value ${S} is invalid`, type: S, param: S } }) }),
  (_, raw) => ({ body: `{"error":{"code":"c","message":"The value ${raw} is invalid","param":"${raw}"}}` }),
  (S) => ({ body: JSON.stringify({ error: { code: S, message: "m" } }) }),
  (S) => ({
    body: JSON.stringify({ error: "400", message: S, data: { [S]: { required: { message: S, value: S } } } })
  }),
  (_, raw) => ({ body: `{"error":"400","message":"m","data":{"${raw}":{"${raw}":{"message":"${raw}"}}}}` }),
  (S) => ({ body: JSON.stringify({ success: false, error: { code: "c", message: S } }) }),
  (S) => ({
    body: JSON.stringify({ status: "error", error: "500", message: "init failed", data: [S], request_id: S })
  }),
  (S) => ({ body: JSON.stringify({ a: [{ b: { c: [[`x${S}y`], { [`k ${S}`]: 1 }] } }], data: 7 }) }),
  (S) => ({ body: JSON.stringify({ detail: JSON.stringify({ sent: S, more: `no ${S}` }) }) }),
  (S) => ({ body: JSON.stringify(S) }),
  (S) => ({ body: `<html><title>No ${S}</title><body>Value: <b>${S}</b></body></html>` }),
  (S) => ({ body: `You sent ${S} to us.` }),
  (_, raw) => ({ body: `{"error":{"message":"${raw}","more":["${raw}",` }),
  (S) => ({ body: `${"x".repeat(8185)} ${S} ${S}` }),
  (S) => ({
    body: JSON.stringify({ error: { message: `${"x".repeat(1990)} ${S}` }, text: `${"y".repeat(8185)} ${S}` })
  }),
  (S) => ({
    body: "{}",
    headers: { "x-request-id": `req ${S}`, "x-debug": `sent ${S}`, location: `https://x/?t=${S}`, "x-auth-token": S }
  })
]

describe("secrets: any secret, in any encoding, anywhere in a response", () => {
  const isHeader = (text: string) => /^[\x20-\x7e]*$/.test(text)

  it.effect.prop(
    "is in no output of a call",
    {
      secret: anySecret,
      encoder: oneOf(...Object.keys(encoders)),
      dialect: int(0, 20),
      place: oneOf(...places),
      status: oneOf(200, 201, 302, 400, 401, 402, 403, 404, 409, 418, 422, 429, 499, 500, 502, 503, 504),
      which: oneOf("key", "token", "exchanged", "pin")
    },
    ({ dialect, encoder, place, secret, status, which }) =>
      Effect.gen(function* () {
        const all = encoders[encoder]!
        const encoded = all[dialect % all.length]!(secret)
        // In JSON, an encoding other than JSON's own may hold what JSON must escape.
        const raw = encoder === "json" ? encoded : JSON.stringify(encoded).slice(1, -1)
        const { body, headers } = place(encoded, raw)
        if (headers !== undefined && !Object.values(headers).every(isHeader)) return
        const response = { status, body, headers }
        const call: Effect.Effect<unknown, unknown> =
          which === "pin"
            ? Effect.provide(Ports.create({ ...portRequest, account_pin: secret }), withKey(server(response)))
            : which === "exchanged"
              ? Effect.provide(
                  users({}),
                  withKey(
                    server(response, {
                      status: 201,
                      body: JSON.stringify({ auth_token: secret, data: { account_id: "a" } })
                    })
                  )
                )
              : Effect.provide(
                  Audian.withResponse(Numbers.list()),
                  Audian.layer({
                    ...(which === "key" ? { apiKey: secret } : { authToken: secret }),
                    retry: Retry.none
                  }).pipe(Layer.provide(server(response)))
                )
        const run = yield* captured(call)
        const output = outputOf(run)
        for (const form of new Set([
          secret,
          encoded,
          ...Object.values(encoders).flatMap((all) => all.map((f) => f(secret)))
        ])) {
          const at = output.indexOf(form)
          if (at >= 0) assert.fail(`${form} shows: …${output.slice(Math.max(0, at - 200), at + form.length + 40)}…`)
        }
      }),
    { arbitrary: { runs }, timeout: 20_000 + runs * 100 }
  )

  it.effect.each([
    { what: "an escaped slash and equals sign", secret: "aB3/xY9=", echo: "aB3\\/xY9\\u003d" },
    { what: "an escaped ampersand", secret: "aB3&xY9=q", echo: "aB3\\u0026xY9=q" },
    { what: "percent in lower case", secret: "aB3/xY9=", echo: "aB3%2fxY9%3d" }
  ])("is redacted in a message: $what", ({ echo, secret }) =>
    Effect.gen(function* () {
      const body = `{"error":{"code":"c","message":"The key ${echo} is invalid"}}`
      const error = yield* Effect.flip(
        Effect.provide(
          Numbers.list(),
          Audian.layer({ apiKey: secret, retry: Retry.none }).pipe(Layer.provide(server({ status: 400, body })))
        )
      )
      assert.strictEqual(error.description, "The key <redacted> is invalid")
      assert.deepStrictEqual<unknown>(error.body, { error: { code: "c", message: "The key <redacted> is invalid" } })
    })
  )

  const foreign = "pässwörd€😀é"
  it.effect.each([
    { what: "as it is", echo: foreign },
    { what: "as JSON in ASCII", echo: Array.from(foreign, (char) => JSON.stringify(char).slice(1, -1)).join("") },
    { what: "percent-encoded", echo: encodeURIComponent(foreign) },
    { what: "percent-encoded in lower case", echo: encodeURIComponent(foreign).toLowerCase() },
    { what: "as HTML", echo: Array.from(foreign, (char) => `&#x${char.codePointAt(0)!.toString(16)};`).join("") },
    { what: "in base64", echo: btoa(bytesOf(foreign)) }
  ])("is redacted outside of ASCII too: $what", ({ echo }) =>
    Effect.gen(function* () {
      for (const body of [JSON.stringify({ error: { message: `No ${echo} here` } }), `No ${echo} here`]) {
        const error = yield* Effect.flip(
          Effect.provide(Ports.create({ ...portRequest, account_pin: foreign }), withKey(server({ status: 422, body })))
        )
        assert.strictEqual(error.description, "No <redacted> here")
      }
    })
  )

  it.effect("is redacted where a short one stands alone, also as a number, and not within another", () =>
    Effect.gen(function* () {
      const body = JSON.stringify({ error: { message: "PIN 1234, order 512345" }, value: 1234, other: 12345 })
      const error = yield* Effect.flip(
        Effect.provide(Ports.create({ ...portRequest, account_pin: "1234" }), withKey(server({ status: 422, body })))
      )
      assert.strictEqual(error.description, "PIN <redacted>, order 512345")
      assert.deepInclude(error.body as object, { value: "<redacted>", other: 12345 })
    })
  )
})

describe("secrets: traces, metrics and logs", () => {
  // A program that puts the credential where none belongs, and a server that echoes it.
  const misplaced = Effect.forEach(
    [
      Numbers.getConfig({ number_id: secrets.apiKey }),
      Numbers.search({ location: `near ${secrets.apiKey}` }),
      users({ account_id: secrets.exchanged }),
      Ports.create(portRequest)
    ],
    (call) => Effect.exit(Effect.asVoid(call as Effect.Effect<unknown, unknown, Audian.Audian>))
  )

  it.effect.each([
    { what: "that succeed", status: 200 },
    { what: "that fail", status: 422 },
    { what: "whose credential is refused", status: 401 },
    { what: "whose quota is low", status: 429 }
  ])("of calls $what show no secret", ({ status }) =>
    Effect.gen(function* () {
      // The server echoes the request.
      const http = HttpClient.make((request, url) =>
        Effect.sync(() => {
          const token = String(request.headers["x-auth-token"])
          const headers = {
            "x-request-id": token,
            "x-echo": `${token} ${request.url}`,
            "set-cookie": `session=${token}`,
            "x-ratelimit-limit": "100",
            "x-ratelimit-remaining": "1"
          }
          const data = { id: "x", note: token, account_pin: secrets.pin, account_id: "account_1" }
          const body = {
            data,
            auth_token: secrets.exchanged,
            message: url.pathname.endsWith("/ports") ? `${token} ${secrets.pin}` : token
          }
          const response = new Response(JSON.stringify(body), {
            status: url.pathname === "/v2/api_auth" ? 201 : status,
            headers
          })
          return HttpClientResponse.fromWeb(request, response)
        })
      )
      const client = withKey(Layer.succeed(HttpClient.HttpClient, http), {
        rateLimit: RateLimit.limiter({ limit: 100 }),
        circuitBreaker: CircuitBreaker.make({})
      })
      const run = yield* captured(settle(Effect.provide(misplaced, client)))
      // There is something to look through.
      assert.isAbove(run.spans.length, 8)
      assert.isAbove(run.metrics.size, 5)
      assert.include(run.logs, "curl -X GET")
      assertCapturedSilent(run)
    })
  )
})

describe("secrets: the search of these tests", () => {
  it.effect("a span has the operation, the path and the status, so these tests have something to check", () =>
    Effect.gen(function* () {
      const run = yield* captured(
        Effect.provide(Numbers.list(), withKey(server({ status: 404, body: '{"error":{"code":"x","message":"y"}}' })))
      )
      const span = run.spans.find(({ name }) => name === "Audian.Numbers.list")!
      assert.strictEqual(span.attributes.get("url.full"), "https://api.audian.com:8443/v2/numbers")
      assert.strictEqual(span.attributes.get("http.response.status_code"), 404)
      assert.include(run.logs, "Numbers.list: 404 Not Found: y")
    })
  )

  it("the search finds a secret that does show", () => {
    assert.throws(() => assertSilent(printed({ a: [{ b: secrets.apiKey }] }), "a leak"))
    assert.throws(() => assertSilent(printed(new Error(secrets.password)), "a leak"))
    assert.throws(() => assertSilent(printed(new Map([["k", secrets.exchanged]])), "a leak"))
  })
})

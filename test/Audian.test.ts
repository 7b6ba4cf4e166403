import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { TestClock } from "effect/testing"
import { Audian, AudianError, Fax, Numbers, Ports, Retry, Status, Telemetry } from "effect-audian"
import { each } from "./support/each.ts"
import type { Responder } from "./support/http.ts"
import { broken, failed, flush, hanging, json, listed, purchased, route, script, settle, web } from "./support/http.ts"
import { getAccount as account, list, purchase } from "./support/operations.ts"

const build = <A, E>(layer: Layer.Layer<A, E, HttpClient.HttpClient>) =>
  Effect.exit(Effect.scoped(Layer.build(Layer.provide(layer, script(listed).layer))))

describe("Audian", () => {
  describe("options", () => {
    const expected = "expected an http or https URL without user, query or fragment"
    const invalid: ReadonlyArray<{
      readonly title: string
      readonly options: Audian.Options
      readonly env: Record<string, string> | undefined
      readonly names: ReadonlyArray<string>
    }> = [
      {
        title: "no credential",
        // An untyped program can pass this.
        options: {} as unknown as Audian.Options,
        env: {},
        names: ["apiKey", "AUDIAN_API_KEY", "authToken", "AUDIAN_AUTH_TOKEN"]
      },
      {
        title: "a blank apiKey",
        options: { apiKey: "  " },
        env: { AUDIAN_API_KEY: "  " },
        names: ["apiKey", "AUDIAN_API_KEY"]
      },
      {
        title: "an empty apiKey beside a token",
        options: { apiKey: "", authToken: "t" },
        env: { AUDIAN_API_KEY: " ", AUDIAN_AUTH_TOKEN: "t" },
        names: ["apiKey", "AUDIAN_API_KEY"]
      },
      {
        title: "an empty redacted apiKey",
        options: { apiKey: Redacted.make("") },
        env: { AUDIAN_API_KEY: " " },
        names: ["apiKey", "AUDIAN_API_KEY"]
      },
      {
        title: "a blank authToken",
        options: { authToken: Redacted.make(" ") },
        env: { AUDIAN_AUTH_TOKEN: " " },
        names: ["authToken", "AUDIAN_AUTH_TOKEN"]
      },
      {
        title: "an apiKey of two lines",
        options: { apiKey: "sk\nhunter2" },
        env: { AUDIAN_API_KEY: "sk\nhunter2" },
        names: ["apiKey", "AUDIAN_API_KEY"]
      },
      {
        title: "an authToken that is not ASCII",
        options: { authToken: Redacted.make("hunter2…") },
        env: { AUDIAN_AUTH_TOKEN: "hunter2…" },
        names: ["authToken", "AUDIAN_AUTH_TOKEN"]
      },
      {
        title: "a blank accountId",
        options: { apiKey: "k", accountId: " " },
        env: { AUDIAN_API_KEY: "k", AUDIAN_ACCOUNT_ID: " " },
        names: ["accountId", "AUDIAN_ACCOUNT_ID"]
      },
      ...[0, -1, 1.5, Number.NaN, -Infinity, 2 ** 60].map((maxResponseSize) => ({
        title: `a maxResponseSize of ${maxResponseSize}`,
        options: { apiKey: "k", maxResponseSize },
        env: undefined,
        names: ["maxResponseSize: expected a whole number of bytes"]
      })),
      ...[
        { name: "capacity", retryBudget: { capacity: Number.NaN } },
        { name: "refund", retryBudget: { refund: -1 } }
      ].map(({ name, retryBudget }) => ({
        title: `a retryBudget.${name} that is no number of retries`,
        options: { apiKey: "k", retryBudget },
        env: undefined,
        names: [`retryBudget.${name}: expected a number`]
      })),
      // JavaScript programs can pass these.
      ...[
        { given: { retry: 3 }, message: "retry: expected a retry policy such as Retry.make({ attempts: 5 }), got 3" },
        { given: { timeout: 5000 }, message: "timeout: expected an object with attempt, total, got 5000" },
        { given: { timeout: { attempt: -1 } }, message: "timeout.attempt: expected a duration longer than nothing" },
        { given: { timeout: { totl: 1 } }, message: "timeout.totl: unknown option, did you mean total?" },
        { given: { rateLimit: { limit: 10 } }, message: "rateLimit: expected RateLimit.limiter({ … })" },
        { given: { circuitBreaker: true }, message: "circuitBreaker: expected CircuitBreaker.make({ … }), got true" },
        {
          given: { retryBudget: 10 },
          message: "retryBudget: expected an object with capacity, refund, or false, got 10"
        },
        { given: { retryBudget: { size: 1 } }, message: "retryBudget.size: unknown option" },
        {
          given: { userAgent: true },
          message: "userAgent: expected visible ASCII characters and spaces, or false, got true"
        },
        {
          given: { userAgentSuffix: "☃" },
          message: 'userAgentSuffix: expected visible ASCII characters and spaces, got "☃"'
        },
        { given: { maxConcurrency: 0 }, message: "maxConcurrency: expected a whole number, 1 or more, got 0" },
        { given: { transformClient: {} }, message: "transformClient: expected a function, got an object" },
        { given: { sessions: {} }, message: "sessions: expected Fleet.sessions" },
        { given: { baseURL: "https://h" }, message: "baseURL: unknown option, did you mean baseUrl?" },
        { given: { apikey: "hunter2" }, message: "apikey: unknown option, did you mean apiKey?" },
        { given: { foo: 1 }, message: "foo: unknown option, known are baseUrl, timeout" },
        { given: { baseUrl: "ftp://host/hunter2" }, message: "without user, query or fragment, got ftp://host…" },
        { given: { baseUrl: 7 }, message: "baseUrl: expected a URL, got 7" },
        { given: { accountId: 7 }, message: "accountId: expected a string, got 7" },
        { given: { authToken: 7 }, message: "authToken: expected a string or a Redacted, got a number" }
      ].map(({ given, message }) => ({
        title: message,
        options: { ...("apikey" in given ? {} : { apiKey: "k" }), ...given } as unknown as Audian.Options,
        env: undefined,
        names: [message]
      })),
      {
        title: "an apiKey that is a number",
        options: { apiKey: 5 } as unknown as Audian.Options,
        env: undefined,
        names: ["apiKey: expected a string, a Redacted, or an Effect of a Redacted, got a number"]
      },
      ...[undefined, null, "sk_hunter2", 3].map((options) => ({
        title: `${options} in the place of options`,
        options: options as unknown as Audian.Options,
        env: undefined,
        names: ["options: expected an object"]
      })),
      ...[
        "nowhere",
        "//api.audian.com",
        "https://user@api.audian.com",
        "https://:hunter2@api.audian.com",
        "https://user:hunter2@api.audian.com",
        "https://api.audian.com/?hunter2=1",
        "https://api.audian.com/#hunter2",
        "ftp://api.audian.com",
        "file:///etc/passwd"
      ].map((baseUrl) => ({
        title: `the base URL ${baseUrl}`,
        options: { apiKey: "k", baseUrl },
        env: { AUDIAN_API_KEY: "k", AUDIAN_BASE_URL: baseUrl },
        names: ["baseUrl", "AUDIAN_BASE_URL", expected]
      }))
    ]

    each(
      invalid,
      ({ title }) => `layer and make die with InvalidOptions that name the option: ${title}`,
      ({ names, options }) =>
        Effect.gen(function* () {
          const made = Audian.make(options).pipe(Effect.provide(script(listed).layer), Effect.exit)
          for (const exit of [Exit.asVoid(yield* build(Audian.layer(options))), Exit.asVoid(yield* made)]) {
            assert.isTrue(Exit.hasDies(exit))
            const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
            assert.instanceOf(defect, Audian.InvalidOptions)
            for (const name of names) assert.include(defect.message, name)
            assert.notInclude(defect.message, "hunter2")
          }
        })
    )

    each(
      invalid.filter(({ env }) => env !== undefined),
      ({ title }) => `layerConfig fails with a ConfigError that names the variable: ${title}`,
      ({ env, names }) =>
        Effect.gen(function* () {
          const exit = yield* build(Audian.layerConfig()).pipe(
            Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env: env ?? {} }))
          )
          const error = Option.getOrUndefined(Exit.findErrorOption(exit))
          assert.instanceOf(error, Config.ConfigError)
          for (const name of names.filter((name) => name.startsWith("AUDIAN_"))) assert.include(error.message, name)
          assert.notInclude(error.message, "hunter2")
        })
    )

    it.effect("layerConfig fails with a ConfigError when a variable is there and empty", () =>
      Effect.gen(function* () {
        const exit = yield* build(Audian.layerConfig()).pipe(
          Effect.provideService(
            ConfigProvider.ConfigProvider,
            ConfigProvider.fromEnv({ env: { AUDIAN_API_KEY: "" }, preserveEmptyStrings: true })
          )
        )
        assert.include(Option.getOrUndefined(Exit.findErrorOption(exit))?.message, "AUDIAN_API_KEY")
      })
    )

    each(
      [
        {
          title: "an API key and a base URL",
          env: { AUDIAN_API_KEY: "sk_env", AUDIAN_BASE_URL: "http://localhost:9/prefix/v2" },
          sent: [
            ["http://localhost:9/prefix/v2/numbers", "sk_env"],
            ["http://localhost:9/prefix/v2/api_auth", undefined],
            ["http://localhost:9/prefix/v2/accounts/acc_key", "exchanged"]
          ]
        },
        {
          title: "a token and an account",
          env: { AUDIAN_AUTH_TOKEN: "tok_env", AUDIAN_ACCOUNT_ID: "acc_env" },
          sent: [
            ["https://api.audian.com:8443/v2/numbers", "tok_env"],
            ["https://api.audian.com:8443/v2/accounts/acc_env", "tok_env"]
          ]
        },
        {
          title: "all four",
          env: {
            AUDIAN_API_KEY: "sk_env",
            AUDIAN_AUTH_TOKEN: "tok_env",
            AUDIAN_ACCOUNT_ID: "acc_env",
            AUDIAN_BASE_URL: "https://proxy"
          },
          sent: [
            ["https://proxy/v2/numbers", "sk_env"],
            ["https://proxy/v2/accounts/acc_env", "tok_env"]
          ]
        }
      ],
      ({ title }) => `layerConfig reads the variables: ${title}`,
      ({ env, sent }) =>
        Effect.gen(function* () {
          const http = route(({ url }) =>
            url.pathname.endsWith("/api_auth")
              ? json(201, { auth_token: "exchanged", data: { account_id: "acc_key" } })
              : url.pathname.endsWith("/numbers")
                ? listed
                : json(200, { data: { id: "x" } })
          )
          yield* settle(
            Effect.andThen(list, account()).pipe(
              Effect.provide(Layer.provide(Audian.layerConfig(), http.layer)),
              Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
            )
          )
          assert.deepStrictEqual(
            http.sent.map(({ headers, url }) => [url.href, headers["x-auth-token"]] as const),
            sent.slice()
          )
        })
    )

    it.effect("layerConfig takes any Config of options", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        yield* settle(list)
        assert.strictEqual(http.sent[0]?.headers["x-auth-token"], "sk_mine")
        assert.strictEqual(http.sent[0]?.headers["user-agent"], "mine/1")
      }).pipe(
        Effect.provide(
          Layer.provide(
            Audian.layerConfig(Config.all({ apiKey: Config.Redacted("MY_KEY"), userAgent: Config.succeed("mine/1") })),
            http.layer
          )
        ),
        Effect.provideService(
          ConfigProvider.ConfigProvider,
          ConfigProvider.fromEnv({ env: { MY_KEY: "sk_mine", AUDIAN_API_KEY: "sk_other" } })
        )
      )
    })

    each(
      [
        [undefined, "https://api.audian.com:8443/v2/numbers"],
        ["https://api.test", "https://api.test/v2/numbers"],
        ["https://api.test/", "https://api.test/v2/numbers"],
        ["https://api.test/v2", "https://api.test/v2/numbers"],
        ["https://api.test/v2/", "https://api.test/v2/numbers"],
        ["https://api.test/v2//", "https://api.test/v2/numbers"],
        ["http://localhost:8080", "http://localhost:8080/v2/numbers"],
        ["https://proxy.test/audian/", "https://proxy.test/audian/v2/numbers"],
        ["https://proxy.test/audian/v2", "https://proxy.test/audian/v2/numbers"],
        ["https://proxy.test/apiv2", "https://proxy.test/apiv2/v2/numbers"],
        [new URL("https://api.test/v2"), "https://api.test/v2/numbers"]
      ] as const,
      ([baseUrl, expected]) => `a base URL of ${baseUrl ?? "nothing"} sends to ${expected}`,
      ([baseUrl, expected]) => {
        const http = script(listed)
        return Effect.gen(function* () {
          yield* settle(list)
          assert.strictEqual(http.sent[0]?.url.href, expected)
        }).pipe(Effect.provide(http.audian({ baseUrl })))
      }
    )

    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

    each(
      [
        { title: "names this package and its version by default", options: {}, expected: `effect-audian/${version}` },
        {
          title: "ends with a suffix of the program's own",
          options: { userAgentSuffix: "acme/7 (x)" },
          expected: `effect-audian/${version} acme/7 (x)`
        },
        { title: "is the program's own if set", options: { userAgent: "acme/7" }, expected: "acme/7" },
        { title: "is left to the platform with false", options: { userAgent: false as const }, expected: undefined }
      ],
      ({ title }) => `the User-Agent ${title}`,
      ({ expected, options }) => {
        const http = script(listed)
        return Effect.gen(function* () {
          yield* settle(list)
          assert.strictEqual(http.sent[0]?.headers["user-agent"], expected)
          assert.strictEqual(http.sent[0]?.headers.accept, "application/json")
        }).pipe(Effect.provide(http.audian(options)))
      }
    )
  })

  describe("maxResponseSize", () => {
    const limit = 100
    const encoder = new TextEncoder()
    /** A list of exactly `limit` bytes, in fewer characters. */
    const full = `{"data":{"numbers":[]},"pad":"${"é".repeat(34)}"}`.padEnd(limit - 34)
    /** Sends a text in pieces, so that characters are split; `more` keeps the body open. */
    const pieces = (status: number, body: string, headers: Record<string, string> = {}, more = false) => {
      const state = { cancelled: false }
      const bytes = encoder.encode(body)
      const response: Responder = web(() => {
        let at = 0
        const stream = new ReadableStream<Uint8Array>({
          pull: (controller) => {
            if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += 7)))
            else if (!more) controller.close()
          },
          cancel: () => {
            state.cancelled = true
          }
        })
        return new Response(stream, { status, headers })
      })
      return { state, response }
    }

    for (const headers of [{}, { "content-length": "100" }, { "content-encoding": "gzip", "content-length": "9" }]) {
      it.effect(`accepts a response of exactly that size, with the headers ${JSON.stringify(headers)}`, () => {
        assert.strictEqual(encoder.encode(full).length, limit)
        const { response } = pieces(200, full, headers)
        return settle(list).pipe(Effect.provide(script(response).audian({ maxResponseSize: limit })))
      })
    }

    it.effect("reads characters that are spread over pieces of a body as they were written", () => {
      const body = JSON.stringify({ error: { code: "a_code", message: "é…😀".repeat(9) } })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list))
        assert.strictEqual(error.description, "é…😀".repeat(9))
      }).pipe(Effect.provide(script(pieces(400, body).response).audian()))
    })

    each(
      [
        { title: "one byte more", body: `${full} `, headers: {} },
        { title: "one byte more, as announced", body: `${full} `, headers: { "content-length": "101" } },
        { title: "more than a number can say", body: "", headers: { "content-length": "9".repeat(400) } },
        {
          title: "more than was announced, compressed",
          body: `${full} `,
          headers: { "content-encoding": "gzip", "content-length": "9" }
        }
      ],
      ({ title }) => `refuses a success of ${title}, and closes the connection`,
      ({ body, headers }) => {
        const { response, state } = pieces(200, body, headers, true)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(list))
          assert.deepStrictEqual(
            error._tag === "AudianClientError" ? error.reason : error._tag,
            AudianError.InvalidResponse.make({ status: 200 })
          )
          assert.include(error.message, "larger than maxResponseSize, 100 bytes")
          assert.strictEqual(error.outcome, "executed")
          assert.strictEqual(error.attempts, 1)
          assert.isTrue(state.cancelled)
        }).pipe(Effect.provide(script(response).audian({ maxResponseSize: limit })))
      }
    )

    each(
      [
        { title: "as it comes", headers: {} },
        { title: "as announced", headers: { "content-length": "100000" } }
      ],
      ({ title }) => `keeps the tag of an error whose body is too large, ${title}`,
      ({ headers }) => {
        const { response, state } = pieces(402, "no money, ".repeat(50), headers, true)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(list))
          assert.strictEqual(error._tag, "PaymentRequired")
          assert.strictEqual(error.outcome, "not-executed")
          assert.isTrue(state.cancelled)
          if (Object.keys(headers).length === 0) assert.match(error.description, /^(no money, ){9}/)
        }).pipe(Effect.provide(script(response).audian({ maxResponseSize: limit })))
      }
    )

    it.effect("refuses what grew beyond the limit where a browser does not show that it was compressed", () =>
      Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list))
        assert.include(error.description, "larger than maxResponseSize")
      }).pipe(
        Effect.provide(
          script(pieces(200, full.padEnd(200), { "content-length": "9" }).response).audian({ maxResponseSize: limit })
        )
      )
    )

    it.effect("leaves nothing of a secret that the limit cuts in two", () => {
      const { response } = pieces(500, `${"x".repeat(limit - 4)}hunter2hunter2`, {}, true)
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list))
        assert.strictEqual(error._tag, "InternalServerError")
        assert.notInclude(JSON.stringify(error), "hun")
      }).pipe(
        Effect.provide(
          Layer.provide(
            Audian.layer({ apiKey: "hunter2hunter2", maxResponseSize: limit, retry: Retry.none }),
            script(response).layer
          )
        )
      )
    })

    it.effect("does not bound a file", () => {
      const { response } = pieces(200, "x".repeat(1000), {
        "content-type": "application/pdf",
        "content-length": "1000"
      })
      return Effect.gen(function* () {
        const file = yield* settle(Fax.downloadReceived({ faxId: "fax_1" }))
        assert.strictEqual((yield* settle(Stream.mkString(Stream.decodeText(file)))).length, 1000)
      }).pipe(Effect.provide(script(response).audian({ maxResponseSize: limit })))
    })

    it.effect("is 16 MiB by default, and none with Infinity", () => {
      const beyond = json(200, { data: { numbers: [] }, pad: "x".repeat(Audian.defaultMaxResponseSize) })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list)).pipe(Effect.provide(script(beyond).audian()))
        assert.include(error.description, "16777216 bytes")
        yield* settle(list).pipe(Effect.provide(script(beyond).audian({ maxResponseSize: Infinity })))
      })
    })
  })

  it.effect("a User-Agent that no header can carry is refused when the layer is built", () =>
    Effect.gen(function* () {
      for (const userAgent of ["", "acme\n7", "acme…"]) {
        const exit = yield* build(Audian.layer({ apiKey: "k", userAgent }))
        const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
        assert.instanceOf(defect, Audian.InvalidOptions)
        assert.include(defect.message, "userAgent")
      }
    })
  )

  it.effect("the line break at the end of a key that was read from a file is not part of it", () => {
    const http = script(listed)
    return Effect.gen(function* () {
      for (const apiKey of ["sk_file\n", Redacted.make(" sk_file\r\n"), Effect.succeed(Redacted.make("sk_file\n"))]) {
        yield* settle(list).pipe(Effect.provide(Layer.provide(Audian.layer({ apiKey }), http.layer)))
      }
      assert.deepStrictEqual(
        http.sent.map(({ headers }) => headers["x-auth-token"]),
        ["sk_file", "sk_file", "sk_file"]
      )
    })
  })

  it.effect("an effect that reads the key has the program's own settings for HTTP", () => {
    const http = script(listed)
    const init: RequestInit = { cache: "no-store" }
    let seen: RequestInit | undefined
    const apiKey = Effect.map(Effect.serviceOption(FetchHttpClient.RequestInit), (found) => {
      seen = Option.getOrUndefined(found)
      return Redacted.make("sk_test")
    })
    return settle(list).pipe(
      Effect.provide(Layer.provide(Audian.layer({ apiKey }), http.layer)),
      Effect.provideService(FetchHttpClient.RequestInit, init),
      Effect.andThen(Effect.sync(() => assert.deepStrictEqual(seen, init)))
    )
  })

  describe("transformClient", () => {
    it.effect("sees every attempt, the exchange of the key included", () => {
      const seen: Array<string> = []
      const http = script(
        json(201, { auth_token: "t", data: { account_id: "acc" } }),
        failed(503),
        failed(401),
        json(201, { auth_token: "u", data: { account_id: "acc" } }),
        json(200, { data: { id: "x" } })
      )
      return Effect.gen(function* () {
        yield* settle(account())
        assert.deepStrictEqual(seen, [
          "PUT /v2/api_auth",
          "GET /v2/accounts/acc",
          "GET /v2/accounts/acc",
          "PUT /v2/api_auth",
          "GET /v2/accounts/acc"
        ])
      }).pipe(
        Effect.provide(
          http.audian({
            transformClient: HttpClient.tapRequest((request) =>
              Effect.sync(() => void seen.push(`${request.method} ${new URL(request.url).pathname}`))
            )
          })
        )
      )
    })

    it.effect("can change what is sent", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        yield* settle(list)
        assert.strictEqual(http.sent[0]?.headers["x-tenant"], "acme")
      }).pipe(
        Effect.provide(
          http.audian({ transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-tenant", "acme")) })
        )
      )
    })

    each(
      [
        ...Status.errors.map(({ code, tag }) => ({ status: code as number, tag: tag as string })),
        { status: 418, tag: "AudianClientError" }
      ],
      ({ status, tag }) => `that turns a ${status} into a StatusCodeError leaves the error ${tag}, body and all`,
      ({ status, tag }) => {
        const http = script(failed(status, { "x-request-id": "req_1" }))
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(list))
          assert.strictEqual(error._tag, tag)
          assert.strictEqual(error.status, status)
          assert.strictEqual(error.code, status === 503 ? "service_unavailable_error" : "a_code")
          assert.strictEqual(error.requestId, "req_1")
        }).pipe(Effect.provide(http.audian({ transformClient: HttpClient.filterStatusOk, retry: Retry.none })))
      }
    )
  })

  describe("withResponse", () => {
    const headers = {
      "x-request-id": "req_header",
      "x-ratelimit-limit": "1000",
      "x-ratelimit-remaining": "998",
      "x-ratelimit-reset": "1704067260",
      "x-auth-token": "echoed",
      "set-cookie": "session=echoed"
    }

    it.effect("returns the status, the headers, the request id, the quota and the attempts", () => {
      const http = script(failed(503), json(201, { success: true, data: { id: "n", number: "+1" } }, headers))
      return Effect.gen(function* () {
        const [bought, response] = yield* settle(Audian.withResponse(Numbers.purchase({ number: "+14155551234" })))
        assert.strictEqual(bought.id, "n")
        assert.strictEqual(response?.status, 201)
        assert.strictEqual(response?.requestId, "req_header")
        assert.strictEqual(response?.attempts, 2)
        assert.strictEqual(response?.rateLimit?.limit, 1000)
        assert.strictEqual(response?.rateLimit?.remaining, 998)
        assert.strictEqual(response?.rateLimit?.reset?.epochMilliseconds, 1_704_067_260_000)
        assert.strictEqual(response?.headers["x-ratelimit-limit"], "1000")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("leaves out the headers that carry credentials", () => {
      const http = script(json(200, { success: true, data: { numbers: [] } }, headers))
      return Effect.gen(function* () {
        const [, response] = yield* settle(Audian.withResponse(Numbers.list()))
        assert.notProperty(response?.headers, "x-auth-token")
        assert.notProperty(response?.headers, "set-cookie")
        assert.notInclude(JSON.stringify(response), "echoed")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("takes the request id and the token bucket of the envelope where the headers have none", () => {
      const envelope = { data: { numbers: [] }, request_id: "req_body", tokens: { consumed: 1, remaining: 99 } }
      const http = script(json(200, envelope))
      return Effect.gen(function* () {
        const [, response] = yield* settle(Audian.withResponse(Numbers.list()))
        assert.strictEqual(response?.requestId, "req_body")
        assert.deepStrictEqual(response?.rateLimit?.tokens, { consumed: 1, remaining: 99 })
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("leaves out fields that the response does not report", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        const [, response] = yield* settle(Audian.withResponse(Numbers.list()))
        assert.isUndefined(response?.requestId)
        assert.isUndefined(response?.rateLimit)
        assert.strictEqual(response?.attempts, 1)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("of two calls returns the last response", () => {
      const http = script(listed, purchased)
      return Effect.gen(function* () {
        const [, response] = yield* settle(Audian.withResponse(Effect.andThen(list, purchase)))
        assert.strictEqual(response?.status, 201)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("within another one returns both", () => {
      const http = script(listed, purchased)
      return Effect.gen(function* () {
        const [[, inner], outer] = yield* settle(
          Audian.withResponse(Effect.andThen(list, Audian.withResponse(purchase)))
        )
        assert.strictEqual(inner?.status, 201)
        assert.strictEqual(outer?.status, 201)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("of an effect that is run twice returns each run's own", () => {
      const http = script(
        json(200, { data: { numbers: [] }, request_id: "a" }),
        json(200, { data: { numbers: [] }, request_id: "b" })
      )
      return Effect.gen(function* () {
        const self = Effect.map(Audian.withResponse(list), ([, response]) => response?.requestId)
        assert.deepStrictEqual(yield* settle(Effect.all([self, self], { concurrency: "unbounded" })), ["a", "b"])
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("is undefined without a call, for a cached result, and for a call that sent nothing", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        const cached = yield* Effect.cached(list)
        yield* settle(cached)
        const invalid = Effect.ignore(Numbers.purchase({ number: "nonsense" as `+${string}` }))
        for (const self of [Effect.void, Effect.when(list, Effect.succeed(false)), cached, invalid]) {
          const [, response] = yield* Audian.withResponse<unknown, AudianError.AudianError, Audian.Audian>(self)
          assert.isUndefined(response)
        }
        assert.strictEqual(http.sent.length, 1)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("has the response of a failed call that was recovered", () => {
      const http = script(failed(404, headers))
      return Effect.gen(function* () {
        const [, response] = yield* settle(Audian.withResponse(Effect.ignore(list)))
        assert.strictEqual(response?.status, 404)
        assert.strictEqual(response?.requestId, "req_header")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("fails as the call does; responseOf returns the response of the error", () => {
      const http = script(failed(404, headers), json(200, { unexpected: true }, headers), broken("ECONNREFUSED"))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(Audian.withResponse(list)))
        assert.strictEqual(error._tag, "NotFound")
        const response = Audian.responseOf(error)
        assert.strictEqual(response?.status, 404)
        assert.strictEqual(response?.attempts, 1)
        assert.strictEqual(response?.headers["x-ratelimit-limit"], "1000")
        assert.notInclude(JSON.stringify(response), "echoed")

        const invalid = yield* settle(Effect.flip(list))
        assert.strictEqual(Audian.responseOf(invalid)?.requestId, "req_header")
        assert.isUndefined(Audian.responseOf(yield* settle(Effect.flip(list))))
        assert.isUndefined(Audian.responseOf(new AudianError.NotFound({})))
      }).pipe(Effect.provide(http.audian({ retry: Retry.none })))
    })
  })

  describe("spans of calls only", () => {
    /** A tracer that keeps the spans it makes. */
    const recording = () => {
      const spans: Array<Tracer.NativeSpan> = []
      const tracer = Tracer.make({
        span(options) {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      return { spans, tracer }
    }

    const traced = <A, E, R>(self: Effect.Effect<A, E, R>) =>
      Effect.suspend(() => {
        const { spans, tracer } = recording()
        return Effect.map(
          settle(Effect.exit(Effect.provideService(self, Tracer.Tracer, tracer))).pipe(
            Effect.provideService(Telemetry.ChildSpansEnabled, false)
          ),
          () => spans
        )
      })

    it.effect("a call has one span, with attributes of the request and its response", () => {
      const http = script(json(200, { success: true, data: {} }, { "x-request-id": "req_1" }))
      return Effect.gen(function* () {
        const spans = yield* traced(Numbers.getConfig({ number_id: "num 1" }))
        assert.deepStrictEqual(
          spans.map(({ kind, name }) => [name, kind]),
          [["GET /v2/numbers/{number_id}/config", "client"]]
        )
        assert.deepStrictEqual(Object.fromEntries(spans[0]!.attributes), {
          "audian.operation": "Numbers.getConfig",
          "http.request.method": "GET",
          "url.template": "/v2/numbers/{number_id}/config",
          "url.full": "https://api.audian.com:8443/v2/numbers/num%201/config",
          "server.address": "api.audian.com",
          "server.port": 8443,
          "http.response.status_code": 200,
          "audian.attempts": 1,
          "audian.outcome": "executed",
          "audian.request_id": "req_1"
        })
        assert.deepStrictEqual(spans[0]!.events, [])
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a call is a child of the program's span, and its only one", () => {
      const http = script(failed(503), listed)
      return Effect.gen(function* () {
        const spans = yield* traced(Effect.withSpan(list, "program"))
        assert.deepStrictEqual(
          spans.map(({ name }) => name),
          ["program", "GET /v2/numbers"]
        )
        assert.strictEqual(Option.getOrUndefined(spans[1]!.parent)?.spanId, spans[0]!.spanId)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("the exchange of the key has no span of its own", () => {
      const http = script(json(201, { auth_token: "t", data: { account_id: "acc" } }), json(200, { data: { id: "x" } }))
      return Effect.gen(function* () {
        const spans = yield* traced(account())
        assert.deepStrictEqual(
          spans.map(({ name }) => name),
          ["GET /v2/accounts/{account_id}"]
        )
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("each retry is an event on it, with the attempt, the delay and the error", () => {
      const http = script(failed(500), failed(429, { "retry-after": "20" }), listed)
      return Effect.gen(function* () {
        const [span] = yield* traced(list)
        assert.deepStrictEqual(span!.events, [
          ["audian.retry", 0n, { "audian.attempt": 1, "audian.delay_ms": 1000, "error.type": "InternalServerError" }],
          [
            "audian.retry",
            1_000_000_000n,
            { "audian.attempt": 2, "audian.delay_ms": 20_000, "error.type": "TooManyRequests" }
          ]
        ])
        assert.strictEqual(span!.attributes.get("audian.attempts"), 3)
        assert.strictEqual(span!.attributes.get("http.request.resend_count"), 2)
        assert.isFalse(span!.attributes.has("error.type"))
      }).pipe(Effect.provide(http.audian({ retry: Retry.make({ jitter: false }) })))
    })

    it.effect("a renewed credential is an event on it", () => {
      const exchange = json(201, { auth_token: "t", data: { account_id: "acc" } })
      const http = script(exchange, failed(401), exchange, json(200, { data: { id: "x" } }))
      return Effect.gen(function* () {
        const [span] = yield* traced(account())
        assert.deepStrictEqual(
          span!.events.map(([name]) => name),
          ["audian.credential_renewed"]
        )
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a failure is on it: the tag, the status, the attempts, the request id", () => {
      const http = script(failed(503), failed(404, { "x-request-id": "req_2" }))
      return Effect.gen(function* () {
        const [span] = yield* traced(list)
        const { attributes, status } = span!
        assert.strictEqual(attributes.get("error.type"), "NotFound")
        assert.strictEqual(attributes.get("http.response.status_code"), 404)
        assert.strictEqual(attributes.get("audian.attempts"), 2)
        assert.strictEqual(attributes.get("audian.request_id"), "req_2")
        assert.isTrue(status._tag === "Ended" && Exit.isFailure(status.exit))
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("the request id of the envelope is on it where the headers have none", () => {
      const http = script(json(200, { data: { numbers: [] }, request_id: "req_body" }))
      return Effect.gen(function* () {
        const [span] = yield* traced(list)
        assert.strictEqual(span!.attributes.get("audian.request_id"), "req_body")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a failure of the input is on it", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        const [span] = yield* traced(Numbers.list({ limit: 0 }))
        assert.strictEqual(span!.attributes.get("error.type"), "InvalidRequest")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a failure to get the account id is on it", () => {
      const http = script(failed(403))
      return Effect.gen(function* () {
        const [span] = yield* traced(account())
        assert.strictEqual(span!.attributes.get("error.type"), "Forbidden")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("the vendor gets no trace headers", () => {
      const http = script(failed(503), listed)
      return Effect.gen(function* () {
        yield* traced(Effect.withSpan(list, "program"))
        assert.strictEqual(http.sent.length, 2)
        for (const { headers } of http.sent) {
          assert.doesNotHaveAnyKeys(headers, ["traceparent", "tracestate", "b3", "baggage"])
        }
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a span that transformClient adds is a child of the call's", () => {
      const http = script(failed(503), listed)
      return Effect.gen(function* () {
        const [call, ...attempts] = yield* traced(list)
        assert.deepStrictEqual(
          attempts.map(({ name, parent }) => [name, Option.getOrUndefined(parent)?.spanId]),
          [
            ["attempt", call!.spanId],
            ["attempt", call!.spanId]
          ]
        )
      }).pipe(
        Effect.provide(http.audian({ transformClient: HttpClient.transformResponse(Effect.withSpan("attempt")) }))
      )
    })
  })

  describe("interruption", () => {
    const headersOnly: Responder = web(() => new Response(new ReadableStream({}), { status: 200 }))

    each(
      [
        { title: "before its response", response: hanging },
        { title: "while its response body arrives", response: headersOnly }
      ],
      ({ title }) => `aborts the request ${title}`,
      ({ response }) => {
        const http = script(response)
        return Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(list)
          yield* flush
          assert.strictEqual(http.sent.length, 1)
          assert.isFalse(http.sent[0]!.signal.aborted)
          yield* Fiber.interrupt(fiber)
          yield* flush
          assert.isTrue(http.sent[0]!.signal.aborted)
          yield* TestClock.adjust("10 minutes")
          assert.strictEqual(http.sent.length, 1)
        }).pipe(Effect.provide(http.audian()))
      }
    )
  })

  it.effect("the service itself executes any operation", () => {
    const http = script(json(200, { success: true, data: { id: "port_1", status: "pending" } }))
    return Effect.gen(function* () {
      const audian = yield* Audian.Audian
      const port = yield* audian.execute(Ports.get, { port_id: "port_1" })
      assert.strictEqual(port.status, "pending")
    }).pipe(Effect.provide(http.audian()))
  })
})

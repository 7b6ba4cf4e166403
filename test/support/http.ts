/**
 * A scripted `HttpClient` in memory that records its requests, and helpers for time in tests.
 */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Audian } from "effect-audian"

/** One request, as the server would see it. */
export interface Sent {
  readonly method: string
  /** As the platform normalises it. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body's text; empty when there was none. */
  readonly body: string
  /** When it was sent, in epoch milliseconds. */
  readonly at: number
  /** Fires when the client gives the request up. */
  readonly signal: AbortSignal
}

/** A scripted response. */
export type Responder = (
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

export interface Scripted {
  /** Every request so far, the oldest first. */
  readonly sent: Array<Sent>
  readonly client: HttpClient.HttpClient
  readonly layer: Layer.Layer<HttpClient.HttpClient>
  /** The client of the library over this one; with the API key `sk_test` unless the options set another. */
  readonly audian: (options?: Audian.ClientOptions) => Layer.Layer<Audian.Audian>
  /** The same with a token for the account `account_abc123`, which is exchanged for nothing. */
  readonly account: (options?: Audian.ClientOptions) => Layer.Layer<Audian.Audian>
  /** The waits between the requests, in milliseconds. */
  readonly gaps: () => ReadonlyArray<number>
}

/** Responds to each request by a function of it and of the number of requests before it. */
export const route = (choose: (sent: Sent, nth: number) => Responder): Scripted => {
  const sent: Array<Sent> = []
  const client = HttpClient.make((request, url, signal) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => {
      const { body } = request
      const one: Sent = {
        method: request.method,
        url,
        headers: { ...request.headers },
        body: body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : "",
        at,
        signal
      }
      return choose(one, sent.push(one) - 1)(request)
    })
  )
  const layer = Layer.succeed(HttpClient.HttpClient, client)
  const given = { authToken: "jwt", accountId: "account_abc123" }
  return {
    sent,
    client,
    layer,
    audian: (options) => Layer.provide(Audian.layer({ apiKey: "sk_test", ...options }), layer),
    account: (options) => Layer.provide(Audian.layer({ ...given, ...options }), layer),
    gaps: () => sent.slice(1).map(({ at }, i) => at - sent[i]!.at)
  }
}

/** Responds with the given responses in order; the last one is for all further requests. */
export const script = (...responses: readonly [Responder, ...ReadonlyArray<Responder>]): Scripted =>
  route((_, nth) => responses[Math.min(nth, responses.length - 1)]!)

// -----------------------------------------------------------------------------
// responses
// -----------------------------------------------------------------------------

export const text =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Responder =>
  (request) =>
    Effect.succeed(
      HttpServerResponse.toClientResponse(
        HttpServerResponse.text(body, { status, headers, contentType: headers["content-type"] ?? "text/plain" }),
        { request }
      )
    )

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Responder =>
  text(status, JSON.stringify(body), { "content-type": "application/json", ...headers })

/** An error as the API documents it; a 503 with the API's own code, which proves that nothing was executed. */
export const failed = (status: number, headers?: Readonly<Record<string, string>>): Responder =>
  json(
    status,
    {
      error: {
        code: status === 503 ? "service_unavailable_error" : "a_code",
        message: `It responded ${status}`,
        type: "a_type"
      }
    },
    headers
  )

/** A list of no numbers. */
export const listed: Responder = json(200, { success: true, data: { numbers: [], total: 0 } })

/** A number bought. */
export const purchased: Responder = json(201, { success: true, data: { id: "num_1", number: "+14155551234" } })

/** A connection that fails, with the system's code. */
export const broken =
  (code: string): Responder =>
  (request) =>
    Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({
          request,
          cause: Object.assign(new Error(`connect ${code}`), { code })
        })
      })
    )

/** A connection that breaks once the request is on its way: before a response, or within its body. */
export const interrupted =
  (code: string, where: "request" | "body"): Responder =>
  (request) => {
    const cause = Object.assign(new Error(`read ${code}`), { code, syscall: "read" })
    const error = new TypeError("fetch failed", { cause })
    if (where === "request") {
      return Effect.fail(
        new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause: error }) })
      )
    }
    const body = new ReadableStream({ pull: (controller) => controller.error(error) })
    return Effect.sync(() => HttpClientResponse.fromWeb(request, new Response(body, { status: 201 })))
  }

/** No response, ever. */
export const hanging: Responder = () => Effect.never

export const later =
  (duration: Duration.Input, response: Responder): Responder =>
  (request) =>
    Effect.delay(response(request), duration)

/** A response of `fetch`. */
export const web =
  (response: () => Response): Responder =>
  (request) =>
    Effect.sync(() => HttpClientResponse.fromWeb(request, response()))

// -----------------------------------------------------------------------------
// time
// -----------------------------------------------------------------------------

/** Waits for work outside of Effect's scheduler, such as reading a web stream. */
export const flush: Effect.Effect<void> = Effect.promise(async () => {
  // Turns of the event loop rather than time, which a busy machine may not give.
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
})

/** Runs an effect to its end while the test's clock advances; dies if it has not ended by then. */
export const settle = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  within: Duration.Input = "10 minutes"
): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    yield* flush
    yield* TestClock.adjust(within)
    yield* flush
    const exit = fiber.pollUnsafe()
    if (exit === undefined) {
      yield* Fiber.interrupt(fiber)
      return yield* Effect.die(new Error("settle: the effect was still running when the time was over"))
    }
    return yield* exit
  })

/**
 * A test's clock that waits for what runs on between two of its moments, however long a busy machine takes for it: the
 * usual one goes on after a second of real time.
 */
export const patiently = Effect.provide(TestClock.layer({ warningDelay: "1 minute" }))

/** The result of an effect, and when it came, in epoch milliseconds. */
export const timed = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<readonly [A, number], E, R> =>
  Effect.flatMap(self, (value) => Effect.map(Clock.currentTimeMillis, (at) => [value, at] as const))

/**
 * One program in steps that runs in every runtime against an embedded server on the loopback interface. It imports no
 * module of a platform: what only some runtimes have comes with the `Target`.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Socket from "effect/socket/Socket"
import {
  Account,
  Audian,
  type AudianError,
  CircuitBreaker,
  Events,
  Fax,
  Files,
  Numbers,
  RateLimit,
  Retry,
  WebhookReceiver
} from "effect-audian"
import { AudianTest, EmbeddedAudian, Fault, WebhookTest } from "effect-audian/testing"

/** The options of the program, which depend on its runtime. */
interface Target {
  /** The URL of an embedded server. */
  readonly baseUrl: string
  /** The URL that controls this server. */
  readonly control: string
  /** The client of `effect-audian/node`, in a runtime that has the modules of Node.js. */
  readonly undici?:
    | ((options: { readonly apiKey: string; readonly baseUrl: string }) => Layer.Layer<Audian.Audian>)
    | undefined
}

/** Commands of a program to the embedded server, outside of the API. */
export type Command =
  | { readonly _tag: "fault"; readonly data: Fault.Data }
  | { readonly _tag: "clearFaults" }
  | { readonly _tag: "balance"; readonly usd: number }
  | { readonly _tag: "fax"; readonly bytes: ReadonlyArray<number> }
  | { readonly _tag: "emit"; readonly name: string; readonly data: Record<string, string> }
  | { readonly _tag: "dropSockets" }
  | { readonly _tag: "requests" }

/** A request as the embedded server has logged it. */
export type LoggedRequest = Pick<EmbeddedAudian.Request, "operation" | "status" | "input">

export interface Result {
  readonly step: string
  /** The reason of a failure. */
  readonly failure: string | undefined
  readonly millis: number
}

// -----------------------------------------------------------------------------
// helpers
// -----------------------------------------------------------------------------

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, part]) => [key, sorted(part)])
        )
      : value

const equal = (what: string, actual: unknown, expected: unknown): Effect.Effect<void> => {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(sorted(value)))
  return a === b ? Effect.void : Effect.die(new Error(`${what}: expected ${b}, got ${a}`))
}

const isTrue = (what: string, condition: boolean): Effect.Effect<void> => equal(what, condition, true)

const apiKey = "sk_test_embedded"
const number = "+14155551234"
const others = ["+14155550101", "+14155550102", "+14155550103", "+14155550104"] as const

const pdf = { name: "offer.pdf", type: "application/pdf" }
const content = new Uint8Array(300_000).map((_, i) => (i * 7 + (i >> 8)) % 256)

/** Retries at once. */
const atOnce = Retry.make({ baseDelay: 0 })

const tagOf = (error: AudianError.AudianError): string =>
  error._tag === "AudianClientError" ? error.reason._tag : error._tag

/** The tag, the outcome and the attempts of a call that fails. */
const failure = <A, R>(call: Effect.Effect<A, AudianError.AudianError, R>) =>
  Effect.map(Effect.flip(call), (error) => [tagOf(error), error.outcome, error.attempts])

const command = ({ control }: Target, body: Command): Effect.Effect<unknown> =>
  Effect.promise(async (signal) => {
    // A simple request: it needs no preflight.
    const response = await fetch(control, { method: "POST", body: JSON.stringify(body), signal })
    if (!response.ok) throw new Error(`the control server: ${response.status} ${await response.text()}`)
    return response.json()
  })

const fault = (target: Target, ...faults: ReadonlyArray<Fault.Fault>) =>
  Effect.forEach(faults, (data) => command(target, { _tag: "fault", data: { ...data } }), { discard: true })

const requests = (target: Target) =>
  command(target, { _tag: "requests" }) as Effect.Effect<ReadonlyArray<LoggedRequest>>

const client = ({ baseUrl }: Target, options: Audian.ClientOptions = {}): Layer.Layer<Audian.Audian> =>
  Audian.layerFetch({ apiKey, baseUrl, retry: atOnce, ...options })

/** The client on its own server in memory. */
const inMemory = EmbeddedAudian.layer()

/** A document sent as a fax, as the server has received it. */
const send = (target: Target, file: Files.FileInput) =>
  Effect.gen(function* () {
    const before = (yield* requests(target)).length
    const { id } = yield* Fax.send({ to: number, file }).pipe(Effect.provide(client(target)))
    yield* isTrue("the fax has an id", id !== "")
    const sent = (yield* requests(target)).slice(before)
    yield* equal("requests", sent.length, 1)
    const { input } = sent[0]!
    return (input as { readonly file: unknown }).file
  })

// -----------------------------------------------------------------------------
// steps
// -----------------------------------------------------------------------------

type Run = (target: Target) => Effect.Effect<unknown, unknown>

const call =
  <A, E>(self: Effect.Effect<A, E, Audian.Audian>): Run =>
  (target) =>
    Effect.provide(self, client(target))

export const steps: Readonly<Record<string, Run>> = {
  "search for numbers": call(
    Effect.flatMap(Numbers.search({ location: "US-CA-415", limit: 3 }), ({ numbers }) =>
      equal("found", numbers.length, 3)
    )
  ),

  "purchase one": call(
    Effect.gen(function* () {
      const bought = yield* Numbers.purchase({ number, friendly_name: "Front desk" })
      yield* equal("bought", [bought.number, bought.status], [number, "active"])
      const { total } = yield* Numbers.list()
      yield* equal("listed", total, 1)
    })
  ),

  "purchase it again: `Conflict`": call(
    Effect.flatMap(failure(Numbers.purchase({ number })), (error) =>
      equal("error", error, ["Conflict", "not-executed", 1])
    )
  ),

  "purchase without a balance: `PaymentRequired`": (target) =>
    Effect.gen(function* () {
      yield* command(target, { _tag: "balance", usd: 0 })
      const error = yield* failure(Numbers.purchase({ number: others[0] })).pipe(Effect.provide(client(target)))
      yield* command(target, { _tag: "balance", usd: 100 })
      yield* equal("error", error, ["PaymentRequired", "not-executed", 1])
    }),

  "a 429 is retried": (target) =>
    Effect.gen(function* () {
      yield* fault(target, Fault.status(429, { "retry-after": "1" }).pipe(Fault.on(Numbers.list)))
      const [, response] = yield* Audian.withResponse(Numbers.list()).pipe(Effect.provide(client(target)))
      yield* equal("attempts", response?.attempts, 2)
    }),

  "a purchase with an unknown outcome is not retried": (target) =>
    Effect.gen(function* () {
      yield* fault(target, Fault.status(500).pipe(Fault.on(Numbers.purchase)))
      const error = yield* failure(Numbers.purchase({ number: others[0] })).pipe(Effect.provide(client(target)))
      yield* equal("error", error, ["InternalServerError", "unknown", 1])
    }),

  "a page of a proxy: `BadGateway`": (target) =>
    Effect.gen(function* () {
      yield* fault(target, Fault.page(502).pipe(Fault.on(Numbers.list), Fault.times(3)))
      const error = yield* failure(Numbers.list()).pipe(Effect.provide(client(target)))
      yield* equal("error", error, ["BadGateway", "unknown", 3])
    }),

  "a redirect is not followed, nor that of an upload": (target) =>
    Effect.gen(function* () {
      const before = (yield* requests(target)).length
      const moved = Fault.redirect(`${target.baseUrl}/v2/numbers`, 307)
      yield* fault(target, moved.pipe(Fault.on(Numbers.search)), moved.pipe(Fault.on(Fax.send)))
      const file = Files.fromBytes(content, pdf)
      for (const call of [Effect.asVoid(Numbers.search()), Effect.asVoid(Fax.send({ to: number, file }))]) {
        const error = yield* Effect.flip(call).pipe(Effect.provide(client(target)))
        yield* isTrue(`the error names the redirect: ${error.message}`, /redirect/i.test(error.message))
        yield* equal("error", [tagOf(error), error.attempts], ["UnexpectedStatus", 1])
      }
      yield* equal("requests", (yield* requests(target)).length - before, 2)
    }),

  "a body that breaks off: `Transport`": (target) =>
    Effect.gen(function* () {
      yield* fault(target, Fault.cutOff.pipe(Fault.on(Numbers.list)))
      const [, response] = yield* Audian.withResponse(Numbers.list()).pipe(Effect.provide(client(target)))
      yield* equal("attempts", response?.attempts, 2)
    }),

  "a connection that is refused: `Transport`": (target) =>
    Effect.gen(function* () {
      const nobody = client({ ...target, baseUrl: "http://127.0.0.1:9" })
      const error = yield* Effect.flip(Numbers.list()).pipe(Effect.provide(nobody))
      yield* equal("error", [tagOf(error), error.attempts], ["Transport", 3])
    }),

  "a time limit ends a call: `Timeout`": (target) =>
    Effect.gen(function* () {
      yield* fault(target, Fault.hang.pipe(Fault.on(Numbers.list)))
      const error = yield* failure(Numbers.list()).pipe(
        Effect.provide(client(target, { timeout: { attempt: "200 millis" }, retry: Retry.none }))
      )
      yield* equal("error", error, ["Timeout", "unknown", 1])
    }),

  "an interruption ends a call": (target) =>
    Effect.gen(function* () {
      yield* fault(target, Fault.hang.pipe(Fault.on(Numbers.list)))
      const fiber = yield* Effect.forkChild(Numbers.list().pipe(Effect.provide(client(target))))
      yield* Effect.sleep(200)
      yield* Fiber.interrupt(fiber)
      yield* Fiber.await(fiber).pipe(Effect.flatMap((exit) => equal("exit", exit._tag, "Failure")))
    }),

  "all pages of a list": call(
    Effect.gen(function* () {
      yield* Numbers.purchase({ number: others[1] })
      yield* Numbers.purchase({ number: others[2] })
      const items = yield* Stream.runCollect(Numbers.list.items({ limit: 1 }))
      yield* equal("items", items.length, 3)
    })
  ),

  "a purchase is sent once after a 421": (target) =>
    Effect.gen(function* () {
      const before = (yield* requests(target)).length
      yield* fault(target, Fault.status(421).pipe(Fault.on(Numbers.purchase)))
      const exit = yield* Effect.exit(Numbers.purchase({ number: others[3] })).pipe(Effect.provide(client(target)))
      yield* equal("requests", (yield* requests(target)).length - before, 1)
      const error = yield* Effect.flip(exit)
      yield* equal("error", [tagOf(error), error.status, error.attempts], ["UnexpectedStatus", 421, 1])
    }),

  "operations of an account, with an exchanged token": call(
    Effect.gen(function* () {
      const { id: device_id = "" } = yield* Account.Devices.create({ name: "Desk", owner_id: "user_1" })
      yield* Account.Devices.modify({ device_id }, (device) => ({ ...device, name: "Front desk" }))
      const devices = yield* Account.Devices.list()
      yield* equal(
        "devices",
        devices.map(({ name }) => name),
        ["Front desk"]
      )
    })
  ),

  "a rate limit and a circuit breaker": (target) =>
    Effect.gen(function* () {
      const options = {
        rateLimit: RateLimit.limiter({ limit: 2, window: "1 second" }),
        circuitBreaker: CircuitBreaker.make()
      }
      const guarded = client(target, options)
      const calls = yield* Effect.all(
        Array.from({ length: 4 }, () => Audian.withResponse(Numbers.list())),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(guarded))
      yield* equal(
        "attempts",
        calls.map(([, response]) => response?.attempts),
        [1, 1, 1, 1]
      )
    }),

  "no secret in what is printed": (target) =>
    Effect.gen(function* () {
      const secret = "sk_live_0123456789"
      const error = yield* Effect.flip(Numbers.list()).pipe(
        Effect.provide(Audian.layerFetch({ apiKey: Redacted.make(secret), baseUrl: target.baseUrl }))
      )
      yield* equal("error", tagOf(error), "Unauthorized")
      const printed = [String(error), JSON.stringify(error), error.stack, Cause.pretty(Cause.fail(error))].join("\n")
      yield* isTrue("no secret is printed", !printed.includes(secret))
      yield* isTrue("the message is in the stack", (error.stack ?? "").includes(error.message))
    }),

  "a signed webhook: accepted once, and refused if it is forged": () =>
    Effect.gen(function* () {
      const event = { event: "call.completed", data: { call_id: "call_1" } }
      const post = ({ body, headers }: WebhookTest.Delivery) =>
        new Request("http://127.0.0.1/webhooks", { method: "POST", body, headers })
      const delivery = yield* WebhookTest.delivery(event, { secret: "whsec_test" })
      const forged = yield* WebhookTest.delivery(event, { secret: "whsec_other" })
      const { data } = yield* WebhookReceiver.fromRequest(post(delivery))
      yield* equal("data", data, event.data)
      yield* equal("forged", (yield* Effect.flip(WebhookReceiver.fromRequest(post(forged))))._tag, "InvalidSignature")
      const seen: Array<string> = []
      const handler = yield* WebhookReceiver.toWebHandler(({ event }) =>
        Effect.sync(() => void seen.push(String(event)))
      )
      for (const [one, status] of [
        [yield* WebhookTest.delivery(event, { secret: "whsec_test", deliveryId: "delv_1" }), 200],
        [forged, 401]
      ] as const) {
        yield* equal("status", (yield* Effect.promise(() => handler(post(one)))).status, status)
      }
      const again = yield* WebhookTest.delivery(event, { secret: "whsec_test", deliveryId: "delv_1" })
      yield* equal("replayed", yield* Effect.promise(async () => (await handler(post(again))).text()), "Replayed")
      yield* equal("handled", seen, ["call.completed"])
    }).pipe(Effect.provide(WebhookReceiver.layer({ secret: "whsec_test" }))),

  "an upload of bytes": (target) =>
    Effect.flatMap(send(target, Files.fromBytes(content, pdf)), (file) =>
      equal("file", file, { name: pdf.name, size: content.length, content_type: pdf.type })
    ),

  "an upload of a `File`, with limits and progress": (target) =>
    Effect.gen(function* () {
      const seen: Array<Files.Progress> = []
      const file = new File([content], pdf.name, { type: pdf.type }) as Files.FileInput
      const sent = yield* send(
        target,
        Files.within(file, { maxSize: 8_000_000, types: [pdf.type] }).pipe((limited) =>
          Files.withUploadProgress(limited, (progress) => Effect.sync(() => void seen.push(progress)))
        )
      )
      yield* equal("file", sent, { name: pdf.name, size: content.length, content_type: pdf.type })
      yield* equal("progress", seen.at(-1), { bytes: content.length, total: content.length })
      const error = yield* Effect.flip(send(target, Files.within(file, { maxSize: 1 })))
      yield* equal("too large", tagOf(error), "InvalidRequest")
    }),

  "a streamed upload of unknown length, with progress": (target) =>
    Effect.gen(function* () {
      const seen: Array<Files.Progress> = []
      const parts = Array.from({ length: 30 }, (_, i) => content.subarray(i * 10_000, (i + 1) * 10_000))
      const source = Files.fromStream({ ...pdf, stream: Stream.fromIterable(parts).pipe(Stream.rechunk(1)) })
      const sent = yield* send(
        target,
        Files.withUploadProgress(source, (progress) => Effect.sync(() => void seen.push(progress)))
      )
      yield* equal("file", sent, { name: pdf.name, size: content.length, content_type: pdf.type })
      yield* equal("reports", [seen.length, seen.at(-1)?.bytes], [30, content.length])
      const broken = Files.fromStream({ ...pdf, stream: Stream.concat(source.stream, Stream.fail(new Error("gone"))) })
      const error = yield* Effect.flip(Fax.send({ to: number, file: broken }).pipe(Effect.provide(client(target))))
      yield* equal("broken", [tagOf(error), error.param, error.outcome], ["InvalidRequest", "file", "not-executed"])
    }),

  "a download, with progress and its length": (target) =>
    Effect.gen(function* () {
      const faxId = (yield* command(target, { _tag: "fax", bytes: Array.from(content.subarray(0, 10_000)) })) as string
      const seen: Array<Files.Progress> = []
      const bytes = yield* Fax.downloadReceived({ faxId }).pipe(
        Effect.map(Files.withProgress({ onProgress: (progress) => Effect.sync(() => void seen.push(progress)) })),
        Stream.unwrap,
        Stream.runFold(
          () => 0,
          (sum, chunk) => sum + chunk.length
        ),
        Effect.provide(client(target))
      )
      yield* equal("bytes", bytes, 10_000)
      yield* equal("progress", seen.at(-1), { bytes: 10_000, total: 10_000 })
    }),

  "events over a WebSocket, past a lost connection": (target) =>
    Effect.gen(function* () {
      const live = Layer.merge(client(target), Socket.layerWebSocketConstructorGlobal)
      const seen: Array<string> = []
      yield* Events.stream({ bindings: ["call.*"] }).pipe(
        Stream.tap((event) =>
          Effect.suspend(() => {
            seen.push(event._tag)
            if (event._tag === "Subscribed" || event._tag === "Reconnected") {
              return command(target, { _tag: "emit", name: "call.CHANNEL_CREATE", data: { call_id: "call_1" } })
            }
            return event._tag === "call.CHANNEL_CREATE" && seen.length < 4
              ? command(target, { _tag: "dropSockets" })
              : Effect.void
          })
        ),
        Stream.takeUntil(() => seen.filter((tag) => tag === "call.CHANNEL_CREATE").length === 2),
        Stream.runDrain,
        Effect.provide(live)
      )
      yield* equal("events", seen, [
        "Subscribed",
        "call.CHANNEL_CREATE",
        "Disconnected",
        "Reconnected",
        "call.CHANNEL_CREATE"
      ])
    }),

  "a stub": () =>
    Numbers.list().pipe(
      Effect.flatMap(({ total }) => equal("total", total, 3)),
      Effect.provide(AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [], total: 3 }))))
    ),

  "the embedded server in memory": () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      yield* embedded.fault(Fault.status(503).pipe(Fault.on(Numbers.list)))
      yield* Numbers.purchase({ number })
      yield* Fax.send({ to: number, file: Files.fromBytes(content, pdf) })
      const { total } = yield* Numbers.list().pipe(Retry.withPolicy(atOnce))
      yield* equal("total", total, 1)
      const first = yield* Events.stream({ bindings: ["call.*"] }).pipe(
        Stream.tap(() => embedded.emit({ name: "call.CHANNEL_CREATE" })),
        Stream.filter(({ _tag }) => _tag === "call.CHANNEL_CREATE"),
        Stream.runHead
      )
      yield* equal("event", first._tag, "Some")
    }).pipe(Effect.provide(inMemory)),

  "the embedded server on a port": () =>
    Effect.flatMap(Numbers.purchase({ number }), (bought) => equal("bought", bought.status, "active")).pipe(
      Effect.provide(
        EmbeddedAudian.client().pipe(Layer.provide(EmbeddedAudian.serve()), Layer.provide(FetchHttpClient.layer))
      )
    ),

  "the client of `effect-audian/node`, over undici": (target) =>
    target.undici === undefined
      ? Effect.die(new Error("this runtime, or its bundle, has no modules of Node.js"))
      : Effect.flatMap(Numbers.list(), ({ numbers }) => isTrue("listed", numbers.length > 0)).pipe(
          Effect.provide(target.undici({ apiKey, baseUrl: target.baseUrl }))
        )
}

/** Runs all steps in order. A step that fails does not end the program. */
export const run = (target: Target): Effect.Effect<ReadonlyArray<Result>> =>
  Effect.forEach(Object.entries(steps), ([step, run]) =>
    Effect.gen(function* () {
      const from = yield* Clock.currentTimeMillis
      const exit = yield* Effect.exit(
        Effect.timeout(
          Effect.suspend(() => run(target)),
          Duration.seconds(30)
        )
      )
      // Faults that a failed step did not use up would hit the next one.
      yield* Effect.ignore(command(target, { _tag: "clearFaults" }))
      return {
        step,
        failure: Exit.isSuccess(exit) ? undefined : Cause.pretty(exit.cause).split("\n").slice(0, 4).join("\n"),
        millis: (yield* Clock.currentTimeMillis) - from
      }
    })
  )

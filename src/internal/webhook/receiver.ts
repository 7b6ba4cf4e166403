/**
 * What all receivers share: the body read within a limit, headers of which there must be one, the time of a signature,
 * claims around the hand-over, and the answer to the sender.
 *
 * @internal
 */
import * as ByteSize from "effect/ByteSize"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import type { Claim, ReplayStore, ReplayStoreError } from "../../ReplayStore.ts"
import * as Store from "../../ReplayStore.ts"
import { InvalidOptions } from "../invalidOptions.ts"
import * as Errors from "./errors.ts"
import * as Hmac from "./hmac.ts"

export type HeadersInput =
  | Iterable<readonly [string, string]>
  | { readonly [name: string]: string | ReadonlyArray<string> | undefined }

/** A delivery as some other framework gives it. */
export interface Delivery {
  readonly headers: HeadersInput
  readonly body: Uint8Array | string
  readonly method?: string | undefined
  readonly url?: string | undefined
}

export type Source = globalThis.Request | HttpServerRequest.HttpServerRequest | Delivery

/** A delivery as it is worked on. */
export interface Incoming {
  readonly method: string
  readonly url: string
  readonly header: (name: string) => ReadonlyArray<string>
  readonly body: Hmac.Bytes
}

/** A delivery whose signature is good: what it says, and what it is remembered by. */
export interface Opened<A> {
  readonly event: A
  readonly deliveryId: string | undefined
  readonly keys: ReadonlyArray<string>
}

export interface Limits {
  readonly tolerance?: Duration.Input | undefined
  readonly maxBodySize?: number | undefined
  readonly timeout?: Duration.Input | undefined
  readonly replayStore?: ReplayStore | false | undefined
}

/** A receiver of events. */
export interface Receiver<A> {
  readonly handle: <B, E, R>(
    source: Source,
    handler: (event: A) => Effect.Effect<B, E, R>
  ) => Effect.Effect<B, E | Errors.ReceiveError, R>
}

// -----------------------------------------------------------------------------
// options
// -----------------------------------------------------------------------------

export type Secrets = string | Redacted.Redacted | ReadonlyArray<string | Redacted.Redacted>

const many = (secrets: Secrets): ReadonlyArray<string | Redacted.Redacted> =>
  typeof secrets === "string" || Redacted.isRedacted(secrets) ? [secrets] : secrets

/** Secrets without the white space that a file or a variable adds, or why there are none. */
export const secretsOf = (name: string, secrets: Secrets): ReadonlyArray<Redacted.Redacted> | string => {
  const out = many(secrets).map((secret) =>
    Redacted.make(String(typeof secret === "string" ? secret : Redacted.value(secret)).trim(), {
      label: "effect-audian"
    })
  )
  if (out.length === 0) return `${name}: expected at least one secret`
  return out.some((secret) => Redacted.value(secret) === "") ? `${name}: a secret is empty` : out
}

const positive = (input: Duration.Input): boolean => {
  const duration = Duration.fromInput(input)
  return Option.isSome(duration) && Duration.isPositive(duration.value) && Duration.isFinite(duration.value)
}

/** Why limits cannot work, if they cannot. */
export const checkLimits = ({ maxBodySize, timeout, tolerance }: Limits): string | undefined => {
  if (tolerance !== undefined && !positive(tolerance)) return "tolerance: expected a duration longer than nothing"
  if (timeout !== undefined && !positive(timeout)) return "timeout: expected a duration longer than nothing"
  if (maxBodySize !== undefined && !(Number.isSafeInteger(maxBodySize) && maxBodySize > 0)) {
    return "maxBodySize: expected a number of bytes"
  }
  return undefined
}

export const refuse = (message: string): Effect.Effect<never> => Effect.die(new InvalidOptions(message))

export const toleranceOf = ({ tolerance }: Limits): Duration.Duration =>
  Duration.fromInputUnsafe(tolerance ?? "5 minutes")

export const maxBodySizeOf = ({ maxBodySize }: Limits): number => maxBodySize ?? 1_048_576

// -----------------------------------------------------------------------------
// reading
// -----------------------------------------------------------------------------

const isServerRequest = (source: Source): source is HttpServerRequest.HttpServerRequest =>
  HttpServerRequest.TypeId in source

const isDelivery = (source: globalThis.Request | Delivery): source is Delivery =>
  typeof source.body === "string" || ArrayBuffer.isView(source.body)

/** Every value of a header: a platform that was sent two of a name gives them apart, or as one with a comma. */
const valuesOf = (headers: HeadersInput): ((name: string) => ReadonlyArray<string>) => {
  const found = new Map<string, Array<string>>()
  for (const [name, value] of Symbol.iterator in headers ? headers : Object.entries(headers)) {
    if (value === undefined) continue
    const key = name.toLowerCase()
    const values = found.get(key) ?? []
    found.set(key, values.concat(value))
  }
  return (name) => found.get(name) ?? []
}

const bytesOf = (body: Uint8Array | string): Hmac.Bytes =>
  typeof body === "string" ? Hmac.utf8(body) : new Uint8Array(body)

export const read = (source: Source, limit: number): Effect.Effect<Incoming, Errors.TooLarge | Errors.Unavailable> =>
  Effect.suspend(() => {
    if (!isServerRequest(source) && isDelivery(source)) {
      const { method = "POST", url = "/" } = source
      const body = bytesOf(source.body)
      return body.length > limit
        ? Effect.fail(new Errors.TooLarge({ limit }))
        : Effect.succeed({ method, url, header: valuesOf(source.headers), body })
    }
    if (!isServerRequest(source) && source.bodyUsed) {
      return Effect.die(
        new Error("WebhookReceiver: the body of the request was read before; its very bytes are what is signed")
      )
    }
    const request = isServerRequest(source) ? source : HttpServerRequest.fromWeb(source)
    // A sender that says how much it has is refused before anything of it is read.
    if (Number(request.headers["content-length"] ?? 0) > limit) return Effect.fail(new Errors.TooLarge({ limit }))
    return request.arrayBuffer.pipe(
      Effect.provideService(HttpServerRequest.MaxBodySize, ByteSize.bytes(limit)),
      Effect.mapError((error) => (isTooLarge(error) ? new Errors.TooLarge({ limit }) : bodyCut())),
      Effect.filterOrFail(
        (buffer) => buffer.byteLength <= limit,
        () => new Errors.TooLarge({ limit })
      ),
      Effect.map((buffer) => ({
        method: request.method,
        url: request.url,
        header: valuesOf(request.headers),
        body: new Uint8Array(buffer)
      }))
    )
  })

const bodyCut = () => new Errors.Unavailable({ reason: "BodyCut" })

const isTooLarge = ({ reason }: HttpServerError.HttpServerError): boolean =>
  reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"

/** The one value of a header. */
export const one = (incoming: Incoming, name: string): Effect.Effect<string, Errors.Malformed> => {
  const values = incoming.header(name)
  const [value = ""] = values
  if (value === "") return Effect.fail(new Errors.Malformed({ part: name, description: "the header is missing" }))
  return values.length > 1 || value.includes(",")
    ? Effect.fail(new Errors.Malformed({ part: name, description: "the header is there more than once" }))
    : Effect.succeed(value)
}

/** The text of a body. */
export const textOf = (body: Hmac.Bytes): Effect.Effect<string, Errors.Malformed> =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(body),
    catch: () => new Errors.Malformed({ part: "body", description: "it is not UTF-8" })
  })

/** The JSON of a text. What the parser says is left out, since it quotes the text. */
export const jsonOf = (text: string): Effect.Effect<unknown, Errors.Malformed> =>
  Effect.try({
    try: () => JSON.parse(text) as unknown,
    catch: () => new Errors.Malformed({ part: "body", description: "it is not JSON" })
  })

/** Fails when a time, in seconds since 1970, is further away than the tolerance, either way. */
export const inTime = (
  seconds: number,
  tolerance: Duration.Duration,
  deliveryId?: string
): Effect.Effect<void, Errors.Expired> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const age = now / 1000 - seconds
    return Math.abs(age) * 1000 <= Duration.toMillis(tolerance)
      ? Effect.void
      : Effect.fail(new Errors.Expired({ deliveryId, age, tolerance }))
  })

// -----------------------------------------------------------------------------
// claims
// -----------------------------------------------------------------------------

/** A receiver of what `open` finds good. */
export const make = Effect.fnUntraced(function* <A>(
  options: Limits,
  open: (incoming: Incoming) => Effect.Effect<Opened<A>, Errors.ReceiveError>
): Effect.fn.Return<Receiver<A>> {
  const limit = maxBodySizeOf(options)
  const timeout = Duration.fromInputUnsafe(options.timeout ?? "20 seconds")
  // Outlasts the hand-over, so that nobody else takes what is still being handed over.
  const lease = Duration.sum(timeout, Duration.seconds(10))
  // A signature is good for the tolerance before its time and the tolerance after it.
  const life = Duration.times(toleranceOf(options), 2)
  const store = options.replayStore === false ? undefined : (options.replayStore ?? (yield* Store.memory()))

  const handOver = <B, E, R>(
    { deliveryId, event, keys }: Opened<A>,
    handler: (event: A) => Effect.Effect<B, E, R>
  ): Effect.Effect<B, E | Errors.ReceiveError, R> =>
    store === undefined
      ? Effect.suspend(() => handler(event))
      : Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(restore(claimAll(store, keys, lease, deliveryId)), () =>
            Effect.onExit(restore(Effect.suspend(() => handler(event))), (exit) =>
              Exit.isSuccess(exit)
                ? each(keys, (key) => store.accept(key, life))
                : each(keys, (key) => store.release(key))
            )
          )
        )

  return {
    handle: (source, handler) =>
      read(source, limit).pipe(
        Effect.flatMap(open),
        Effect.flatMap((opened) => handOver(opened, handler)),
        Effect.timeoutOrElse({
          duration: timeout,
          orElse: () => Effect.fail(new Errors.Unavailable({ reason: "TimedOut" }))
        }),
        Effect.withSpan("WebhookReceiver.handle")
      )
  }
})

const storeFailed = (error: ReplayStoreError): Effect.Effect<never, Errors.Unavailable> =>
  Effect.andThen(
    Effect.logWarning(error.message, Cause.fail(error)),
    Effect.fail(new Errors.Unavailable({ reason: "StoreFailed" }))
  )

/** Claims all of the keys or none. Where that is cut short, what was claimed by then is given back. */
const claimAll = (
  store: ReplayStore,
  keys: ReadonlyArray<string>,
  lease: Duration.Duration,
  deliveryId: string | undefined
): Effect.Effect<void, Errors.ReceiveError> =>
  Effect.suspend(() => {
    const mine: Array<string> = []
    const claim = (key: string) =>
      Effect.flatMap(Effect.catchTag(store.claim(key, lease), "ReplayStoreError", storeFailed), (found: Claim) =>
        found === "claimed"
          ? Effect.sync(() => void mine.push(key))
          : Effect.fail(new Errors.Replayed({ deliveryId, inProgress: found === "pending" }))
      )
    return Effect.onExit(Effect.forEach(keys, claim, { discard: true }), (exit) =>
      Exit.isSuccess(exit) ? Effect.void : each(mine, (key) => store.release(key))
    )
  })

/**
 * What is done once the outcome stands cannot change it: a claim that is left over lapses by itself. Nothing interrupts
 * it, so it may not wait for ever either.
 */
const each = (
  keys: ReadonlyArray<string>,
  f: (key: string) => Effect.Effect<void, ReplayStoreError>
): Effect.Effect<void> =>
  Effect.forEach(
    keys,
    (key) => Effect.ignore(Effect.catchTag(Effect.interruptible(f(key)), "ReplayStoreError", storeFailed)),
    { discard: true }
  ).pipe(
    Effect.timeoutOrElse({
      duration: "5 seconds",
      orElse: () => Effect.logWarning("The replay store does not answer")
    })
  )

// -----------------------------------------------------------------------------
// answering
// -----------------------------------------------------------------------------

/** Puts an event into a queue without waiting for room in it. */
export const offer =
  <A, E>(queue: Queue.Enqueue<A, E>) =>
  (event: A): Effect.Effect<void, Errors.Unavailable> =>
    Effect.suspend(() =>
      Queue.offerUnsafe(queue, event) ? Effect.void : Effect.fail(new Errors.Unavailable({ reason: "QueueFull" }))
    )

const refused = (status: number, tag: string): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.text(tag, { status })

/** The answer to a delivery, whatever becomes of it. The handler has what it needs from the context. */
export const respond = <A, R>(
  receiver: Receiver<A>,
  request: HttpServerRequest.HttpServerRequest,
  handler: (event: A) => Effect.Effect<unknown, unknown, R>,
  context: Context.Context<R>
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  receiver
    .handle(request, (event) =>
      Effect.updateContext(handler(event), (outer: Context.Context<never>) => Context.merge(outer, context))
    )
    .pipe(
      // The engine takes nothing but 201 for a success when it has sent a PUT, and nothing but 200 otherwise.
      Effect.as(HttpServerResponse.empty({ status: request.method === "PUT" ? 201 : 200 })),
      Effect.catchCause((cause) => {
        const error = Option.getOrUndefined(Cause.findErrorOption(cause))
        if (Errors.isReceiveError(error)) {
          const log = error._tag === "Replayed" ? Effect.logDebug : Effect.logWarning
          return Effect.as(log(error.message), refused(error.status, error._tag))
        }
        return Cause.hasInterruptsOnly(cause)
          ? Effect.interrupt
          : Effect.as(Effect.logError("A webhook delivery could not be handled", cause), refused(503, "Unavailable"))
      })
    )

/** The same as a function of the web platform. */
export const webHandler = <A, R>(
  receiver: Receiver<A>,
  handler: (event: A) => Effect.Effect<unknown, unknown, R>,
  context: Context.Context<R>
): ((request: globalThis.Request) => Promise<globalThis.Response>) =>
  // As the handler's own needs are met by `respond`, the context is here for what a program sets for all of its fibers.
  HttpEffect.toWebHandlerWith<never, HttpServerRequest.HttpServerRequest>(context as Context.Context<never>)(
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => respond(receiver, request, handler, context))
  )

/** A route of the router. */
export const route = Effect.fnUntraced(function* <A, R>(
  receiver: Receiver<A>,
  methods: ReadonlyArray<"GET" | "POST" | "PUT">,
  path: HttpRouter.PathInput,
  handler: (event: A) => Effect.Effect<unknown, unknown, R>
): Effect.fn.Return<void, never, HttpRouter.HttpRouter | R> {
  const router = yield* HttpRouter.HttpRouter
  const context = yield* Effect.context<R>()
  for (const method of methods) {
    yield* router.add(method, path, (request) => respond(receiver, request, handler, context))
  }
})

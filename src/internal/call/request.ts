/**
 * One request and its response: the platform's client, our headers, and the contract's decoders.
 *
 * @internal
 */
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue, constVoid, identity } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Pull from "effect/Pull"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { AudianError, Issue } from "../../AudianError.ts"
import * as ErrorBody from "../error/errorBody.ts"
import * as MakeError from "../error/makeError.ts"
import * as Outcome from "../error/outcome.ts"
import * as ExactJson from "../exactJson.ts"
import { failure, gather, hiddenOf, sent, type Unreadable } from "../files/source.ts"
import { type Any, codecOf } from "../service.ts"
import type { Telemetry } from "../telemetry/observer.ts"
import type { Encoded } from "./codec.ts"
import * as Encoding from "./encoding.ts"
import { Fresh } from "./fresh.ts"
import * as RawStatus from "./rawStatus.ts"
import * as ResponseCapture from "./responseCapture.ts"

/** The platform's client, and what every request of ours has in common. */
export interface HttpConfig {
  readonly client: HttpClient.HttpClient
  /** Scheme, host and any path prefix, without a slash at its end. */
  readonly baseUrl: string
  readonly userAgent: string | undefined
  /** Headers of one call, in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
  /** The ETag of a value that the caller has. */
  readonly ifNoneMatch?: string | undefined
  /** The largest response body that is read, in bytes. A file is not bounded by it. */
  readonly maxResponseSize: number
  /** How long a file may bring no bytes. */
  readonly idleTimeout: Duration.Duration
  readonly telemetry: Telemetry
}

export interface DecodedResponse {
  readonly value: unknown
  readonly status: number
  readonly headers: Headers.Headers
  /** The parsed body, envelope included. */
  readonly json: unknown
}

/**
 * Sends one request and decodes its response. `call` describes the call for an error, this attempt included; `onHead` is
 * called with the head of a response that proves something, before its body is read: an error, or a 201 or 202.
 */
export const send = (
  http: HttpConfig,
  operation: Any,
  encoded: Encoded,
  token: Redacted.Redacted | undefined,
  call: () => MakeError.CallInfo,
  onHead: (head: MakeError.RawResponse) => void = constVoid
): Effect.Effect<DecodedResponse, AudianError> =>
  Effect.withFiber<DecodedResponse, AudianError>((fiber) => {
    const isUpload = encoded.body !== undefined && encoded.body._tag !== "Uint8Array"
    const { context, statusOf } = settle(fiber.context, isUpload)
    const isFresh = Context.get(fiber.context, Fresh)
    const { [failure]: failureOf, [gather]: gathered, [sent]: onSent } = hiddenOf(encoded.body)
    const received = (response: HttpClientResponse.HttpClientResponse) =>
      receive(http, operation, response, statusOf(response.status), call, onHead)
    const onSuccess =
      onSent === undefined
        ? received
        : (response: HttpClientResponse.HttpClientResponse) => Effect.flatMap(onSent, () => received(response))
    const onFailure = (error: HttpClientError.HttpClientError) =>
      // A `transformClient` may turn statuses into errors: here they are responses.
      error.reason._tag === "StatusCodeError"
        ? onSuccess(error.reason.response)
        : Effect.fail(MakeError.transport(call(), error))
    const executed = (request: HttpClientRequest.HttpClientRequest) => {
      const response = http.client.execute(request)
      return Effect.matchEffect(failureOf === undefined ? response : failIncomplete(request, response, failureOf), {
        onFailure,
        onSuccess
      })
    }
    const request = makeRequest(http, operation, encoded, token, isFresh)
    return Effect.updateContext<DecodedResponse, AudianError, never, never>(
      gathered === undefined
        ? executed(request)
        : Effect.matchEffect(gathered, {
            onFailure: (cause) => onFailure(unreadable(request, cause)),
            onSuccess: (body) => executed(HttpClientRequest.setBody(request, body))
          }),
      () => context
    )
  })

/** The result of a request with `ifNoneMatch` whose response was a 304. */
export const notModified: unique symbol = /*@__PURE__*/ Symbol("effect-audian/notModified")

/** Sends a plain GET whose response body does not matter. */
export const get = (
  http: HttpConfig,
  path: string,
  token: Redacted.Redacted,
  call: () => MakeError.CallInfo
): Effect.Effect<void, AudianError> =>
  Effect.asVoid(send(http, plain, { path, query: undefined, body: undefined, fields: undefined }, token, call))

// The parts of an operation that a request needs.
const plain = {
  codec: { method: "GET", accept: "*/*", readFile: undefined, bodyless: true, decode: () => Result.fail([]) },
  traits: {}
} as unknown as Any

const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Fails with the error of a response. */
const failWith = (
  { headers, status, text }: RawResponse,
  error: (now: number) => AudianError
): Effect.Effect<never, AudianError> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.fail(
      ResponseCapture.setCaptured(error(now), {
        status,
        headers,
        // Few errors are asked for their response.
        get json() {
          return ExactJson.parse(text)
        }
      })
    )
  )

/** True for text that every platform sends as a header: visible ASCII, and spaces within. */
export const isHeaderValue = (text: string): boolean => /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)

const decode = (
  { maxResponseSize }: HttpConfig,
  operation: Any,
  response: RawResponse,
  call: () => MakeError.CallInfo
): Effect.Effect<DecodedResponse, AudianError> => {
  const codec = codecOf(operation)
  const { headers, status, text, unreadable } = response
  const parsed = text === "" || response.truncated ? undefined : ExactJson.parse(text)
  // A page with 200 may be a proxy's, which has passed nothing on: it proves nothing.
  const outcome = parsed === undefined && isPage(text) && !Outcome.acknowledges(status) ? "unknown" : "executed"
  const invalid = (details: ReadonlyArray<Issue>, why: string): Effect.Effect<never, AudianError> =>
    failWith(response, (now) => MakeError.invalidResponse(call(), response, details, why, now, outcome))
  if (unreadable !== undefined) return invalid([], unreadable)
  if (ErrorBody.saysFailed(parsed)) {
    return failWith(response, (now) => MakeError.failedResponse(call(), response, now))
  }
  if (codec.readFile !== undefined) return invalid([], noFile(text))
  if (response.truncated) {
    return invalid([], `The response is larger than maxResponseSize, ${maxResponseSize} bytes`)
  }
  const isBare = operation.traits.envelope === "bare"
  // Undocumented response: any JSON; an empty body is null.
  const json = text !== "" ? parsed : codec.bodyless ? undefined : isBare ? null : { data: null }
  const decoded =
    json === undefined
      ? Result.fail([])
      : codec.decode(isBare ? (codec.hasData ? json : unwrapped(json)) : enveloped(json))
  if (Result.isSuccess(decoded)) {
    const value = decoded.success
    return Effect.succeed({
      value: isBare ? value : (value as { readonly data: unknown }).data,
      status,
      headers,
      json
    })
  }
  // An operation without a result accepts any success.
  if (codec.bodyless) return Effect.succeed({ value: undefined, status, headers, json })
  return text === ""
    ? invalid([], noBody)
    : invalid(decoded.failure, json === undefined ? notJson(text) : "The response does not have the documented shape")
}

/** Wraps a document or a list that came without its `data` envelope. */
const enveloped = (json: unknown): unknown =>
  Array.isArray(json) || (Predicate.hasProperty(json, "id") && !Predicate.hasProperty(json, "data"))
    ? { data: json }
    : json

/** A payload without the envelope that another page shows around it. */
const unwrapped = (json: unknown): unknown =>
  Predicate.isObject(json) && "data" in json && Object.keys(json).every((key) => envelopeFields.has(key))
    ? json.data
    : json

const envelopeFields: ReadonlySet<string> = /*@__PURE__*/ new Set([
  "auth_token",
  "data",
  "metadata",
  "node",
  "request_id",
  "revision",
  "status",
  "success",
  "timestamp",
  "tokens",
  "version"
])

/** True for markup and for words, as a proxy or another server sends them. */
const isPage = (text: string): boolean => text !== "" && /^\s*<|^[\w .:/-]*$/.test(text.slice(0, 200))

const noBody = "The response has no body"

const noFile = (text: string): string =>
  text === ""
    ? noBody
    : isPage(text)
      ? "The response is a page, not a file: is the base URL that of the API?"
      : "The response is JSON, not a file"

const notJson = (text: string): string =>
  isPage(text)
    ? "The response is a page, not JSON: is the base URL that of the API?"
    : "The response is not JSON, or is truncated"

const makeRequest = (
  http: HttpConfig,
  operation: Any,
  { body, path, query }: Encoded,
  token: Redacted.Redacted | undefined,
  isFresh: boolean
): HttpClientRequest.HttpClientRequest => {
  const codec = codecOf(operation)
  const headers: Record<string, string> = { accept: codec.accept, "accept-encoding": "identity" }
  if (http.userAgent !== undefined) headers["user-agent"] = http.userAgent
  for (const name in http.headers) {
    const value = http.headers[name]
    if (value !== undefined) headers[name] = value
  }
  if (http.ifNoneMatch !== undefined) headers["if-none-match"] = http.ifNoneMatch
  if (token !== undefined) headers["x-auth-token"] = Redacted.value(token)
  if (isFresh) headers["cache-control"] = "no-cache"
  const request = HttpClientRequest.makeWith(
    codec.method,
    http.baseUrl + path,
    query === undefined ? UrlParams.empty : UrlParams.fromInput(query),
    Option.none(),
    Headers.fromInput(headers),
    HttpBody.empty
  )
  return body === undefined ? request : HttpClientRequest.setBody(request, body)
}

/** Fails with the reason why the body could not be read to its end, if that is why the request failed. */
// Deno does not say that the body failed. Workers end the request as if it were complete, and the server refuses it.
const failIncomplete = (
  request: HttpClientRequest.HttpClientRequest,
  response: Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>,
  failureOf: () => Unreadable | undefined
): typeof response => {
  const fail = (result: typeof response) => {
    const cause = failureOf()
    return cause === undefined ? result : Effect.fail(unreadable(request, cause))
  }
  return Effect.matchEffect(response, {
    onFailure: (error) => fail(Effect.fail(error)),
    onSuccess: (response) => (isSuccess(response.status) ? Effect.succeed(response) : fail(Effect.succeed(response)))
  })
}

const unreadable = (request: HttpClientRequest.HttpClientRequest, cause: Unreadable): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.EncodeError({ request, cause }) })

interface RawResponse extends MakeError.RawResponse {
  /** Why the body cannot be decoded. */
  readonly unreadable?: string
}

/**
 * Reads the whole body of a response, unless it is a file, and decodes it. An error response whose body is truncated still
 * counts: its status decides.
 */
const receive = (
  http: HttpConfig,
  operation: Any,
  response: HttpClientResponse.HttpClientResponse,
  status: number,
  call: () => MakeError.CallInfo,
  onHead: (head: MakeError.RawResponse) => void
): Effect.Effect<DecodedResponse, AudianError> => {
  // A client may parse the headers whenever they are read.
  const { headers } = response
  const head: RawResponse = { status, headers, text: "", truncated: false }
  const isOk = isSuccess(status)
  const acknowledged = Outcome.acknowledges(status)
  if (!isOk || acknowledged) onHead(head)
  const isCoded = headers["content-encoding"] !== undefined || headers["transfer-encoding"] !== undefined
  const stream = isCoded ? Encoding.decode(response, headers) : undefined
  const done = (body: Partial<RawResponse>) => interpret(http, operation, { ...head, ...body }, call)
  if (typeof stream === "string") {
    const unreadable = `The content-encoding ${stream} was not asked for and is not supported`
    return Effect.matchEffect(Effect.scoped(Stream.toPull(response.stream)), {
      onFailure: (error) => Effect.fail(MakeError.transport(call(), error)),
      onSuccess: () => done({ unreadable })
    })
  }
  const { accept, readFile } = codecOf(operation)
  if (isOk && readFile !== undefined && !readFile.isOther(headers["content-type"], accept)) {
    return Effect.matchEffect(readFile.open(response, stream ?? response.stream, accept), {
      onFailure: (error) => Effect.fail(MakeError.transport(call(), error)),
      onSuccess: (opened) =>
        typeof opened === "string"
          ? done({ text: opened })
          : Effect.succeed({
              value: readFile.download(headers, opened, http.idleTimeout, call),
              status,
              headers,
              json: undefined
            })
    })
  }
  return Effect.matchEffect(read(response, stream, headers, http.maxResponseSize), {
    onFailure: (error) =>
      isOk ? Effect.fail(MakeError.transport(call(), error, acknowledged ? "executed" : undefined)) : done({}),
    onSuccess: (body) => done(body)
  })
}

/** The value of a response whose body has been read, or its error. */
const interpret = (
  http: HttpConfig,
  operation: Any,
  response: RawResponse,
  call: () => MakeError.CallInfo
): Effect.Effect<DecodedResponse, AudianError> => {
  const { headers, status } = response
  if (isSuccess(status)) return decode(http, operation, response, call)
  if (status === 304 && http.ifNoneMatch !== undefined) {
    return Effect.succeed({ value: notModified, status: 304, headers, json: undefined })
  }
  return failWith(response, (now) => MakeError.fromResponse(call(), response, now))
}

interface Body {
  readonly text: string
  /** The text is the beginning of a larger body, the rest of which was not read. */
  readonly truncated: boolean
}

const emptyBody: Body = { text: "", truncated: false }

/** A body that announces no more bytes than this is read at once, without counting. */
const bufferThreshold = 65_536

/** Reads a body up to a limit. One that announces to be larger is not read at all. */
const read = (
  response: HttpClientResponse.HttpClientResponse,
  stream: Encoding.Bytes | undefined,
  headers: Headers.Headers,
  limit: number
): Effect.Effect<Body, HttpClientError.HttpClientError> => {
  // A compressed body can be larger than announced.
  const length =
    headers["content-encoding"] === undefined ? Number(headers["content-length"] ?? Number.NaN) : Number.NaN
  if (length <= Math.min(bufferThreshold, limit)) {
    // A browser may hide `content-encoding`.
    return Effect.map(response.text, (text) => ({ text, truncated: text.length > limit }))
  }
  return Effect.scoped(
    Effect.flatMap(Stream.toPull(stream ?? response.stream), (pull) => {
      if (length > limit) return Effect.succeed<Body>({ text: "", truncated: true })
      const decoder = new TextDecoder()
      let text = ""
      let size = 0
      const next: Effect.Effect<Body, HttpClientError.HttpClientError | Cause.Done> = Effect.flatMap(pull, (chunks) => {
        for (const chunk of chunks) {
          size += chunk.byteLength
          if (size > limit) {
            text += decoder.decode(chunk.subarray(0, chunk.byteLength - (size - limit)), { stream: true })
            return Effect.succeed<Body>({ text, truncated: true })
          }
          text += decoder.decode(chunk, { stream: true })
        }
        return next
      })
      return Pull.catchDone(next, () => Effect.sync((): Body => ({ text: text + decoder.decode(), truncated: false })))
    })
  ).pipe(
    // `fetch` has no body for a 204.
    Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.succeed(emptyBody))
  )
}

interface Settled {
  readonly context: Context.Context<never>
  /** Gives the status that the server sent, of the status that `fetch` shows. */
  readonly statusOf: (status: number) => number
}

/**
 * Settings of the platform's client for our requests: no span, since the call has one; a secret credential header; no
 * trace headers for the vendor; no redirects, since they would carry the credential to another host.
 */
const settle = (context: Context.Context<never>, isUpload: boolean): Settled => {
  const given = Context.getOrUndefined(context, FetchHttpClient.RequestInit)
  const own = isUpload ? uploadInit() : callInit()
  const init = given === undefined ? own : { ...own, ...given }
  const guarded = RawStatus.guard(init)
  return {
    context: Context.add(
      settled(context),
      FetchHttpClient.RequestInit,
      guarded?.init ?? init
    ) as Context.Context<never>,
    statusOf: guarded?.statusOf ?? identity
  }
}

let lastContext: Context.Context<never> | undefined
let lastSettled: Context.Context<never> | undefined

/** The settings that are the same for all requests. The calls of a program mostly share one context. */
const settled = (context: Context.Context<never>): Context.Context<never> => {
  if (lastSettled === undefined || lastContext !== context) {
    lastContext = context
    lastSettled = context.pipe(
      Context.add(HttpClient.TracerDisabledWhen, constTrue),
      Context.add(HttpClient.TracerPropagationEnabled, false),
      Context.add(Headers.CurrentRedactedNames, redactedNames)
    )
  }
  return lastSettled
}

const redactedNames: ReadonlyArray<string> = ["authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"]

/** The settings, if the platform accepts them. Workers refuse a `cache` before 2024. */
const accepted = (init: RequestInit): RequestInit => {
  try {
    if (typeof Request !== "undefined") new Request("https://localhost", init)
    return init
  } catch {
    return {}
  }
}

let callRequestInit: RequestInit | undefined

// A cache must not respond in place of the API.
const callInit = (): RequestInit => (callRequestInit ??= { redirect: "manual", ...accepted({ cache: "no-store" }) })

// Node's fetch buffers a body that it may have to send again after a redirect. Where a redirect is an error, it does not.
// Elsewhere such an error would hide the status.
const uploadInit = (): RequestInit => ({
  redirect: "manual",
  ...accepted({ cache: "no-store" }),
  ...(RawStatus.isAvailable() && accepted({ redirect: "error" }))
})

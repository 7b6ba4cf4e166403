/**
 * One request and its answer: the platform's client, our headers, and the decoders of the contract.
 *
 * @internal
 */
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue, constVoid } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"
import * as Pull from "effect/Pull"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { AudianError } from "../../AudianError.ts"
import * as MakeError from "../error/makeError.ts"
import { counted } from "../files/byteLimit.ts"
import { lengthOf } from "../files/source.ts"
import type { Any } from "../service.ts"
import type { Encoded } from "./codec.ts"

export interface Wire {
  readonly client: HttpClient.HttpClient
  /** Scheme, host and any path prefix, without a slash at its end. */
  readonly baseUrl: string
  readonly userAgent: string | undefined
  /** The largest answer that is read, in bytes. A file is not bounded by it. */
  readonly maxResponseSize: number
  /** How long a file may bring no byte. */
  readonly maxSilence: Duration.Duration
}

export interface Answered {
  readonly value: unknown
  readonly status: number
  readonly headers: Headers.Headers
  /** The parsed body, envelope and all. */
  readonly json: unknown
}

/**
 * Sends one request and decodes its answer. `call` describes the call for an error, this attempt included; `onRefusal`
 * is told of an error answer before its body is read.
 */
export const send = (
  wire: Wire,
  operation: Any,
  encoded: Encoded,
  token: Redacted.Redacted | undefined,
  call: () => MakeError.Call,
  onRefusal: (head: MakeError.Received) => void = constVoid
): Effect.Effect<Answered, AudianError> =>
  Effect.matchEffect(
    Effect.updateContext(
      receive(wire, request(wire, operation, encoded, token), operation.codec.success, onRefusal),
      encoded.body === undefined || encoded.body._tag === "Uint8Array" ? settings : uploadSettings
    ),
    {
      onFailure: (error) => Effect.fail(MakeError.transport(call(), error)),
      onSuccess: (received) => {
        const { headers, status, stream } = received
        if (stream !== undefined) {
          const size = lengthOf(headers)
          const bytes = withMaxSilence(
            Stream.mapError(stream, (error) => MakeError.transport(call(), error)),
            wire.maxSilence,
            () => MakeError.timeout(call(), "attempt", wire.maxSilence, true, "The file stopped coming")
          )
          // Not every client notices, and half a file must not look whole.
          const value =
            size === undefined
              ? bytes
              : counted(bytes, (count, ended) =>
                  ended && count < size ? MakeError.brokenOff(call(), count, size) : undefined
                )
          return Effect.succeed({ value, status, headers, json: undefined })
        }
        if (!isSuccess(status)) {
          return Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.fail(MakeError.fromAnswer(call(), received, now))
          )
        }
        if (received.cut) {
          const why = `The answer is larger than maxResponseSize, ${wire.maxResponseSize} bytes`
          return Effect.flatMap(Clock.currentTimeMillis, (now) =>
            Effect.fail(MakeError.invalidResponse(call(), received, [], why, now))
          )
        }
        return decode(operation, received, call)
      }
    }
  )

/** Whether every platform sends a text as a header: visible ASCII, and spaces within. */
export const isHeaderValue = (text: string): boolean => /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)

const isSuccess = (status: number): boolean => status >= 200 && status < 300

const decode = (
  { codec, traits }: Any,
  received: MakeError.Received,
  call: () => MakeError.Call
): Effect.Effect<Answered, AudianError> => {
  const { headers, status, text } = received
  const bare = traits.envelope === "bare"
  // Where nobody says what is answered, any JSON will do, and so will nothing: null.
  const json = text !== "" ? parseJson(text) : codec.bodyless ? undefined : bare ? null : { data: null }
  const decoded = json === undefined ? Result.fail([]) : codec.decode(bare ? json : enveloped(json))
  if (Result.isSuccess(decoded)) {
    const value = decoded.success
    return Effect.succeed({ value: bare ? value : (value as { readonly data: unknown }).data, status, headers, json })
  }
  // An operation that answers nothing takes whatever a success brings.
  if (codec.bodyless) return Effect.succeed({ value: undefined, status, headers, json })
  const why = json === undefined || text === "" ? notJson(text) : "The answer does not have the documented shape"
  return Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.fail(MakeError.invalidResponse(call(), received, text === "" ? [] : decoded.failure, why, now))
  )
}

/** Some pages show a document where their siblings show it in an envelope: what has an `id` and no `data` is one. */
const enveloped = (json: unknown): unknown =>
  Predicate.hasProperty(json, "id") && !Predicate.hasProperty(json, "data") ? { data: json } : json

const request = (
  wire: Wire,
  { codec }: Any,
  encoded: Encoded,
  token: Redacted.Redacted | undefined
): HttpClientRequest.HttpClientRequest => {
  const headers: Record<string, string> = { accept: codec.accept }
  if (token !== undefined) headers["x-auth-token"] = Redacted.value(token)
  if (wire.userAgent !== undefined) headers["user-agent"] = wire.userAgent
  return HttpClientRequest.make(codec.method)(wire.baseUrl + encoded.path, {
    headers,
    ...(encoded.query !== undefined && { urlParams: encoded.query }),
    ...(encoded.body !== undefined && { body: encoded.body })
  })
}

interface Received extends MakeError.Received {
  /** The body of a file, unread. */
  readonly stream?: Stream.Stream<Uint8Array, HttpClientError.HttpClientError>
}

/**
 * Sends a request and reads the whole answer, unless it is a file. An error answer whose body breaks off is an answer
 * all the same: its status says what happened.
 */
const receive = (
  { client, maxResponseSize }: Wire,
  request: HttpClientRequest.HttpClientRequest,
  success: "json" | "bytes",
  onRefusal: (head: MakeError.Received) => void
): Effect.Effect<Received, HttpClientError.HttpClientError> =>
  client.execute(request).pipe(
    // A `transformClient` may turn statuses into errors; here they are answers.
    Effect.catchReason("HttpClientError", "StatusCodeError", ({ response }) => Effect.succeed(response)),
    Effect.flatMap((response) => {
      const { headers, status } = response
      const head: Received = { status, headers, text: "", cut: false }
      // A page in the place of a file is no file: the base URL is wrong, or a proxy wants a login.
      if (success === "bytes" && isSuccess(status) && !/^text\/html\b/i.test(headers["content-type"] ?? "")) {
        return Effect.succeed<Received>({ ...head, stream: response.stream })
      }
      if (!isSuccess(status)) onRefusal(head)
      return Effect.matchEffect(read(response, headers, maxResponseSize), {
        onSuccess: ({ cut, text }) => Effect.succeed<Received>({ status, headers, text, cut }),
        onFailure: (error) => (isSuccess(status) ? Effect.fail(error) : Effect.succeed(head))
      })
    })
  )

interface Body {
  readonly text: string
  /** Whether it is the beginning of a larger body, the rest of which was not read. */
  readonly cut: boolean
}

const emptyBody: Body = { text: "", cut: false }

/** What is read at one go, without counting: a body that its head announces to be no larger, in bytes. */
const small = 65_536

/** Reads a body up to a limit. One that its head announces to be larger is not read at all. */
const read = (
  response: HttpClientResponse.HttpClientResponse,
  headers: Headers.Headers,
  limit: number
): Effect.Effect<Body, HttpClientError.HttpClientError> => {
  // What is compressed can grow beyond what is announced.
  const length =
    headers["content-encoding"] === undefined ? Number(headers["content-length"] ?? Number.NaN) : Number.NaN
  if (length <= Math.min(small, limit)) {
    // A browser may keep the encoding of an answer to itself.
    return Effect.map(response.text, (text) => ({ text, cut: text.length > limit }))
  }
  return Effect.scoped(
    Effect.flatMap(Stream.toPull(response.stream), (pull) => {
      if (length > limit) return Effect.succeed<Body>({ text: "", cut: true })
      const decoder = new TextDecoder()
      let text = ""
      let size = 0
      const next: Effect.Effect<Body, HttpClientError.HttpClientError | Cause.Done> = Effect.flatMap(pull, (chunks) => {
        for (const chunk of chunks) {
          size += chunk.byteLength
          if (size > limit) {
            text += decoder.decode(chunk.subarray(0, chunk.byteLength - (size - limit)), { stream: true })
            return Effect.succeed<Body>({ text, cut: true })
          }
          text += decoder.decode(chunk, { stream: true })
        }
        return next
      })
      return Pull.catchDone(next, () => Effect.sync((): Body => ({ text: text + decoder.decode(), cut: false })))
    })
  ).pipe(
    // The body of a 204, for `fetch`.
    Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.succeed(emptyBody))
  )
}

/** Fails a stream that brings nothing for too long. How long its reader takes between two chunks does not count. */
const withMaxSilence = <A>(
  self: Stream.Stream<A, AudianError>,
  duration: Duration.Duration,
  error: () => AudianError
): Stream.Stream<A, AudianError> =>
  Duration.isFinite(duration)
    ? Stream.transformPull(self, (pull) =>
        Effect.succeed(Effect.timeoutOrElse(pull, { duration, orElse: () => Effect.fail(error()) }))
      )
    : self

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const notJson = (text: string): string => {
  if (text === "") return "The answer has no body"
  return /^\s*<|^[\w .:/-]*$/.test(text.slice(0, 200))
    ? "The answer is a page, not JSON: is the base URL that of the API?"
    : "The answer is not JSON, or broke off"
}

/**
 * What the platform's client must know of our requests: the call has its span already, the credential's header is a
 * secret, the vendor gets no trace headers, and a redirect must not carry the credential to another host.
 */
const settingsWith = (own: RequestInit) => {
  const settled = Context.empty().pipe(
    Context.add(FetchHttpClient.RequestInit, own),
    Context.add(HttpClient.TracerDisabledWhen, constTrue),
    Context.add(HttpClient.TracerPropagationEnabled, false),
    Context.add(Headers.CurrentRedactedNames, ["authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"])
  )
  return (context: Context.Context<never>): Context.Context<never> => {
    const init = Context.getOrUndefined(context, FetchHttpClient.RequestInit)
    const merged = Context.merge(context, settled)
    return init === undefined ? merged : Context.add(merged, FetchHttpClient.RequestInit, { ...own, ...init })
  }
}

const settings = /*@__PURE__*/ settingsWith({ redirect: "manual" })

// Node's fetch keeps all of a body that it may have to answer a redirect with; where a redirect is an error, none of it.
const uploadSettings = /*@__PURE__*/ settingsWith({ redirect: "error" })

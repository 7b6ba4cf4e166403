/**
 * Reads a delivery from any kind of request: its headers, and its body up to a limit.
 *
 * @internal
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Predicate from "effect/Predicate"
import { type Body, bodyParsed, readBody, readBuffer } from "./body.ts"
import * as Errors from "./errors.ts"
import type * as Hmac from "./hmac.ts"

export type { Body }

type HeadersInput =
  | Iterable<readonly [string, string]>
  | { readonly [name: string]: string | ReadonlyArray<string> | undefined }

/** A delivery from another framework. */
export interface Delivery {
  readonly headers: HeadersInput
  /** The raw bytes. */
  readonly body: Body
  readonly method?: string | undefined
  readonly url?: string | undefined
}

/** An unread request of `node:http`, whose body is the request itself. */
export interface NodeRequest extends AsyncIterable<Uint8Array | string> {
  readonly headers: HeadersInput
  readonly body?: undefined
  readonly method?: string | undefined
  readonly url?: string | undefined
}

export type Source = globalThis.Request | HttpServerRequest.HttpServerRequest | Delivery | NodeRequest

/** A delivery that has been read. */
export interface Incoming {
  readonly method: string
  readonly url: string
  /** All values of a header. The name is in lower case. */
  readonly header: (name: string) => ReadonlyArray<string>
  readonly body: Hmac.Bytes
}

type ReadError = Errors.TooLarge | Errors.Unavailable

/** Reads a delivery. Total: a program without types may pass anything. */
export const read = (source: Source, limit: number): Effect.Effect<Incoming, ReadError> =>
  Effect.suspend(() => {
    if (!Predicate.isObject(source)) return bodyParsed
    const { headers, method, url } = source as Partial<Delivery>
    const header = valuesOf(headers)
    // A declared length above the limit is refused before anything is read.
    if (Number(header("content-length")[0] ?? 0) > limit) return Effect.fail(new Errors.TooLarge({ limit }))
    return Effect.map(bytesOf(source, limit), (body) => ({
      method: typeof method === "string" ? method.toUpperCase() : "POST",
      url: typeof url === "string" ? url : "/",
      header,
      body
    }))
  })

const bytesOf = (source: Source, limit: number): Effect.Effect<Hmac.Bytes, ReadError> => {
  if (isServerRequest(source)) {
    const { source: platform } = source
    return isStreamless(platform) ? readBuffer(() => platform.arrayBuffer(), limit) : readServerRequest(source, limit)
  }
  const { body, bodyUsed, method } = source as { body?: unknown; bodyUsed?: unknown; method?: unknown }
  if (bodyUsed === true) return bodyParsed
  if (isStreamless(source)) return readBuffer(() => source.arrayBuffer(), limit)
  // `null` is the empty body of a `Request`. A framework may pass any placeholder for the body of a GET.
  const isEmpty = (body === null && bodyUsed === false) || isGet(method)
  const isNodeRequest = body === undefined && Symbol.asyncIterator in source
  return Effect.catchIf(
    readBody(isNodeRequest ? source : body, limit),
    (error) => isEmpty && error._tag === "Unavailable" && error.reason === "BodyParsed",
    () => Effect.succeed(new Uint8Array())
  )
}

const isServerRequest = (source: Source): source is HttpServerRequest.HttpServerRequest =>
  HttpServerRequest.TypeId in source

/** A `Request` without the `body` property, as in Firefox. */
const isStreamless = (source: object): source is globalThis.Request => {
  const request = source as Partial<globalThis.Request>
  return request.body === undefined && request.bodyUsed === false && typeof request.arrayBuffer === "function"
}

const isGet = (method: unknown): boolean => typeof method === "string" && method.toUpperCase() === "GET"

const readServerRequest = (
  request: HttpServerRequest.HttpServerRequest,
  limit: number
): Effect.Effect<Hmac.Bytes, ReadError> =>
  request.arrayBuffer.pipe(
    Effect.provideService(HttpServerRequest.MaxBodySize, ByteSize.bytes(limit)),
    Effect.mapError((error) =>
      isTooLarge(error) ? new Errors.TooLarge({ limit }) : new Errors.Unavailable({ reason: "BodyCut" })
    ),
    Effect.filterOrFail(
      (buffer) => buffer.byteLength <= limit,
      () => new Errors.TooLarge({ limit })
    ),
    Effect.map((buffer) => new Uint8Array(buffer))
  )

/** All values of each header. A platform gives duplicate headers as a list, or as one value with commas. */
const valuesOf = (headers: HeadersInput | undefined): Incoming["header"] => {
  const found = new Map<string, Array<string>>()
  if (Predicate.isObject(headers)) {
    const entries: Iterable<readonly [string, unknown]> =
      Symbol.iterator in headers ? (headers as Iterable<readonly [string, unknown]>) : Object.entries(headers)
    for (const [name, value] of entries) {
      if (Predicate.isNullish(value)) continue
      const key = name.toLowerCase()
      found.set(key, [...(found.get(key) ?? []), ...(Array.isArray(value) ? value : [value]).map(String)])
    }
  }
  return (name) => found.get(name) ?? []
}

const isTooLarge = ({ reason }: HttpServerError.HttpServerError): boolean =>
  reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"

/** The value of a header that must be present exactly once. */
export const singleHeader = (incoming: Incoming, name: string): Effect.Effect<string, Errors.Malformed> => {
  const values = incoming.header(name)
  const [value = ""] = values
  if (value === "") return Effect.fail(new Errors.Malformed({ part: name, description: "the header is missing" }))
  return values.length > 1 || value.includes(",")
    ? Effect.fail(new Errors.Malformed({ part: name, description: "the header is there more than once" }))
    : Effect.succeed(value)
}

/** A body as text; `undefined` if it is not UTF-8. */
export const textOf = (body: Hmac.Bytes): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}

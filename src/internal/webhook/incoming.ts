/**
 * Reads a delivery from any kind of request: its headers, and its body up to a limit.
 *
 * @internal
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Errors from "./errors.ts"
import * as Hmac from "./hmac.ts"

export type HeadersInput =
  | Iterable<readonly [string, string]>
  | { readonly [name: string]: string | ReadonlyArray<string> | undefined }

/** A delivery from another framework. */
export interface Delivery {
  readonly headers: HeadersInput
  readonly body: Uint8Array | string
  readonly method?: string | undefined
  readonly url?: string | undefined
}

export type Source = globalThis.Request | HttpServerRequest.HttpServerRequest | Delivery

/** A delivery that has been read. */
export interface Incoming {
  readonly method: string
  readonly url: string
  /** All values of a header. The name is in lower case. */
  readonly header: (name: string) => ReadonlyArray<string>
  readonly body: Hmac.Bytes
}

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
    // A declared length above the limit is refused before anything is read.
    if (Number(request.headers["content-length"] ?? 0) > limit) return Effect.fail(new Errors.TooLarge({ limit }))
    return request.arrayBuffer.pipe(
      Effect.provideService(HttpServerRequest.MaxBodySize, ByteSize.bytes(limit)),
      Effect.mapError((error) =>
        isTooLarge(error) ? new Errors.TooLarge({ limit }) : new Errors.Unavailable({ reason: "BodyCut" })
      ),
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

const isServerRequest = (source: Source): source is HttpServerRequest.HttpServerRequest =>
  HttpServerRequest.TypeId in source

const isDelivery = (source: globalThis.Request | Delivery): source is Delivery =>
  typeof source.body === "string" || ArrayBuffer.isView(source.body)

const bytesOf = (body: Uint8Array | string): Hmac.Bytes =>
  typeof body === "string" ? Hmac.utf8(body) : new Uint8Array(body)

/** All values of each header. A platform gives repeated headers as a list, or as one value with commas. */
const valuesOf = (headers: HeadersInput): Incoming["header"] => {
  const found = new Map<string, Array<string>>()
  for (const [name, value] of Symbol.iterator in headers ? headers : Object.entries(headers)) {
    if (value === undefined) continue
    const key = name.toLowerCase()
    const values = found.get(key) ?? []
    found.set(key, values.concat(value))
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

/** Decodes a body as UTF-8. */
export const textOf = (body: Hmac.Bytes): Effect.Effect<string, Errors.Malformed> =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(body),
    catch: () => new Errors.Malformed({ part: "body", description: "it is not UTF-8" })
  })

/** Parses a text as JSON. The parser's message is dropped, since it quotes the text. */
export const jsonOf = (text: string): Effect.Effect<unknown, Errors.Malformed> =>
  Effect.try({
    try: () => JSON.parse(text) as unknown,
    catch: () => new Errors.Malformed({ part: "body", description: "it is not JSON" })
  })

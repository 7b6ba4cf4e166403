/**
 * Reads the raw bytes of a body, up to a limit, from any type that frameworks use for them.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import { joinBytes } from "../joinBytes.ts"
import * as Errors from "./errors.ts"
import * as Hmac from "./hmac.ts"

/** The raw bytes of a body. A Node.js `Readable` is an `AsyncIterable`, a `Buffer` is an `ArrayBufferView`. */
export type Body =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>

type BodyError = Errors.TooLarge | Errors.Unavailable

export const readBody = (body: unknown, limit: number): Effect.Effect<Hmac.Bytes, BodyError> => {
  const bytes = bytesOf(body)
  if (bytes !== undefined) return checkSize(bytes, limit)
  if (isBlob(body)) {
    return body.size > limit ? tooLarge(limit) : readBuffer(() => body.arrayBuffer(), limit)
  }
  const chunks = chunksOf(body)
  return chunks === undefined ? bodyParsed : readChunks(chunks, limit)
}

/** Reads a body without a stream, such as a `Request` in Firefox. */
export const readBuffer = (
  read: () => Promise<ArrayBuffer>,
  limit: number
): Effect.Effect<Hmac.Bytes, Errors.TooLarge | Errors.Unavailable> =>
  Effect.flatMap(Effect.tryPromise({ try: read, catch: truncated }), (buffer) =>
    checkSize(new Uint8Array(buffer), limit)
  )

/** The body was parsed, read or consumed before: its raw bytes are gone. */
export const bodyParsed = /*@__PURE__*/ Effect.suspend(() =>
  Effect.fail(new Errors.Unavailable({ reason: "BodyParsed" }))
)

const truncated = () => new Errors.Unavailable({ reason: "BodyCut" })

const tooLarge = (limit: number) => Effect.fail(new Errors.TooLarge({ limit }))

const checkSize = (bytes: Hmac.Bytes, limit: number): Effect.Effect<Hmac.Bytes, Errors.TooLarge> =>
  bytes.length > limit ? tooLarge(limit) : Effect.succeed(bytes)

/** Copies bytes, so that a framework may reuse its buffer. Recognizes values of another realm, as in Jest. */
const bytesOf = (body: unknown): Hmac.Bytes | undefined => {
  if (typeof body === "string") return Hmac.utf8(body)
  if (ArrayBuffer.isView(body)) {
    return new Uint8Array(new Uint8Array(body.buffer, body.byteOffset, body.byteLength))
  }
  const tag = Object.prototype.toString.call(body)
  return tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]"
    ? new Uint8Array(new Uint8Array(body as ArrayBuffer))
    : undefined
}

const isBlob = (body: unknown): body is Blob =>
  isObject(body) && typeof body.arrayBuffer === "function" && typeof body.size === "number"

interface Chunks {
  readonly next: () => Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>
  readonly cancel: () => unknown
}

const chunksOf = (body: unknown): Chunks | undefined => {
  if (isWebStream(body)) {
    if (body.locked) return undefined
    const reader = body.getReader()
    return { next: () => reader.read(), cancel: () => reader.cancel() }
  }
  if (!isIterable(body)) return undefined
  // A Node.js `Readable` that was read before, at least in part.
  if (body.readableDidRead === true) return undefined
  const iterator = body[Symbol.asyncIterator]()
  return { next: () => iterator.next(), cancel: () => iterator.return?.() }
}

const isWebStream = (body: unknown): body is ReadableStream<unknown> =>
  isObject(body) && typeof body.getReader === "function"

const isIterable = (body: unknown): body is AsyncIterable<unknown> & { readonly readableDidRead?: unknown } =>
  isObject(body) && typeof body[Symbol.asyncIterator] === "function"

const isObject = (body: unknown): body is Record<PropertyKey, unknown> => typeof body === "object" && body !== null

const readChunks = (chunks: Chunks, limit: number): Effect.Effect<Hmac.Bytes, BodyError> =>
  Effect.gen(function* () {
    const parts: Array<Hmac.Bytes> = []
    let length = 0
    while (true) {
      const { done, value } = yield* Effect.tryPromise({ try: chunks.next, catch: truncated })
      if (done === true) return joinBytes(parts, length)
      const part = bytesOf(value)
      if (part === undefined) return yield* bodyParsed
      parts.push(part)
      length += part.length
      if (length > limit) return yield* tooLarge(limit)
    }
  }).pipe(Effect.onExit((exit) => (exit._tag === "Success" ? Effect.void : cancel(chunks))))

/** Cancels without waiting: a source may never settle. */
const cancel = (chunks: Chunks): Effect.Effect<void> =>
  Effect.sync(
    () =>
      void Promise.resolve(undefined)
        .then(chunks.cancel)
        .catch(() => undefined)
  )

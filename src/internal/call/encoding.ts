/**
 * Content codings of responses. A request accepts none (`accept-encoding: identity`); a body that is compressed anyway is
 * decompressed here, unless the platform has done so.
 *
 * @internal
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"

export type Bytes = Stream.Stream<Uint8Array, HttpClientError.HttpClientError>

/** The body without its codings, or the name of one that cannot be decoded. */
export const decode = (
  response: HttpClientResponse.HttpClientResponse,
  headers: HttpClientResponse.HttpClientResponse["headers"]
): Bytes | string => {
  const header = headers["content-encoding"]
  if (header === undefined) return response.stream
  const source = webSourceOf(response)
  let bytes: Bytes = response.stream
  for (const name of header.toLowerCase().split(",").reverse()) {
    const coding = aliases[name.trim()] ?? name.trim()
    if (coding === "" || coding === "identity" || isDecoded(source, coding)) continue
    const make = decompressor(coding)
    if (make === undefined) return coding.slice(0, 50)
    // Some servers send `deflate` without its header.
    const otherwise = coding === "deflate" && source === undefined ? decompressor("deflate-raw") : undefined
    bytes = decompress(response, bytes, coding, (start) => (isCompressed(coding, start) ? make : otherwise))
  }
  return bytes
}

const aliases: Readonly<Record<string, string>> = { "x-gzip": "gzip", "x-deflate": "deflate" }

/** The codings that every `fetch` decodes. It keeps the header. */
const ofFetch: ReadonlyArray<string> = ["gzip", "deflate", "br"]

/**
 * True if the platform has decoded the body. A `Response` of `fetch` has another type than `default` except on Workers,
 * where, as with one that a program constructed, the first bytes decide; brotli has no first bytes.
 */
const isDecoded = (source: Response | undefined, coding: string): boolean =>
  source !== undefined && ofFetch.includes(coding) && (source.type !== "default" || coding === "br")

/** The `Response` that a client over `fetch` has read. */
const webSourceOf = (response: HttpClientResponse.HttpClientResponse): Response | undefined => {
  let found: unknown = response
  while (Predicate.hasProperty(found, "original")) found = found.original
  if (!Predicate.hasProperty(found, "source") || typeof Response === "undefined") return undefined
  return found.source instanceof Response ? found.source : undefined
}

/** True if a body begins like one of its coding. Brotli has no such beginning. */
const isCompressed = (coding: string, [a = 0, b = 0, c, d]: Uint8Array): boolean => {
  if (coding === "gzip") return a === 0x1f && b === 0x8b
  if (coding === "zstd") return a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd
  return coding !== "deflate" || ((a & 15) === 8 && ((a << 8) | b) % 31 === 0)
}

type Transform = ReadableWritablePair<Uint8Array, Uint8Array>
type Decompressor = () => Transform

interface Zlib {
  readonly createBrotliDecompress?: () => unknown
  readonly createZstdDecompress?: () => unknown
}

/** The transformation of a coding: the web's own, or that of Node.js. */
const decompressor = (coding: string): Decompressor | undefined => {
  const format = formats[coding] as CompressionFormat | undefined
  if (format === undefined) return undefined
  if (isSupported(format)) return () => new DecompressionStream(format) as Transform
  const zlib = builtin<Zlib>("node:zlib")
  const stream = builtin<{ readonly Duplex: { readonly toWeb: (duplex: unknown) => Transform } }>("node:stream")
  const create = coding === "br" ? zlib?.createBrotliDecompress : zlib?.createZstdDecompress
  return create === undefined || stream === undefined ? undefined : () => stream.Duplex.toWeb(create())
}

const isSupported = (format: CompressionFormat): boolean => {
  try {
    return new DecompressionStream(format) !== undefined
  } catch {
    return false
  }
}

const formats: Readonly<Record<string, string>> = {
  gzip: "gzip",
  deflate: "deflate",
  "deflate-raw": "deflate-raw",
  br: "brotli",
  zstd: "zstd"
}

/** A module of Node.js, without an import that bundlers for other platforms would not resolve. */
const builtin = <Module>(name: string): Module | undefined => {
  const { process } = globalThis as {
    readonly process?: { readonly getBuiltinModule?: (name: string) => Module | undefined }
  }
  return process?.getBuiltinModule?.(name)
}

/** Decompresses a body if its first bytes show that it is compressed. */
const decompress = (
  response: HttpClientResponse.HttpClientResponse,
  self: Bytes,
  coding: string,
  choose: (start: Uint8Array) => Decompressor | undefined
): Bytes =>
  Stream.unwrap(
    Effect.gen(function* () {
      const pull = yield* Stream.toPull(self)
      const start = yield* begin(pull)
      const body: Bytes = Stream.concat(
        Stream.fromArray(start),
        Stream.fromPull<Uint8Array, HttpClientError.HttpClientError, never, never, never>(Effect.succeed(pull))
      )
      const head = start.length === 1 ? start[0]! : concat(start)
      const make = head.length === 0 ? undefined : choose(head)
      if (make === undefined) return body
      const readable = yield* Stream.toReadableStreamEffect(body)
      return Stream.fromReadableStream({
        evaluate: () => readable.pipeThrough(make()) as ReadableStream<Uint8Array>,
        onError: (cause) =>
          HttpClientError.isHttpClientError(cause)
            ? cause
            : new HttpClientError.HttpClientError({
                reason: new HttpClientError.DecodeError({
                  request: response.request,
                  response,
                  cause,
                  description: `The body is not ${coding}, as its content-encoding says`
                })
              })
      })
    })
  )

/** The first chunks, at least four bytes if the body has that many. */
const begin = (
  pull: Pull.Pull<ReadonlyArray<Uint8Array>, HttpClientError.HttpClientError>
): Effect.Effect<ReadonlyArray<Uint8Array>, HttpClientError.HttpClientError> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  const next: Effect.Effect<void, HttpClientError.HttpClientError | Cause.Done> = Effect.flatMap(pull, (more) => {
    for (const chunk of more) size += chunk.length
    chunks.push(...more)
    return size < 4 ? next : Effect.void
  })
  return Effect.map(
    Pull.catchDone(next, () => Effect.void),
    () => chunks
  )
}

const concat = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))

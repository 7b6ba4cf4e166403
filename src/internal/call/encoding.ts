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
import { isNode } from "./rawStatus.ts"

export type Bytes = Stream.Stream<Uint8Array, HttpClientError.HttpClientError>

/** The body without its codings, or the name of one that cannot be decoded. */
export const decode = (
  response: HttpClientResponse.HttpClientResponse,
  headers: HttpClientResponse.HttpClientResponse["headers"]
): Bytes | string => {
  const { "content-encoding": header, "transfer-encoding": transfer } = headers
  if (transfer !== undefined && transfer !== "chunked") {
    // No platform decodes a transfer coding.
    const coding = namesOf(transfer).find((name) => /^(?:x-)?(?:gzip|compress|deflate|br|zstd)$/.test(name))
    if (coding !== undefined) return coding.slice(0, maxName)
  }
  if (header === undefined) return response.stream
  const names = namesOf(header)
  // The outermost coding, which was applied last, comes first.
  const codings = names
    .filter((name) => name !== "" && name !== "identity")
    .map((name) => aliases[name] ?? name)
    .reverse()
  const [outermost] = codings
  const source = webSourceOf(response)
  const state = stateOf(source, names)
  if (outermost === undefined || state === "decoded") return response.stream
  if (codings.length > maxCodings) return header.slice(0, maxName)
  // A browser decodes more than it can decompress for us. Workers do not.
  const isOurs = state === "encoded" || source?.type === "default"
  const unsupported = codings.find((coding) =>
    isOurs ? decompressor(coding) === undefined : formats[coding] === undefined
  )
  if (unsupported !== undefined) return unsupported.slice(0, maxName)
  const decoded = (bytes: Bytes) => codings.reduce((bytes, coding) => decompress(response, bytes, coding), bytes)
  if (state === "encoded") return decoded(response.stream)
  // Brotli has no first bytes that would decide.
  if (outermost === "br") return outermost
  return Stream.unwrap(
    Effect.map(begin(response.stream), ({ body, start }) => (isCompressed(outermost, start) ? decoded(body) : body))
  )
}

const namesOf = (header: string): ReadonlyArray<string> =>
  header
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())

const aliases: Readonly<Record<string, string>> = { "x-gzip": "gzip", "x-deflate": "deflate" }

/** The most codings that a body may have. `fetch` has the same limit. */
const maxCodings = 5

/** The longest name of a coding that an error repeats. */
const maxName = 50

/** The codings that every `fetch` decodes, if they come alone. It keeps the header. */
const ofFetch: ReadonlySet<string> = new Set(["gzip", "deflate", "br"])

/** The codings that the `fetch` of Node.js decodes. It decodes all codings of a body or none. */
const ofNode: ReadonlySet<string> = new Set([...ofFetch, "x-gzip"])

/**
 * The state of a body: as the server sent it, or decoded by the platform. Where it is unclear, the first bytes decide. A
 * `Response` of `fetch` has another type than `default`, except on Workers; one that a program constructed has none.
 */
const stateOf = (source: Response | undefined, names: ReadonlyArray<string>): "encoded" | "decoded" | "unclear" => {
  if (source === undefined) return "encoded"
  if (source.type !== "default" && isNode()) {
    if (names.every((name) => ofNode.has(name))) return "decoded"
    // The version of Node.js decides on zstd.
    return names.every((name) => ofNode.has(name) || name === "zstd") ? "unclear" : "encoded"
  }
  const [only = "", ...more] = names
  if (more.length > 0) return "unclear"
  return only === "br" || (source.type !== "default" && ofFetch.has(only)) ? "decoded" : "unclear"
}

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
const decompress = (response: HttpClientResponse.HttpClientResponse, self: Bytes, coding: string): Bytes =>
  Stream.unwrap(
    Effect.flatMap(begin(self), ({ body, start }) => {
      // Some servers send `deflate` without its header.
      const format = isCompressed(coding, start) ? coding : coding === "deflate" ? "deflate-raw" : undefined
      if (start.length === 0 || format === undefined) return Effect.succeed(body)
      const make = decompressor(format)
      const failed = (cause: unknown): HttpClientError.HttpClientError =>
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.DecodeError({
            request: response.request,
            response,
            cause,
            description:
              make === undefined
                ? `This platform cannot decode the content-encoding ${coding}`
                : `The body is not ${coding}, as its content-encoding says`
          })
        })
      if (make === undefined) return Effect.fail(failed(undefined))
      return Effect.map(Stream.toReadableStreamEffect(body), (readable) =>
        Stream.fromReadableStream({
          evaluate: () => readable.pipeThrough(make()) as ReadableStream<Uint8Array>,
          onError: (cause) => (HttpClientError.isHttpClientError(cause) ? cause : failed(cause))
        })
      )
    })
  )

/** The first bytes of a body, at least four if it has that many, and the whole body. */
const begin = (self: Bytes) =>
  Effect.gen(function* () {
    const pull = yield* Stream.toPull(self)
    const chunks: Array<Uint8Array> = []
    let size = 0
    const next: Effect.Effect<void, HttpClientError.HttpClientError | Cause.Done> = Effect.flatMap(pull, (more) => {
      for (const chunk of more) size += chunk.length
      chunks.push(...more)
      return size < 4 ? next : Effect.void
    })
    yield* Pull.catchDone(next, () => Effect.void)
    const start =
      chunks.length === 1 ? chunks[0]! : Uint8Array.from(chunks.flatMap((chunk) => [...chunk.subarray(0, 4)]))
    return { start, body: resumed(chunks, pull) }
  })

/** The chunks that were read of a body, and its rest. `Stream.concat` would bring the merging of channels. */
export const resumed = (
  chunks: ReadonlyArray<Uint8Array>,
  rest: Pull.Pull<ReadonlyArray<Uint8Array>, HttpClientError.HttpClientError>
): Bytes =>
  Stream.fromPull(
    Effect.sync(() => {
      let isRead = chunks.length === 0
      return Effect.suspend(() => {
        if (isRead) return rest as Pull.Pull<NonEmpty, HttpClientError.HttpClientError>
        isRead = true
        return Effect.succeed(chunks as NonEmpty)
      })
    })
  )

type NonEmpty = readonly [Uint8Array, ...Array<Uint8Array>]

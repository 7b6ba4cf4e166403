/**
 * The constructor of sources, and the writer of multipart forms. It writes the same bytes on every platform.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import { byteLimit } from "./byteLimit.ts"
import * as Internal from "./source.ts"
import {
  type FileInput,
  type FormWriter,
  type Hidden,
  isFileInput,
  isSource,
  type Source,
  TypeId,
  Unreadable
} from "./source.ts"

/** Makes a source. Its prototype marks it as no plain data, which the codec would copy. */
export const make = (fields: Omit<Source, typeof TypeId | "pipe"> & Hidden): Source & Hidden =>
  Object.assign(Object.create(Prototype), fields)

const Prototype = { ...Pipeable.Prototype, [TypeId]: TypeId }

/** Converts any file to a source. */
export const from = (file: FileInput): Source & Hidden =>
  isSource(file)
    ? file
    : make({
        name: "name" in file && typeof file.name === "string" ? file.name : "blob",
        type: file.type,
        size: file.size,
        stream: bytesOf(file),
        [Internal.blob]: file
      })

/** The bytes of a Blob. One of jsdom has no `stream`, and in older versions no `arrayBuffer`. */
const bytesOf = (blob: Blob): Stream.Stream<Uint8Array, unknown> =>
  Stream.fromReadableStream({
    evaluate: () => (typeof blob.stream === "function" ? blob.stream() : streamOf(blob)),
    onError: (cause) => cause
  })

const streamOf = (blob: Blob): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) =>
      bufferOf(blob).then((buffer) => {
        controller.enqueue(new Uint8Array(buffer))
        controller.close()
      })
  })

const bufferOf = (blob: Blob): Promise<ArrayBuffer> =>
  typeof blob.arrayBuffer === "function"
    ? blob.arrayBuffer()
    : new Promise((resolve, reject) => {
        const reader = new FileReader()
        reader.onload = () => resolve(reader.result as ArrayBuffer)
        reader.onerror = () => reject(reader.error)
        reader.readAsArrayBuffer(blob)
      })

/** Writes a form by RFC 7578, with names escaped as browsers escape them. */
export const write: FormWriter = (fields) => writeAs(fields, platformForm())

/**
 * The body of a form. A `stream` holds nothing in memory. A `blob` has a length, and a browser sends it over any version
 * of HTTP. `either` is a Blob if every file is one, else a stream.
 */
type Form = "stream" | "blob" | "either"

export const writeAs = (fields: Internal.Fields, form: Form): HttpBody.HttpBody => {
  const boundary = makeBoundary()
  const entries = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((part) => [name, part] as const))
  const parts = entries.flatMap(([name, value]): ReadonlyArray<Part> => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`
    if (!isFileInput(value)) return [text(`${head}\r\n\r\n${lines(String(value))}\r\n`)]
    const file = from(value)
    const disposition = `${head}; filename="${quoted(file.name)}"`
    return [
      text(`${disposition}\r\nContent-Type: ${mediaType(file.type)}\r\n\r\n`),
      { size: file.size, stream: read(name, file), blob: file[Internal.blob], sent: file[Internal.sent] },
      text("\r\n")
    ]
  })
  const all = [...parts, text(`--${boundary}--\r\n`)]
  const contentType = `multipart/form-data; boundary=${boundary}`
  const ofBlobs = (blobs: ReadonlyArray<Blob>): HttpBody.HttpBody => {
    const whole = new Blob([...blobs])
    // A part that was gathered has reported its progress.
    const sent = Effect.forEach(all, ({ blob, sent }) => (blob && sent) ?? Effect.void, { discard: true })
    return Object.assign(HttpBody.raw(whole, { contentType, contentLength: whole.size }), { [Internal.sent]: sent })
  }
  const blobs = all.map(({ blob }) => blob)
  if (form !== "stream" && blobs.every(Predicate.isNotUndefined)) return ofBlobs(blobs)
  const size = all.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part.size === undefined ? undefined : sum + part.size),
    0
  )
  let failure: Unreadable | undefined
  const stream = Stream.suspend(() => {
    failure = undefined
    return Stream.tapError(
      Stream.flatMap(Stream.fromIterable(all), (part) => part.stream),
      (error) =>
        Effect.sync(() => {
          failure = error
        })
    )
  })
  const hidden: Internal.HiddenBody = {
    [Internal.failure]: () => failure,
    ...(form === "blob" && {
      [Internal.gather]: Effect.map(
        Effect.forEach(all, ({ blob, stream }) => (blob === undefined ? gather(stream) : Effect.succeed(blob))),
        ofBlobs
      )
    })
  }
  return Object.assign(HttpBody.stream(stream, contentType, size), hidden)
}

/** The bytes of a stream as a Blob, which a browser may keep on disk. */
const gather = <E>(stream: Stream.Stream<Uint8Array, E>): Effect.Effect<Blob, E> =>
  Effect.map(Stream.runCollect(stream), (chunks) => new Blob(chunks.map((chunk) => new Uint8Array(chunk))))

/** A browser may not be able to send a stream, or only over HTTP/2, which cannot be known before. Others can. */
const platformForm = (): Form => {
  const platform = globalThis as {
    readonly process?: { readonly versions?: { readonly node?: string } }
    readonly Deno?: unknown
    readonly Bun?: unknown
    readonly EdgeRuntime?: unknown
    readonly navigator?: { readonly userAgent?: string }
  }
  if (platform.process?.versions?.node !== undefined || platform.Deno !== undefined || platform.Bun !== undefined) {
    return "stream"
  }
  const isEdge = platform.EdgeRuntime !== undefined || platform.navigator?.userAgent === "Cloudflare-Workers"
  return isEdge ? "either" : "blob"
}

/** The bytes of a file. The stream fails if their number is not the declared size. */
const read = (field: string, { size, stream }: Source): Stream.Stream<Uint8Array, Unreadable> => {
  const bytes = Stream.mapError(stream, (error) => new Unreadable(field, messageOf(error)))
  if (size === undefined) return bytes
  return byteLimit(bytes, (count, ended) =>
    count > size || (ended && count < size)
      ? new Unreadable(field, `expected ${size} bytes, got ${ended ? count : "more"}`)
      : undefined
  )
}

const messageOf = (error: unknown): string =>
  Predicate.hasProperty(error, "message") && Predicate.isString(error.message) ? error.message : String(error)

interface Part {
  readonly size: number | undefined
  readonly stream: Stream.Stream<Uint8Array, Unreadable>
  /** The same bytes, if they are those of a Blob. */
  readonly blob: Blob | undefined
  readonly sent?: Effect.Effect<unknown> | undefined
}

const text = (content: string): Part => {
  const bytes = new TextEncoder().encode(content)
  return { size: bytes.length, stream: Stream.succeed(bytes), blob: new Blob([bytes]) }
}

const quoted = (name: string): string =>
  lines(name).replace(
    /[\r\n"]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`
  )

const lines = (content: string): string => content.replace(/\r\n|\r|\n/g, "\r\n")

/** The media type, or the default if a header cannot hold it. */
const mediaType = (type: string): string => (/^[\x20-\x7e]+$/.test(type) ? type : "application/octet-stream")

// The author of a file must not be able to guess the boundary, or the file could add fields to the form. `Random` may be
// seeded, so the boundary comes from `crypto`.
const makeBoundary = (): string =>
  `----effect-audian-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`

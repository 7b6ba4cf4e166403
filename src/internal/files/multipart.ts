/**
 * The constructor of sources, and the writer of a multipart form that has one among its files. The form is a stream of
 * the text between the files and of their bytes.
 *
 * @internal
 */
import * as HttpBody from "effect/http/HttpBody"
import * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import { byteLimit } from "./byteLimit.ts"
import {
  type Fields,
  type Input,
  isInput,
  isSource,
  type Source,
  TypeId,
  Unreadable,
  type Writable,
  write
} from "./source.ts"

/** Makes a source. Its prototype marks it as no plain data, which the codec would copy. */
export const make = (fields: Omit<Source, typeof TypeId | "pipe">): Source =>
  Object.assign(Object.create(Prototype), fields)

/** Converts any file to a source. */
export const from = (file: Input): Source =>
  isSource(file)
    ? file
    : make({
        name: file instanceof File ? file.name : "blob",
        type: file.type,
        size: file.size,
        stream: Stream.fromReadableStream({ evaluate: () => file.stream(), onError: (cause) => cause })
      })

/** Writes a form by RFC 7578, with names escaped as browsers escape them. */
const writeStreamed: Writable[typeof write] = (fields: Fields) => {
  const boundary = makeBoundary()
  const entries = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((part) => [name, part] as const))
  const parts = entries.map(([name, value]): Part => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`
    if (!isInput(value)) return text(`${head}\r\n\r\n${lines(String(value))}\r\n`)
    const file = from(value)
    const before = text(`${head}; filename="${quoted(file.name)}"\r\nContent-Type: ${mediaType(file.type)}\r\n\r\n`)
    return {
      size: file.size === undefined ? undefined : before.size + file.size + end.length,
      stream: before.stream.pipe(Stream.concat(read(name, file)), Stream.concat(Stream.succeed(end)))
    }
  })
  const all = [...parts, text(`--${boundary}--\r\n`)]
  const size = all.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part.size === undefined ? undefined : sum + part.size),
    0
  )
  const stream = Stream.flatMap(Stream.fromIterable(all), (part) => part.stream)
  return HttpBody.stream(stream, `multipart/form-data; boundary=${boundary}`, size)
}

const Prototype = { ...Pipeable.Prototype, [TypeId]: TypeId, [write]: writeStreamed }

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
}

const text = (content: string): Part & { readonly size: number } => {
  const bytes = new TextEncoder().encode(content)
  return { size: bytes.length, stream: Stream.succeed(bytes) }
}

const end = /*@__PURE__*/ new Uint8Array([13, 10])

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

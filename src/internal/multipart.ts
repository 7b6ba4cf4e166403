/**
 * A form as the body of a request. Blobs go as `FormData`, which every platform sends from where they are. A form with
 * a source among its files is written here, as a stream of the text between the files and of the files' bytes.
 *
 * @internal
 */
import * as HttpBody from "effect/http/HttpBody"
import * as Stream from "effect/Stream"
import type { Input } from "../Files.ts"
import * as Source from "./source.ts"

type Value = string | number | boolean | null | undefined | Input

/** The fields of a form, one value each or several. */
export type Fields = Readonly<Record<string, Value | ReadonlyArray<Value>>>

export const write = (fields: Fields): HttpBody.HttpBody => {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().flatMap((one: Value): ReadonlyArray<Entry> => (one == null ? [] : [[name, one]]))
  )
  return entries.some(([, value]) => Source.isSource(value))
    ? streamed(entries)
    : HttpBody.formDataRecord(fields as HttpBody.FormDataInput)
}

type Entry = readonly [name: string, value: NonNullable<Value>]

/** RFC 7578, with names escaped as browsers do it. */
const streamed = (entries: ReadonlyArray<Entry>): HttpBody.HttpBody => {
  const boundary = makeBoundary()
  const parts = entries.map(([name, value]): Part => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`
    if (!Source.isInput(value)) return text(`${head}\r\n\r\n${lines(String(value))}\r\n`)
    const file = Source.from(value)
    const before = text(`${head}; filename="${quoted(file.name)}"\r\nContent-Type: ${mediaType(file.type)}\r\n\r\n`)
    return {
      size: file.size === undefined ? undefined : before.size + file.size + end.length,
      stream: before.stream.pipe(Stream.concat(Source.read(name, file)), Stream.concat(Stream.succeed(end)))
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

interface Part {
  readonly size: number | undefined
  readonly stream: Stream.Stream<Uint8Array, Source.Unreadable>
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

/** A type as a `Blob` would have it; what cannot stand in a header is no type. */
const mediaType = (type: string): string => (/^[\x20-\x7e]+$/.test(type) ? type : "application/octet-stream")

// Whoever wrote the file must not be able to guess where it ends, or could write fields behind it: no `Random` of the
// program's, which may be seeded.
const makeBoundary = (): string =>
  `----effect-audian-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`

/**
 * What a file to upload is underneath: the guard, the constructor, and its bytes held to the size it was said to have.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { Input, Source } from "../Files.ts"

export const TypeId = "~effect-audian/Files/Source"

const Prototype = { ...Pipeable.Prototype, [TypeId]: TypeId }

/** A prototype of its own keeps a source from being taken for plain data, which is copied. */
export const make = (fields: Omit<Source, typeof TypeId | "pipe">): Source =>
  Object.assign(Object.create(Prototype), fields)

export const isSource = (u: unknown): u is Source => Predicate.hasProperty(u, TypeId)

export const isInput = (u: unknown): u is Input => u instanceof Blob || isSource(u)

/** Any file as a source. */
export const from = (file: Input): Source =>
  isSource(file)
    ? file
    : make({
        name: file instanceof File ? file.name : "blob",
        type: file.type,
        size: file.size,
        stream: Stream.fromReadableStream({ evaluate: () => file.stream(), onError: (cause) => cause })
      })

/** A file that could not be read to its end: a request that holds it was never complete. */
export class Unreadable extends Error {
  override readonly name = "Unreadable"
  readonly field: string
  constructor(field: string, why: string) {
    super(`The file could not be read: ${why}`)
    this.field = field
  }
}

/** The bytes of a file, no more and no fewer than its size where it says. */
export const read = (field: string, { size, stream }: Source): Stream.Stream<Uint8Array, Unreadable> => {
  const bytes = Stream.mapError(stream, (error) => new Unreadable(field, messageOf(error)))
  if (size === undefined) return bytes
  return counted(bytes, (count, ended) =>
    count > size || (ended && count < size)
      ? new Unreadable(field, `it was to have ${size} bytes, and has ${ended ? count : "more"}`)
      : undefined
  )
}

const messageOf = (error: unknown): string =>
  Predicate.hasProperty(error, "message") && Predicate.isString(error.message) ? error.message : String(error)

/** Counts the bytes of a stream, and fails it when `check` says so of what has passed, or of all there was. */
export const counted = <E, R, E2>(
  self: Stream.Stream<Uint8Array, E, R>,
  check: (bytes: number, ended: boolean) => E2 | undefined
): Stream.Stream<Uint8Array, E | E2, R> =>
  Stream.suspend(() => {
    let bytes = 0
    const failing = (ended: boolean) => {
      const error = check(bytes, ended)
      return error === undefined ? Effect.void : Effect.fail(error)
    }
    return self.pipe(
      Stream.tap((chunk) =>
        Effect.suspend(() => {
          bytes += chunk.byteLength
          return failing(false)
        })
      ),
      Stream.onEnd(Effect.suspend(() => failing(true)))
    )
  })

/** How many bytes a response's body has, where its headers say: not of one that was unpacked on the way. */
export const lengthOf = (headers: Readonly<Record<string, string | undefined>>): number | undefined => {
  const { "content-encoding": encoding = "identity", "content-length": length = "" } = headers
  return encoding === "identity" && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

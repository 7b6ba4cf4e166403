/**
 * What a call knows of the files it sends: which values are files, and which is written into a form by other means than
 * the platform's.
 *
 * @internal
 */
import * as HttpBody from "effect/http/HttpBody"
import type * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"

export const TypeId = "~effect-audian/Files/Source"

/**
 * A file that can be opened again: `stream` is run once for each attempt to send it, and is never held in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface Source extends Pipeable.Pipeable {
  readonly [TypeId]: typeof TypeId
  /** The name it is sent under. */
  readonly name: string
  /** Its media type, such as `application/pdf`. */
  readonly type: string
  /** In bytes; `undefined` where nobody knows, and the request then goes out in chunks. */
  readonly size: number | undefined
  readonly stream: Stream.Stream<Uint8Array, unknown>
}

/**
 * What an operation takes as a file. A `Blob` goes without a name.
 *
 * @category models
 * @since 0.1.0
 */
export type Input = File | Blob | Source

export const isSource = (u: unknown): u is Source => Predicate.hasProperty(u, TypeId)

export const isInput = (u: unknown): u is Input => u instanceof Blob || isSource(u)

type Value = string | number | boolean | Input

/** The fields of a form, one value each or several. */
export type Fields = Readonly<Record<string, Value | ReadonlyArray<Value>>>

/**
 * How a form with a source in it is written. Each source brings it along, so that a program without one is bundled
 * without it.
 */
export const write: unique symbol = /*@__PURE__*/ Symbol("effect-audian/Files/write")

export interface Writable extends Source {
  readonly [write]: (fields: Fields) => HttpBody.HttpBody
}

/** Where a source keeps what of it does not fit the limits set for it. */
export const wrong: unique symbol = /*@__PURE__*/ Symbol("effect-audian/Files/wrong")

/** What of a file does not fit the limits set for it, if anything. */
export const wrongOf = (file: Input): string | undefined =>
  isSource(file) ? (file as Source & { readonly [wrong]?: string | undefined })[wrong] : undefined

/** A form as the body of a request. Blobs go as `FormData`, which a platform sends from where they are. */
export const writeForm = (fields: Fields): HttpBody.HttpBody => {
  const source = Object.values(fields).find(isSource) as Writable | undefined
  return source === undefined ? HttpBody.formDataRecord(fields as HttpBody.FormDataInput) : source[write](fields)
}

/** A file that could not be read to its end: a request that holds it was never complete. */
export class Unreadable extends Error {
  override readonly name = "Unreadable"
  readonly field: string
  constructor(field: string, why: string) {
    super(`The file could not be read: ${why}`)
    this.field = field
  }
}

/** How many bytes a response's body has, where its headers say: not of one that was unpacked on the way. */
export const lengthOf = (headers: Readonly<Record<string, string | undefined>>): number | undefined => {
  const { "content-encoding": encoding = "identity", "content-length": length = "" } = headers
  return encoding === "identity" && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

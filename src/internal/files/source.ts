/**
 * The file values that a call accepts, and the writer of a form that holds them.
 *
 * @internal
 */
import * as HttpBody from "effect/http/HttpBody"
import type * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"

export const TypeId = "~effect-audian/Files/Source"

/**
 * A file that can be read several times: `stream` runs once per attempt to send it, and is never held in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface Source extends Pipeable.Pipeable {
  readonly [TypeId]: typeof TypeId
  /** The file name in the form. */
  readonly name: string
  /** The media type, such as `application/pdf`. */
  readonly type: string
  /** The size in bytes. A request with a file of `undefined` size is sent in chunks. */
  readonly size: number | undefined
  /** The content. It must be possible to run it again. */
  readonly stream: Stream.Stream<Uint8Array, unknown>
}

/**
 * A file as an operation accepts it. A `Blob` is sent without a name of its own.
 *
 * @category models
 * @since 0.1.0
 */
export type Input = File | Blob | Source

export const isSource = (u: unknown): u is Source => Predicate.hasProperty(u, TypeId)

export const isInput = (u: unknown): u is Input => u instanceof Blob || isSource(u)

type Value = string | number | boolean | Input

/** The fields of a form, with one or several values each. */
export type Fields = Readonly<Record<string, Value | ReadonlyArray<Value>>>

/**
 * The key of a source's form writer. Sources carry the writer, so a bundle without sources does not contain it.
 */
export const write: unique symbol = /*@__PURE__*/ Symbol("effect-audian/Files/write")

export interface Writable extends Source {
  readonly [write]: (fields: Fields) => HttpBody.HttpBody
}

/** The key of the message of a source that exceeds its limits. */
export const limitIssue: unique symbol = /*@__PURE__*/ Symbol("effect-audian/Files/limitIssue")

/** The message of a file that exceeds its limits; `undefined` if it does not. */
export const limitIssueOf = (file: Input): string | undefined =>
  isSource(file) ? (file as Source & { readonly [limitIssue]?: string | undefined })[limitIssue] : undefined

/** Writes a form as a request body. Without a source it is `FormData`, whose blobs the platform reads itself. */
export const writeForm = (fields: Fields): HttpBody.HttpBody => {
  const source = Object.values(fields).find(isSource) as Writable | undefined
  return source === undefined ? HttpBody.formDataRecord(fields as HttpBody.FormDataInput) : source[write](fields)
}

/** A file could not be read to its end. The request that holds it was never complete. */
export class Unreadable extends Error {
  override readonly name = "Unreadable"
  readonly field: string
  constructor(field: string, cause: string) {
    super(`The file could not be read: ${cause}`)
    this.field = field
  }
}

/** The length of a response's body by its headers; `undefined` for an encoded body, which arrives decoded. */
export const lengthOf = (headers: Readonly<Record<string, string | undefined>>): number | undefined => {
  const { "content-encoding": encoding = "identity", "content-length": length = "" } = headers
  return encoding === "identity" && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

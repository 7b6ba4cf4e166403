/**
 * The file values that a call accepts, and their properties.
 *
 * @internal
 */
import type * as Effect from "effect/Effect"
import type * as HttpBody from "effect/http/HttpBody"
import type * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import type * as Stream from "effect/Stream"

export const TypeId = "~effect-audian/Files/Source"

/**
 * A file that can be read several times: `stream` runs once per attempt to send it. Only a browser holds it in memory.
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
export type FileInput = Accepted["file"]

// An alias of the union itself would show as `FileInput`, and not as what it takes.
interface Accepted {
  readonly file: File | Blob | Source
}

export const isSource = (u: unknown): u is Source => Predicate.hasProperty(u, TypeId)

/** Checks for a Blob or a File, of this realm or of another one, such as that of jsdom. */
const isBlob = (u: unknown): u is Blob =>
  typeof u === "object" &&
  u !== null &&
  ((typeof Blob !== "undefined" && u instanceof Blob) ||
    /^\[object (?:Blob|File)\]$/.test(Object.prototype.toString.call(u)))

export const isFileInput = (u: unknown): u is FileInput => isBlob(u) || isSource(u)

// The keys are in the global registry: a source may come from another copy of the package.

/** The key of the message of a source that cannot be sent: it exceeds its limits, or its path does not exist. */
export const issue: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/Files/issue")

/** The key of the Blob that a source has the bytes of. A browser can send the Blob where it cannot send a stream. */
export const blob: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/Files/blob")

/** The key of the effect that reports a Blob as sent. */
export const sent: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/Files/sent")

/** The key of the effect that makes a body of the same bytes for a platform that sends no streams. */
export const gather: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/Files/gather")

/** The key of the function that returns why a file of a body could not be read to its end. */
export const failure: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/Files/failure")

/** The fields of a source that are not public. */
export interface Hidden {
  readonly [issue]?: string | undefined
  readonly [blob]?: Blob | undefined
  readonly [sent]?: Effect.Effect<unknown> | undefined
}

/** The message of a file that cannot be sent; `undefined` for any other. */
export const issueOf = (file: FileInput): string | undefined =>
  isSource(file) ? (file as Source & Hidden)[issue] : undefined

type Value = string | number | boolean | FileInput

/** The fields of a form, with one or several values each. */
export type Fields = Readonly<Record<string, Value | ReadonlyArray<Value>>>

/**
 * The annotation of a schema of files that holds the writer of its form. Only an operation with a file has one, so a
 * bundle without such an operation does not contain the writer.
 */
export const formWriter = "~effect-audian/Files/formWriter"

export type FormWriter = (fields: Fields) => HttpBody.HttpBody

/** The fields of a form's body that are not public. */
export interface HiddenBody {
  readonly [sent]?: Effect.Effect<unknown> | undefined
  readonly [gather]?: Effect.Effect<HttpBody.HttpBody, Unreadable> | undefined
  readonly [failure]?: (() => Unreadable | undefined) | undefined
}

/** The fields of a body that only a form has. */
export const hiddenOf = (body: HttpBody.HttpBody | undefined): HiddenBody => (body ?? {}) as HiddenBody

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

const lengths = /*@__PURE__*/ new WeakMap<object, number>()

/** Remembers the length of a download. */
export const setLength = <S extends object>(stream: S, length: number | undefined): S => {
  if (length !== undefined) lengths.set(stream, length)
  return stream
}

/** The length of a download, if its response had one. */
export const lengthOfStream = (stream: object): number | undefined => lengths.get(stream)

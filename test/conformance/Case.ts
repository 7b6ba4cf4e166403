/**
 * One row of the conformance table: the request that an operation sends, and the result of its response.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Operation } from "effect-audian"
import { Operation as Operations } from "effect-audian"

/** The request that must arrive at the server. */
interface Sent {
  readonly method: string
  readonly path: string
  /** Duplicate keys as lists. Default none. */
  readonly query?: Readonly<Record<string, string | ReadonlyArray<string>>>
  /** Default `application/json`. */
  readonly accept?: string
  /** The JSON body. Default none. */
  readonly body?: unknown
  /** The fields of a multipart body; a file as its name, type and text. */
  readonly form?: Readonly<
    Record<
      string,
      string | ReadonlyArray<string> | { readonly name: string; readonly type: string; readonly text: string }
    >
  >
}

/** The response of the server. */
export interface Response {
  /** Default 200. */
  readonly status?: number
  /** The JSON body with its envelope. Default none. */
  readonly body?: unknown
  /** The body of a file. */
  readonly bytes?: string
}

export interface Case {
  readonly operation: Operation.Any
  readonly input: unknown
  readonly sent: Sent
  readonly response: Response
  /** The expected result. Secrets are compared by their values, a file by its text. */
  readonly result: unknown
  /** Tells cases of the same operation apart. */
  readonly title?: string
}

/** A case, typed by its operation. The default `result` is the response's `data`, or its body when there is no envelope. */
export const of = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  fields: {
    readonly input: NoInfer<Input>
    readonly sent: Sent
    readonly response: Response
    readonly result?: unknown
    readonly title?: string
  }
): Case => {
  const body = fields.response.body as { readonly data?: unknown } | undefined
  const payload = operation.traits.envelope === "bare" ? body : body?.data
  return { operation, ...fields, result: "result" in fields ? fields.result : (fields.response.bytes ?? payload) }
}

export const isCase = (u: unknown): u is Case =>
  typeof u === "object" && u !== null && "operation" in u && Operations.isOperation(u.operation)

/** A result that can be compared: secrets as their values, files as text. */
export const plain = (value: unknown): Effect.Effect<unknown, unknown> =>
  Stream.isStream(value)
    ? Stream.mkString(Stream.decodeText(value as Stream.Stream<Uint8Array, unknown>))
    : Effect.succeed(reveal(value))

const reveal = (value: unknown): unknown => {
  if (Redacted.isRedacted(value)) return reveal(Redacted.value(value))
  if (Array.isArray(value)) return value.map(reveal)
  if (!Predicate.isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]))
}

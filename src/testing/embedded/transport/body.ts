/**
 * A limit on the bodies of requests. The server keeps no more than it of any body, at any declared length.
 *
 * @internal
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Stream from "effect/Stream"
import { joinBytes } from "../../../internal/joinBytes.ts"
import * as State from "../state.ts"

/** The body has more bytes than the limit. */
export class TooLarge extends Data.TaggedError("TooLarge")<{ readonly limit: number }> {}

/** Provides a request whose body has at most `limit` bytes. Fails with `TooLarge` for a larger one. */
export const withLimit = <A, E, R>(self: Effect.Effect<A, E, HttpServerRequest.HttpServerRequest | R>, limit: number) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (request.method === "GET" || request.method === "HEAD") return yield* self
    const length = yield* lengthOf(request)
    if (length !== undefined && length > limit) return yield* new TooLarge({ limit })
    if (length !== undefined) return yield* self
    const bytes = yield* read(request, limit)
    const type = request.headers["content-type"]
    const inMemory = HttpServerRequest.fromClientRequest(
      HttpClientRequest.setBody(HttpServerRequest.toClientRequest(request), HttpBody.uint8Array(bytes, type))
    )
    return yield* Effect.provideService(self, HttpServerRequest.HttpServerRequest, inMemory)
  })

/** The length of a body in bytes; `undefined` if it is only known once the body has been read. */
const lengthOf = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<number | undefined> =>
  Effect.sync(() => {
    const { source } = request
    // Over a socket, HTTP ensures that a body has its declared length.
    if (!HttpClientRequest.isHttpClientRequest(source)) return declaredLength(request)
    const { body } = source
    switch (body._tag) {
      case "Empty":
        return 0
      case "Uint8Array":
        return body.body.length
      case "FormData":
        return formLength(body.formData)
      default:
        return undefined
    }
  })

const declaredLength = ({ headers }: HttpServerRequest.HttpServerRequest): number | undefined => {
  const length = Number(headers["content-length"] ?? Number.NaN)
  if (!Number.isNaN(length)) return length
  return headers["transfer-encoding"] === undefined ? 0 : undefined
}

/** The length of the values of a form. */
const formLength = (form: FormData): number => {
  let length = 0
  for (const value of form.values())
    length += typeof value === "string" ? new TextEncoder().encode(value).length : value.size
  return length
}

const read = (request: HttpServerRequest.HttpServerRequest, limit: number) =>
  request.stream.pipe(
    Stream.runFoldEffect(
      (): { readonly chunks: Array<Uint8Array>; length: number } => ({ chunks: [], length: 0 }),
      (body, chunk) => {
        body.length += chunk.length
        if (body.length > limit) return Effect.fail(new TooLarge({ limit }))
        body.chunks.push(chunk)
        return Effect.succeed(body)
      }
    ),
    Effect.mapBoth({
      onFailure: (error) =>
        error._tag === "TooLarge" ? error : State.badRequest(undefined, "The body could not be read"),
      onSuccess: ({ chunks, length }) => joinBytes(chunks, length)
    })
  )

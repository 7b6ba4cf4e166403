/**
 * Forms of requests, read into memory, with every file as a `File`.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Multipart from "effect/http/Multipart"
import * as Stream from "effect/Stream"
import type * as AudianError from "../../../AudianError.ts"
import type * as Files from "../../../Files.ts"
import * as State from "../state.ts"

const contentType = "multipart/form-data"

/** Provides a request whose form is in memory. Fails with 400 for a malformed form. */
export const withForm = <A, E>(
  self: Effect.Effect<A, E, HttpServerRequest.HttpServerRequest>
): Effect.Effect<A, E | AudianError.AudianError, HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (request.headers["content-type"]?.toLowerCase().startsWith(contentType) !== true) return yield* self
    const form = yield* read(request)
    // HttpApiBuilder would write the files to a directory, and decode their paths.
    const withForm = Object.create(request, { multipart: { value: Effect.succeed(form) } })
    return yield* Effect.provideService(self, HttpServerRequest.HttpServerRequest, withForm)
  })

type Value = string | File

const valueOf = (part: Multipart.Part): Effect.Effect<Value, Multipart.MultipartError> =>
  part._tag === "Field"
    ? Effect.succeed(part.value)
    : Effect.map(part.contentEffect, (bytes) => new File([bytes.slice()], part.name, { type: part.contentType }))

const read = (request: HttpServerRequest.HttpServerRequest) =>
  request.multipartStream.pipe(
    Stream.mapEffect((part) => Effect.map(valueOf(part), (value) => ({ key: part.key, value }))),
    Stream.runFold(
      () => new Map<string, Array<Value>>(),
      (form, { key, value }) => {
        const values = form.get(key)
        if (values === undefined) form.set(key, [value])
        else values.push(value)
        return form
      }
    ),
    // A file stays a file, whatever its content type.
    Effect.provideContext(Multipart.limitsServices({ fieldMimeTypes: [] })),
    Effect.mapBoth({
      onFailure: () => State.badRequest(undefined, "The form could not be read"),
      onSuccess: (form) =>
        Object.fromEntries(Array.from(form, ([key, values]) => [key, values.length === 1 ? values[0] : values]))
    })
  )

/** Adds the content type of a form, which a client leaves to `fetch`. */
export const withContentType = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  request.body._tag === "FormData" ? HttpClientRequest.setHeader(request, "content-type", contentType) : request

/** The name, size and type of a file. */
export const describe = (file: Files.FileInput) => ({
  ...("name" in file && { name: file.name }),
  size: file.size ?? null,
  content_type: file.type
})

/** An input with its files described, for the log. */
export const describeInput = (input: object): object =>
  Object.values(input).some((value) => value instanceof Blob)
    ? Object.fromEntries(
        Object.entries(input).map(([key, value]) => [key, value instanceof Blob ? describe(value) : value])
      )
    : input

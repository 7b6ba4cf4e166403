/**
 * Forms, as the embedded server reads them: in memory, with every file as a `File`.
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

/** Runs what reads a request so that it finds the form in it; fails with 400 for a form that is none. */
export const withForm = <A, E>(
  self: Effect.Effect<A, E, HttpServerRequest.HttpServerRequest>
): Effect.Effect<A, E | AudianError.AudianError, HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (request.headers["content-type"]?.toLowerCase().startsWith(contentType) !== true) return yield* self
    const form = yield* read(request)
    // What reads it would else write the files to a directory, and decode their paths.
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
    // No part is taken for text because of what it holds.
    Effect.provideContext(Multipart.limitsServices({ fieldMimeTypes: [] })),
    Effect.mapBoth({
      onFailure: () => State.badRequest(undefined, "The form could not be read"),
      onSuccess: (form) =>
        Object.fromEntries(Array.from(form, ([key, values]) => [key, values.length === 1 ? values[0] : values]))
    })
  )

/** A request of a client as a server sees it: where a client leaves it to the browser to announce a form, it is said. */
export const withContentType = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  request.body._tag === "FormData" ? HttpClientRequest.setHeader(request, "content-type", contentType) : request

/** What there is to say of a file. */
export const describe = (file: Files.Input) => ({
  ...("name" in file && { name: file.name }),
  size: file.size ?? null,
  content_type: file.type
})

/** An input that can be kept: its files described. */
export const describeInput = (input: object): object =>
  Object.fromEntries(
    Object.entries(input).map(([key, value]) => [key, value instanceof Blob ? describe(value) : value])
  )

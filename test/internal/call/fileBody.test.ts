import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Account, type Audian, type AudianError, Fax, Operation, Retry } from "effect-audian"
import { each } from "../../support/each.ts"
import { reasonOf } from "../../support/errors.ts"
import { client, clients } from "../../support/files.ts"
import { type Respond, serve } from "../../support/server.ts"

/** A download of one's own, of a documented type. */
const exported = (contentType: string) =>
  Operation.make(
    () =>
      HttpApiEndpoint.get("export", "/v2/export", {
        query: { since: Schema.optional(Schema.String) },
        success: HttpApiSchema.StreamUint8Array({ contentType })
      }),
    { resource: "Mine", family: "flat", envelope: "bare", replay: "safe" }
  )

type Download = Effect.Effect<
  Stream.Stream<Uint8Array, AudianError.AudianError>,
  AudianError.AudianError,
  Audian.Audian
>

const downloads: Readonly<Record<string, Download>> = {
  "Fax.downloadReceived": Fax.downloadReceived({ faxId: "f1" }),
  "Account.Faxes.getAttachment": Account.Faxes.getAttachment({ fax_id: "f1" }),
  "a CSV file of one's own": exported("text/csv")()
}

/** Every download on undici, and one on the other clients. */
const rows = Object.entries(clients).flatMap(([name, http]) =>
  Object.entries(downloads)
    .slice(0, name === "undici" ? 3 : 1)
    .map(([title, download]) => ({ name, http, title, download }))
)

const failure = { success: false, error: { code: "not_found_error", message: "No such fax" } }

const failures: ReadonlyArray<string> = [
  JSON.stringify(failure),
  `\ufeff \r\n\t${JSON.stringify(failure, null, 2)}\n`,
  JSON.stringify({ status: "error", error: "404", message: "bad_identifier", data: { cause: "f1" } }),
  JSON.stringify({ error: { code: "not_found_error", message: "No such fax" } }),
  // Longer than what is read, and truncated.
  JSON.stringify({ success: false, error: { message: "x".repeat(100_000) } }),
  JSON.stringify(failure).slice(0, -3)
]

const types: ReadonlyArray<string | undefined> = [
  "application/octet-stream",
  "application/pdf",
  "text/plain; charset=utf-8",
  "text/csv",
  undefined
]

/** Responds in one piece with a length, or byte by byte without one. */
const bodies = (type: string | undefined, bytes: Uint8Array): ReadonlyArray<Respond> => {
  const head = type === undefined ? {} : { "content-type": type }
  return [
    (response) => response.writeHead(200, { ...head, "content-length": bytes.length }).end(bytes),
    (response) => {
      response.writeHead(200, head)
      for (const byte of bytes.subarray(0, 20)) response.write(Uint8Array.of(byte))
      response.end(bytes.subarray(20))
    },
    (response) => response.writeHead(200, { ...head, "content-encoding": "gzip" }).end(gzipSync(bytes))
  ]
}

const read = (download: Download) =>
  download.pipe(
    Effect.flatMap(Stream.mkUint8Array),
    Effect.map((bytes) => Buffer.from(bytes).toString())
  )

describe("a download", () => {
  each(
    rows,
    ({ name, title }) => `${title}: an error with 200 is no file, whatever its content type, on ${name}`,
    ({ download, http }) =>
      Effect.gen(function* () {
        const responses = failures.flatMap((body) => types.flatMap((type) => bodies(type, Buffer.from(body))))
        const server = yield* serve((response, nth) => responses[nth]!(response, nth))
        const context = yield* Layer.build(client(server, http, { retry: Retry.none }))
        for (const _ of responses) {
          // The call fails, not the stream.
          const error = yield* Effect.flip(Effect.provideContext(download, context))
          assert.strictEqual(reasonOf(error), "InvalidResponse")
          assert.strictEqual(error.status, 200)
        }
      }).pipe(Effect.scoped)
  )

  each(
    rows,
    ({ name, title }) => `${title}: the error has the words of the response, on ${name}`,
    ({ download, http }) =>
      Effect.gen(function* () {
        const server = yield* serve(bodies("application/pdf", Buffer.from(JSON.stringify(failure)))[1]!)
        const error = yield* Effect.flip(Effect.provide(download, client(server, http)))
        assert.strictEqual(error.code, "not_found_error")
        assert.strictEqual(error.description, "No such fax")
        assert.deepStrictEqual<unknown>(error.body, failure)
        assert.strictEqual(server.begun(), 1)
      }).pipe(Effect.scoped)
  )

  each(
    rows,
    ({ name, title }) => `${title}: an empty response is no file, on ${name}`,
    ({ download, http }) =>
      Effect.gen(function* () {
        const responses: ReadonlyArray<Respond> = [
          ...types.flatMap((type) => bodies(type, new Uint8Array())),
          (response) => response.writeHead(204).end()
        ]
        const server = yield* serve((response, nth) => responses[nth]!(response, nth))
        const context = yield* Layer.build(client(server, http))
        for (const _ of responses) {
          const error = yield* Effect.flip(Effect.provideContext(download, context))
          assert.strictEqual(reasonOf(error), "InvalidResponse")
          assert.strictEqual(error.description, "The response has no body")
        }
        assert.strictEqual(server.begun(), responses.length)
      }).pipe(Effect.scoped)
  )

  each(
    rows,
    ({ name, title }) => `${title}: a page is no file, whatever its content type, on ${name}`,
    ({ download, http }) =>
      Effect.gen(function* () {
        const pages = ["<html><body>Log in</body></html>", `\n<!DOCTYPE  html>\n<title>${"x".repeat(70_000)}</title>`]
        const responses = pages.flatMap((page) => types.flatMap((type) => bodies(type, Buffer.from(page))))
        const server = yield* serve((response, nth) => responses[nth]!(response, nth))
        const context = yield* Layer.build(client(server, http))
        for (const _ of responses) {
          const error = yield* Effect.flip(Effect.provideContext(download, context))
          assert.strictEqual(reasonOf(error), "InvalidResponse")
          assert.include(error.message, "a page")
          assert.strictEqual(error.outcome, "unknown")
        }
      }).pipe(Effect.scoped)
  )

  each(
    Object.entries(clients).map(([name, http]) => ({ name, http })),
    ({ name }) => `a file that begins like JSON or like a page arrives whole, on ${name}`,
    ({ http }) =>
      Effect.gen(function* () {
        const files = [
          "a",
          " \n ",
          "\ufeffid,name\n1,x\n",
          '{"id":"fax_1","status":"error"}',
          '{"success":true,"data":[]}',
          `{"id":1}\n{"success":false}\n`,
          `{"items":[${"1,".repeat(50_000)}1]}`,
          "{not json",
          "<",
          "<htm",
          '<?xml version="1.0"?><faxes/>',
          "<html-export/>".replace("<html-", "<htmx-"),
          `%PDF-1.7\n${"x".repeat(200_000)}`
        ]
        const responses = files.flatMap((file) => types.flatMap((type) => bodies(type, Buffer.from(file))))
        const server = yield* serve((response, nth) => responses[nth]!(response, nth))
        const context = yield* Layer.build(client(server, http, { retry: Retry.none }))
        for (const [nth] of responses.entries()) {
          const text = yield* Effect.provideContext(read(exported("text/csv")()), context)
          assert.isTrue(text === files[Math.floor(nth / (types.length * 3))], `${nth}: ${text.slice(0, 100)}`)
        }
      }).pipe(Effect.scoped)
  )

  each(
    Object.entries(clients).map(([name, http]) => ({ name, http })),
    ({ name }) => `whose documented type is JSON or a page is that, unless it reports a failure, on ${name}`,
    ({ http }) =>
      Effect.gen(function* () {
        const of = (type: string, body: string) =>
          Effect.flatMap(serve(bodies(type, Buffer.from(body))[0]!), (server) =>
            Effect.provide(read(exported(type)()), client(server, http))
          )
        const json = "application/json"
        assert.strictEqual(yield* of(json, '{"id":"report_1"}'), '{"id":"report_1"}')
        assert.strictEqual(yield* of("text/html", "<html>"), "<html>")
        assert.strictEqual(reasonOf(yield* Effect.flip(of(json, JSON.stringify(failure)))), "InvalidResponse")
      }).pipe(Effect.scoped)
  )

  it.effect("can be read once: the second time is an error, never an empty file", () =>
    Effect.gen(function* () {
      const server = yield* serve(bodies("application/pdf", Buffer.alloc(300_000, "x"))[1]!)
      for (const http of Object.values(clients)) {
        const context = yield* Layer.build(client(server, http))
        const file = yield* Effect.provideContext(Fax.downloadReceived({ faxId: "f1" }), context)
        assert.strictEqual((yield* Stream.mkUint8Array(file)).length, 300_000)
        const error = yield* Effect.flip(Stream.runDrain(file))
        assert.include(error.message, "can be read once")
      }
    }).pipe(Effect.scoped)
  )
})

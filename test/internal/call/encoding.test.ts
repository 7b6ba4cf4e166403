import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Audian, type AudianError, Fax, Numbers, Retry } from "effect-audian"
import * as Raw from "../../faults/server.ts"
import { each } from "../../support/each.ts"
import { reasonOf } from "../../support/errors.ts"
import { client, clients, content } from "../../support/files.ts"
import { script, web } from "../../support/http.ts"
import { list, purchase } from "../../support/operations.ts"
import { serve } from "../../support/server.ts"

type Compress = (bytes: Uint8Array) => Uint8Array

const brotli: Compress = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })

const codings: Readonly<Record<string, Compress>> = {
  identity: (bytes) => bytes,
  "": (bytes) => bytes,
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotli,
  zstd: zstdCompressSync,
  "X-GZIP": gzipSync,
  "x-gzip": gzipSync,
  "x-deflate": deflateSync,
  GZIP: gzipSync,
  "Br ": brotli,
  "gzip,": gzipSync,
  "gzip, identity": gzipSync,
  "identity, gzip": gzipSync,
  "identity, br": brotli,
  "br, Identity": brotli,
  "deflate, identity": deflateSync,
  "zstd, identity": zstdCompressSync,
  "deflate, gzip": (bytes) => gzipSync(deflateSync(bytes)),
  "gzip, gzip": (bytes) => gzipSync(gzipSync(bytes)),
  "gzip, br": (bytes) => brotli(gzipSync(bytes)),
  "br, gzip": (bytes) => gzipSync(brotli(bytes)),
  "gzip, zstd": (bytes) => zstdCompressSync(gzipSync(bytes)),
  "zstd, gzip": (bytes) => gzipSync(zstdCompressSync(bytes)),
  "gzip, identity, br": (bytes) => brotli(gzipSync(bytes))
}

/** Two headers of one name. */
const twice: Readonly<Record<string, ReadonlyArray<string>>> = {
  "gzip and br, in two headers": ["gzip", "br"],
  "gzip and identity, in two headers": ["gzip", "identity"]
}

const names = [...Object.keys(codings), ...Object.keys(twice)]

/** A server whose every response has a coding that was not requested. */
const encodedServer = (status: number, body: Uint8Array | string, type: string, coding: string) => {
  const header = twice[coding] ?? coding
  const bytes = codings[[header].flat().join(", ")]!(typeof body === "string" ? new TextEncoder().encode(body) : body)
  return serve((response) =>
    response
      .setHeader("content-encoding", header)
      .writeHead(status, { "content-type": type, "content-length": bytes.length })
      .end(bytes)
  )
}

const table = Object.entries(clients).flatMap(([name, http]) => names.map((coding) => ({ name, http, coding })))

const json = "application/json"
const once = { retry: Retry.none }

describe("content-encoding", () => {
  it.live("a request accepts no coding, on every client", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const server = yield* serve((response) =>
          response.writeHead(200, { "content-type": json }).end(JSON.stringify({ data: { numbers: [] } }))
        )
        for (const http of Object.values(clients)) yield* Effect.provide(list, client(server, http))
        assert.deepStrictEqual(
          server.complete.map(({ headers }) => headers["accept-encoding"]),
          ["identity", "identity", "identity"]
        )
      })
    )
  )

  each(
    table,
    ({ coding, name }) => `a success in ${coding} is decoded, on ${name}`,
    ({ coding, http }) =>
      Effect.gen(function* () {
        // Larger than one chunk.
        const numbers = Array.from({ length: 800 }, (_, i) => ({ id: `n${i}`, number: `+1415555${1000 + i}` }))
        const server = yield* encodedServer(200, JSON.stringify({ data: { numbers } }), json, coding)
        const found = yield* Numbers.list().pipe(Effect.provide(client(server, http)))
        assert.deepStrictEqual(
          found.numbers.map(({ number }) => String(number)),
          numbers.map(({ number }) => number)
        )
      }).pipe(Effect.scoped)
  )

  each(
    table,
    ({ coding, name }) => `an error in ${coding} is decoded, on ${name}`,
    ({ coding, http }) =>
      Effect.gen(function* () {
        const body = JSON.stringify({ error: { code: "insufficient_funds", message: "The balance is too low" } })
        const server = yield* encodedServer(402, body, json, coding)
        const error = yield* Effect.flip(Effect.provide(purchase, client(server, http, once)))
        assert.strictEqual(error._tag, "PaymentRequired")
        assert.strictEqual(error.code, "insufficient_funds")
        assert.strictEqual(error.description, "The balance is too low")
      }).pipe(Effect.scoped)
  )

  each(
    table,
    ({ coding, name }) => `a file in ${coding} is decoded, on ${name}`,
    ({ coding, http }) =>
      Effect.gen(function* () {
        const server = yield* encodedServer(200, content, "application/pdf", coding)
        const bytes = yield* Fax.downloadReceived({ faxId: "f1" }).pipe(
          Effect.flatMap(Stream.mkUint8Array),
          Effect.provide(client(server, http))
        )
        assert.isTrue(Buffer.from(bytes).equals(Buffer.from(content)))
      }).pipe(Effect.scoped)
  )

  const unknown = (status: number, type = json) =>
    serve((response) =>
      response.writeHead(status, { "content-type": type, "content-encoding": "compress" }).end(gzipSync("{}"))
    )

  each(
    Object.entries(clients).map(([name, http]) => ({ name, http })),
    ({ name }) => `a coding that nobody knows passes for no value, no text and no file, on ${name}`,
    ({ http }) =>
      Effect.gen(function* () {
        const fails = (status: number, call: Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>) =>
          Effect.flatMap(unknown(status), (server) => Effect.flip(Effect.provide(call, client(server, http, once))))
        for (const call of [purchase, Fax.downloadReceived({ faxId: "f1" })]) {
          const error = yield* fails(200, call)
          assert.strictEqual(reasonOf(error), "InvalidResponse")
          assert.include(error.message, "compress")
        }
        const error = yield* fails(503, purchase)
        assert.strictEqual(error._tag, "ServiceUnavailable")
        // Nothing proves that these are the API's words.
        assert.strictEqual(error.outcome, "unknown")
        assert.notMatch(JSON.stringify(error) + error.message, /\\ufffd|\ufffd/)
      }).pipe(Effect.scoped)
  )

  each(
    Object.entries(clients).map(([name, http]) => ({ name, http })),
    ({ name }) => `a compressed body that is damaged fails, on ${name}`,
    ({ http }) =>
      Effect.gen(function* () {
        const bytes = gzipSync(content)
        bytes.fill(0, 20, 2000)
        const server = yield* serve((response) =>
          response.writeHead(200, { "content-type": "application/pdf", "content-encoding": "gzip" }).end(bytes)
        )
        const error = yield* Fax.downloadReceived({ faxId: "f1" }).pipe(
          Effect.flatMap(Stream.runDrain),
          Effect.flip,
          Effect.provide(client(server, http, once))
        )
        assert.strictEqual(reasonOf(error), "Transport")
      }).pipe(Effect.scoped)
  )

  each(
    Object.entries(clients).map(([name, http]) => ({ name, http })),
    ({ name }) => `a purchase whose 201 has a damaged body was executed, on ${name}`,
    ({ http }) =>
      Effect.gen(function* () {
        const bytes = gzipSync(content)
        bytes.fill(0, 20, 2000)
        const server = yield* serve((response) =>
          response.writeHead(201, { "content-type": json, "content-encoding": "gzip" }).end(bytes)
        )
        const error = yield* Effect.flip(Effect.provide(purchase, client(server, http)))
        assert.deepStrictEqual([reasonOf(error), error.outcome, error.attempts], ["Transport", "executed", 1])
      }).pipe(Effect.scoped)
  )

  it.effect("deflate without its header is decoded where the platform has not done so", () =>
    Effect.gen(function* () {
      const server = yield* serve((response) =>
        response
          .writeHead(200, { "content-type": json, "content-encoding": "deflate" })
          .end(deflateRawSync(JSON.stringify({ data: { numbers: [] } })))
      )
      const found = yield* Numbers.list().pipe(Effect.provide(client(server)))
      assert.deepStrictEqual(found.numbers, [])
    }).pipe(Effect.scoped)
  )

  it.effect("a body that a platform has decoded is taken as it is, though its headers name a coding", () =>
    Effect.gen(function* () {
      for (const coding of ["gzip", "br", "zstd", "deflate"]) {
        const http = script(
          web(
            () => new Response(JSON.stringify({ data: { numbers: [] } }), { headers: { "content-encoding": coding } })
          )
        )
        const found = yield* Numbers.list().pipe(Effect.provide(http.audian(once)))
        assert.deepStrictEqual(found.numbers, [])
      }
    })
  )

  const responding = (coding: string, body: Uint8Array) =>
    Numbers.list().pipe(
      Effect.provide(
        script(web(() => new Response(new Uint8Array(body), { headers: { "content-encoding": coding } }))).audian(once)
      )
    )
  const none = new TextEncoder().encode(JSON.stringify({ data: { numbers: [] } }))

  it.effect("the first bytes decide where the platform does not tell whether it has decoded a body", () =>
    Effect.gen(function* () {
      for (const coding of ["gzip, identity", "identity, zstd", "deflate, gzip", "br, gzip", "zstd, gzip", "x-gzip"]) {
        for (const body of [none, codings[coding]?.(none) ?? zstdCompressSync(none)]) {
          const found = yield* responding(coding, body)
          assert.deepStrictEqual(found.numbers, [])
        }
      }
    })
  )

  it.effect("a body whose outer coding is br is refused where nothing tells whether it has been decoded", () =>
    Effect.gen(function* () {
      for (const coding of ["gzip, br", "br, identity"]) {
        const error = yield* Effect.flip(responding(coding, brotli(none)))
        assert.strictEqual(reasonOf(error), "InvalidResponse")
        assert.include(error.message, "content-encoding br")
      }
    })
  )

  each(
    Object.entries(clients).map(([name, http]) => ({ name, http })),
    ({ name }) => `more than five codings, and a transfer coding, are refused, on ${name}`,
    ({ http, name }) =>
      Effect.gen(function* () {
        const six = Array.from({ length: 6 }, () => "gzip").join(", ")
        const encoded = yield* serve((response) =>
          response.writeHead(200, { "content-type": "application/pdf", "content-encoding": six }).end(gzipSync(content))
        )
        const transferred = yield* Raw.serve(
          Raw.respond(
            Buffer.concat([
              Buffer.from(
                "HTTP/1.1 200 OK\r\ncontent-type: application/pdf\r\ntransfer-encoding: gzip, chunked\r\n\r\n"
              ),
              Buffer.from(`${gzipSync("%PDF").length.toString(16)}\r\n`),
              gzipSync("%PDF"),
              Buffer.from("\r\n0\r\n\r\n")
            ])
          )
        )
        for (const baseUrl of [encoded.baseUrl, `http://127.0.0.1:${transferred.port}`]) {
          const error = yield* Fax.downloadReceived({ faxId: "f1" }).pipe(
            Effect.flatMap(Stream.runDrain),
            Effect.flip,
            Effect.provide(client({ ...encoded, baseUrl }, http, once))
          )
          // `fetch` itself fails at six codings.
          const expected = name === "fetch" && baseUrl === encoded.baseUrl ? "Transport" : "InvalidResponse"
          assert.strictEqual(reasonOf(error), expected, error.message)
        }
      }).pipe(Effect.scoped)
  )

  it.effect("maxResponseSize counts the decoded bytes", () =>
    Effect.gen(function* () {
      const server = yield* encodedServer(200, " ".repeat(100_000), json, "gzip")
      const error = yield* Effect.flip(list).pipe(
        Effect.provide(client(server, clients.undici, { ...once, maxResponseSize: 10_000 }))
      )
      assert.strictEqual(reasonOf(error), "InvalidResponse")
      assert.include(error.message, "maxResponseSize")
    }).pipe(Effect.scoped)
  )
})

describe("a 421", () => {
  each(
    Object.entries(clients).flatMap(([name, http]) => [
      { name, http, title: "a read", call: list },
      { name, http, title: "a purchase", call: purchase }
    ]),
    ({ name, title }) => `is the response to one request, on ${name}: ${title}`,
    ({ call, http }) =>
      Effect.gen(function* () {
        const server = yield* serve((response) =>
          response.writeHead(421, { "content-type": "text/plain" }).end("not here")
        )
        const error = yield* Effect.flip(Effect.provide(call, client(server, http, once)))
        assert.strictEqual(reasonOf(error), "UnexpectedStatus")
        assert.strictEqual(error.status, 421)
        assert.strictEqual(error.attempts, 1)
        assert.include(error.message, "not here")
        assert.strictEqual(server.begun(), 1)
      }).pipe(Effect.scoped)
  )

  it.effect("leaves a status alone that equals its stand-in", () =>
    Effect.gen(function* () {
      const server = yield* serve((response) => response.writeHead(599).end())
      const error = yield* Effect.flip(Effect.provide(list, client(server, clients.fetch, once)))
      assert.strictEqual(error.status, 599)
    }).pipe(Effect.scoped)
  )
})

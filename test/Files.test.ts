import { openAsBlob } from "node:fs"
import type * as Http from "node:http"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it, vi } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as Path from "effect/Path"
import * as PlatformError from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { Account, Audian, Fax, Files, Retry } from "effect-audian"
import { AudianTest } from "effect-audian/testing"
import * as Multipart from "../src/internal/files/multipart.ts"
import { hiddenOf, sent } from "../src/internal/files/source.ts"
import { each } from "./support/each.ts"
import { reasonOf } from "./support/errors.ts"
import { accepted, atOnce, chunked, client, clients, content, directory, formOf, sha } from "./support/files.ts"
import { script, web } from "./support/http.ts"
import { json, type Respond, serve } from "./support/server.ts"

const failing = (description: string) =>
  PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method: "test", description })

/** Replaces some operations of the file system. */
const withFileSystem = (change: (fs: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>) =>
  Effect.updateService(FileSystem.FileSystem, (fs) => ({ ...fs, ...change(fs) }))

// -----------------------------------------------------------------------------
// uploads
// -----------------------------------------------------------------------------

describe("Files.FileInput", () => {
  const pdf = { name: "offer.pdf", type: "application/pdf" }
  const sources: ReadonlyArray<{
    readonly from: string
    readonly make: Effect.Effect<
      Files.FileInput,
      PlatformError.PlatformError,
      FileSystem.FileSystem | Scope.Scope | Path.Path
    >
    readonly name: string
    readonly sized: boolean
  }> = [
    {
      from: "a File",
      make: Effect.sync(() => new File([content], pdf.name, { type: pdf.type })),
      name: pdf.name,
      sized: true
    },
    { from: "a Blob", make: Effect.sync(() => new Blob([content], { type: pdf.type })), name: "blob", sized: true },
    {
      from: "bytes",
      make: Effect.sync(() => Files.fromBytes(content, { name: pdf.name })),
      name: pdf.name,
      sized: true
    },
    {
      from: "a path",
      make: Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { path } = yield* directory
        yield* fs.writeFile(`${path}/offer.pdf`, content)
        return yield* Files.fromPath(`${path}/offer.pdf`)
      }),
      name: pdf.name,
      sized: true
    },
    {
      from: "a stream of known size",
      make: Effect.sync(() => Files.fromStream({ ...pdf, size: content.length, stream: chunked(content) })),
      name: pdf.name,
      sized: true
    },
    {
      from: "a stream of unknown size",
      make: Effect.sync(() => Files.fromStream({ ...pdf, stream: chunked(content) })),
      name: pdf.name,
      sized: false
    },
    {
      from: "a File with progress",
      make: Effect.sync(() => Files.withUploadProgress(Files.fromBytes(content, pdf), () => Effect.void)),
      name: pdf.name,
      sized: true
    },
    {
      from: "a Blob with progress",
      make: Effect.sync(() => Files.withUploadProgress(new Blob([content], { type: pdf.type }), () => Effect.void)),
      name: "blob",
      sized: true
    }
  ]

  for (const [name, http] of Object.entries(clients)) {
    for (const source of sources) {
      it.live(`Fax.send: the server receives the bytes of ${source.from}, by ${name}`, () =>
        Effect.gen(function* () {
          const server = yield* serve(accepted)
          const file = yield* source.make
          yield* Fax.send({
            to: ["+14155551234", "+14155551235"],
            file,
            cover_page: true,
            cover_message: "One\nTwo"
          }).pipe(Effect.provide(client(server, http)))
          assert.strictEqual(server.complete.length, 1)
          const form = yield* formOf(server.complete[0]!)
          assert.deepStrictEqual(form.fields, [
            ["to", "+14155551234"],
            ["to", "+14155551235"],
            ["cover_page", "true"],
            ["cover_message", "One\r\nTwo"]
          ])
          assert.strictEqual(form.field, "file")
          assert.strictEqual(form.name, source.name)
          assert.strictEqual(form.type, pdf.type)
          assert.strictEqual(sha(form.bytes), sha(content))
          // fetch sends no length for a stream, node:http none for a form.
          if (name === "undici") {
            const length = server.complete[0]!.headers["content-length"]
            assert.strictEqual(length, source.sized ? String(server.complete[0]!.body.length) : undefined)
          }
        }).pipe(Effect.provide(NodeServices.layer))
      )
    }
  }

  it.live.each(['a "quoted" name.pdf', "über uns – 見積.pdf", 'x"\r\nContent-Type: text/html\r\n\r\n.pdf'])(
    "Files.fromStream: escapes the name %j as a File does",
    (name) =>
      Effect.gen(function* () {
        const server = yield* serve(accepted)
        const send = (file: Files.FileInput) => Effect.provide(Fax.send({ to: "+14155551234", file }), client(server))
        yield* send(Files.fromBytes(content, { name }))
        yield* send(Files.fromStream({ name, stream: Stream.succeed(content) }))
        const [file, source] = server.complete.map(({ body }) => /filename="(.*)"\r\n/.exec(body.toString())?.[1])
        assert.isDefined(source)
        assert.strictEqual(source, file)
      })
  )

  it.live("Files.fromStream: sends application/octet-stream for a type that a header cannot hold", () =>
    Effect.gen(function* () {
      const server = yield* serve(accepted)
      const file = Files.fromStream({ name: "a", type: "text/html\r\nX-Evil: 1", stream: Stream.succeed(content) })
      yield* Effect.provide(Fax.send({ to: "+14155551234", file }), client(server))
      const form = yield* formOf(server.complete[0]!)
      assert.strictEqual(form.type, "application/octet-stream")
      assert.notInclude(server.complete[0]!.body.toString(), "X-Evil")
    })
  )

  for (const { given, limits, message } of [
    { given: "a Blob that is too large", limits: { maxSize: 10 }, message: `at most 10 bytes, got ${content.length}` },
    {
      given: "another media type",
      limits: { types: ["image/tiff"] },
      message: "image/tiff, got application/pdf"
    }
  ]) {
    it.live(`Files.within: refuses ${given} before anything is sent`, () =>
      Effect.gen(function* () {
        const server = yield* serve(accepted)
        const blob = Files.fromBytes(content, pdf)
        const source = Files.fromStream({ ...pdf, size: content.length, stream: chunked(content) })
        const tracked = Files.withUploadProgress(Files.within(blob, limits), () => Effect.void)
        const twice = Files.within(Files.within(blob, limits), { maxSize: content.length })
        for (const file of [Files.within(blob, limits), Files.within(source, limits), tracked, twice]) {
          const error = yield* Effect.flip(Effect.provide(Fax.send({ to: "+14155551234", file }), client(server)))
          assert.strictEqual(error._tag === "AudianClientError" && error.reason._tag, "InvalidRequest")
          assert.strictEqual(error.details[0]!.field, "file")
          assert.include(error.details[0]!.message, message)
          assert.strictEqual(error.attempts, 0)
        }
        assert.strictEqual(server.complete.length, 0)
      })
    )
  }

  it.live("Files.within: sends a file within its limits; one of unknown size fails at the limit", () =>
    Effect.gen(function* () {
      const server = yield* serve(accepted)
      const limits = { maxSize: content.length, types: [pdf.type] }
      const send = (file: Files.Source) => Effect.provide(Fax.send({ to: "+14155551234", file }), client(server))
      yield* send(Files.within(Files.fromBytes(content, pdf), limits))
      yield* send(Files.within(Files.fromStream({ ...pdf, stream: chunked(content) }), limits))
      for (const one of server.complete) assert.strictEqual(sha((yield* formOf(one)).bytes), sha(content))
      const larger = Files.fromStream({ ...pdf, stream: chunked(content) })
      const error = yield* Effect.flip(send(Files.within(larger, { maxSize: content.length - 1 })))
      assert.strictEqual(error._tag === "AudianClientError" && error.reason._tag, "InvalidRequest")
      assert.include(error.message, `it has more than ${content.length - 1} bytes`)
      assert.strictEqual(server.complete.length, 2)
    })
  )

  it.live("Files.fromStream: each request has its own boundary", () =>
    Effect.gen(function* () {
      const server = yield* serve(accepted)
      const file = Files.fromStream({ name: "a", stream: Stream.succeed(content) })
      const send = Effect.provide(Fax.send({ to: "+14155551234", file }), client(server))
      yield* send
      yield* send
      const [first, second] = server.complete.map(({ headers }) => headers["content-type"])
      assert.match(first ?? "", /^multipart\/form-data; boundary=----effect-audian-[\da-f]{32}$/)
      assert.notStrictEqual(first, second)
    })
  )

  it.live("Account.Faxes.create: sends a form when the document is a file", () =>
    Effect.gen(function* () {
      const server = yield* serve(json(202, { data: { id: "fax_1" }, status: "success" }))
      const fax = yield* Account.Faxes.create({
        from_number: "+14155551234",
        to_number: "+14155551235",
        document: Files.fromStream({ name: "offer.pdf", stream: chunked(content) })
      }).pipe(Effect.provide(client(server)))
      assert.strictEqual(fax.id, "fax_1")
      const form = yield* formOf(server.complete[0]!)
      assert.deepStrictEqual([form.field, form.type], ["document", "application/pdf"])
      assert.strictEqual(sha(form.bytes), sha(content))
    })
  )

  for (const [name, http] of Object.entries(clients)) {
    it.live(`Fax.send: a retry after a 503 sends the whole file again, by ${name}`, () =>
      Effect.gen(function* () {
        const server = yield* serve((response, nth) =>
          (nth === 0 ? json(503, { error: { code: "service_unavailable_error", message: "Down" } }) : accepted)(
            response,
            nth
          )
        )
        let opened = 0
        const seen: Array<number> = []
        const stream = Stream.suspend(() => {
          opened++
          return chunked(content, 100_000)
        })
        const file = Files.withUploadProgress(
          Files.fromStream({ ...pdf, size: content.length, stream }),
          ({ bytes, total }) => {
            assert.strictEqual(total, content.length)
            return Effect.sync(() => void seen.push(bytes))
          }
        )
        yield* Effect.provide(Fax.send({ to: "+14155551234", file }), client(server, http, { retry: atOnce }))
        assert.strictEqual(opened, 2)
        assert.deepStrictEqual(seen, [100_000, 200_000, 300_000, 100_000, 200_000, 300_000])
        for (const one of server.complete) assert.strictEqual(sha((yield* formOf(one)).bytes), sha(content))
        assert.strictEqual(server.complete.length, 2)
      })
    )

    it.live(`Fax.send: a file that cannot be read is InvalidRequest and not executed, by ${name}`, () =>
      Effect.gen(function* () {
        const server = yield* serve(accepted)
        const stream = Stream.concat(chunked(content), Stream.fail(new Error("the disk is gone")))
        const send = (file: Files.Source) =>
          Fax.send({ to: "+14155551234", file }).pipe(
            Effect.flip,
            Effect.provide(client(server, http, { retry: atOnce }))
          )
        const errors = [
          yield* send(Files.fromStream({ ...pdf, size: 2 * content.length, stream })),
          yield* send(Files.fromStream({ ...pdf, size: content.length + 1, stream: chunked(content) })),
          yield* send(Files.fromStream({ ...pdf, size: content.length - 1, stream: chunked(content) }))
        ]
        assert.deepStrictEqual(
          errors.map(({ details }) => details),
          [
            [{ field: "file", message: "The file could not be read: the disk is gone" }],
            [{ field: "file", message: "The file could not be read: expected 300001 bytes, got 300000" }],
            [{ field: "file", message: "The file could not be read: expected 299999 bytes, got more" }]
          ]
        )
        for (const error of errors) {
          assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest")
          assert.strictEqual(error.outcome, "not-executed")
          assert.strictEqual(error.attempts, 1)
        }
        assert.strictEqual(server.complete.length, 0)
      })
    )

    each(
      [301, 302, 303, 307, 308, 407, 421],
      (status) => `Fax.send: a ${status} is the response to one request, whatever the kind of the file, by ${name}`,
      (status) =>
        Effect.gen(function* () {
          const server = yield* serve((response) =>
            response.writeHead(status, { location: "/elsewhere", "content-type": "text/plain" }).end("not here")
          )
          const files = [
            new File([content], pdf.name),
            new Blob([content]),
            Files.fromBytes(content, pdf),
            Files.fromStream({ ...pdf, stream: chunked(content) }),
            Files.fromStream({ ...pdf, size: content.length, stream: chunked(content) })
          ]
          for (const file of files) {
            const error = yield* Fax.send({ to: "+14155551234", file }).pipe(
              Effect.flip,
              Effect.provide(client(server, http))
            )
            assert.strictEqual(reasonOf(error), "UnexpectedStatus")
            assert.strictEqual(error.status, status)
            assert.strictEqual(error.attempts, 1)
            assert.strictEqual(error.outcome, status < 400 ? "unknown" : "not-executed")
            assert.include(error.message, "not here")
            assert.strictEqual(
              error.message.includes(`${status}, a redirect, which is not followed`),
              status >= 300 && status < 400
            )
          }
          assert.strictEqual(server.begun(), files.length)
        }).pipe(Effect.scoped)
    )

    it.live(`Fax.send: an interruption closes the file, by ${name}`, () =>
      Effect.gen(function* () {
        const server = yield* serve(accepted)
        const began = yield* Deferred.make<void>()
        const closed = yield* Deferred.make<void>()
        const stream = chunked(content).pipe(
          Stream.tap(() => Deferred.succeed(began, undefined)),
          Stream.concat(Stream.never),
          Stream.ensuring(Deferred.succeed(closed, undefined))
        )
        const file = Files.fromStream({ ...pdf, stream })
        const fiber = yield* Effect.forkChild(
          Effect.provide(Fax.send({ to: "+14155551234", file }), client(server, http))
        )
        yield* Deferred.await(began)
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(closed)
        assert.strictEqual(server.complete.length, 0)
      })
    )
  }

  it.effect("AudianTest.handle: a stub receives the file itself", () =>
    Effect.gen(function* () {
      const file = Files.fromStream({ name: "a.tiff", stream: chunked(content) })
      const seen: Array<unknown> = []
      yield* Fax.send({ to: "+14155551234", file }).pipe(
        Effect.provide(
          AudianTest.layer(
            AudianTest.handle(Fax.send, (input) => Effect.sync(() => ({ id: `fax_${seen.push(input.file)}` })))
          )
        )
      )
      assert.strictEqual(seen[0], file)
      assert.strictEqual(file.type, "image/tiff")
      assert.isTrue(Files.isSource(file) && !Files.isSource(new Blob()))
    })
  )

  it.effect("Fax.send: a value that is no file is InvalidRequest naming the field, and nothing is sent", () =>
    Effect.gen(function* () {
      const { audian, sent } = script(web(() => new Response("{}")))
      const file = { name: "offer.pdf", stream: chunked(content) } as unknown as File
      const error = yield* Effect.flip(Fax.send({ to: "+14155551234", file })).pipe(Effect.provide(audian()))
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest")
      assert.strictEqual(error.param, "file")
      assert.strictEqual(sent.length, 0)
    })
  )

  it.effect("Files.fromPath: a path that is no file is InvalidRequest naming the field, and nothing is sent", () =>
    Effect.gen(function* () {
      const { path } = yield* directory
      const { audian, sent } = script(web(() => new Response("{}")))
      for (const [wrong, message] of [
        [`${path}/none.pdf`, /could not be read: .*none\.pdf/],
        [path, /is not a file: Directory/]
      ] as const) {
        const missing = yield* Files.fromPath(wrong)
        const within = Files.within(
          Files.withUploadProgress(missing, () => Effect.void),
          { maxSize: 10 }
        )
        for (const file of [missing, within]) {
          const error = yield* Effect.flip(Fax.send({ to: "+14155551234", file })).pipe(Effect.provide(audian()))
          assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest")
          assert.strictEqual(error.param, "file")
          assert.match(error.details[0]?.message ?? "", message)
          assert.strictEqual(error.outcome, "not-executed")
        }
      }
      assert.strictEqual(sent.length, 0)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  for (const [name, http] of Object.entries(clients)) {
    it.live(`Fax.send: a Blob whose file has changed is InvalidRequest naming the field, by ${name}`, () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const server = yield* serve(accepted)
        const path = `${(yield* directory).path}/offer.pdf`
        yield* fs.writeFile(path, content)
        const file = yield* Effect.promise(() => openAsBlob(path))
        yield* fs.writeFile(path, content.subarray(0, 10))
        const error = yield* Effect.flip(
          Effect.provide(Fax.send({ to: "+14155551234", file }), client(server, http, { retry: atOnce }))
        )
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest")
        assert.strictEqual(error.param, "file")
        assert.strictEqual(error.outcome, "not-executed")
        assert.strictEqual(server.complete.length, 0)
      }).pipe(Effect.provide(NodeServices.layer))
    )

    it.live(`Fax.send: sends a source of another copy of the package, and a File of jsdom, by ${name}`, () =>
      Effect.gen(function* () {
        const server = yield* serve(accepted)
        const { name: fileName, size, stream, type } = Files.fromStream({ ...pdf, stream: chunked(content) })
        const foreign = Object.assign(Object.create({ "~effect-audian/Files/Source": "~effect-audian/Files/Source" }), {
          name: fileName,
          size,
          stream,
          type
        }) as Files.Source
        // As in jsdom: no instance of this realm's Blob, and without `stream`.
        const foreignFile = {
          ...pdf,
          size: content.length,
          arrayBuffer: () => Promise.resolve(content.slice().buffer),
          [Symbol.toStringTag]: "File"
        } as unknown as File
        for (const file of [foreign, foreignFile]) {
          yield* Effect.provide(Fax.send({ to: "+14155551234", file }), client(server, http))
        }
        for (const request of server.complete) {
          const form = yield* formOf(request)
          assert.deepStrictEqual([form.name, form.type, sha(form.bytes)], [pdf.name, pdf.type, sha(content)])
        }
        assert.strictEqual(server.complete.length, 2)
      })
    )
  }

  it.live("sends the same bytes as a stream and as a Blob, and reports the Blob once", () =>
    Effect.gen(function* () {
      const server = yield* serve(accepted)
      const seen: Array<Files.Progress> = []
      const limited = Files.within(Files.fromBytes(content, pdf), { maxSize: content.length })
      const file = Files.withUploadProgress(limited, (progress) => Effect.sync(() => void seen.push(progress)))
      const fields = { to: ["+14155551234", "+14155551235"], file, 'a\r\n"b': "one\ntwo" }
      const bodies = [Multipart.writeAs(fields, "stream"), Multipart.writeAs(fields, "blob")]
      for (const body of bodies) {
        yield* HttpClient.post(server.baseUrl, { body }).pipe(Effect.provide(NodeHttpClient.layerFetch))
      }
      const [stream, blob] = server.complete.map(({ body, headers }) =>
        body.toString("latin1").replaceAll(headers["content-type"]?.split("=")[1] ?? "none", "boundary")
      )
      assert.strictEqual(blob, stream)
      assert.strictEqual(bodies[1]?._tag, "Raw")
      assert.isDefined(server.complete[1]?.headers["content-length"])
      seen.length = 0
      yield* hiddenOf(bodies[1])[sent] ?? Effect.die("no report")
      assert.deepStrictEqual(seen, [{ bytes: content.length, total: content.length }])
    })
  )

  it.live("Fax.send: gathers a stream where the platform may not send one, as in a browser", () =>
    Effect.gen(function* () {
      vi.stubGlobal("process", Object.create(process, { versions: { value: {} } }))
      const bodies: Array<unknown> = []
      const server = yield* serve((response, nth) =>
        nth === 0
          ? json(503, { error: { code: "service_unavailable_error", message: "", type: "" } })(response, nth)
          : accepted(response, nth)
      )
      const inBrowser = <A, E>(self: Effect.Effect<A, E, Audian.Audian>) =>
        self.pipe(
          Effect.provide(client(server, NodeHttpClient.layerFetch, { retry: atOnce })),
          Effect.provideService(FetchHttpClient.Fetch, (input, init) => {
            bodies.push(init?.body)
            return fetch(input, init)
          })
        )
      const seen: Array<Files.Progress> = []
      const streamed = Files.withUploadProgress(Files.fromStream({ ...pdf, stream: chunked(content) }), (progress) =>
        Effect.sync(() => void seen.push(progress))
      )
      yield* inBrowser(Fax.send({ to: "+14155551234", file: streamed }))
      assert.deepStrictEqual(
        bodies.map((body) => body instanceof Blob),
        [true, true]
      )
      assert.strictEqual(sha((yield* formOf(server.complete[1]!)).bytes), sha(content))
      assert.isDefined(server.complete[1]?.headers["content-length"])
      // Each of the two attempts counts from 0, and none reports the file again after the response.
      const counts = Array.from({ length: 30 }, (_, i) => ({ bytes: (i + 1) * 10_000, total: undefined }))
      assert.deepStrictEqual(seen, [...counts, ...counts])
      const broken = Files.fromStream({
        ...pdf,
        stream: Stream.concat(chunked(content), Stream.fail(new Error("gone")))
      })
      const error = yield* Effect.flip(inBrowser(Fax.send({ to: "+14155551234", file: broken })))
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest")
      assert.deepStrictEqual([error.param, error.outcome, error.attempts], ["file", "not-executed", 1])
      assert.strictEqual(server.begun(), 2)
    }).pipe(Effect.ensuring(Effect.sync(() => vi.unstubAllGlobals())))
  )

  it.live("Fax.send: a file that breaks is InvalidRequest where fetch does not say so, as on Workers and Deno", () =>
    Effect.gen(function* () {
      const server = yield* serve(json(400, { error: { code: "bad_request", message: "no form", type: "" } }))
      const broken = Files.fromStream({
        ...pdf,
        stream: Stream.concat(chunked(content), Stream.fail(new Error("gone")))
      })
      const read = async (body: unknown) => {
        const chunks: Array<Uint8Array<ArrayBuffer>> = []
        try {
          for await (const chunk of body as AsyncIterable<Uint8Array<ArrayBuffer>>) chunks.push(chunk)
        } catch {
          // The rest is missing.
        }
        return new Blob(chunks)
      }
      const onWorkers: typeof fetch = async (input, init) => fetch(input, { ...init, body: await read(init?.body) })
      const onDeno: typeof fetch = async (_, init) => {
        await read(init?.body)
        throw new TypeError("error sending request")
      }
      for (const platform of [onWorkers, onDeno]) {
        const error = yield* Fax.send({ to: "+14155551234", file: broken }).pipe(
          Effect.flip,
          Effect.provide(client(server, NodeHttpClient.layerFetch)),
          Effect.provideService(FetchHttpClient.Fetch, platform)
        )
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest")
        assert.deepStrictEqual([error.param, error.outcome, error.attempts], ["file", "not-executed", 1])
      }
      assert.strictEqual(server.complete.length, 1)
    })
  )

  it.live('Fax.send: uploads by a fetch that has neither redirect: "error" nor a cache, as on Workers', () =>
    Effect.gen(function* () {
      const refuse = (init: RequestInit = {}) => {
        if (init.redirect === "error") throw new TypeError("Invalid redirect value, must be one of follow or manual")
        if (init.cache !== undefined) throw new Error("The 'cache' field is not implemented")
      }
      const seen: Array<string | undefined> = []
      vi.stubGlobal(
        "Request",
        class extends Request {
          constructor(input: RequestInfo | URL, init?: RequestInit) {
            refuse(init)
            super(input, init)
          }
        }
      )
      const server = yield* serve(accepted)
      yield* Fax.send({ to: "+14155551234", file: Files.fromBytes(content, pdf) }).pipe(
        Effect.provide(client(server, NodeHttpClient.layerFetch)),
        Effect.provideService(FetchHttpClient.Fetch, (input, init) => {
          refuse(init)
          seen.push(init?.redirect)
          return fetch(input, init)
        })
      )
      assert.deepStrictEqual(seen, ["manual"])
      assert.strictEqual(sha((yield* formOf(server.complete[0]!)).bytes), sha(content))
    }).pipe(Effect.ensuring(Effect.sync(() => vi.unstubAllGlobals())))
  )
})

// -----------------------------------------------------------------------------
// downloads
// -----------------------------------------------------------------------------

const download = Stream.unwrap(Fax.downloadReceived({ faxId: "fax_1" }))

/** Sends a part of the announced content, then runs `then`. */
const partly =
  (then: (response: Http.ServerResponse) => void): Respond =>
  (response) => {
    response.writeHead(200, { "content-type": "application/pdf", "content-length": content.length })
    response.write(content.subarray(0, 100_000), () => then(response))
  }

const complete: Respond = (response) =>
  response.writeHead(200, { "content-type": "application/pdf", "content-length": content.length }).end(content)

describe("Files.fromBytes, Files.fromStream", () => {
  const bytes = new Uint8Array([1])
  const mistakes: ReadonlyArray<readonly [() => unknown, string]> = [
    [() => Files.fromBytes(bytes, "offer.pdf" as never), "Files.fromBytes: name: expected a string, got undefined"],
    [() => Files.fromBytes(bytes, undefined as never), "Files.fromBytes: name: expected a string, got undefined"],
    [() => Files.fromBytes(bytes, { name: "a", type: 5 as never }), "Files.fromBytes: type: expected a string, got 5"],
    [
      () => Files.fromBytes("%PDF" as never, { name: "a" }),
      "Files.fromBytes: bytes: expected a Uint8Array, got a string"
    ],
    [
      () => Files.fromStream({ stream: Stream.empty } as never),
      "Files.fromStream: name: expected a string, got undefined"
    ],
    [
      () => Files.fromStream({ name: "a", stream: bytes as never }),
      "Files.fromStream: stream: expected a Stream of Uint8Array, got an object"
    ]
  ]

  for (const [make, message] of mistakes) {
    it(`refuse what no compiler has checked: ${message}`, () => {
      assert.throws(make, message)
    })
  }

  it("take bytes of another class, and more than the options", async () => {
    const meta = { name: "a.txt", size: 3, path: "/tmp/a.txt" }
    for (const given of [Buffer.from("abc"), new TextEncoder().encode("abc").buffer as never]) {
      assert.strictEqual(await Files.fromBytes(given, meta).text(), "abc")
    }
  })
})

describe("Files.save", () => {
  for (const [name, http] of Object.entries(clients)) {
    it.live(`writes a download to the disk, and returns its size, by ${name}`, () =>
      Effect.gen(function* () {
        const server = yield* serve(complete)
        const { files, path } = yield* directory
        const fs = yield* FileSystem.FileSystem
        const bytes = yield* download.pipe(Files.save(`${path}/fax.pdf`), Effect.provide(client(server, http)))
        assert.strictEqual(bytes, content.length)
        assert.strictEqual(sha(yield* fs.readFile(`${path}/fax.pdf`)), sha(content))
        assert.deepStrictEqual(yield* files, ["fax.pdf"])
      }).pipe(Effect.provide(NodeServices.layer))
    )

    it.live(`a broken connection leaves the old file and no other, by ${name}`, () =>
      Effect.gen(function* () {
        const server = yield* serve(partly((response) => response.socket?.destroy()))
        const { files, path } = yield* directory
        const fs = yield* FileSystem.FileSystem
        yield* fs.writeFileString(`${path}/old.pdf`, "old")
        const save = (name: string) =>
          download.pipe(Files.save(`${path}/${name}`), Effect.flip, Effect.provide(client(server, http)))
        for (const error of [yield* save("old.pdf"), yield* save("new.pdf")]) {
          assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Transport")
        }
        assert.deepStrictEqual(yield* files, ["old.pdf"])
        assert.strictEqual(yield* fs.readFileString(`${path}/old.pdf`), "old")
      }).pipe(Effect.provide(NodeServices.layer))
    )
  }

  it.live("an interruption leaves no file", () =>
    Effect.gen(function* () {
      const server = yield* serve(partly(() => {}))
      const { files, path } = yield* directory
      const began = yield* Deferred.make<ReadonlyArray<string>>()
      const fiber = yield* download.pipe(
        Stream.tap(() => Effect.flatMap(files, (names) => Deferred.succeed(began, names))),
        Files.save(`${path}/fax.pdf`),
        Effect.provide(client(server)),
        Effect.forkChild
      )
      const during = yield* Deferred.await(began)
      assert.strictEqual(during.length, 1)
      assert.match(during[0] ?? "", /^\.fax\.pdf\.[\da-z]+\.part$/)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* files, [])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("can be retried", () =>
    Effect.gen(function* () {
      const broken = partly((response) => response.socket?.destroy())
      const server = yield* serve((response, nth) => (nth === 0 ? broken : complete)(response, nth))
      const { files, path } = yield* directory
      const bytes = yield* download.pipe(
        Files.save(`${path}/fax.pdf`),
        Effect.retry({ times: 1 }),
        Effect.provide(client(server))
      )
      assert.strictEqual(bytes, content.length)
      assert.deepStrictEqual(yield* files, ["fax.pdf"])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  const disks: ReadonlyArray<readonly [string, (fs: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>]> = [
    [
      "is full",
      (fs) => ({
        open: (path, options) =>
          Effect.map(fs.open(path, options), (file) => {
            let left = 50_000
            return Object.assign(Object.create(file) as FileSystem.File, {
              writeAll: (bytes: Uint8Array) => {
                left -= bytes.length
                return left < 0 ? Effect.fail(failing("ENOSPC: no space left on device")) : file.writeAll(bytes)
              }
            })
          })
      })
    ],
    [
      "fails to sync",
      (fs) => ({
        open: (path, options) =>
          Effect.map(fs.open(path, options), (file) =>
            Object.defineProperty(Object.create(file) as FileSystem.File, "sync", {
              value: Effect.fail(failing("EIO: i/o error"))
            })
          )
      })
    ],
    ["fails to rename", () => ({ rename: () => Effect.fail(failing("EACCES: permission denied")) })],
    ["fails to open", () => ({ open: () => Effect.fail(failing("EMFILE: too many open files")) })]
  ]
  for (const [failure, change] of disks) {
    it.effect(`leaves the old file and no other when the disk ${failure}`, () =>
      Effect.gen(function* () {
        const { files, path } = yield* directory
        const fs = yield* FileSystem.FileSystem
        yield* fs.writeFileString(`${path}/fax.pdf`, "old")
        const error = yield* Files.save(chunked(content), `${path}/fax.pdf`).pipe(withFileSystem(change), Effect.flip)
        assert.match(error.message, /E[A-Z]+:/)
        assert.deepStrictEqual(yield* files, ["fax.pdf"])
        assert.strictEqual(yield* fs.readFileString(`${path}/fax.pdf`), "old")
      }).pipe(Effect.provide(NodeServices.layer))
    )
  }

  it.effect("syncs before it renames", () =>
    Effect.gen(function* () {
      const { path } = yield* directory
      const steps: Array<string> = []
      const watched = (fs: FileSystem.FileSystem): Partial<FileSystem.FileSystem> => ({
        open: (path, options) =>
          Effect.map(fs.open(path, options), (file) =>
            Object.defineProperty(Object.create(file) as FileSystem.File, "sync", {
              value: Effect.tap(file.sync, () => Effect.sync(() => steps.push("sync")))
            })
          ),
        rename: (from, to) => Effect.tap(fs.rename(from, to), () => Effect.sync(() => steps.push("rename")))
      })
      yield* Files.save(chunked(content), `${path}/fax.pdf`).pipe(withFileSystem(watched))
      assert.deepStrictEqual(steps, ["sync", "rename"])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("writes to a device or a pipe as it is, and replaces none by a file", () =>
    Effect.gen(function* () {
      const { files, path } = yield* directory
      const fs = yield* FileSystem.FileSystem
      const name = `${path}/device`
      yield* fs.writeFileString(name, "")
      const { ino } = yield* fs.stat(name)
      for (const type of ["CharacterDevice", "FIFO"] as const) {
        // A device needs root to be made. This is a file that says that it is one, and cannot be synced either.
        const device = (fs: FileSystem.FileSystem): Partial<FileSystem.FileSystem> => ({
          stat: (path) => Effect.map(fs.stat(path), (info) => ({ ...info, type })),
          open: (path, options) =>
            Effect.map(fs.open(path, options), (file) =>
              Object.defineProperty(Object.create(file) as FileSystem.File, "sync", {
                value: Effect.fail(failing("EINVAL: invalid argument"))
              })
            )
        })
        yield* Files.save(chunked(content), name).pipe(withFileSystem(device))
      }
      assert.deepStrictEqual((yield* fs.stat(name)).ino, ino)
      assert.strictEqual(sha(yield* fs.readFile(name)), sha(Buffer.concat([content, content])))
      assert.deepStrictEqual(yield* files, ["device"])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("keeps the mode of a replaced file, and a symbolic link to it", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { files, path } = yield* directory
      yield* fs.writeFileString(`${path}/real.pdf`, "old")
      yield* fs.chmod(`${path}/real.pdf`, 0o662)
      yield* fs.symlink(`${path}/real.pdf`, `${path}/link.pdf`)
      yield* Files.save(chunked(content), `${path}/link.pdf`)
      assert.strictEqual((yield* fs.stat(`${path}/real.pdf`)).mode & 0o777, 0o662)
      assert.strictEqual((yield* fs.lstat(`${path}/link.pdf`)).type, "SymbolicLink")
      assert.strictEqual(sha(yield* fs.readFile(`${path}/real.pdf`)), sha(content))
      assert.deepStrictEqual(yield* files, ["link.pdf", "real.pdf"])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("accepts the longest name that a file system allows", () =>
    Effect.gen(function* () {
      const { files, path } = yield* directory
      for (const name of ["a".repeat(255), `${"見".repeat(84)}.7z`]) {
        yield* Files.save(Stream.make(content), `${path}/${name}`)
        assert.include(yield* files, name)
      }
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("two concurrent saves to one path leave one complete file", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { files, path } = yield* directory
      const other = content.toReversed()
      const save = (bytes: Uint8Array) => Files.save(chunked(bytes), `${path}/fax.pdf`)
      yield* Effect.all([save(content), save(other)], { concurrency: 2 })
      assert.include([sha(content), sha(other)], sha(yield* fs.readFile(`${path}/fax.pdf`)))
      assert.deepStrictEqual(yield* files, ["fax.pdf"])
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("Fax.downloadReceived", () => {
  const short = (headers: Record<string, string>) =>
    script(web(() => new Response(new Uint8Array(5), { headers: { "content-length": "10", ...headers } })))

  it.effect("fails if the body is shorter than its content-length", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Stream.runDrain(download)).pipe(Effect.provide(short({}).audian()))
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Transport")
      assert.strictEqual(error.description, "The file is truncated: 5 of 10 bytes arrived")
      assert.strictEqual(error.operation, "Fax.downloadReceived")
    })
  )

  it.effect("accepts a decoded body of another length than its content-length", () =>
    Effect.gen(function* () {
      const { audian } = short({ "content-encoding": "gzip" })
      const bytes = yield* Stream.runCollect(download).pipe(Effect.provide(audian()))
      assert.deepStrictEqual(bytes, [new Uint8Array(5)])
    })
  )

  it.live("Files.withProgress: reports the bytes, and the total of the response", () =>
    Effect.gen(function* () {
      const server = yield* serve(complete)
      const seen: Array<Files.Progress> = []
      const onProgress = (progress: Files.Progress) => Effect.sync(() => void seen.push(progress))
      const bytes = yield* Audian.withResponse(Fax.downloadReceived({ faxId: "fax_1" })).pipe(
        Effect.map(([stream, response]) => {
          assert.strictEqual(Files.sizeOf(response), content.length)
          return Files.withProgress(stream, { onProgress })
        }),
        Stream.unwrap,
        Stream.runFold(
          () => 0,
          (sum, chunk) => sum + chunk.length
        ),
        Effect.provide(client(server))
      )
      assert.strictEqual(bytes, content.length)
      assert.isAbove(seen.length, 1)
      assert.deepStrictEqual(seen.at(-1), { bytes: content.length, total: content.length })
      assert.deepStrictEqual(
        seen.map(({ bytes }) => bytes),
        seen.map(({ bytes }) => bytes).toSorted((a, b) => a - b)
      )
    })
  )

  for (const contentType of ["application/json", "application/problem+json; charset=utf-8", "text/html"]) {
    it.effect(`a 200 of ${contentType} is InvalidResponse, not a file`, () =>
      Effect.gen(function* () {
        const body = JSON.stringify({ success: false, error: { code: "not_found_error", message: "No such fax" } })
        const { audian } = script(web(() => new Response(body, { headers: { "content-type": contentType } })))
        const error = yield* Effect.flip(Stream.runDrain(download)).pipe(Effect.provide(audian()))
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
        assert.deepInclude(error.body, { success: false })
      })
    )
  }

  it.effect("Files.withProgress: fails if a report fails", () =>
    Effect.gen(function* () {
      const error = yield* chunked(content).pipe(
        Files.withProgress({
          onProgress: ({ bytes, total }) => (bytes > 50_000 ? Effect.fail(`${bytes} of ${total}`) : Effect.void)
        }),
        Stream.runDrain,
        Effect.flip
      )
      assert.strictEqual(error, "60000 of undefined")
    })
  )

  it.effect("Files.fromStream: forwards a download, and fetches it again for a retry", () =>
    Effect.gen(function* () {
      const received = script(web(() => new Response(content.slice())))
      const server = yield* serve((response, nth) =>
        (nth === 0 ? json(503, { error: { code: "service_unavailable_error", message: "Down" } }) : accepted)(
          response,
          nth
        )
      )
      const source = yield* Effect.context<Audian.Audian>().pipe(
        Effect.map((context) =>
          Files.fromStream({ name: "fax.pdf", stream: Stream.provideContext(download, context) })
        ),
        Effect.provide(received.audian())
      )
      yield* Effect.provide(
        Fax.send({ to: "+14155551234", file: source }),
        client(server, NodeHttpClient.layerUndici, { retry: Retry.make({ baseDelay: 0 }) })
      )
      assert.strictEqual(received.sent.length, 2)
      assert.strictEqual(sha((yield* formOf(server.complete[1]!)).bytes), sha(content))
    })
  )
})

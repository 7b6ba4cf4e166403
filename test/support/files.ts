/**
 * Files for the tests, a response to one that was sent, and clients of a raw server.
 */
import { createHash } from "node:crypto"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Audian, Retry } from "effect-audian"
import { json, type Request, type Server } from "./server.ts"

export const accepted = json(202, { id: "fax_1" })

/** Parses a form: its one file, and its other fields. */
export const formOf = ({ body, headers }: Request) =>
  Effect.promise(async () => {
    const request = new Response(new Uint8Array(body), { headers: { "content-type": headers["content-type"] ?? "" } })
    const form = await request.formData()
    const entries = Array.from(form)
    const [field, file] = entries.find((entry): entry is [string, File] => typeof entry[1] !== "string") ?? []
    assert.isDefined(file)
    return {
      fields: entries.filter(([, value]) => typeof value === "string"),
      field,
      name: file?.name,
      type: file?.type,
      bytes: new Uint8Array((await file?.arrayBuffer()) ?? [])
    }
  })

export const clients = {
  undici: NodeHttpClient.layerUndici,
  fetch: NodeHttpClient.layerFetch,
  "node:http": NodeHttpClient.layerNodeHttp
}

export const client = (
  { baseUrl }: Server,
  http: Layer.Layer<HttpClient.HttpClient> = NodeHttpClient.layerUndici,
  options: Audian.ClientOptions = {}
) => Layer.provide(Audian.layer({ authToken: "jwt", accountId: "account_1", baseUrl, ...options }), http)

export const atOnce = Retry.make({ baseDelay: 0 })

/** Binary content that includes boundary-like text. */
export const content = new Uint8Array(300_000).map((_, i) => (i * 7 + (i >> 8)) % 256)
content.set(new TextEncoder().encode("\r\n------\r\n--boundary--\r\n"), 1000)

export const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")

export const chunked = (bytes: Uint8Array, size = 10_000): Stream.Stream<Uint8Array> =>
  Stream.suspend(() =>
    Stream.fromIterable(
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
    ).pipe(Stream.rechunk(1))
  )

/** A temporary directory, and the names of its files. */
export const directory = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* fs.makeTempDirectoryScoped()
  return { path, files: Effect.map(fs.readDirectory(path), (names) => names.toSorted()) }
})

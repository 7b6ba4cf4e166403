/**
 * Uploads that are too large for memory. Each takes seconds.
 */
import { openAsBlob } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { Fax, Files } from "effect-audian"
import { accepted, atOnce, client, clients, directory } from "./support/files.ts"
import { json, serve } from "./support/server.ts"

describe("Files.FileInput", () => {
  const pdf = { name: "offer.pdf", type: "application/pdf" }

  it.live("Fax.send: an early response ends the first attempt, and the retry sends the whole file", () =>
    Effect.gen(function* () {
      const server = yield* serve(
        (response, nth) =>
          (nth === 0 ? json(503, { error: { code: "service_unavailable_error", message: "Down" } }) : accepted)(
            response,
            nth
          ),
        {
          reads: (nth) => nth > 0,
          onData: () => {}
        }
      )
      const size = 32 * 1024 * 1024
      const counts: Array<number> = []
      const stream = Stream.suspend(() => {
        const nth = counts.push(0) - 1
        return Stream.range(1, size / 65_536).pipe(
          Stream.rechunk(1),
          Stream.map(() => {
            counts[nth]! += 65_536
            return new Uint8Array(65_536)
          })
        )
      })
      const file = Files.fromStream({ ...pdf, size, stream })
      yield* Effect.provide(
        Fax.send({ to: "+14155551234", file }),
        client(server, NodeHttpClient.layerUndici, { retry: atOnce })
      )
      assert.isBelow(counts[0]!, size)
      assert.strictEqual(counts[1], size)
      assert.strictEqual(server.complete.length, 1)
    })
  )

  const size = 128 * 1024 * 1024
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  for (const http of ["undici", "fetch"] as const) {
    for (const from of ["a path", "a Blob of a file"] as const) {
      it.live(
        `Fax.send: ${from} of 128 MB is never in memory, by ${http}`,
        () =>
          Effect.gen(function* () {
            const fs = yield* FileSystem.FileSystem
            const path = `${(yield* directory).path}/large.pdf`
            yield* fs.writeFile(path, new Uint8Array())
            // A sparse file.
            yield* fs.truncate(path, size)
            const file = from === "a path" ? yield* Files.fromPath(path) : yield* Effect.promise(() => openAsBlob(path))
            // Memory in use after a garbage collection.
            const used = () => {
              collect()
              const { external, heapUsed } = process.memoryUsage()
              return heapUsed + external
            }
            const before = used()
            let peak = before
            let arrived = 0
            const server = yield* serve(accepted, {
              onData: (chunk) => {
                const step = Math.floor(arrived / (size / 8))
                arrived += chunk.length
                if (Math.floor(arrived / (size / 8)) > step) peak = Math.max(peak, used())
              }
            })
            yield* Effect.provide(
              Fax.send({ to: "+14155551234", file }),
              client(server, clients[http], { timeout: { attempt: "1 minute" } })
            )
            assert.isAbove(arrived, size)
            assert.isBelow(peak - before, size / 2)
          }).pipe(Effect.provide(NodeServices.layer)),
        60_000
      )
    }
  }
})

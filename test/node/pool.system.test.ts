import * as Http from "node:http"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { NodeAudian } from "effect-audian/node"
import { list } from "../support/operations.ts"
import { listen } from "../support/server.ts"

const calls = 5000

/** A server that takes some turns of the event loop for a response, and counts its connections. */
const server = Effect.gen(function* () {
  const counts = { open: 0, most: 0, requests: 0 }
  const http = Http.createServer((_, response) => {
    counts.requests++
    setTimeout(() => response.writeHead(200, { "content-type": "application/json" }).end('{"data":{"numbers":[]}}'), 5)
  })
  http.on("connection", (socket) => {
    counts.most = Math.max(counts.most, ++counts.open)
    socket.on("close", () => counts.open--)
  })
  return { baseUrl: yield* listen(http), counts }
})

describe("NodeAudian.layer", () => {
  it.live(
    "5,000 calls at once open no more sockets than twice maxConcurrency, and none runs into its attempt's limit",
    () =>
      Effect.gen(function* () {
        const ours = yield* server
        // All of them take longer than one attempt may.
        const timeout = { attempt: "2 seconds", total: "5 minutes" } as const
        const options = { apiKey: "sk_test", proxy: false, maxConcurrency: 8, timeout } as const
        const all = Effect.forEach(Array.from({ length: calls }), () => list, { concurrency: "unbounded" })
        yield* Effect.provide(all, NodeAudian.layer({ ...options, baseUrl: ours.baseUrl }))
        assert.strictEqual(ours.counts.requests, calls)
        assert.isAtMost(ours.counts.most, 16)

        // A bare client opens a socket for each.
        const bare = yield* server
        const get = Effect.flatMap(HttpClient.get(`${bare.baseUrl}/v2/numbers`), ({ json }) => json)
        yield* Effect.forEach(Array.from({ length: 1000 }), () => get, { concurrency: "unbounded" }).pipe(
          Effect.provide(NodeHttpClient.layerUndici)
        )
        assert.isAbove(bare.counts.most, 500)
      }).pipe(Effect.scoped)
  )
})

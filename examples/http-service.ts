// Use the client in a server without Effect: a ManagedRuntime behind node:http. It ends the calls in flight before it
// closes their connections.
//
//   npm run example examples/http-service.ts
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

// In production `Audian.layerFetchConfig()`.
const runtime = ManagedRuntime.make(EmbeddedAudian.layer())

const numbers = Numbers.list({ limit: 10 }).pipe(
  Effect.map(({ numbers }) => ({ status: 200, body: numbers })),
  Effect.catchTag("TooManyRequests", ({ retryAfter }) => Effect.succeed({ status: 503, body: { retryAfter } })),
  Effect.catch(({ message }) => Effect.succeed({ status: 502, body: { message } }))
)

const server = createServer(async (_, response) => {
  const gone = new AbortController()
  response.once("close", () => gone.abort())
  // A caller that hangs up interrupts the call.
  const exit = await runtime.runPromiseExit(numbers, { signal: gone.signal })
  const { body, status } = exit._tag === "Success" ? exit.value : { body: {}, status: 500 }
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
})

const close = async () => {
  server.close()
  server.closeIdleConnections()
  await once(server, "close")
  await runtime.dispose()
  console.log("closed")
}
process.once("SIGTERM", close)

await once(server.listen(Number(process.env.PORT ?? 0)), "listening")
const { port } = server.address() as AddressInfo
const response = await fetch(`http://localhost:${port}/`, { headers: { connection: "close" } })
console.log(response.status, await response.text())
process.kill(process.pid, "SIGTERM")

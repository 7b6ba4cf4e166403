// A process of its own: an API behind a token bucket, as the engine has one, that sends no Retry-After.
import { createServer } from "node:http"

const [size = 10, refill = 10] = process.argv.slice(2).map(Number)
const says = process.argv[4] === "tokens"

let tokens = size
let at = performance.now()
let requests = 0
let refused = 0

const server = createServer((request, response) => {
  const now = performance.now()
  tokens = Math.min(size, tokens + ((now - at) / 1000) * refill)
  at = now
  requests++
  request.resume()
  response.setHeader("content-type", "application/json")
  const good = tokens >= 1
  if (good) tokens -= 1
  else refused++
  const told = says ? { tokens: { consumed: good ? 1 : 0, remaining: Math.floor(tokens) } } : {}
  response.statusCode = good ? 200 : 429
  response.end(
    JSON.stringify(
      good
        ? { success: true, data: { numbers: [], total: 0 }, ...told }
        : { data: { message: "too many requests" }, error: "429", message: "too_many_requests", ...told }
    )
  )
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.(typeof address === "object" && address !== null ? address.port : 0)
})

process.on("message", () => process.send?.({ requests, refused }))
process.on("disconnect", () => process.exit(0))

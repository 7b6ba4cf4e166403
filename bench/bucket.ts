// Server process: an API behind a token bucket like the engine's, without Retry-After.
import { createServer } from "node:http"

const [size = 10, refill = 10] = process.argv.slice(2).map(Number)
const reportsTokens = process.argv[4] === "tokens"

let tokens = size
let refilledAt = performance.now()
let requests = 0
let rejected = 0

const server = createServer((request, response) => {
  const now = performance.now()
  tokens = Math.min(size, tokens + ((now - refilledAt) / 1000) * refill)
  refilledAt = now
  requests++
  request.resume()
  response.setHeader("content-type", "application/json")
  const allowed = tokens >= 1
  if (allowed) tokens -= 1
  else rejected++
  const report = reportsTokens ? { tokens: { consumed: allowed ? 1 : 0, remaining: Math.floor(tokens) } } : {}
  response.statusCode = allowed ? 200 : 429
  response.end(
    JSON.stringify(
      allowed
        ? { success: true, data: { numbers: [], total: 0 }, ...report }
        : { data: { message: "too many requests" }, error: "429", message: "too_many_requests", ...report }
    )
  )
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.(typeof address === "object" && address !== null ? address.port : 0)
})

process.on("message", () => process.send?.({ requests, rejected }))
process.on("disconnect", () => process.exit(0))

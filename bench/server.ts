// Server process of the benchmark: responds with one configuration or a page of twenty numbers.
import { createServer } from "node:http"

const list = JSON.stringify({
  success: true,
  data: {
    numbers: Array.from({ length: 20 }, (_, i) => ({
      id: `num_${i}`,
      number: `+1415555${1000 + i}`,
      friendly_name: `Line ${i}`,
      status: "active",
      purchased_at: "2024-01-01T12:00:00Z",
      expires_at: "2025-01-01T12:00:00Z",
      billing: { monthly_cost: 0.99, next_charge: "2024-02-01T00:00:00Z" }
    })),
    total: 20,
    limit: 20,
    offset: 0
  }
})
const config = JSON.stringify({
  success: true,
  data: {
    id: "num_1",
    number: "+14155551000",
    friendly_name: "Line 1",
    call_forwarding: { enabled: true, forward_to: "+14155551001", when_unavailable: true, rings_before_forward: 4 },
    voicemail: { enabled: true, transcription: false, delete_after_days: 30 }
  }
})
const headers = {
  "content-type": "application/json",
  "x-request-id": "req_bench",
  "x-ratelimit-limit": "1000",
  "x-ratelimit-remaining": "999",
  "x-ratelimit-reset": "1893456000"
}

const server = createServer((request, response) => {
  const body = request.url?.endsWith("/config") ? config : list
  response.writeHead(200, { ...headers, "content-length": Buffer.byteLength(body) }).end(body)
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) process.send?.(address.port)
})
process.on("disconnect", () => process.exit())

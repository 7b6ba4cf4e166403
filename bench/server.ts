// Server process of the benchmarks. It responds with one configuration or a page of numbers, as many as `limit` says; 100
// stands for two hundred, the largest page that an operation accepts being 100. With the argument `down` it responds 503.
// It sends the number of its requests when it gets a message.
import { createServer } from "node:http"
import * as Payloads from "./payloads.ts"

const pages = new Map([20, 200].map((items) => [String(items), Payloads.list(items)]))
const [aws1, aws20] = [1, 20].map(Payloads.attributes)
const isDown = process.argv[2] === "down"
let requests = 0

const server = createServer((request, response) => {
  requests++
  request.resume()
  if (isDown) {
    response.writeHead(503, { "content-type": "application/json" }).end('{"error":{"message":"down"}}')
    return
  }
  if (request.url?.startsWith("/aws")) {
    response
      .writeHead(200, { "content-type": "application/x-amz-json-1.0" })
      .end(request.url.includes("limit=1") ? aws1 : aws20)
    return
  }
  const asked = /limit=(\d+)/.exec(request.url ?? "")?.[1] ?? "20"
  const body = request.url?.endsWith("/config") ? Payloads.config : pages.get(asked === "100" ? "200" : asked)!
  response.writeHead(200, { ...Payloads.headers, "content-length": Buffer.byteLength(body) }).end(body)
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) process.send?.(address.port)
})
process.on("message", () => process.send?.(requests))
process.on("disconnect", () => process.exit())

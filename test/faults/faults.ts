/**
 * The faults on the wire and the expected result of a call that hits one.
 */
import { gzipSync } from "node:zlib"
import * as Server from "./server.ts"

/** The result of a call. */
export interface Ending {
  /** The tag, with the reason of an `AudianClientError`; `undefined` for a success. */
  readonly error: string | undefined
  readonly outcome: "not-executed" | "unknown" | "executed" | undefined
  /** Requests sent for a safe operation. */
  readonly safe: number
  /** Requests sent for an unsafe operation. */
  readonly unsafe: number
  /** The outcome of the unsafe operation is `"executed"`: the head of its 201 arrived. */
  readonly acknowledged?: boolean
}

/** The result of a safe and of an unsafe call; a text when the two differ in more than an acknowledged 201 explains. */
export const endingOf = (
  safe: Pick<Ending, "error" | "outcome"> & { readonly attempts: number },
  unsafe: Pick<Ending, "error" | "outcome"> & { readonly attempts: number }
): Ending | string => {
  const acknowledged = safe.outcome === "unknown" && unsafe.outcome === "executed"
  if (safe.error !== unsafe.error || (safe.outcome !== unsafe.outcome && !acknowledged)) {
    return `the safe call: ${safe.error}, ${safe.outcome}; the unsafe call: ${unsafe.error}, ${unsafe.outcome}`
  }
  const { error, outcome } = safe
  return { error, outcome, safe: safe.attempts, unsafe: unsafe.attempts, ...(acknowledged && { acknowledged }) }
}

/** The result on each client. */
export type Endings = Readonly<Record<"undici" | "fetch" | "node:http", Ending>>

export interface Fault {
  /** Description, for the table. */
  readonly what: string
  readonly script: Server.Script
  readonly ending: Ending | Endings
  /** The part of the connection that reaches the server. Default: the request. */
  readonly reaches?: "nothing" | "connection"
  /** Base URL, when it is not the server of the script. */
  readonly baseUrl?: string
  /** Certificate of the server. */
  readonly certificate?: "trusted" | "self-signed" | "other-name"
  /** True for https. */
  readonly tls?: boolean
  /** True when the platform keeps the connection after the call and reuses it. */
  readonly lingers?: boolean
  /** Status of a redirect to another host, instead of a script. */
  readonly redirect?: string
  /** Bytes that the server may write before the client must have closed the connection. */
  readonly writes?: number
}

const success: Ending = { error: undefined, outcome: undefined, safe: 1, unsafe: 1 }
/** Outcome unknown, retryable. */
const unknown = (error: string): Ending => ({ error, outcome: "unknown", safe: 3, unsafe: 1 })
/** Outcome unknown, not retryable. */
const unknownOnce = (error: string): Ending => ({ error, outcome: "unknown", safe: 1, unsafe: 1 })
/** Not executed, retryable. */
const notExecuted = (error: string): Ending => ({ error, outcome: "not-executed", safe: 3, unsafe: 3 })
/** Not executed, not retryable. */
const notExecutedOnce = (error: string): Ending => ({ error, outcome: "not-executed", safe: 1, unsafe: 1 })

const transport = unknown("Transport")
const timeout = unknown("Timeout")
/** The response breaks off in its body. The 200 of the safe operation proves nothing, the 201 of the unsafe one does. */
const broken: Ending = { ...transport, acknowledged: true }
const stalled: Ending = { ...timeout, acknowledged: true }
/** The response may be the API's: it was executed. */
const invalid: Ending = { error: "InvalidResponse", outcome: "executed", safe: 1, unsafe: 1 }
/** The response is another server's. */
const foreign = unknownOnce("InvalidResponse")
const redirected = unknownOnce("UnexpectedStatus")

/** The response body of a success. */
const body = (request: string): string =>
  request.startsWith("POST")
    ? '{"success":true,"data":{"id":"num_1","number":"+14155551234"}}'
    : '{"success":true,"data":{"numbers":[],"total":0}}'

const status = (request: string): string => (request.startsWith("POST") ? "201 Created" : "200 OK")
/** The response of a success, as bytes on the wire. */
export const ok = (request: string): string => Server.http(status(request), body(request))

const page = (code: string): Server.Script =>
  Server.respond(
    Server.http(code, `<html><head><title>${code}</title></head></html>`, ["content-type: text/html", "server: proxy"])
  )
const documented = (code: string, error: string): Server.Script =>
  Server.respond(
    Server.http(code, JSON.stringify({ error: { code: error, message: "Not now", type: "server_error" } }))
  )

const chunked = "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
const megabyte = Buffer.alloc(1_048_576, " ")
const megabyteChunk = Buffer.concat([Buffer.from("100000\r\n"), megabyte, Buffer.from("\r\n")])
const hundredMegabytes = `content-type: application/json\r\ncontent-length: ${100 * megabyte.length}\r\n\r\n`
/** Bytes in the kernel's buffers before the client closes the connection, generously. */
const kernel = 32_000_000

export const faults = (): ReadonlyArray<Fault> => [
  // The connection.
  {
    what: "the connection is refused",
    script: Server.silence,
    // Nothing listens there, and `fetch` does not know it for a port of another protocol.
    baseUrl: "http://127.0.0.1:2",
    reaches: "nothing",
    ending: notExecuted("Transport")
  },
  {
    what: "the host's name is not found",
    script: Server.silence,
    // A label of more than 63 characters is refused without a question to the network.
    baseUrl: `http://${"a".repeat(64)}.invalid`,
    reaches: "nothing",
    ending: notExecuted("Transport")
  },
  {
    what: "reset before the request is read",
    script: ({ socket }) => Server.resetSoon(socket),
    reaches: "connection",
    ending: transport
  },
  {
    what: "closed before the request is read",
    script: ({ socket }) => socket.resume().end(),
    reaches: "connection",
    ending: transport
  },
  {
    what: "reset after the request is read",
    script: Server.after(({ socket }) => Server.reset(socket)),
    ending: transport
  },
  {
    what: "closed after the request is read",
    script: Server.after(({ socket }) => void socket.end()),
    ending: transport
  },
  {
    what: "reset within the response head",
    script: Server.after(({ socket }) => Server.resetSoon(socket, "HTTP/1.1 200 OK\r\ncontent-ty")),
    ending: transport
  },
  {
    what: "reset within the response body",
    script: Server.after(({ socket }, request) =>
      Server.resetSoon(socket, `HTTP/1.1 ${status(request)}\r\ncontent-length: 1000\r\n\r\n${body(request)}`)
    ),
    ending: broken
  },
  // Time.
  { what: "silence: the request is read, no response is sent", script: Server.silence, ending: timeout },
  {
    what: "a response head that arrives byte by byte, without end",
    script: Server.drip("HTTP/1.1 200 OK\r\nx-slow: ", "a"),
    ending: timeout
  },
  {
    what: "a response body that arrives byte by byte, without end",
    script: Server.drip(
      (request) => `HTTP/1.1 ${status(request)}\r\ncontent-type: application/json\r\ncontent-length: 50000\r\n\r\n`,
      " "
    ),
    ending: stalled
  },
  {
    what: "the same, in chunks",
    script: Server.drip((request) => `HTTP/1.1 ${status(request)}\r\n${chunked}`, "1\r\n \r\n"),
    ending: stalled
  },
  {
    what: "402 with a body that arrives byte by byte, without end",
    script: Server.drip("HTTP/1.1 402 Payment Required\r\ncontent-length: 50000\r\n\r\n", "x"),
    ending: notExecutedOnce("PaymentRequired")
  },
  {
    what: "503 with a body that arrives byte by byte, without end",
    script: Server.drip("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 50000\r\n\r\n", "x"),
    ending: unknown("ServiceUnavailable")
  },
  // Lengths.
  {
    what: "truncated JSON with its own content-length",
    script: Server.respond((request) => Server.http(status(request), body(request).slice(0, -5))),
    ending: invalid
  },
  {
    what: "truncated JSON without content-length, ended by a close",
    script: Server.respond((request) => `HTTP/1.1 ${status(request)}\r\n\r\n${body(request).slice(0, -5)}`),
    ending: invalid
  },
  {
    what: "truncated chunks",
    script: Server.respond(
      (request) =>
        `HTTP/1.1 ${status(request)}\r\n${chunked}${body(request).length.toString(16)}\r\n${body(request)}\r\n`
    ),
    ending: broken
  },
  {
    what: "a content-length larger than the body",
    script: Server.respond((request) => `HTTP/1.1 ${status(request)}\r\ncontent-length: 1000\r\n\r\n${body(request)}`),
    ending: broken
  },
  {
    what: "a content-length smaller than the body",
    script: Server.respond((request) => `HTTP/1.1 ${status(request)}\r\ncontent-length: 20\r\n\r\n${body(request)}`),
    ending: invalid
  },
  {
    what: "two content-length headers that differ",
    script: Server.respond(
      (request) =>
        `HTTP/1.1 ${status(request)}\r\ncontent-length: ${body(request).length}\r\ncontent-length: 9\r\n\r\n${body(request)}`
    ),
    ending: transport
  },
  {
    what: "a content-length beside chunks",
    script: Server.respond(
      (request) => `HTTP/1.1 ${status(request)}\r\ncontent-length: 5\r\n${chunked}1\r\n{\r\n0\r\n\r\n`
    ),
    ending: transport
  },
  // Size.
  {
    what: "100 MB, announced",
    script: Server.flood(`HTTP/1.1 200 OK\r\n${hundredMegabytes}`, megabyte, 100),
    writes: kernel,
    ending: invalid
  },
  {
    what: "100 MB, announced but not sent",
    script: Server.after(({ socket }) => void socket.write(`HTTP/1.1 200 OK\r\n${hundredMegabytes}`)),
    ending: invalid
  },
  {
    what: "100 MB of spaces in chunks",
    script: Server.flood(`HTTP/1.1 200 OK\r\n${chunked}`, megabyteChunk, 100),
    writes: kernel,
    ending: foreign
  },
  {
    what: "500 with 100 MB",
    script: Server.flood(`HTTP/1.1 500 Internal Server Error\r\n${hundredMegabytes}`, megabyte, 100),
    writes: kernel,
    ending: unknown("InternalServerError")
  },
  {
    what: "402 with 100 MB in chunks",
    script: Server.flood(`HTTP/1.1 402 Payment Required\r\n${chunked}`, megabyteChunk, 100),
    writes: kernel,
    ending: notExecutedOnce("PaymentRequired")
  },
  {
    what: "16 MB of spaces, compressed to 16 KB",
    script: compressed(gzipSync(Buffer.alloc(16_777_216, " "))),
    ending: foreign
  },
  {
    what: "garbage with content-encoding gzip",
    script: compressed(Buffer.from("this is not gzip")),
    // undici does not request compression, and hands the body on as it comes.
    ending: { undici: foreign, fetch: transport, "node:http": foreign }
  },
  // The response head.
  {
    what: "103 Early Hints before the response",
    script: Server.respond((request) => `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${ok(request)}`),
    ending: success
  },
  {
    what: "100 Continue before the response, unsolicited",
    script: Server.respond((request) => `HTTP/1.1 100 Continue\r\n\r\n${ok(request)}`),
    ending: { undici: transport, fetch: transport, "node:http": success }
  },
  {
    what: "an invalid status line",
    script: Server.respond((request) => ok(request).replace("HTTP/1.1 ", "HTP/1.1 ")),
    ending: transport
  },
  {
    what: "a header without a colon",
    script: Server.respond((request) => ok(request).replace("\r\n", "\r\nno colon here\r\n")),
    ending: transport
  },
  {
    what: "a header with a NUL character",
    script: Server.respond((request) => ok(request).replace("\r\n", "\r\nx-odd: a\0b\r\n")),
    ending: transport
  },
  {
    what: "a header of 1 MB",
    script: Server.respond((request) => ok(request).replace("\r\n", `\r\nx-large: ${"a".repeat(1_000_000)}\r\n`)),
    ending: transport
  },
  // Those between.
  { what: "302 to another host", script: Server.silence, redirect: "302 Found", ending: redirected },
  { what: "307 to another host", script: Server.silence, redirect: "307 Temporary Redirect", ending: redirected },
  { what: "an HTML page with status 200", script: page("200 OK"), ending: foreign },
  { what: "408 with an HTML page", script: page("408 Request Timeout"), ending: unknownOnce("UnexpectedStatus") },
  { what: "499 with an HTML page", script: page("499 Client Closed Request"), ending: unknownOnce("UnexpectedStatus") },
  { what: "502 with an HTML page", script: page("502 Bad Gateway"), ending: unknown("BadGateway") },
  { what: "503 with an HTML page", script: page("503 Service Unavailable"), ending: unknown("ServiceUnavailable") },
  { what: "504 with an HTML page", script: page("504 Gateway Timeout"), ending: unknown("UnexpectedStatus") },
  {
    what: "503 with the API's own error body",
    script: documented("503 Service Unavailable", "service_unavailable_error"),
    ending: notExecuted("ServiceUnavailable")
  },
  {
    what: "429 with the API's own error body",
    script: documented("429 Too Many Requests", "rate_limit_error"),
    ending: notExecuted("TooManyRequests")
  },
  {
    what: "500 with the API's own error body",
    script: documented("500 Internal Server Error", "internal_server_error"),
    ending: unknown("InternalServerError")
  },
  // TLS.
  {
    what: "TLS: the handshake does not end",
    script: ({ socket, stall }) => {
      socket.resume()
      stall()
    },
    tls: true,
    lingers: true,
    reaches: "connection",
    ending: timeout
  },
  {
    what: "TLS: reset within the handshake",
    script: ({ socket }) => void socket.once("data", () => Server.reset(socket)),
    tls: true,
    reaches: "connection",
    ending: transport
  },
  {
    what: "TLS: a server that speaks plain HTTP",
    script: ({ socket }) => void socket.once("data", () => socket.end(Server.http("400 Bad Request", ""))),
    tls: true,
    reaches: "connection",
    ending: transport
  },
  {
    what: "TLS: a self-signed certificate",
    script: Server.respond(ok),
    certificate: "self-signed",
    reaches: "connection",
    ending: notExecuted("Transport")
  },
  {
    what: "TLS: a certificate for another name",
    script: Server.respond(ok),
    certificate: "other-name",
    reaches: "connection",
    ending: notExecuted("Transport")
  },
  { what: "TLS: nothing wrong", script: Server.respond(ok), certificate: "trusted", ending: success }
]

function compressed(bytes: Buffer): Server.Script {
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bytes.length}\r\nconnection: close\r\n\r\n`
  return Server.respond(Buffer.concat([Buffer.from(head), bytes]))
}

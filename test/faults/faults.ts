/**
 * The faults: what happens on the wire, and what is to become of a call that meets it.
 */
import { gzipSync } from "node:zlib"
import * as Server from "./server.ts"

/** How a call ends. */
export interface Ending {
  /** The tag, with the reason of an `AudianClientError`; `undefined` for a success. */
  readonly error: string | undefined
  readonly outcome: "not-executed" | "unknown" | undefined
  /** How often a safe operation is sent. */
  readonly safe: number
  /** How often an unsafe one is. */
  readonly unsafe: number
}

export interface Fault {
  /** What happens, for the table. */
  readonly what: string
  readonly script: Server.Script
  readonly ending: Ending | { readonly undici: Ending; readonly fetch: Ending }
  /** How much of a request reaches the server; all of it unless this says otherwise. */
  readonly reaches?: "nothing" | "connection"
  /** Where to send the request instead, when it is not to the server of the script. */
  readonly baseUrl?: string
  /** The certificate that the server shows. */
  readonly certificate?: "trusted" | "self-signed" | "other-name"
  /** Whether the client is to use TLS. */
  readonly tls?: boolean
  /** Whether the platform keeps the connection for a while, whatever the call does, and reuses it for the next one. */
  readonly lingers?: boolean
  /** The status of a redirect to another host, in the place of the script. */
  readonly redirect?: string
  /** How many bytes the server may write before the client must have closed the connection. */
  readonly writes?: number
}

/** The largest answer that the client of the suite reads, in bytes. */
export const maxResponseSize = 65_536

const success: Ending = { error: undefined, outcome: undefined, safe: 1, unsafe: 1 }
/** The request may have been carried out, and trying again may help. */
const mayHave = (error: string): Ending => ({ error, outcome: "unknown", safe: 3, unsafe: 1 })
/** The request may have been carried out, and trying again does not help. */
const mayHaveOnce = (error: string): Ending => ({ error, outcome: "unknown", safe: 1, unsafe: 1 })
/** The request was certainly not carried out, and trying again may help. */
const hasNot = (error: string): Ending => ({ error, outcome: "not-executed", safe: 3, unsafe: 3 })
/** The request was certainly not carried out, and trying again does not help. */
const hasNotOnce = (error: string): Ending => ({ error, outcome: "not-executed", safe: 1, unsafe: 1 })

const transport = mayHave("Transport")
const timeout = mayHave("Timeout")
const invalid = mayHaveOnce("InvalidResponse")
const elsewhere = mayHaveOnce("UnexpectedStatus")

/** What the API answers when nothing goes wrong. */
const body = (request: string): string =>
  request.startsWith("POST")
    ? '{"success":true,"data":{"id":"num_1","number":"+14155551234"}}'
    : '{"success":true,"data":{"numbers":[],"total":0}}'

const status = (request: string): string => (request.startsWith("POST") ? "201 Created" : "200 OK")
/** The same, as bytes on the wire. */
export const ok = (request: string): string => Server.http(status(request), body(request))

const page = (code: string): Server.Script =>
  Server.answer(
    Server.http(code, `<html><head><title>${code}</title></head></html>`, ["content-type: text/html", "server: proxy"])
  )
const documented = (code: string, error: string): Server.Script =>
  Server.answer(Server.http(code, JSON.stringify({ error: { code: error, message: "Not now", type: "server_error" } })))

const chunked = "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
const megabyte = Buffer.alloc(1_048_576, " ")
const megabyteChunk = Buffer.concat([Buffer.from("100000\r\n"), megabyte, Buffer.from("\r\n")])
const hundredMegabytes = `content-type: application/json\r\ncontent-length: ${100 * megabyte.length}\r\n\r\n`
/** What the kernel takes in before the client closes the connection, generously. */
const kernel = 32_000_000

export const faults = (): ReadonlyArray<Fault> => [
  // The connection.
  {
    what: "the connection is refused",
    script: Server.silence,
    // Nothing listens there, and `fetch` does not know it for a port of another protocol.
    baseUrl: "http://127.0.0.1:2",
    reaches: "nothing",
    ending: hasNot("Transport")
  },
  {
    what: "the host's name is not found",
    script: Server.silence,
    // A label of more than 63 characters is refused without a question to the network.
    baseUrl: `http://${"a".repeat(64)}.invalid`,
    reaches: "nothing",
    ending: hasNot("Transport")
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
    what: "reset within the head of the answer",
    script: Server.after(({ socket }) => Server.resetSoon(socket, "HTTP/1.1 200 OK\r\ncontent-ty")),
    ending: transport
  },
  {
    what: "reset within the body of the answer",
    script: Server.after(({ socket }, request) =>
      Server.resetSoon(socket, `HTTP/1.1 ${status(request)}\r\ncontent-length: 1000\r\n\r\n${body(request)}`)
    ),
    ending: transport
  },
  // Time.
  { what: "silence: the request is read and never answered", script: Server.silence, ending: timeout },
  {
    what: "a head that comes byte by byte and does not end",
    script: Server.drip("HTTP/1.1 200 OK\r\nx-slow: ", "a"),
    ending: timeout
  },
  {
    what: "a body that comes byte by byte and does not end",
    script: Server.drip("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50000\r\n\r\n", " "),
    ending: timeout
  },
  {
    what: "the same, in chunks",
    script: Server.drip(`HTTP/1.1 200 OK\r\n${chunked}`, "1\r\n \r\n"),
    ending: timeout
  },
  {
    what: "402 with a body that comes byte by byte and does not end",
    script: Server.drip("HTTP/1.1 402 Payment Required\r\ncontent-length: 50000\r\n\r\n", "x"),
    ending: hasNotOnce("PaymentRequired")
  },
  {
    what: "503 with a body that comes byte by byte and does not end",
    script: Server.drip("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 50000\r\n\r\n", "x"),
    ending: mayHave("ServiceUnavailable")
  },
  // Lengths.
  {
    what: "JSON that breaks off, with the length of what there is",
    script: Server.answer((request) => Server.http(status(request), body(request).slice(0, -5))),
    ending: invalid
  },
  {
    what: "JSON that breaks off at the end of the connection, no length given",
    script: Server.answer((request) => `HTTP/1.1 ${status(request)}\r\n\r\n${body(request).slice(0, -5)}`),
    ending: invalid
  },
  {
    what: "chunks that break off",
    script: Server.answer(
      (request) =>
        `HTTP/1.1 ${status(request)}\r\n${chunked}${body(request).length.toString(16)}\r\n${body(request)}\r\n`
    ),
    ending: transport
  },
  {
    what: "a content-length larger than the body",
    script: Server.answer((request) => `HTTP/1.1 ${status(request)}\r\ncontent-length: 1000\r\n\r\n${body(request)}`),
    ending: transport
  },
  {
    what: "a content-length smaller than the body",
    script: Server.answer((request) => `HTTP/1.1 ${status(request)}\r\ncontent-length: 20\r\n\r\n${body(request)}`),
    ending: invalid
  },
  {
    what: "two lengths that differ",
    script: Server.answer(
      (request) =>
        `HTTP/1.1 ${status(request)}\r\ncontent-length: ${body(request).length}\r\ncontent-length: 9\r\n\r\n${body(request)}`
    ),
    ending: transport
  },
  {
    what: "a content-length beside chunks",
    script: Server.answer(
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
    what: "100 MB, announced and not sent",
    script: Server.after(({ socket }) => void socket.write(`HTTP/1.1 200 OK\r\n${hundredMegabytes}`)),
    ending: invalid
  },
  {
    what: "100 MB in chunks",
    script: Server.flood(`HTTP/1.1 200 OK\r\n${chunked}`, megabyteChunk, 100),
    writes: kernel,
    ending: invalid
  },
  {
    what: "500 with 100 MB",
    script: Server.flood(`HTTP/1.1 500 Internal Server Error\r\n${hundredMegabytes}`, megabyte, 100),
    writes: kernel,
    ending: mayHave("InternalServerError")
  },
  {
    what: "402 with 100 MB in chunks",
    script: Server.flood(`HTTP/1.1 402 Payment Required\r\n${chunked}`, megabyteChunk, 100),
    writes: kernel,
    ending: hasNotOnce("PaymentRequired")
  },
  {
    what: "16 MB, compressed to 16 KB",
    script: compressed(gzipSync(Buffer.alloc(16_777_216, " "))),
    ending: invalid
  },
  {
    what: "junk that calls itself gzip",
    script: compressed(Buffer.from("this is not gzip")),
    // undici does not ask for compressed answers, and hands on what comes.
    ending: { undici: invalid, fetch: transport }
  },
  // The head of the answer.
  {
    what: "103 Early Hints before the answer",
    script: Server.answer((request) => `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${ok(request)}`),
    ending: success
  },
  {
    what: "100 Continue before the answer, which nobody asked for",
    script: Server.answer((request) => `HTTP/1.1 100 Continue\r\n\r\n${ok(request)}`),
    ending: transport
  },
  {
    what: "a status line that is none",
    script: Server.answer((request) => ok(request).replace("HTTP/1.1 ", "HTP/1.1 ")),
    ending: transport
  },
  {
    what: "a header without a colon",
    script: Server.answer((request) => ok(request).replace("\r\n", "\r\nno colon here\r\n")),
    ending: transport
  },
  {
    what: "a header with a NUL in it",
    script: Server.answer((request) => ok(request).replace("\r\n", "\r\nx-odd: a\0b\r\n")),
    ending: transport
  },
  {
    what: "a header of 1 MB",
    script: Server.answer((request) => ok(request).replace("\r\n", `\r\nx-large: ${"a".repeat(1_000_000)}\r\n`)),
    ending: transport
  },
  // Those between.
  { what: "302 to another host", script: Server.silence, redirect: "302 Found", ending: elsewhere },
  { what: "307 to another host", script: Server.silence, redirect: "307 Temporary Redirect", ending: elsewhere },
  { what: "a page with status 200", script: page("200 OK"), ending: invalid },
  { what: "408, a page", script: page("408 Request Timeout"), ending: mayHaveOnce("UnexpectedStatus") },
  { what: "499, a page", script: page("499 Client Closed Request"), ending: mayHaveOnce("UnexpectedStatus") },
  { what: "502, a page", script: page("502 Bad Gateway"), ending: mayHave("BadGateway") },
  { what: "503, a page", script: page("503 Service Unavailable"), ending: mayHave("ServiceUnavailable") },
  { what: "504, a page", script: page("504 Gateway Timeout"), ending: mayHave("UnexpectedStatus") },
  {
    what: "503 with the API's own error body",
    script: documented("503 Service Unavailable", "service_unavailable_error"),
    ending: hasNot("ServiceUnavailable")
  },
  {
    what: "429 with the API's own error body",
    script: documented("429 Too Many Requests", "rate_limit_error"),
    ending: hasNot("TooManyRequests")
  },
  {
    what: "500 with the API's own error body",
    script: documented("500 Internal Server Error", "internal_server_error"),
    ending: mayHave("InternalServerError")
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
    script: Server.answer(ok),
    certificate: "self-signed",
    reaches: "connection",
    ending: hasNot("Transport")
  },
  {
    what: "TLS: a certificate for another name",
    script: Server.answer(ok),
    certificate: "other-name",
    reaches: "connection",
    ending: hasNot("Transport")
  },
  { what: "TLS: nothing wrong", script: Server.answer(ok), certificate: "trusted", ending: success }
]

function compressed(bytes: Buffer): Server.Script {
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bytes.length}\r\nconnection: close\r\n\r\n`
  return Server.answer(Buffer.concat([Buffer.from(head), bytes]))
}

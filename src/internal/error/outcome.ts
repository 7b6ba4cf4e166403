/**
 * The outcome of a request that failed: executed or not, as far as that is known.
 *
 * @internal
 */
import type * as HttpClientError from "effect/http/HttpClientError"
import type { AudianError } from "../../AudianError.ts"
import * as Status from "../../Status.ts"

export type Outcome = AudianError["outcome"]

/** The outcome that a status proves, with what its body proves. */
export const ofStatus = (status: number, body: { readonly provesRefusal: boolean }): Outcome =>
  Status.isExecutable(status) || (fromProxies.has(status) && !body.provesRefusal) ? "unknown" : "not-executed"

// A proxy may respond with these after it has forwarded the request.
const fromProxies: ReadonlySet<number> = new Set([408, 499, 503])

/** The system's account of a failed connection. */
export interface SystemError {
  readonly code: string | undefined
  readonly syscall: unknown
  readonly text: string
}

/** The outcome of a request whose connection failed. */
export const ofTransport = (
  { _tag }: HttpClientError.HttpClientError["reason"],
  { code, syscall, text }: SystemError
): Outcome => {
  if (_tag === "EncodeError" || _tag === "InvalidUrlError") return "not-executed"
  // An error while reading the response implies that the request arrived.
  if (_tag !== "TransportError" || code === undefined) return "unknown"
  const before =
    beforeSending.test(code) ||
    syscall === "connect" ||
    // A proxy that refuses CONNECT has passed nothing on. The code alone proves nothing: undici uses it for any
    // aborted request.
    (code === "UND_ERR_ABORTED" && /^Proxy response \(\d{3}\) !== 200 when HTTP Tunneling$/.test(text))
  return before ? "not-executed" : "unknown"
}

// Codes that only occur before the request is sent. EHOSTUNREACH and TLS record errors may come later.
const beforeSending =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|CERT_\w+|ERR_PROXY_TUNNEL|ERR_TLS_CERT_\w+|ERR_TLS_HANDSHAKE_TIMEOUT|ERR_INVALID_(?:CHAR|URL|PROTOCOL|ARG_\w+)|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/

/** The outcome of a request that ran out of time, `acknowledged` if the head of its response arrived and proves it. */
export const ofTimeout = (sent: boolean, acknowledged = false): Outcome =>
  acknowledged ? "executed" : sent ? "unknown" : "not-executed"

/** True for the statuses of a server that has acted, whatever became of the body: created and accepted. */
export const acknowledges = (status: number): boolean => status === 201 || status === 202

/** The outcome of a call: its last attempt's, unless an earlier attempt may have been executed. */
export const ofCall = (
  call: { readonly uncertain: boolean; readonly outcome?: Outcome | undefined },
  attempt: Outcome
): Outcome => {
  const last = call.outcome ?? attempt
  return call.uncertain && last === "not-executed" ? "unknown" : last
}

/**
 * The outcome of a request that failed: executed or not, as far as that is known.
 *
 * @internal
 */
import type * as HttpClientError from "effect/http/HttpClientError"
import type { AudianError } from "../../AudianError.ts"
import * as Status from "../../Status.ts"

export type Outcome = AudianError["outcome"]

/** The origin of an error body. */
export interface Source {
  readonly code?: string | undefined
  /** `true` for one of the API's own error bodies, rather than a proxy's. */
  readonly isDocumented: boolean
}

/** The outcome that a status proves. */
export const ofStatus = (status: number, { code, isDocumented }: Source): Outcome =>
  Status.isExecutable(status) || (fromProxies.includes(status) && (!isDocumented || isDatastore(code)))
    ? "unknown"
    : "not-executed"

// A proxy may answer with these after it has forwarded the request. Its body is not one of the API's own.
const fromProxies: ReadonlyArray<number> = [408, 499, 503]

// The engine reports a lost datastore with these codes, after it has begun.
const isDatastore = (code: string | undefined): boolean => code !== undefined && /^data(?:store|_collection)/.test(code)

/** The outcome of a request whose connection failed. `code` and `syscall` are the system's. */
export const ofTransport = (
  { _tag }: HttpClientError.HttpClientError["reason"],
  code: string | undefined,
  syscall: unknown
): Outcome =>
  _tag === "EncodeError" ||
  _tag === "InvalidUrlError" ||
  // An error while reading the response implies that the request arrived.
  (_tag === "TransportError" && code !== undefined && (beforeSending.test(code) || syscall === "connect"))
    ? "not-executed"
    : "unknown"

// Codes that only occur before the request is sent. EHOSTUNREACH and TLS record errors may come later.
const beforeSending =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|CERT_\w+|ERR_TLS_CERT_\w+|ERR_TLS_HANDSHAKE_TIMEOUT|ERR_INVALID_(?:CHAR|URL|PROTOCOL|ARG_\w+)|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/

/** The outcome of a request that ran out of time. */
export const ofTimeout = (sent: boolean): Outcome => (sent ? "unknown" : "not-executed")

/** The outcome of a call: its last attempt's, unless an earlier attempt may have been executed. */
export const ofCall = (
  call: { readonly uncertain: boolean; readonly outcome?: Outcome | undefined },
  attempt: Outcome
): Outcome => (call.uncertain ? "unknown" : (call.outcome ?? attempt))

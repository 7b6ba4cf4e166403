/**
 * The log of an embedded server's latest requests.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as UrlParams from "effect/http/UrlParams"
import { redacted, scrub } from "../../internal/error/redact.ts"
import * as Faults from "./faults.ts"
import type { RequestContext } from "./requestContext.ts"
import type { Request } from "./service.ts"

export interface RequestLog {
  /** Adds a request. The result records the status of its response. */
  readonly begin: (
    request: HttpServerRequest.HttpServerRequest,
    context: RequestContext
  ) => (status: number | undefined) => void
  /** The oldest first. */
  readonly all: () => ReadonlyArray<Request>
}

/** A request as data: a closure over it would retain the connection. */
interface Entry {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly requestId: string
  readonly now: number
  /** Describes the end of the request. */
  end: () => End
}

interface End extends Pick<Request, "fault" | "input" | "operation" | "status"> {
  /** Equal for a request and its repetitions. */
  readonly repeatKey: string
}

/** The URL of a request. A request over a socket may have any text in its place. */
const urlOf = (text: string): URL => {
  const base = "http://embedded"
  return URL.parse(text.startsWith("/") ? base + text : text, base) ?? new URL(base)
}

/** A log of the latest `limit` requests. `secretsIn` returns the secrets to redact in a text. */
export const make = (limit: number, secretsIn: (text: string) => ReadonlyArray<string>): RequestLog => {
  const entries: Array<Entry> = []
  return {
    begin: ({ headers, method, url }, context) => {
      const { now, requestId } = context
      const endOf = (status: number | undefined): End => {
        const { fault, input, operation } = context
        const text = JSON.stringify(input) ?? ""
        return {
          repeatKey: `${operation}\n${text === "" ? `${method} ${url}` : text}`,
          operation,
          input: scrub(input, secretsIn(text)),
          status,
          fault: fault === undefined ? undefined : Faults.label(fault)
        }
      }
      const entry: Entry = { method, url, headers, requestId, now, end: () => endOf(undefined) }
      entries.push(entry)
      // Truncate occasionally: each truncation moves all entries.
      if (entries.length >= 2 * limit + 100) entries.splice(0, entries.length - limit)
      return (status) => {
        // Most requests are never looked at, and the input of a GET is small.
        const end = method === "GET" ? undefined : endOf(status)
        entry.end = () => end ?? endOf(status)
      }
    },
    all: () => {
      const counts = new Map<string, number>()
      return (limit === 0 ? [] : entries.slice(-limit)).map((entry) => {
        const { method, now, requestId } = entry
        const { fault, input, operation, repeatKey, status } = entry.end()
        const repeat = counts.get(repeatKey) ?? 0
        counts.set(repeatKey, repeat + 1)
        const at = DateTime.makeUnsafe(now)
        return { operation, method, ...sentOf(entry, secretsIn), input, status, fault, repeat, requestId, at }
      })
    }
  }
}

/** The sent part of a request, without secrets. Computed when the log is read, since most requests are never looked at. */
const sentOf = ({ headers, url: text }: Entry, secretsIn: (text: string) => ReadonlyArray<string>) => {
  const { cookie, ...others } = headers
  const url = urlOf(text)
  const sent = {
    path: url.pathname,
    query: UrlParams.toRecord(UrlParams.fromInput(url.searchParams)),
    headers: { ...others, ...(cookie !== undefined && { cookie: redacted }) }
  }
  return scrub(sent, secretsIn(JSON.stringify(sent))) as typeof sent
}

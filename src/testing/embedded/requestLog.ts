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

type LoggedRequest = Omit<Request, "repeat">

interface Entry {
  readonly request: LoggedRequest
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
  // A finished entry is data: a closure over its request would retain the connection.
  const entries: Array<{ current: Entry | (() => Entry) }> = []
  return {
    begin: (request, context) => {
      const { now, requestId } = context
      const url = urlOf(request.url)
      const { cookie, ...headers } = request.headers
      const sent = {
        path: url.pathname,
        query: UrlParams.toRecord(UrlParams.fromInput(url.searchParams)),
        headers: { ...headers, ...(cookie !== undefined && { cookie: redacted }) }
      }
      const received = {
        method: request.method,
        ...(scrub(sent, secretsIn(JSON.stringify(sent))) as typeof sent),
        requestId,
        at: DateTime.makeUnsafe(now)
      }
      const entryOf = (status: number | undefined): Entry => {
        const { fault, input, operation } = context
        const text = JSON.stringify(input) ?? ""
        return {
          request: {
            operation,
            ...received,
            input: scrub(input, secretsIn(text)),
            status,
            fault: fault === undefined ? undefined : Faults.label(fault)
          },
          repeatKey: `${operation}\n${text === "" ? `${request.method} ${request.url}` : text}`
        }
      }
      const entry: { current: Entry | (() => Entry) } = { current: () => entryOf(undefined) }
      entries.push(entry)
      // Truncate occasionally: each truncation moves all entries.
      if (entries.length >= 2 * limit + 100) entries.splice(0, entries.length - limit)
      return (status) => {
        entry.current = entryOf(status)
      }
    },
    all: () => {
      const counts = new Map<string, number>()
      return (limit === 0 ? [] : entries.slice(-limit)).map(({ current }) => {
        const { request, repeatKey } = typeof current === "function" ? current() : current
        const repeat = counts.get(repeatKey) ?? 0
        counts.set(repeatKey, repeat + 1)
        return { ...request, repeat }
      })
    }
  }
}

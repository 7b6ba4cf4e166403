/**
 * The requests that an embedded server has seen, the last of them.
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
  /** Begins to keep a request; the result tells it what came of it. */
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
  /** What two requests have in common of which one repeats the other. */
  readonly repeatKey: string
}

/** What a request asks for, which over a socket may be any text. */
const urlOf = (text: string): URL => {
  const base = "http://embedded"
  return URL.parse(text.startsWith("/") ? base + text : text, base) ?? new URL(base)
}

/** `limit` is how many it keeps; `secretsIn` says what of a text must not show. */
export const make = (limit: number, secretsIn: (text: string) => ReadonlyArray<string>): RequestLog => {
  // Once it is over, data only: what answered it would keep its connection.
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
        ...(scrub(sent, secretsIn(JSON.stringify(sent))) as unknown as typeof sent),
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
      // Cut now and then rather than every time, which would move all of them.
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

/**
 * The requests that an embedded server has seen, the last of them.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as UrlParams from "effect/http/UrlParams"
import { redacted, scrub } from "../../internal/error/redact.ts"
import type { Request } from "../EmbeddedAudian.ts"
import * as Faults from "./faults.ts"
import type { Seen } from "./requestContext.ts"

export interface Log {
  /** Begins to keep a request; the result tells it what came of it. */
  readonly begin: (
    request: HttpServerRequest.HttpServerRequest,
    seen: Seen,
    at: { readonly now: number; readonly requestId: string }
  ) => (status: number | undefined) => void
  /** The oldest first. */
  readonly all: () => ReadonlyArray<Request>
}

type Kept = Omit<Request, "repeat">

interface Entry {
  readonly kept: Kept
  /** What two requests have in common of which one repeats the other. */
  readonly same: string
}

/** What a request asks for, which over a socket may be any text. */
const urlOf = (text: string): URL => {
  const base = "http://embedded"
  return URL.parse(text.startsWith("/") ? base + text : text, base) ?? new URL(base)
}

/** `limit` is how many it keeps; `secretsIn` says what of a text must not show. */
export const make = (limit: number, secretsIn: (text: string) => ReadonlyArray<string>): Log => {
  // Once it is over, data only: what answered it would keep its connection.
  const entries: Array<{ current: Entry | (() => Entry) }> = []
  return {
    begin: (request, seen, { now, requestId }) => {
      const url = urlOf(request.url)
      const { cookie, ...headers } = request.headers
      const sent = {
        path: url.pathname,
        query: UrlParams.toRecord(UrlParams.fromInput(url.searchParams)),
        headers: { ...headers, ...(cookie !== undefined && { cookie: redacted }) }
      }
      const first = {
        method: request.method,
        ...(scrub(sent, secretsIn(JSON.stringify(sent))) as unknown as typeof sent),
        requestId,
        at: DateTime.makeUnsafe(now)
      }
      const entryOf = (status: number | undefined): Entry => {
        const { fault, input, operation } = seen
        const text = JSON.stringify(input) ?? ""
        return {
          kept: {
            operation,
            ...first,
            input: scrub(input, secretsIn(text)),
            status,
            fault: fault === undefined ? undefined : Faults.label(fault)
          },
          same: `${operation}\n${text === "" ? `${request.method} ${request.url}` : text}`
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
        const { kept, same } = typeof current === "function" ? current() : current
        const repeat = counts.get(same) ?? 0
        counts.set(same, repeat + 1)
        return { ...kept, repeat }
      })
    }
  }
}

/**
 * The requests that an embedded server has seen, the last of them.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as UrlParams from "effect/http/UrlParams"
import type { Request } from "../../testing/EmbeddedAudian.ts"
import { scrub } from "../secrets.ts"

export interface Log {
  /** Begins to keep a request; the result tells it what came of it. */
  readonly begin: (
    request: HttpServerRequest.HttpServerRequest,
    seen: { readonly operation: string; readonly input: unknown },
    at: { readonly now: number; readonly requestId: string }
  ) => (status: number | undefined) => void
  /** The oldest first. */
  readonly all: () => ReadonlyArray<Request>
}

/** `limit` is how many it keeps; `secretsIn` says what of a text must not show. */
export const make = (limit: number, secretsIn: (text: string) => ReadonlyArray<string>): Log => {
  const entries: Array<{ request: Request }> = []
  const safe = (value: unknown) => scrub(value, secretsIn(JSON.stringify(value) ?? ""))

  return {
    begin: (request, seen, { now, requestId }) => {
      const url = new URL(request.url, "http://embedded")
      const sent = {
        path: url.pathname,
        query: UrlParams.toRecord(UrlParams.fromInput(url.searchParams)),
        headers: { ...request.headers }
      }
      const first: Request = {
        operation: "",
        method: request.method,
        ...(safe(sent) as unknown as typeof sent),
        input: null,
        status: undefined,
        requestId,
        at: DateTime.makeUnsafe(now)
      }
      const entry = { request: first }
      entries.push(entry)
      // Cut now and then rather than every time, which would move all of them.
      if (entries.length >= 2 * limit + 100) entries.splice(0, entries.length - limit)
      return (status) => {
        entry.request = { ...first, operation: seen.operation, input: safe(seen.input), status }
      }
    },
    all: () => (limit === 0 ? [] : entries.slice(-limit)).map(({ request }) => request)
  }
}

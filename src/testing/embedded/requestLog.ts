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
  /** Adds a request. */
  readonly begin: (request: HttpServerRequest.HttpServerRequest, context: RequestContext) => Entry
  /** Records the status of the response; `undefined` without one. */
  readonly end: (entry: Entry, status: number | undefined) => void
  /** The oldest first. */
  readonly all: () => ReadonlyArray<Request>
}

/** A request as data: a closure over it would retain the connection. */
interface Entry {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  context: Pick<RequestContext, "fault" | "input" | "now" | "operation" | "requestId">
  status: number | undefined
  /** `undefined` until the log is read, or a request ends whose input may be large. */
  input: Input | undefined
}

/** An input without secrets. */
interface Input {
  readonly value: Request["input"]
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
  const inputOf = ({ context: { input, operation }, method, url }: Entry): Input => {
    const text = JSON.stringify(input) ?? ""
    return {
      value: scrub(input, secretsIn(text)),
      repeatKey: `${operation}\n${text === "" ? `${method} ${url}` : text}`
    }
  }
  return {
    begin: ({ headers, method, url }, context) => {
      const entry: Entry = { method, url, headers, context, status: undefined, input: undefined }
      entries.push(entry)
      // Truncate occasionally: each truncation moves all entries.
      if (entries.length >= 2 * limit + 100) entries.splice(0, entries.length - limit)
      return entry
    },
    end: (entry, status) => {
      entry.status = status
      // The input of a GET is small, and most requests are never looked at.
      if (entry.method === "GET") return
      const { fault, now, operation, requestId } = entry.context
      entry.input = inputOf(entry)
      entry.context = { fault, input: undefined, now, operation, requestId }
    },
    all: () => {
      const counts = new Map<string, number>()
      return (limit === 0 ? [] : entries.slice(-limit)).map((entry) => {
        const { context, method, status } = entry
        const { now, operation, requestId } = context
        const { repeatKey, value: input } = entry.input ?? inputOf(entry)
        const repeat = counts.get(repeatKey) ?? 0
        counts.set(repeatKey, repeat + 1)
        const fault = context.fault && Faults.label(context.fault)
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

/**
 * The body of a file. Its beginning is read before the call succeeds: an error or a page in the place of a file may come
 * with any content type, and a file has at least one byte.
 *
 * @internal
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AudianError } from "../../AudianError.ts"
import * as ErrorBody from "../error/errorBody.ts"
import * as MakeError from "../error/makeError.ts"
import * as ExactJson from "../exactJson.ts"
import { byteLimit } from "../files/byteLimit.ts"
import { lengthOf, setLength } from "../files/source.ts"
import * as Encoding from "./encoding.ts"
import * as Limits from "./limits.ts"

/** The reader of files. Only an operation whose success is a file has one. */
export interface Reader {
  readonly isOther: typeof isOther
  readonly open: typeof open
  readonly download: typeof download
}

/** The media type of a response says that it is not the documented file: it is a page, or JSON that reports a failure. */
const isOther = (contentType: string | undefined, documented: string): boolean =>
  contentType !== undefined && [html, json].some((type) => type.test(contentType.trim()) && !type.test(documented))

const html = /^text\/html\b/i
const json = /^application\/(?:[\w.-]+\+)?json\b/i

/** The file, or the text that came in its place; the text is empty if nothing came. */
const open = (
  response: HttpClientResponse.HttpClientResponse,
  body: Encoding.Bytes,
  documented: string
): Effect.Effect<Encoding.Bytes | string, HttpClientError.HttpClientError> =>
  Effect.suspend(() => {
    const scope = Scope.makeUnsafe()
    return Effect.onExit(peek(body, scope, documented), (exit) =>
      Exit.isSuccess(exit) && exit.value._tag === "Begun" ? Effect.void : Scope.close(scope, exit)
    ).pipe(
      Effect.map((peeked) =>
        peeked._tag === "Text"
          ? peeked.text
          : peeked._tag === "Complete"
            ? Stream.fromArray(peeked.chunks)
            : resumed(response, scope, peeked)
      )
    )
  })

/** A file, as a stream that fails when it is silent for too long or ends too early. */
const download = (
  headers: HttpClientResponse.HttpClientResponse["headers"],
  stream: Encoding.Bytes,
  idleTimeout: Duration.Duration,
  call: () => MakeError.CallInfo
): Stream.Stream<Uint8Array, AudianError> => {
  const size = lengthOf(headers)
  const bytes = Limits.idle(
    Stream.mapError(stream, (error) => MakeError.transport(call(), error)),
    idleTimeout,
    () => MakeError.timeout(call(), "attempt", idleTimeout, "unknown", "The file stalled")
  )
  // Not every client notices a truncated body.
  const value =
    size === undefined
      ? bytes
      : byteLimit(bytes, (count, ended) =>
          ended && count < size ? MakeError.truncatedDownload(call(), count, size) : undefined
        )
  return setLength(value, size)
}

export const reader: Reader = { isOther, open, download }

type Chunks = ReadonlyArray<Uint8Array>

interface Begun {
  readonly _tag: "Begun"
  /** The chunks that were read. */
  readonly chunks: Chunks
  readonly rest: Pull.Pull<Chunks, HttpClientError.HttpClientError>
}

type Peeked =
  | Begun
  | { readonly _tag: "Complete"; readonly chunks: Chunks }
  | { readonly _tag: "Text"; readonly text: string }

const peek = Effect.fnUntraced(function* (
  body: Encoding.Bytes,
  scope: Scope.Scope,
  documented: string
): Effect.fn.Return<Peeked, HttpClientError.HttpClientError> {
  const rest = yield* Scope.provide(Stream.toPull(body), scope)
  const next: Effect.Effect<Chunks | undefined, HttpClientError.HttpClientError> = Pull.catchDone(rest, () => end)
  // `fetch` has no body for a 204.
  const more = Effect.catchReason(next, "HttpClientError", "EmptyBodyError", () => end)
  const beginning = makeBeginning(documented)
  const chunks: Array<Uint8Array> = []
  while (true) {
    const found: Chunks | undefined = yield* more
    chunks.push(...(found ?? []))
    const verdict = beginning.add(found)
    if (verdict === "text") return { _tag: "Text", text: beginning.text() }
    if (verdict === "file") return found === undefined ? { _tag: "Complete", chunks } : { _tag: "Begun", chunks, rest }
  }
})

const end: Effect.Effect<Chunks | undefined> = Effect.undefined

/** The most bytes that are read before the call succeeds. */
const maxPeek = 65_536

/** Looks at the first bytes of a body until they show whether it is a file. */
const makeBeginning = (documented: string) => {
  const decoder = new TextDecoder()
  let text = ""
  let size = 0
  /** The size at which the text is parsed next: small chunks must not make it quadratic. */
  let parseAt = 0

  const verdict = (ended: boolean): "file" | "text" | undefined => {
    const start = text.trimStart()
    const complete = ended || size >= maxPeek
    if (start === "") return !complete ? undefined : size === 0 ? "text" : "file"
    if (start.startsWith("<") && !html.test(documented)) {
      if (isPage(start)) return complete ? "text" : undefined
      return complete || !pageStarts.some((page) => page.startsWith(start.toLowerCase())) ? "file" : undefined
    }
    if (!start.startsWith("{")) return "file"
    if (!complete && size < parseAt) return undefined
    parseAt = size * 2
    // A file of JSON lines has one object in its first line.
    const [line = ""] = start.split("\n", 1)
    const found = ExactJson.parse(start) ?? ExactJson.parse(line)
    if (found !== undefined) return ErrorBody.saysFailed(found) ? "text" : "file"
    return complete ? (failed.test(start) ? "text" : "file") : undefined
  }

  return {
    add: (chunks: Chunks | undefined): "file" | "text" | undefined => {
      if (chunks === undefined) return verdict(true)
      for (const chunk of chunks) {
        size += chunk.byteLength
        if (text.length < maxPeek) text += decoder.decode(chunk.subarray(0, maxPeek), { stream: true })
      }
      return verdict(false)
    },
    text: () => text
  }
}

const pageStarts = ["<html", "<!doctype html"]

const isPage = (text: string): boolean => /^<(?:html|!doctype\s+html)\b/i.test(text)

/** The beginning of an error envelope that is too long, or was truncated. */
const failed = /^\{\s*"(?:success"\s*:\s*(?:false|"false")|status"\s*:\s*"(?:error|fatal)"|error"\s*:)/

/** A file of which some chunks have been read. Its connection is closed when the stream ends, or nobody holds it any more. */
const resumed = (
  response: HttpClientResponse.HttpClientResponse,
  scope: Scope.Closeable,
  { chunks, rest }: Begun
): Encoding.Bytes => {
  const token = {}
  let isFirst = true
  const stream: Encoding.Bytes = Stream.suspend(() => {
    if (!isFirst) return Stream.fail(readAgain(response))
    isFirst = false
    unread?.unregister(token)
    return Stream.onExit(Encoding.resumed(chunks, rest), (exit) => Scope.close(scope, exit))
  })
  unread?.register(stream, scope, token)
  return stream
}

/** A body can be read once. Some platforms give an empty one the second time. */
const readAgain = (response: HttpClientResponse.HttpClientResponse): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.DecodeError({
      request: response.request,
      response,
      description: "The file can be read once: call the operation again"
    })
  })

/** The scopes of the files that nobody has read. */
const unread =
  typeof FinalizationRegistry === "undefined"
    ? undefined
    : /*@__PURE__*/ new FinalizationRegistry<Scope.Closeable>((scope) => {
        Effect.runFork(Scope.close(scope, Exit.void))
      })

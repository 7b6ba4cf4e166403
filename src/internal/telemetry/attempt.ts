/**
 * One request, seen from outside: a span by OpenTelemetry's conventions for HTTP clients, metrics, and a line at Debug.
 *
 * A request begins when it is sent. It ends with the attempt, so that a timeout of the attempt counts as its error.
 *
 * @internal
 */

import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Tracer from "effect/Tracer"
import type { AudianError } from "../../AudianError.ts"
import * as ResponseCapture from "../call/responseCapture.ts"
import { isSecretName, redacted, scrubText } from "../error/redact.ts"
import * as Response from "../response.ts"
import type { RateLimit } from "../schema/quota.ts"
import * as Quota from "../schema/quota.ts"
import { codecOf, type Properties } from "../service.ts"
import * as Metrics from "./metrics.ts"
import * as Observer from "./observer.ts"
import * as References from "./references.ts"

/** The operation of a request. */
export type Target = Properties

/** The parts of an encoded request that make its URL. */
interface Location {
  readonly path: string
  readonly query: Readonly<Record<string, string | ReadonlyArray<string> | undefined>> | undefined
}

export interface Attempt {
  readonly observer: Observer.Observer
  readonly target: Target
  /** The requests of the call so far, this one included. */
  readonly number: number
  readonly secrets: () => ReadonlyArray<string>
  readonly span: Tracer.Span | undefined
  /** By the monotonic clock, in nanoseconds. */
  readonly startedAt: bigint
}

export const begin = (
  observer: Observer.Observer,
  target: Target,
  number: number,
  url: string,
  secrets: () => ReadonlyArray<string>
): Attempt => ({
  observer,
  target,
  number,
  secrets,
  span:
    observer.tracer === undefined
      ? undefined
      : Observer.startSpan(observer, spanName(target), "client", {
          ...requestAttributes(observer.telemetry, target),
          "url.full": url,
          "audian.attempt": number,
          "http.request.resend_count": number > 1 ? number - 1 : undefined
        }),
  startedAt: observer.clock.monotonicTimeNanosUnsafe()
})

/** Makes the span of a request that of the effect that sends it. */
export const within = <A, E, R>({ span }: Attempt, self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  span === undefined ? self : (Effect.provideService(self, Tracer.ParentSpan, span) as Effect.Effect<A, E, R>)

/** The name of an HTTP client span. Requests beyond the contract have no template, and so a method only. */
export const spanName = (target: Target): string => {
  const template = templateOf(target)
  return template === undefined ? codecOf(target).method : `${codecOf(target).method} ${template}`
}

/** The attributes of an HTTP client span that are known before the request is sent. */
export const requestAttributes = ({ address, port }: Observer.Telemetry, target: Target) => ({
  "audian.operation": target.name,
  "http.request.method": codecOf(target).method,
  "url.template": templateOf(target),
  "server.address": address,
  "server.port": port
})

const templateOf = (target: Target): string | undefined =>
  target.traits.resource === "Audian" ? undefined : codecOf(target).template

/** The URL of a request, without secrets. */
export const urlOf = (baseUrl: string, { path, query }: Location, secrets: ReadonlyArray<string>): string => {
  const url = scrubText(baseUrl + path, secrets)
  if (query === undefined) return url
  const shown = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    // Before it is encoded: a short secret is only found where no digit of an escape precedes it.
    for (const item of typeof value === "string" ? [value] : (value ?? [])) {
      shown.append(name, isSecretName(name) ? redacted : scrubText(item, secrets))
    }
  }
  return shown.size === 0 ? url : `${url}?${String(shown).replaceAll(encodeURIComponent(redacted), redacted)}`
}

/** The `error.type` of an error: its tag, or the reason of an `AudianClientError`. */
export const errorType = (error: AudianError): string =>
  error._tag === "AudianClientError" ? error.reason._tag : error._tag

/** The result of a request. */
interface Ended {
  readonly error: AudianError | undefined
  readonly errorType: string | undefined
  readonly outcome: string
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly seconds: number
}

export const end = (
  attempt: Attempt,
  exit: Exit.Exit<ResponseCapture.CapturedResponse, AudianError>
): Effect.Effect<void> => {
  const { observer, span } = attempt
  const ended = describe(attempt, exit)
  if (observer.metrics !== undefined) record(attempt, ended, observer.metrics)
  if (span !== undefined) {
    annotate(span, ended)
    span.end(Observer.spanTime(observer), exit)
  }
  const warned = noteQuota(attempt, exit)
  const logged = observer.debug ? Effect.andThen(log(attempt, ended), warned) : warned
  const { requestLog } = observer
  return requestLog === undefined ? logged : Effect.andThen(logResponse(requestLog, attempt, ended, exit), logged)
}

const describe = (
  { observer, secrets, span, startedAt }: Attempt,
  exit: Exit.Exit<ResponseCapture.CapturedResponse, AudianError>
): Ended => {
  const seconds = Number(observer.clock.monotonicTimeNanosUnsafe() - startedAt) / 1e9
  if (Exit.isSuccess(exit)) {
    const { headers, json, status } = exit.value
    const requestId = span !== undefined || observer.debug ? Response.requestId(headers, json, secrets()) : undefined
    return { error: undefined, errorType: undefined, outcome: "executed", status, requestId, seconds }
  }
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) {
    const errorType = Cause.hasInterruptsOnly(exit.cause) ? "Interrupted" : "_OTHER"
    return { error, errorType, outcome: "unknown", status: undefined, requestId: undefined, seconds }
  }
  const { outcome, requestId, status } = error
  return { error, errorType: errorType(error), outcome, status, requestId, seconds }
}

const record = (
  { observer: { telemetry }, target }: Attempt,
  { errorType, outcome, seconds, status }: Ended,
  context: Context.Context<never>
): void => {
  const { address, port } = telemetry
  const { method } = codecOf(target)
  const result = errorType === undefined ? method + status : `${method}${status} ${errorType}`
  Metrics.requestDuration.update(context, seconds, `${result} ${telemetry.server}`, () => ({
    "http.request.method": method,
    "server.address": address,
    "server.port": String(port),
    ...(status !== undefined && { "http.response.status_code": String(status) }),
    ...(errorType !== undefined && { "error.type": errorType })
  }))
  const attributes = () => outcomeAttributes(target.name, outcome, errorType)
  const key = errorType === undefined ? target.name : `${target.name} ${outcome} ${errorType}`
  Metrics.attempts.update(context, 1, key, attributes)
}

/** Counts an exchange of the API key. */
export const recordExchange = (
  { metrics, telemetry: { address } }: Observer.Observer,
  exit: Exit.Exit<ResponseCapture.CapturedResponse, AudianError>
): void => {
  if (metrics === undefined) return
  const error = Exit.isSuccess(exit) ? undefined : Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  const type = Exit.isSuccess(exit) ? undefined : error === undefined ? "_OTHER" : errorType(error)
  Metrics.exchanges.update(metrics, 1, `${address} ${type}`, () => ({
    "server.address": address,
    ...(type !== undefined && { "error.type": type })
  }))
}

/** The attributes of the metrics that count by operation and outcome. */
export const outcomeAttributes = (
  operation: string,
  outcome: string,
  errorType: string | undefined
): Record<string, string> => ({
  "audian.operation": operation,
  "audian.outcome": outcome,
  ...(errorType !== undefined && { "error.type": errorType })
})

const annotate = (span: Tracer.Span, { errorType, outcome, requestId, status }: Ended): void => {
  span.attribute("audian.outcome", outcome)
  if (status !== undefined) span.attribute("http.response.status_code", status)
  if (requestId !== undefined) span.attribute("audian.request_id", requestId)
  if (errorType !== undefined) span.attribute("error.type", errorType)
}

const log = ({ number, target }: Attempt, { errorType, requestId, seconds, status }: Ended): Effect.Effect<void> => {
  const millis = Math.round(seconds * 1000)
  const result = status === undefined ? errorType : errorType === undefined ? status : `${status} ${errorType}`
  return Effect.annotateLogs(Effect.logDebug(`${target.name}: ${result} in ${millis} ms`), {
    "audian.operation": target.name,
    "audian.attempt": number,
    "audian.duration_ms": millis,
    ...(status !== undefined && { "http.response.status_code": status }),
    ...(errorType !== undefined && { "error.type": errorType }),
    ...(requestId !== undefined && { "audian.request_id": requestId })
  })
}

const logResponse = (
  requestLog: References.RequestLog,
  { secrets, target }: Attempt,
  { error, errorType, seconds, status }: Ended,
  exit: Exit.Exit<ResponseCapture.CapturedResponse, AudianError>
): Effect.Effect<void> => {
  const received = Exit.isSuccess(exit) ? exit.value : error && ResponseCapture.capturedOf(error)
  const result = received === undefined ? (error?.message ?? errorType) : status
  const time = `in ${Math.round(seconds * 1000)} ms`
  return requestLog.response(target.name, `${result} ${time}`, received, secrets())
}

/** Records the quota that a response reports, and warns when little is left of it. */
const noteQuota = (
  { observer }: Attempt,
  exit: Exit.Exit<ResponseCapture.CapturedResponse, AudianError>
): Effect.Effect<void> => {
  const quota = quotaOf(exit)
  if (quota === undefined) return Effect.void
  const { context, metrics, telemetry } = observer
  const { limit, remaining, tokens } = quota
  if (metrics !== undefined) {
    const { address } = telemetry
    setQuota(Metrics.quotaLimit, metrics, address, "requests", limit)
    setQuota(Metrics.quotaRemaining, metrics, address, "requests", remaining)
    setQuota(Metrics.quotaRemaining, metrics, address, "tokens", tokens?.remaining)
  }
  if (limit === undefined || remaining === undefined) return Effect.void
  const share = References.valueOf(context, References.QuotaWarning, telemetry.defaults.quotaWarning)
  if (remaining >= limit * share) return Effect.void
  if (!telemetry.notices.isDue(telemetry, "quota", observer.clock.currentTimeMillisUnsafe())) return Effect.void
  return Effect.logWarning(`effect-audian: ${remaining} of ${limit} requests are left in the quota`)
}

/** The quota without its times: a date would cost more than all the rest. */
const quotaOf = (
  exit: Exit.Exit<ResponseCapture.CapturedResponse, AudianError>
): Omit<RateLimit, "reset"> | undefined => {
  if (Exit.isFailure(exit)) return Option.getOrUndefined(Cause.findErrorOption(exit.cause))?.rateLimit
  const { headers, json } = exit.value
  const tokens = Predicate.isObject(json) && "tokens" in json ? Quota.tokensOf(json.tokens) : undefined
  const remaining = Quota.least(headers["x-ratelimit-remaining"])
  if (remaining === undefined && tokens === undefined) return undefined
  return { limit: Quota.least(headers["x-ratelimit-limit"]), remaining, tokens }
}

const setQuota = (
  metric: typeof Metrics.quotaLimit,
  context: Context.Context<never>,
  address: string,
  kind: "requests" | "tokens",
  value: number | undefined
): void => {
  if (value === undefined) return
  const key = kind === "requests" ? address : `${address} ${kind}`
  metric.update(context, value, key, () => ({ "server.address": address, "audian.quota": kind }))
}

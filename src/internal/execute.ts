/**
 * Carries out a call: encodes once; then, per attempt, gets the credential and sends; between attempts, asks the policy.
 *
 * @internal
 */
import { Clock } from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as Predicate from "effect/Predicate"
import * as Pull from "effect/Pull"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Tracer from "effect/Tracer"
import type { Response } from "../Audian.ts"
import type { AudianError } from "../AudianError.ts"
import type { Credentials } from "../Credentials.ts"
import type * as Operation from "../Operation.ts"
import * as RateLimit from "../RateLimit.ts"
import * as Retry from "../Retry.ts"
import * as Budget from "./budget.ts"
import { capture } from "./capture.ts"
import type { Encoded } from "./codec.ts"
import * as Failure from "./failure.ts"
import type { Audian } from "./service.ts"
import * as Wire from "./wire.ts"

export interface Config {
  readonly wire: Wire.Wire
  readonly credentials: Credentials["Service"]
  readonly timeout: { readonly attempt: Duration.Duration; readonly total: Duration.Duration }
  readonly retry: Retry.Policy
  readonly budget: Budget.Budget
}

/** One call under way. */
interface Call {
  readonly config: Config
  readonly operation: Operation.Any
  readonly clock: Clock
  readonly span: Tracer.Span
  readonly policy: Retry.Policy
  /** When the call as a whole is over, in epoch milliseconds. */
  readonly deadline: number
  readonly encoded: Encoded
  attempts: number
  /** Whether an attempt before the last may have been carried out. */
  uncertain: boolean
  /** What the last attempt sent as its credential. */
  token: Redacted.Redacted | undefined
}

export const make = (config: Config): Audian["Service"]["execute"] => {
  const url = new URL(config.wire.baseUrl)
  const server = {
    "server.address": url.hostname,
    "server.port": Number(url.port) || (url.protocol === "https:" ? 443 : 80)
  }
  return <Input, Success>(operation: Operation.Operation<Input, Success>, input: Input | undefined) => {
    const { codec, name } = operation
    const attributes = {
      "audian.operation": name,
      "http.request.method": codec.method,
      "url.template": codec.template,
      ...server
    }
    return Effect.useSpan(`Audian.${name}`, { kind: "client", attributes }, (span) =>
      Effect.updateContext(
        Effect.suspend(() => start(config, operation, input, span)),
        (context: Context.Context<never>) => Wire.settings(context, Tracer.ParentSpan, span)
      )
    ) as Effect.Effect<Success, AudianError>
  }
}

const start = (
  config: Config,
  operation: Operation.Any,
  input: unknown,
  span: Tracer.Span
): Effect.Effect<unknown, AudianError> => {
  if (!operation.codec.ofAccount || names(input, "account_id")) {
    return run(config, operation, input, undefined, span)
  }
  return Effect.flatMap(config.credentials.accountId, (account_id) =>
    run(config, operation, input, { account_id }, span)
  )
}

const run = (
  config: Config,
  operation: Operation.Any,
  input: unknown,
  defaults: Record<string, unknown> | undefined,
  span: Tracer.Span
): Effect.Effect<unknown, AudianError> =>
  Effect.withFiber((fiber) => {
    const { codec } = operation
    const result = codec.encode(input, defaults)
    if (Result.isFailure(result)) {
      const call = { operation, encoded: { path: codec.template }, attempts: 0, uncertain: false, token: undefined }
      return Effect.fail(Failure.invalidRequest(describe(call), result.failure))
    }
    const encoded = result.success
    span.attribute("url.path", encoded.path)
    const clock = fiber.getRef(Clock)
    const now = clock.currentTimeMillisUnsafe()
    const call: Call = {
      config,
      operation,
      clock,
      span,
      policy: Context.getOrUndefined(fiber.context, Retry.CurrentPolicy) ?? config.retry,
      deadline: now + Duration.toMillis(config.timeout.total),
      encoded,
      attempts: 0,
      uncertain: false,
      token: undefined
    }
    const sink = fiber.getRef(capture)
    return Effect.map(
      // The policy is set up only for a call that fails.
      Effect.catch(attempt(call, now), (error) => repeat(call, error)),
      (answered) => {
        config.budget.deposit(call.attempts - 1)
        if (sink !== undefined) sink.last = responseOf(answered, call.attempts)
        annotate(call, answered.status, answered.headers["x-request-id"])
        return answered.value
      }
    )
  })

/** What follows a failed attempt: a new credential, another attempt when the policy says so, or the error. */
const repeat = Effect.fnUntraced(function* (
  call: Call,
  first: AudianError
): Effect.fn.Return<Wire.Answered, AudianError> {
  const { clock, config, deadline, operation, span } = call
  const step = yield* Schedule.toStep(call.policy)
  let error = first
  let renewed = false
  while (true) {
    let now = clock.currentTimeMillisUnsafe()
    // A refused credential is replaced once, which is not a matter of the policy: nothing was carried out.
    const refused = error._tag === "Unauthorized" && error.code !== "account_is_locked" ? call.token : undefined
    if (refused !== undefined && !renewed) {
      renewed = true
      if (yield* config.credentials.refuse(operation.traits.family, refused)) {
        span.event("audian.credential_renewed", nanos(now))
        const result = yield* Effect.result(attempt(call, now))
        if (Result.isSuccess(result)) return result.success
        error = result.failure
        continue
      }
    }
    const delay = yield* nextDelay(step, now, error, config.budget)
    // A wait that would outlast the call is not begun: the answer at hand says more than a timeout would.
    if (delay === undefined || now + Duration.toMillis(delay) >= deadline) {
      annotate(call, error.status, error.requestId)
      span.attribute("error.type", error._tag)
      return yield* error
    }
    span.event("audian.retry", nanos(now), {
      "audian.attempt": call.attempts,
      "audian.delay_ms": Duration.toMillis(delay),
      "error.type": error._tag
    })
    if (error.outcome === "unknown") call.uncertain = true
    yield* Effect.sleep(delay)
    now = clock.currentTimeMillisUnsafe()
    const result = yield* Effect.result(attempt(call, now))
    if (Result.isSuccess(result)) return result.success
    error = result.failure
  }
})

/** One attempt within its time: the shorter of its own limit and what is left of the call's. */
const attempt = (call: Call, now: number): Effect.Effect<Wire.Answered, AudianError> => {
  const { credentials, timeout } = call.config
  const { family } = call.operation.traits
  call.token = undefined
  const self =
    family === "public"
      ? send(call)
      : Effect.flatMap(credentials.token(family), (token) => {
          call.token = token
          return send(call)
        })
  const left = call.deadline - now
  const scope = left < Duration.toMillis(timeout.attempt) ? "total" : "attempt"
  const limit = scope === "total" ? Duration.millis(left) : timeout.attempt
  if (!Duration.isFinite(limit)) return self
  return Effect.timeoutOrElse(self, {
    duration: limit,
    orElse: () => Effect.fail(Failure.timeout(describe(call), scope, timeout[scope]))
  })
}

const send = (call: Call): Effect.Effect<Wire.Answered, AudianError> => {
  call.attempts++
  return Wire.send(call.config.wire, call.operation, call.encoded, call.token, () => describe(call))
}

const describe = (
  call: Pick<Call, "operation" | "attempts" | "uncertain" | "token"> & { readonly encoded: Pick<Encoded, "path"> }
): Failure.Call => ({
  operation: call.operation.name,
  method: call.operation.codec.method,
  path: call.encoded.path,
  replay: call.operation.traits.replay,
  attempts: call.attempts,
  uncertain: call.uncertain,
  secrets: call.token === undefined ? [] : [Redacted.value(call.token)]
})

const noDelay: Duration.Duration | undefined = undefined

type Step = Effect.Success<ReturnType<typeof Schedule.toStep<unknown, AudianError, never, never>>>

/** What the policy says of an error: how long to wait for the next attempt, or that there is none. */
const nextDelay = (
  step: Step,
  now: number,
  error: AudianError,
  budget: Budget.Budget
): Effect.Effect<Duration.Duration | undefined> =>
  Pull.catchDone(
    Effect.map(Effect.provideService(step(now, error), Budget.Current, budget), ([, delay]) => delay),
    () => Effect.succeed(noDelay)
  )

const responseOf = ({ headers, json, status }: Wire.Answered, attempts: number): Response => {
  const envelope = Predicate.isObject(json) ? (json as Envelope) : undefined
  return {
    status,
    headers: Headers.removeMany(headers, ["x-auth-token", "set-cookie"]),
    requestId: headers["x-request-id"] ?? text(envelope?.request_id),
    rateLimit: RateLimit.fromHeaders(headers, RateLimit.tokensOf(envelope?.tokens)),
    attempts,
    revision: text(envelope?.revision),
    nextStartKey: text(envelope?.next_start_key)
  }
}

interface Envelope {
  readonly request_id?: unknown
  readonly tokens?: unknown
  readonly revision?: unknown
  readonly next_start_key?: unknown
}

// A cursor may be a list or a number: it goes back as it would be written.
const text = (u: unknown): string | undefined =>
  Predicate.isNullish(u) || u === "" ? undefined : typeof u === "string" ? u : JSON.stringify(u)

const annotate = (call: Call, status: number | undefined, requestId: string | undefined): void => {
  const { attempts, span } = call
  span.attribute("audian.attempts", attempts)
  if (attempts > 1) span.attribute("http.request.resend_count", attempts - 1)
  if (status !== undefined) span.attribute("http.response.status_code", status)
  if (requestId !== undefined) span.attribute("audian.request_id", requestId)
}

const names = (input: unknown, key: string): boolean =>
  typeof input === "object" && input !== null && (input as Record<string, unknown>)[key] !== undefined

const nanos = (millis: number): bigint => BigInt(Math.trunc(millis)) * 1_000_000n

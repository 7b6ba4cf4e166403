/**
 * Runs a call: encodes once, then gets the credential and sends per attempt. Between attempts, the policy decides.
 *
 * @internal
 */
import type { Clock } from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Headers from "effect/http/Headers"
import * as Pull from "effect/Pull"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type * as Semaphore from "effect/Semaphore"
import * as Tracer from "effect/Tracer"
import type { AudianError } from "../../AudianError.ts"
import * as Retry from "../../Retry.ts"
import { type Credentials, nameAccount } from "../credentials.ts"
import * as MakeError from "../error/makeError.ts"
import * as Outcome from "../error/outcome.ts"
import { scrubText, secretsIn } from "../error/redact.ts"
import * as Deadline from "../resilience/deadline.ts"
import * as Guard from "../resilience/guard.ts"
import type * as RetryBudget from "../resilience/retryBudget.ts"
import * as RetryContext from "../resilience/retryContext.ts"
import * as RetryFloor from "../resilience/retryFloor.ts"
import * as Response from "../response.ts"
import { type Any, type Audian, codecOf, completeOf, type Operation, type Response as ResponseOf } from "../service.ts"
import * as Attempt from "../telemetry/attempt.ts"
import * as Observed from "../telemetry/call.ts"
import * as Observer from "../telemetry/observer.ts"
import type { Encoded } from "./codec.ts"
import * as CurrentOptions from "./currentOptions.ts"
import * as Deprecation from "./deprecation.ts"
import * as Limits from "./limits.ts"
import * as Request from "./request.ts"
import * as ResponseCapture from "./responseCapture.ts"
import type * as Tenants from "./tenants.ts"

export interface Config {
  readonly http: Request.HttpConfig
  readonly credentials: Credentials["Service"]
  readonly timeout: Limits.Limits
  readonly retry: Retry.Policy
  readonly budget: RetryBudget.Budget
  /** The limiter and the breaker, where the client has them. */
  readonly guard: Guard.Guard | undefined
  /** Bounds the requests in flight. */
  readonly slots: Semaphore.Semaphore | undefined
  /** The options of calls that set none themselves. */
  readonly options: CurrentOptions.CurrentOptions | undefined
  readonly scope: Scope.Scope
  /** The operations that the client has warned of. */
  readonly warned: Deprecation.Warned
  /** The configuration of the same client for the calls of a tenant. */
  readonly forTenant: (tenant: Tenants.Tenant) => Effect.Effect<Config, never, Scope.Scope>
}

/** One call in flight. */
interface Call {
  /** The client's configuration, with the options of the call. */
  readonly config: Config
  readonly operation: Any
  /** The client's, with the exchange of the API key where the operation needs it. */
  readonly credentials: Credentials["Service"]
  readonly input: unknown
  readonly clock: Clock
  /** `undefined` where no tracer of the program sees it. */
  readonly span: Tracer.Span | undefined
  readonly observer: Observer.Observer
  readonly sink: ResponseCapture.ResponseCapture | undefined
  readonly policy: Retry.Policy
  /** The end of the call as a whole, in epoch milliseconds. */
  readonly deadline: number
  /** The request, once the input has been encoded. */
  encoded: Encoded | undefined
  attempts: number
  /** The retries that drew on the budget. */
  drawn: number
  /** An attempt before the last may have been executed. */
  uncertain: boolean
  /** The credential of the last attempt. */
  token: Redacted.Redacted | undefined
  /** A request is in flight, rather than a credential or a wait. */
  sending: boolean
  /** The head of a response that proves something, while its body is in flight: an error, or a 201 or 202. */
  head: MakeError.RawResponse | undefined
  /** The request of the current attempt, once it is sent. */
  request: Attempt.Attempt | undefined
}

export const make = (config: Config): Audian["Service"]["execute"] => {
  const { telemetry } = config.http
  return <Input, Success>(operation: Operation<Input, Success>, input: Input | undefined) =>
    Effect.withFiber((fiber) =>
      // A span that no tracer of the program sees is not made.
      fiber.cache.tracer === undefined || !fiber.cache.tracerEnabled
        ? run(config, operation, input, fiber, undefined)
        : Effect.useSpan(...Observed.spanOptions(telemetry, fiber, operation), (span) =>
            Effect.provideService(
              Effect.withFiber((fiber) => run(config, operation, input, fiber, span)),
              Tracer.ParentSpan,
              span
            )
          )
    ) as Effect.Effect<Success, AudianError>
}

type Run = Effect.Effect<unknown, AudianError>
type AnyFiber = Fiber.Fiber<unknown, unknown>

const run = (client: Config, operation: Any, input: unknown, fiber: AnyFiber, span: Tracer.Span | undefined): Run => {
  const own = fiber.getRef(CurrentOptions.Current)
  const options =
    own === undefined || client.options === undefined ? (own ?? client.options) : own.within(client.options)
  return options?.credentials === undefined || options.issues.length > 0
    ? runWith(client, options, operation, input, fiber, span)
    : Effect.scoped(
        Effect.flatMap(options.credentials.clientOf(client), (tenant) =>
          Effect.withFiber((fiber) => runWith(tenant, options, operation, input, fiber, span))
        )
      )
}

const runWith = (
  client: Config,
  options: CurrentOptions.CurrentOptions | undefined,
  operation: Any,
  input: unknown,
  fiber: AnyFiber,
  span: Tracer.Span | undefined
): Run => {
  const config = options === undefined ? client : withOptions(client, options)
  const observer = Observer.observe(config.http.telemetry, fiber)
  const { clock } = observer
  const now = clock.currentTimeMillisUnsafe()
  const call: Call = {
    config,
    operation,
    credentials: completeOf(operation)?.(config.credentials) ?? config.credentials,
    input,
    clock,
    span,
    observer,
    sink: fiber.getRef(ResponseCapture.Current),
    policy: Context.getOrUndefined(fiber.context, Retry.CurrentPolicy) ?? config.retry,
    deadline: now + Duration.toMillis(config.timeout.total),
    encoded: undefined,
    attempts: 0,
    drawn: 0,
    uncertain: false,
    token: undefined,
    sending: false,
    head: undefined,
    request: undefined
  }
  if (options !== undefined && options.issues.length > 0) {
    return failed(call, MakeError.invalidRequest(describe(call), options.issues))
  }
  const onSuccess = (response: Request.DecodedResponse) => succeeded(call, response)
  return Effect.matchEffect(attempt(call, now), {
    onSuccess,
    // Only a call that fails pays for its policy.
    onFailure: (error) =>
      Effect.matchEffect(retry(call, error), { onSuccess, onFailure: (error) => failed(call, error) })
  })
}

const succeeded = (call: Call, response: Request.DecodedResponse): Run => {
  const { config, observer, operation, sink, span } = call
  config.budget.deposit(call.drawn)
  if (span !== undefined) {
    const requestId = Response.requestId(response.headers, response.json, secretsOf(call))
    annotate(call, span, response.status, requestId, "executed")
  }
  Observed.succeeded(observer, operation.name, config.budget.remaining?.())
  if (sink !== undefined) ResponseCapture.record(sink, responseOf(call, response))
  const warning = Deprecation.warning(config.warned, operation, response.headers, () => secretsOf(call))
  return warning === undefined ? Effect.succeed(response.value) : Effect.as(warning, response.value)
}

const failed = (call: Call, error: AudianError): Run => {
  const { config, observer, operation, sink, span } = call
  const received = ResponseCapture.capturedOf(error)
  if (received !== undefined) {
    const response = () => responseOf(call, received)
    ResponseCapture.setResponse(error, response)
    if (sink !== undefined) ResponseCapture.record(sink, response())
  }
  if (span !== undefined) annotate(call, span, error.status, error.requestId, error.outcome)
  const warning = received && Deprecation.warning(config.warned, operation, received.headers, () => secretsOf(call))
  const noted = Observed.failed(observer, span, operation.name, error, config.credentials)
  return Effect.andThen(warning === undefined ? noted : Effect.andThen(warning, noted), Effect.fail(error))
}

const withOptions = (config: Config, options: CurrentOptions.CurrentOptions): Config => {
  const { headers, ifNoneMatch, issues } = options
  if (issues.length > 0) return config
  const timeout = Limits.override(config.timeout, options.timeout)
  return { ...config, options, timeout, http: { ...config.http, idleTimeout: timeout.attempt, headers, ifNoneMatch } }
}

/** After a failed attempt: a new credential, another attempt by the policy, or the error. */
const retry = Effect.fnUntraced(function* (
  call: Call,
  first: AudianError
): Effect.fn.Return<Request.DecodedResponse, AudianError> {
  const { clock, span } = call
  const step = yield* Schedule.toStep(call.policy)
  let error = first
  let renewed = false
  while (true) {
    let now = clock.currentTimeMillisUnsafe()
    // A rejected credential is renewed once, under any policy: nothing was executed.
    const rejected = error._tag === "Unauthorized" && error.code !== "account_is_locked" ? call.token : undefined
    const renewable = rejected !== undefined && !renewed && (yield* renew(call, now, rejected))
    if (renewable) {
      renewed = true
      span?.event("audian.credential_renewed", Observer.spanTime(call.observer))
    } else {
      const delay = yield* nextDelay(call, step, now, error)
      if (delay === undefined) return yield* error
      Observed.retried(
        call.observer,
        span,
        call.operation.name,
        call.attempts,
        Duration.toMillis(delay),
        error,
        call.config.budget.remaining?.()
      )
      if (error.outcome !== "not-executed") call.uncertain = true
      yield* Effect.sleep(delay)
    }
    now = clock.currentTimeMillisUnsafe()
    const result = yield* Effect.result(attempt(call, now))
    if (Result.isSuccess(result)) return result.success
    // If limiter or breaker reject a retry, fail with the server's error, except with a 401 whose credential has been
    // renewed.
    if (Guard.isRefusal(result.failure) && !renewable) return yield* error
    error = result.failure
  }
})

/**
 * Bounds a step of the call by its own limit, by that of an attempt, or by the rest of the call's. An error response
 * whose body does not end in time still counts.
 */
const timed = <A>(
  call: Call,
  now: number,
  self: Effect.Effect<A, AudianError>,
  own?: Duration.Duration
): Effect.Effect<A, AudianError> => {
  const { limit, scope, stated } = Limits.stepLimit(call.config.timeout, call.deadline - now, own)
  call.head = undefined
  return Limits.within(self, limit, () => {
    const { head } = call
    const acknowledged = head !== undefined && Outcome.acknowledges(head.status)
    return head === undefined || acknowledged
      ? MakeError.timeout(describe(call), scope, stated, Outcome.ofTimeout(call.sending, acknowledged))
      : ResponseCapture.setCaptured(
          MakeError.fromResponse(describe(call), head, call.clock.currentTimeMillisUnsafe()),
          { ...head, json: undefined }
        )
  })
}

/** One attempt, and what is seen of its request from outside. */
const attempt = (call: Call, now: number): Effect.Effect<Request.DecodedResponse, AudianError> =>
  Effect.onExit(unobserved(call, now), (exit) => {
    const { request } = call
    call.request = undefined
    return request === undefined ? Effect.void : Attempt.end(request, exit)
  })

/** One attempt: encode, authenticate, wait for limiter and breaker, send. */
const unobserved = (call: Call, now: number): Effect.Effect<Request.DecodedResponse, AudianError> => {
  const { clock, config, deadline, observer, operation } = call
  call.token = undefined
  call.sending = false
  const { guard, slots } = config
  if (guard === undefined && slots === undefined) return timed(call, now, ready(call, send))
  const sent = (request: Encoded) =>
    inSlot(
      call,
      Effect.suspend(() => timed(call, clock.currentTimeMillisUnsafe(), send(call, request)))
    )
  const prepared = ready(call, (_, request) => Effect.succeed(request))
  return Effect.flatMap(
    // No attempt limit: with a guard a token exchange may queue, and bounds itself once sent. What is there needs no limit.
    Exit.isExit(prepared) ? prepared : timed(call, now, prepared, guard === undefined ? undefined : Duration.infinity),
    (request) =>
      guard === undefined
        ? sent(request)
        : guard.send(guard, sent(request), {
            clock,
            deadline,
            operation,
            urgent: false,
            priority: config.options?.priority,
            call: () => describe(call),
            observer
          })
  )
}

/** Sends once there are few enough requests in flight. The wait counts towards the call, not towards the attempt. */
const inSlot = <A>(call: Call, self: Effect.Effect<A, AudianError>): Effect.Effect<A, AudianError> =>
  call.config.slots === undefined
    ? self
    : timed(call, call.clock.currentTimeMillisUnsafe(), call.config.slots.withPermit(self), Duration.infinity)

type Ready<A> = (call: Call, request: Encoded) => Effect.Effect<A, AudianError>

/** The default account, the encoded input, the credential. */
const ready = <A>(call: Call, then: Ready<A>): Effect.Effect<A, AudianError> => {
  if (call.encoded !== undefined || !codecOf(call.operation).ofAccount || accountOf(call.input) !== undefined) {
    return encoded(call, undefined, then)
  }
  const { options } = call.config
  if (options?.accountId !== undefined) return encoded(call, { account_id: options.accountId }, then)
  return Effect.flatMap(credential(call, call.credentials.accountId), (account_id) =>
    encoded(call, { account_id }, then)
  )
}

const encoded = <A>(
  call: Call,
  defaults: Record<string, unknown> | undefined,
  then: Ready<A>
): Effect.Effect<A, AudianError> => {
  const { operation } = call
  if (call.encoded === undefined) {
    const result = codecOf(operation).encode(call.input, defaults)
    if (Result.isFailure(result)) {
      const issues =
        defaults !== undefined && defaults.account_id === undefined ? result.failure.map(nameAccount) : result.failure
      return Effect.fail(MakeError.invalidRequest(describe(call), issues))
    }
    call.encoded = result.success
  }
  const { family } = operation.traits
  const request = call.encoded
  if (family === "public") return then(call, request)
  const withToken = (token: Redacted.Redacted): Effect.Effect<A, AudianError> => {
    call.token = token
    return then(call, request)
  }
  const token = call.credentials.token(family)
  // A token that is there takes no step of its own.
  return Exit.isExit(token) && Exit.isSuccess(token)
    ? withToken(token.value as Redacted.Redacted)
    : Effect.flatMap(credential(call, token), withToken)
}

/** Invalidates a rejected credential. True when another one is available. */
const renew = (call: Call, now: number, rejected: Redacted.Redacted): Effect.Effect<boolean, AudianError> => {
  call.sending = false
  return timed(call, now, credential(call, call.credentials.refuse(call.operation.traits.family, rejected)))
}

/** If renewal fails after an attempt, reports it as this call's error, keeping `unknown`. */
const credential = <A>(call: Call, self: Effect.Effect<A, AudianError>): Effect.Effect<A, AudianError> => {
  const { attempts, clock, config, deadline } = call
  // A store of shared tokens must not use up the time of the call.
  const limit = config.guard === undefined ? Duration.toMillis(config.timeout.attempt) : Number.POSITIVE_INFINITY
  const bounded = Deadline.within(self, Math.min(deadline, clock.currentTimeMillisUnsafe() + limit))
  return attempts === 0 ? bounded : Effect.mapError(bounded, (error) => MakeError.withCall(error, describe(call)))
}

const send = (call: Call, request: Encoded): Effect.Effect<Request.DecodedResponse, AudianError> => {
  const { observer, operation } = call
  const { baseUrl, client } = call.config.http
  call.attempts++
  call.sending = true
  const secrets = () => secretsOf(call)
  const url =
    call.span !== undefined || observer.requestLog !== undefined ? Attempt.urlOf(baseUrl, request, secrets()) : ""
  if (call.span !== undefined && call.attempts === 1) Observed.located(call.span, url)
  const http = observer.requestLog
    ? { ...call.config.http, client: observer.requestLog.withLog(client, operation.name, url, secrets()) }
    : call.config.http
  call.request = Attempt.begin(observer, operation, call.attempts, url, secrets)
  return Attempt.within(
    call.request,
    Request.send(
      http,
      operation,
      request,
      call.token,
      () => describe(call),
      (head) => {
        call.head = head
      }
    )
  )
}

const describe = (call: Call): MakeError.CallInfo => {
  const secrets = secretsOf(call)
  return MakeError.callInfo({
    operation: call.operation.name,
    method: codecOf(call.operation).method,
    path: call.encoded === undefined ? codecOf(call.operation).template : scrubText(call.encoded.path, secrets),
    replay: call.operation.traits.replay,
    attempts: call.attempts,
    uncertain: call.uncertain,
    secrets
  })
}

/** The values that the call has sent and that must not come back in an error. */
const secretsOf = ({ config, encoded, token }: Call): ReadonlyArray<string> => [
  ...(token === undefined ? [] : [Redacted.value(token)]),
  ...(config.options?.secrets ?? []),
  ...secretsIn(encoded?.fields)
]

type Step = Effect.Success<ReturnType<typeof Schedule.toStep<unknown, AudianError, never, never>>>

const noDelay: Duration.Duration | undefined = undefined

/** The wait before the next attempt; `undefined` when the policy, the floor, the deadline or the budget allow none. */
const nextDelay = (
  call: Call,
  step: Step,
  now: number,
  error: AudianError
): Effect.Effect<Duration.Duration | undefined> =>
  Effect.suspend(() => {
    const decision = RetryContext.decision()
    return Effect.provideService(step(now, error), RetryContext.Current, decision).pipe(
      Effect.flatMap(([, delay]) => accepted(call, decision, RetryFloor.delayOf(error, decision, delay, now), now)),
      Pull.catchDone(() => Effect.succeed(noDelay))
    )
  })

/** The delay of a retry that the call has time and budget for. */
const accepted = Effect.fnUntraced(function* (
  call: Call,
  { ignoresBudget, onRetry }: RetryContext.RetryDecision,
  delay: Duration.Duration | undefined,
  now: number
): Effect.fn.Return<Duration.Duration | undefined> {
  if (delay === undefined) return undefined
  const { budget, guard } = call.config
  const inTime = (now: number): boolean => {
    const then = now + Duration.toMillis(delay)
    // No wait that outlasts the call: the last error tells more than a timeout would.
    return then < call.deadline && guard?.breaker?.openFor(then) === undefined
  }
  if (!inTime(now)) return undefined
  if (!ignoresBudget) {
    if (!(yield* Deadline.within(budget.withdraw, call.deadline))) return undefined
    call.drawn++
    // A shared budget takes time to respond.
    if (!inTime(call.clock.currentTimeMillisUnsafe())) return undefined
  }
  for (const run of onRetry) yield* run(call.attempts + 1, delay)
  return delay
})

const responseOf = (call: Call, { headers, json, status }: ResponseCapture.CapturedResponse): ResponseOf => {
  const secrets = secretsOf(call)
  return {
    status,
    headers: Headers.fromInput(Response.safeHeaders(headers, secrets)),
    requestId: Response.requestId(headers, json, secrets),
    rateLimit: Response.rateLimit(headers, json, call.clock.currentTimeMillisUnsafe()),
    attempts: call.attempts,
    revision: Response.revision(json, secrets),
    nextStartKey: Response.nextStartKey(json, secrets),
    envelope: Response.envelope(json, secrets)
  }
}

const annotate = (
  { attempts }: Call,
  span: Tracer.Span,
  status: number | undefined,
  requestId: string | undefined,
  outcome: AudianError["outcome"] | "executed"
): void => {
  span.attribute("audian.attempts", attempts)
  span.attribute("audian.outcome", outcome)
  if (attempts > 1) span.attribute("http.request.resend_count", attempts - 1)
  if (status !== undefined) span.attribute("http.response.status_code", status)
  if (requestId !== undefined) span.attribute("audian.request_id", requestId)
}

/** The account that an input names. */
const accountOf = (input: unknown): unknown =>
  typeof input === "object" && input !== null ? (input as { readonly account_id?: unknown }).account_id : undefined

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
import type { AudianError } from "../../AudianError.ts"
import * as Retry from "../../Retry.ts"
import type { Credentials } from "../credentials.ts"
import * as MakeError from "../error/makeError.ts"
import { isSecretName, scrubPairs, scrubText, secretsIn } from "../error/redact.ts"
import * as Guard from "../resilience/guard.ts"
import type * as RetryBudget from "../resilience/retryBudget.ts"
import * as RetryContext from "../resilience/retryContext.ts"
import * as Quota from "../schema/quota.ts"
import type { Any, Audian, Operation, Response } from "../service.ts"
import type { Encoded } from "./codec.ts"
import * as Wire from "./request.ts"
import { capture } from "./responseCapture.ts"

export interface Config {
  readonly wire: Wire.Wire
  readonly credentials: Credentials["Service"]
  readonly timeout: { readonly attempt: Duration.Duration; readonly total: Duration.Duration }
  readonly retry: Retry.Policy
  readonly budget: RetryBudget.Budget
  /** What holds requests back, where the client was made so. */
  readonly guard: Guard.Guard | undefined
}

/** One call under way. */
interface Call {
  readonly config: Config
  readonly operation: Any
  readonly input: unknown
  readonly clock: Clock
  readonly span: Tracer.Span
  readonly policy: Retry.Policy
  /** When the call as a whole is over, in epoch milliseconds. */
  readonly deadline: number
  /** The request, once the input has been encoded. */
  encoded: Encoded | undefined
  attempts: number
  /** How many repeats drew on the budget. */
  drawn: number
  /** Whether an attempt before the last may have been carried out. */
  uncertain: boolean
  /** What the last attempt sent as its credential. */
  token: Redacted.Redacted | undefined
  /** Whether a request is under way, rather than a credential or a wait. */
  sending: boolean
  /** The head of an error answer, while its body is under way. */
  refusal: MakeError.Received | undefined
}

export const make = (config: Config): Audian["Service"]["execute"] => {
  const url = new URL(config.wire.baseUrl)
  const server = {
    "server.address": url.hostname,
    "server.port": Number(url.port) || (url.protocol === "https:" ? 443 : 80)
  }
  return <Input, Success>(operation: Operation<Input, Success>, input: Input | undefined) => {
    const { codec, name } = operation
    const attributes = {
      "audian.operation": name,
      "http.request.method": codec.method,
      "url.template": codec.template,
      ...server
    }
    return Effect.useSpan(`Audian.${name}`, { kind: "client", attributes }, (span) =>
      Effect.provideService(run(config, operation, input, span), Tracer.ParentSpan, span)
    ) as Effect.Effect<Success, AudianError>
  }
}

const run = (config: Config, operation: Any, input: unknown, span: Tracer.Span): Effect.Effect<unknown, AudianError> =>
  Effect.withFiber((fiber) => {
    const clock = fiber.getRef(Clock)
    const now = clock.currentTimeMillisUnsafe()
    const call: Call = {
      config,
      operation,
      input,
      clock,
      span,
      policy: Context.getOrUndefined(fiber.context, Retry.CurrentPolicy) ?? config.retry,
      deadline: now + Duration.toMillis(config.timeout.total),
      encoded: undefined,
      attempts: 0,
      drawn: 0,
      uncertain: false,
      token: undefined,
      sending: false,
      refusal: undefined
    }
    const sink = fiber.getRef(capture)
    // The policy is set up only for a call that fails.
    return Effect.matchEffect(
      Effect.catch(attempt(call, now), (error) => repeat(call, error)),
      {
        onFailure: (error) => {
          annotate(call, error.status, error.requestId)
          span.attribute("error.type", error._tag)
          return Effect.fail(error)
        },
        onSuccess: (answered) => {
          config.budget.deposit(call.drawn)
          annotate(call, answered.status, requestIdOf(call, answered))
          for (let to = sink; to !== undefined; to = to.outer) to.last = responseOf(call, answered)
          return Effect.succeed(answered.value)
        }
      }
    )
  })

/** What follows a failed attempt: a new credential, another attempt when the policy says so, or the error. */
const repeat = Effect.fnUntraced(function* (
  call: Call,
  first: AudianError
): Effect.fn.Return<Wire.Answered, AudianError> {
  const { clock, deadline, span } = call
  const step = yield* Schedule.toStep(call.policy)
  let error = first
  let renewed = false
  while (true) {
    let now = clock.currentTimeMillisUnsafe()
    // A refused credential is replaced once, which is not a matter of the policy: nothing was carried out.
    const refused = error._tag === "Unauthorized" && error.code !== "account_is_locked" ? call.token : undefined
    const renewable = refused !== undefined && !renewed && (yield* renew(call, now, refused))
    if (renewable) {
      renewed = true
      span.event("audian.credential_renewed", nanos(now))
    } else {
      const delay = yield* nextDelay(call, step, now, error)
      // A wait that would outlast the call is not begun: the answer at hand says more than a timeout would.
      if (delay === undefined || now + Duration.toMillis(delay) >= deadline) return yield* error
      span.event("audian.retry", nanos(now), {
        "audian.attempt": call.attempts,
        "audian.delay_ms": Duration.toMillis(delay),
        "error.type": error._tag
      })
      if (error.outcome === "unknown") call.uncertain = true
      yield* Effect.sleep(delay)
    }
    now = clock.currentTimeMillisUnsafe()
    const result = yield* Effect.result(attempt(call, now))
    if (Result.isSuccess(result)) return result.success
    // What the server answered says more than that a repeat of it was held back; but not of a credential that it refused
    // and that has been replaced.
    if (Guard.isRefusal(result.failure) && !renewable) return yield* error
    error = result.failure
  }
})

/**
 * Bounds a step of the call by the shorter of its own limit, an attempt's, and what is left of the call's. An error answer
 * whose body does not end in time is an answer all the same.
 */
const timed = <A>(
  call: Call,
  now: number,
  self: Effect.Effect<A, AudianError>,
  own = call.config.timeout.attempt
): Effect.Effect<A, AudianError> => {
  const { timeout } = call.config
  const left = call.deadline - now
  const scope = left < Duration.toMillis(own) ? "total" : "attempt"
  const limit = scope === "total" ? Duration.millis(Math.max(0, left)) : own
  call.refusal = undefined
  if (!Duration.isFinite(limit)) return self
  return Effect.timeoutOrElse(self, {
    duration: limit,
    orElse: () =>
      Effect.fail(
        call.refusal === undefined
          ? MakeError.timeout(describe(call), scope, timeout[scope], call.sending)
          : MakeError.fromAnswer(describe(call), call.refusal, call.clock.currentTimeMillisUnsafe())
      )
  })
}

/** One attempt: a request made ready, and sent; in between, where the client has a guard, waiting for its leave. */
const attempt = (call: Call, now: number): Effect.Effect<Wire.Answered, AudianError> => {
  const { clock, config, deadline, operation } = call
  call.token = undefined
  call.sending = false
  if (config.guard === undefined) return timed(call, now, ready(call, send))
  const guard = config.guard
  const sent = (request: Encoded) =>
    Effect.suspend(() => timed(call, clock.currentTimeMillisUnsafe(), send(call, request)))
  return Effect.flatMap(
    timed(
      call,
      now,
      ready(call, (_, request) => Effect.succeed(request)),
      // An exchange of the key may have to wait for its leave too; once it is sent, it has a limit of its own.
      Duration.infinity
    ),
    (request) =>
      Guard.send(guard, sent(request), {
        clock,
        deadline,
        operation,
        urgent: false,
        call: () => describe(call)
      })
  )
}

type Ready<A> = (call: Call, request: Encoded) => Effect.Effect<A, AudianError>

/** The account where the call names none, the input encoded if it has not been, the credential. */
const ready = <A>(call: Call, then: Ready<A>): Effect.Effect<A, AudianError> =>
  call.encoded !== undefined || !call.operation.codec.ofAccount || names(call.input, "account_id")
    ? encoded(call, undefined, then)
    : Effect.flatMap(credential(call, call.config.credentials.accountId), (account_id) =>
        encoded(call, { account_id }, then)
      )

const encoded = <A>(
  call: Call,
  defaults: Record<string, unknown> | undefined,
  then: Ready<A>
): Effect.Effect<A, AudianError> => {
  const { config, operation } = call
  if (call.encoded === undefined) {
    const result = operation.codec.encode(call.input, defaults)
    if (Result.isFailure(result)) return Effect.fail(MakeError.invalidRequest(describe(call), result.failure))
    call.encoded = result.success
    call.span.attribute("url.path", call.encoded.path)
  }
  const { family } = operation.traits
  const request = call.encoded
  if (family === "public") return then(call, request)
  return Effect.flatMap(credential(call, config.credentials.token(family)), (token) => {
    call.token = token
    return then(call, request)
  })
}

/** Takes a refused credential back; whether another one can be had. */
const renew = (call: Call, now: number, refused: Redacted.Redacted): Effect.Effect<boolean, AudianError> => {
  call.sending = false
  return timed(call, now, credential(call, call.config.credentials.refuse(call.operation.traits.family, refused)))
}

/** A credential that cannot be had after the call was sent is a failure of that call, and leaves open what it left open. */
const credential = <A>(call: Call, self: Effect.Effect<A, AudianError>): Effect.Effect<A, AudianError> =>
  call.attempts === 0 ? self : Effect.mapError(self, (error) => MakeError.ofCall(error, describe(call)))

const send = (call: Call, request: Encoded): Effect.Effect<Wire.Answered, AudianError> => {
  call.attempts++
  call.sending = true
  return Wire.send(
    call.config.wire,
    call.operation,
    request,
    call.token,
    () => describe(call),
    (head) => {
      call.refusal = head
    }
  )
}

const describe = (call: Call): MakeError.Call => ({
  operation: call.operation.name,
  method: call.operation.codec.method,
  path: call.encoded?.path ?? call.operation.codec.template,
  replay: call.operation.traits.replay,
  attempts: call.attempts,
  uncertain: call.uncertain,
  secrets: secretsOf(call)
})

/** What the call has sent that must not come back in an error. */
const secretsOf = ({ encoded, token }: Call): ReadonlyArray<string> => [
  ...(token === undefined ? [] : [Redacted.value(token)]),
  ...secretsIn(encoded?.fields)
]

type Step = Effect.Success<ReturnType<typeof Schedule.toStep<unknown, AudianError, never, never>>>

const noDelay: Duration.Duration | undefined = undefined

/** What the policy says of an error: how long to wait for the next attempt, or that there is none. */
const nextDelay = (
  call: Call,
  step: Step,
  now: number,
  error: AudianError
): Effect.Effect<Duration.Duration | undefined> => {
  const context: RetryContext.RetryContext = {
    inTime: (delay) => {
      const then = now + Duration.toMillis(delay)
      return then < call.deadline && call.config.guard?.breaker?.openFor(then) === undefined
    },
    withdraw: () => {
      const granted = call.config.budget.withdraw()
      if (granted) call.drawn++
      return granted
    }
  }
  return Pull.catchDone(
    Effect.map(Effect.provideService(step(now, error), RetryContext.Current, context), ([, delay]) => delay),
    () => Effect.succeed(noDelay)
  )
}

interface Envelope {
  readonly request_id?: unknown
  readonly tokens?: unknown
  readonly revision?: unknown
  readonly next_start_key?: unknown
}

const envelopeOf = ({ json }: Wire.Answered): Envelope | undefined =>
  Predicate.isObject(json) ? (json as Envelope) : undefined

/** A text of an answer, without what the call sent. A cursor may be a list or a number: it stays as it was written. */
const textOf = (call: Call, u: unknown): string | undefined =>
  Predicate.isNullish(u) || u === ""
    ? undefined
    : scrubText(typeof u === "string" ? u : JSON.stringify(u), secretsOf(call))

const requestIdOf = (call: Call, answered: Wire.Answered): string | undefined =>
  textOf(call, answered.headers["x-request-id"] ?? envelopeOf(answered)?.request_id)

const responseOf = (call: Call, answered: Wire.Answered): Response => {
  const { headers, status } = answered
  const envelope = envelopeOf(answered)
  const secrets = secretsOf(call)
  const kept = Object.entries(headers).filter(([name]) => !isSecretName(name) && name !== "set-cookie")
  return {
    status,
    headers: Headers.fromInput(
      kept.map(([name, value]): [string, string] => [name, scrubPairs(scrubText(value, secrets))])
    ),
    requestId: requestIdOf(call, answered),
    rateLimit: Quota.fromHeaders(headers, Quota.tokensOf(envelope?.tokens)),
    attempts: call.attempts,
    revision: textOf(call, envelope?.revision),
    nextStartKey: textOf(call, envelope?.next_start_key)
  }
}

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

/**
 * The exchange of an API key for a token: one request, bounded and guarded like any other. The call that needs the token
 * decides on a retry.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { AudianError } from "../../AudianError.ts"
import type { Session } from "../credentials.ts"
import * as MakeError from "../error/makeError.ts"
import type * as Guard from "../resilience/guard.ts"
import { codecOf, type Operation, type SuccessOf } from "../service.ts"
import * as Attempt from "../telemetry/attempt.ts"
import * as Observer from "../telemetry/observer.ts"
import * as Limits from "./limits.ts"
import * as Request from "./request.ts"

/** The operation that exchanges a key. */
export type Exchange = Operation<
  { readonly api_key: string | Redacted.Redacted },
  { readonly auth_token: Redacted.Redacted; readonly data: { readonly account_id?: string | undefined } }
>

export const make =
  (operation: Exchange, http: Request.HttpConfig, guard: Guard.Guard | undefined, limit: Duration.Duration) =>
  (apiKey: Redacted.Redacted): Effect.Effect<Session, AudianError> => {
    const encoded = Result.getOrThrow(codecOf(operation).encode({ api_key: apiKey }, undefined))
    const call = MakeError.callInfo({
      operation: operation.name,
      method: codecOf(operation).method,
      path: encoded.path,
      replay: operation.traits.replay,
      attempts: 1,
      outcome: "not-executed",
      secrets: [Redacted.value(apiKey)]
    })
    const unsent = { ...call, attempts: 0 }
    const guarded = Effect.withFiber<Request.DecodedResponse, AudianError>((fiber) => {
      const observer = Observer.observe(http.telemetry, fiber)
      const secrets = () => call.secrets
      const url = Attempt.urlOf(http.baseUrl, encoded, call.secrets)
      const client = observer.requestLog
        ? observer.requestLog.withLog(http.client, operation.name, url, call.secrets)
        : http.client
      const send = Request.send({ ...http, client }, operation, encoded, undefined, () => call)
      const observed = (self: typeof send) =>
        Effect.suspend(() => {
          const attempt = Attempt.begin(observer, operation, 1, url, secrets)
          return Effect.onExit(Attempt.within(attempt, self), (exit) => {
            Attempt.recordExchange(observer, exit)
            return Attempt.end(attempt, exit)
          })
        })
      // Without a guard, the attempt that needs the token bounds this one. With a guard, a wait does not count.
      if (guard === undefined) return observed(send)
      const limited = Limits.within(send, limit, () => MakeError.timeout(call, "attempt", limit, "unknown"))
      return guard.send(guard, observed(limited), {
        clock: observer.clock,
        operation,
        urgent: true,
        deadline: Number.POSITIVE_INFINITY,
        call: () => unsent,
        observer
      })
    })
    return Effect.flatMap(guarded, ({ headers, status, value }) => {
      const { auth_token, data } = value as SuccessOf<Exchange>
      if (Request.isHeaderValue(Redacted.value(auth_token))) {
        return Effect.succeed({ token: auth_token, accountId: data.account_id })
      }
      const response = { status, headers, text: "", truncated: false }
      const issue = { field: "auth_token", message: "Expected characters that a header can carry" }
      return Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.fail(MakeError.invalidResponse(call, response, [issue], "The token cannot be sent", now))
      )
    })
  }

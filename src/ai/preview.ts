/**
 * The request that a call would send. Nothing is sent.
 *
 * @internal
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Audian from "../Audian.ts"
import type * as AudianError from "../AudianError.ts"
import { omitUndefined } from "../internal/omitUndefined.ts"
import type * as Operation from "../Operation.ts"

/** The account of a request whose account is not known. */
export const account = "AUDIAN_ACCOUNT_ID"

export interface Settings {
  readonly accountId?: string | undefined
  readonly baseUrl?: string | undefined
}

/** The request that the client would send. The error of an invalid input is that of the call. */
export const of = (
  operation: Operation.Any,
  input: unknown,
  { accountId, baseUrl }: Settings = {}
): Effect.Effect<HttpClientRequest.HttpClientRequest, AudianError.AudianError> =>
  Effect.gen(function* () {
    const sent = yield* Deferred.make<HttpClientRequest.HttpClientRequest>()
    const recorder = HttpClient.make((request) => Effect.andThen(Deferred.succeed(sent, request), Effect.never))
    // With a token of its own the client exchanges no key.
    const options = omitUndefined({ authToken: "dry-run", accountId: accountId ?? account, baseUrl })
    const client = Audian.layer(options as Audian.Options)
    const call = Effect.flatMap(Audian.Audian, (audian) =>
      audian.execute(operation as Operation.Operation<unknown, unknown>, input)
    )
    return yield* Effect.raceFirst(
      Effect.provide(
        Effect.andThen(call, Effect.never),
        Layer.provide(client, Layer.succeed(HttpClient.HttpClient, recorder))
      ),
      Deferred.await(sent)
    )
  })

/** A Worker that makes the call of a fault in workerd, and responds with its result. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Audian, type AudianError, Fax, Numbers, Retry } from "effect-audian"
import { maxResponseSize } from "../../test/faults/limits.ts"

/** The request to the Worker. */
export interface Task {
  readonly baseUrl: string
  readonly call: "safe" | "unsafe" | "file"
}

/** The result of the call. */
export interface Result {
  readonly error: string | undefined
  readonly outcome: AudianError.AudianError["outcome"] | undefined
  readonly attempts: number
  readonly message: string | undefined
  /** The bytes of the file as text. */
  readonly file?: string | undefined
}

const calls = {
  safe: Effect.as(Numbers.list(), undefined),
  unsafe: Effect.as(Numbers.purchase({ number: "+14155551234" }), undefined),
  file: Effect.flatMap(Fax.downloadReceived({ faxId: "fax_1" }), (file) =>
    Effect.map(Stream.mkUint8Array(file), (bytes) => new TextDecoder("latin1").decode(bytes))
  )
}

const run = ({ baseUrl, call }: Task): Effect.Effect<Result> =>
  Effect.match(Audian.withResponse(calls[call]), {
    onFailure: (error) => ({
      error: error._tag === "AudianClientError" ? error.reason._tag : error._tag,
      outcome: error.outcome,
      attempts: error.attempts,
      message: error.message
    }),
    onSuccess: ([file, response]) => ({
      file,
      error: undefined,
      outcome: undefined,
      attempts: response?.attempts ?? 0,
      message: undefined
    })
  }).pipe(
    Effect.provide(
      Audian.layerFetch({
        apiKey: "sk_test_faults",
        baseUrl,
        maxResponseSize,
        retry: Retry.make({ baseDelay: 0 }),
        timeout: { attempt: "700 millis", total: "10 seconds" }
      })
    )
  )

export default {
  fetch: async (request: Request): Promise<Response> =>
    Response.json(await Effect.runPromise(run((await request.json()) as Task)))
}

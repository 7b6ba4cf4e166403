// Calls the API in a Worker, of Cloudflare or any runtime with fetch. The key is a binding:
// `wrangler secret put AUDIAN_API_KEY`.
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { Audian, Numbers } from "effect-audian"

export interface Env {
  readonly AUDIAN_API_KEY: string
  readonly AUDIAN_BASE_URL?: string
}

const makeRuntime = (env: Env) =>
  ManagedRuntime.make(Audian.layerFetch({ apiKey: env.AUDIAN_API_KEY, baseUrl: env.AUDIAN_BASE_URL }))

// One client for an isolate, made by its first request: bindings are not available before.
let runtime: ReturnType<typeof makeRuntime> | undefined

const numbers = Numbers.list({ limit: 10 }).pipe(
  Effect.map(({ numbers }) => Response.json(numbers)),
  Effect.catch(({ _tag, requestId }) => Effect.succeed(Response.json({ _tag, requestId }, { status: 502 })))
)

export default {
  fetch: (request: Request, env: Env): Promise<Response> => {
    runtime ??= makeRuntime(env)
    return runtime.runPromise(numbers, { signal: request.signal })
  }
}

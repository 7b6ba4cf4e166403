/**
 * The layers of the embedded server that any runtime can provide.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { WebSocketConstructor } from "effect/socket/Socket"
import * as Audian from "../../Audian.ts"
import type { Options } from "./options.ts"
import * as Server from "./server.ts"
import { EmbeddedAudian } from "./service.ts"
import * as Memory from "./transport/memory.ts"

/**
 * The client on a server in memory, and that server.
 *
 * **Details**
 *
 * Nothing listens: the `HttpClient` of the client calls the server, and so does the `WebSocketConstructor` for
 * `Events.stream`.
 *
 * **Example** (A server whose first response is a 503)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { EmbeddedAudian, Fault } from "effect-audian/testing"
 *
 * export const test = Numbers.list().pipe(
 *   Effect.provide(EmbeddedAudian.layer({ faults: [Fault.status(503)] }))
 * )
 * ```
 *
 * @see `EmbeddedAudian.serve` for a server on a port
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options & { readonly client?: Audian.ClientOptions | undefined } = {}
): Layer.Layer<Audian.Audian | EmbeddedAudian | WebSocketConstructor> =>
  Layer.unwrap(
    Effect.map(Server.make(options), ({ app, service, sockets }) => {
      const embedded = Layer.merge(
        Layer.succeed(EmbeddedAudian, service("http://embedded")),
        Layer.effect(WebSocketConstructor, sockets.inMemory)
      )
      return Layer.provideMerge(
        Layer.provide(client(options.client), Layer.succeed(HttpClient.HttpClient, Memory.client(app))),
        embedded
      )
    })
  )

/**
 * The client of a server that `EmbeddedAudian.serve` runs.
 *
 * **Example** (A test over a real connection)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 * import * as Layer from "effect/Layer"
 * import { Numbers } from "effect-audian"
 * import { EmbeddedAudian } from "effect-audian/testing"
 *
 * export const test = Numbers.list().pipe(
 *   Effect.provide(
 *     EmbeddedAudian.client().pipe(Layer.provide([EmbeddedAudian.serve(), FetchHttpClient.layer]))
 *   )
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const client = (
  options: Audian.ClientOptions = {}
): Layer.Layer<Audian.Audian, never, EmbeddedAudian | HttpClient.HttpClient> =>
  Layer.unwrap(Effect.map(EmbeddedAudian, ({ apiKey, baseUrl }) => Audian.layer({ apiKey, baseUrl, ...options })))

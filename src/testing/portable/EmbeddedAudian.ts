/**
 * `EmbeddedAudian` for runtimes that cannot listen on a port: browsers and workers. `EmbeddedAudian.serve` dies there.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as EmbeddedAudian from "../EmbeddedAudian.ts"
import * as Service from "../embedded/service.ts"

export { client, layer } from "../embedded/layers.ts"
export type { Options, Quota, Records } from "../embedded/options.ts"
export {
  EmbeddedAudian,
  type IncomingFax,
  type Request,
  type VoicemailMessage,
  type WebhookDelivery
} from "../embedded/service.ts"

export const serve: typeof EmbeddedAudian.serve = () =>
  Layer.effect(
    Service.EmbeddedAudian,
    Effect.die(
      new Error(
        "EmbeddedAudian.serve: this runtime, or its bundle, cannot listen on a port; " +
          "on Node.js, Bun or Deno import it from effect-audian/testing/node"
      )
    )
  )

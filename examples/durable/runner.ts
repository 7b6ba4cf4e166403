// A runner of the cluster. Any number of them may run, and any may be killed.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audian } from "effect-audian"
import { runner } from "./cluster.ts"
import { Intents, layer, Settled } from "./workflows.ts"

const audian = Layer.unwrap(
  Effect.map(
    Config.all([Audian.config, Config.Duration("ATTEMPT_TIMEOUT").pipe(Config.withDefault("30 seconds"))]),
    ([options, attempt]) => Audian.layer({ ...options, timeout: { attempt } })
  )
)

const settled = Layer.effect(Settled, Config.Duration("SETTLED").pipe(Config.withDefault(Duration.minutes(2))))

layer.pipe(
  Layer.provide([audian, Intents.layer, settled]),
  Layer.provide([NodeHttpClient.layerUndici, runner]),
  Layer.launch,
  NodeRuntime.runMain
)

// Read the credential from the environment. What is missing or invalid is a ConfigError before the first call.
//
//   AUDIAN_API_KEY=sk_live_… npm run example examples/config.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Audian, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

// AUDIAN_API_KEY, AUDIAN_BASE_URL and the like: `Audian.config` names them all. An option of your own is added.
const config = Config.all({
  audian: Audian.config,
  total: Config.Duration("CALL_TIMEOUT").pipe(Config.withDefault("1 minute" as const))
}).pipe(Config.map(({ audian, total }) => ({ ...audian, timeout: { total } })))

const count = Numbers.list().pipe(
  Effect.map(({ total }) => `${total} numbers`),
  Effect.provide(Audian.layerFetchConfig(config)),
  Effect.catchTag("ConfigError", () => Effect.succeed("no credential is configured"))
)

const program = Effect.gen(function* () {
  const { apiKey, baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
  const environment = { AUDIAN_API_KEY: Redacted.value(apiKey), AUDIAN_BASE_URL: baseUrl, CALL_TIMEOUT: "10 seconds" }
  for (const env of [environment, {}]) {
    yield* Console.log(yield* Effect.provide(count, ConfigProvider.layer(ConfigProvider.fromUnknown(env))))
  }
})

program.pipe(Effect.provide(EmbeddedAudian.serve()), NodeRuntime.runMain)

/**
 * The client of the command.
 *
 * @internal
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Path from "effect/Path"
import * as Audian from "../Audian.ts"
import { omitUndefined } from "../internal/omitUndefined.ts"
import * as CommandError from "./failure.ts"
import * as Profiles from "./profiles.ts"

export const fromSettings = (settings: Profiles.Settings): Layer.Layer<Audian.Audian, CommandError.CommandError> => {
  const { accountId, apiKey, authToken, baseUrl } = settings
  if (apiKey === undefined && authToken === undefined) {
    return Layer.effect(
      Audian.Audian,
      Effect.fail(
        CommandError.make(
          CommandError.Code.credentials,
          "NoCredential",
          "there is no API key",
          "Set AUDIAN_API_KEY, or run: effect-audian login"
        )
      )
    )
  }
  const options = omitUndefined({ apiKey, authToken, accountId, baseUrl }) as Audian.Options
  return Audian.layerConfig(Config.succeed(options)).pipe(
    Layer.provide(NodeHttpClient.layerUndici),
    Layer.catch((error) =>
      Layer.effect(
        Audian.Audian,
        Effect.fail(
          CommandError.make(
            CommandError.Code.usage,
            "InvalidOptions",
            error.message.replace(/^SchemaError\((.*)\)$/s, "$1"),
            "Correct AUDIAN_API_KEY, AUDIAN_BASE_URL or the profile."
          )
        )
      )
    )
  )
}

export const layer = (
  profile: Option.Option<string>
): Layer.Layer<Audian.Audian, CommandError.CommandError, FileSystem.FileSystem | Path.Path> =>
  Layer.unwrap(Effect.map(Profiles.settings(profile), fromSettings))

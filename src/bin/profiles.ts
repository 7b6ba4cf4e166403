/**
 * Credentials of the command: from the environment, else from a profile in the user's configuration folder.
 *
 * @internal
 */
import process from "node:process"
import * as Config from "effect/Config"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as CommandError from "./failure.ts"

const Profile = Schema.Struct({
  apiKey: Schema.RedactedFromValue(Schema.NonEmptyString),
  accountId: Schema.optionalKey(Schema.String),
  baseUrl: Schema.optionalKey(Schema.String)
})

export interface Profile extends Schema.Schema.Type<typeof Profile> {}

const Profiles = Schema.Struct({
  current: Schema.String,
  profiles: Schema.Record(Schema.String, Profile)
})

export interface Profiles extends Schema.Schema.Type<typeof Profiles> {}

const Json = Schema.fromJsonString(Profiles)

export const flag = Flag.String("profile").pipe(
  Flag.withDescription("Profile to use. Default: AUDIAN_PROFILE, else the current one. AUDIAN_API_KEY wins over both."),
  Flag.optional
)

export const variable = (name: string) => Effect.orDie(Config.option(Config.NonEmptyString(name)))

/** The file of the profiles, where the system keeps configuration. */
export const file: Effect.Effect<string, never, Path.Path> = Effect.gen(function* () {
  const path = yield* Path.Path
  const home = Option.getOrElse(yield* variable(process.platform === "win32" ? "USERPROFILE" : "HOME"), () => ".")
  const own =
    process.platform === "win32"
      ? Option.getOrElse(yield* variable("APPDATA"), () => path.join(home, "AppData", "Roaming"))
      : Option.getOrElse(yield* variable("XDG_CONFIG_HOME"), () =>
          process.platform === "darwin" ? path.join(home, "Library", "Application Support") : path.join(home, ".config")
        )
  return path.join(own, "effect-audian", "profiles.json")
})

/** Reads the profiles. A file that others can read is refused. */
export const read: Effect.Effect<Profiles, CommandError.CommandError, FileSystem.FileSystem | Path.Path> = Effect.gen(
  function* () {
    const fs = yield* FileSystem.FileSystem
    const name = yield* file
    const info = yield* Effect.option(fs.stat(name))
    if (Option.isNone(info)) return { current: "default", profiles: {} }
    if (process.platform !== "win32" && (info.value.mode & 0o077) !== 0) {
      return yield* CommandError.make(
        CommandError.Code.credentials,
        "UnsafeProfiles",
        `${name} can be read by other users`,
        `Run: chmod 600 ${JSON.stringify(name)}`
      )
    }
    return yield* fs.readFileString(name).pipe(
      Effect.flatMap(Schema.decodeEffect(Json)),
      // The cause may quote the file.
      Effect.mapError(() =>
        CommandError.make(
          CommandError.Code.credentials,
          "InvalidProfiles",
          `${name} is no file of profiles`,
          "Correct it, or remove it and log in again."
        )
      )
    )
  }
)

/** Replaces the file as a whole. Only its owner can read it, from its first byte on. */
export const write = Effect.fnUntraced(function* (profiles: Profiles) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const name = yield* file
  const text = yield* Effect.orDie(Schema.encodeEffect(Json)(profiles))
  const replaced = Effect.gen(function* () {
    yield* fs.makeDirectory(path.dirname(name), { recursive: true, mode: 0o700 })
    const temporary = `${name}.${process.pid}`
    yield* fs.writeFileString(temporary, `${text}\n`, { mode: 0o600 })
    yield* Effect.onError(fs.rename(temporary, name), () => Effect.ignore(fs.remove(temporary)))
  })
  return yield* Effect.mapError(replaced, (error) =>
    CommandError.make(CommandError.Code.failure, "ProfilesNotWritten", `cannot write ${name}: ${error.message}`)
  )
})

export interface Settings {
  /** Source of the credential. */
  readonly source: string
  readonly apiKey: Redacted.Redacted | undefined
  readonly authToken: Redacted.Redacted | undefined
  readonly accountId: string | undefined
  readonly baseUrl: string | undefined
}

const secret = (name: string) => Effect.map(variable(name), Option.map(Redacted.make))

/** The settings of a call: the environment first, then the profile. */
export const settings = Effect.fnUntraced(function* (given: Option.Option<string>) {
  const apiKey = yield* secret("AUDIAN_API_KEY")
  const authToken = yield* secret("AUDIAN_AUTH_TOKEN")
  const accountId = yield* variable("AUDIAN_ACCOUNT_ID")
  const baseUrl = yield* variable("AUDIAN_BASE_URL")
  const environment = Option.isSome(apiKey)
    ? "AUDIAN_API_KEY"
    : Option.isSome(authToken)
      ? "AUDIAN_AUTH_TOKEN"
      : undefined
  const profile = environment === undefined ? yield* find(given) : undefined
  const settings: Settings = {
    source: environment ?? (profile === undefined ? "none" : `profile ${profile.name}`),
    apiKey: Option.getOrElse(apiKey, () => profile?.profile.apiKey),
    authToken: Option.getOrUndefined(authToken),
    accountId: Option.getOrElse(accountId, () => profile?.profile.accountId),
    baseUrl: Option.getOrElse(baseUrl, () => profile?.profile.baseUrl)
  }
  return settings
})

const find = Effect.fnUntraced(function* (given: Option.Option<string>) {
  const wanted = Option.isSome(given) ? given : yield* variable("AUDIAN_PROFILE")
  const { current, profiles } = yield* read
  const name = Option.getOrElse(wanted, () => current)
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (profile !== undefined) return { name, profile }
  if (Option.isNone(wanted)) return undefined
  return yield* CommandError.make(
    CommandError.Code.credentials,
    "UnknownProfile",
    `there is no profile ${name}`,
    `Run: effect-audian login --profile ${name}`
  )
})

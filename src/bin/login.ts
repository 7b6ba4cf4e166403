/**
 * `effect-audian login` and `effect-audian profiles`: credentials that are kept for later calls.
 *
 * @internal
 */

import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Accounts from "../account/Accounts.ts"
import * as Client from "./client.ts"
import * as CommandError from "./failure.ts"
import * as Output from "./output.ts"
import * as Profiles from "./profiles.ts"
import { descriptions } from "./text.ts"

/** The key, typed at a terminal without being shown, or from stdin. It is no flag: a shell keeps its history. */
const readKey = Effect.gen(function* () {
  const { stdin } = yield* Stdio.Stdio
  const key = (yield* Output.isInteractive)
    ? yield* Prompt.run(Prompt.Hidden({ message: "API key" }))
    : Redacted.make(yield* Effect.orDie(Stream.mkString(Stream.decodeText(stdin))))
  const text = Redacted.value(key).trim()
  if (text !== "") return Redacted.make(text)
  return yield* CommandError.usage(
    "there is no key",
    "Type it at the prompt, or pipe it: effect-audian login < key.txt"
  )
})

const flags = {
  profile: Flag.String("profile").pipe(
    Flag.withDescription("Name of the profile"),
    Flag.filter(
      (name) => /^[\w.-]+$/.test(name) && name !== "__proto__",
      () => "Expected letters, digits, . _ and -"
    ),
    Flag.withDefault("default")
  ),
  accountId: Flag.String("account-id").pipe(
    Flag.withDescription("Account to use. Default: the one of the key."),
    Flag.optional
  ),
  baseUrl: Flag.String("base-url").pipe(
    Flag.withDescription("URL of the API. Default: AUDIAN_BASE_URL, else the documented one."),
    Flag.optional
  ),
  check: Flag.Boolean("check").pipe(
    Flag.withDescription("Checks the key before it is kept. Default true."),
    Flag.withDefault(true)
  )
}

export const login = Command.make("login", flags, ({ accountId, baseUrl: given, check, profile }) =>
  Effect.gen(function* () {
    const baseUrl = Option.isSome(given) ? given : yield* Profiles.variable("AUDIAN_BASE_URL")
    const apiKey = yield* readKey
    if (check) {
      yield* Accounts.get().pipe(
        Effect.mapError(CommandError.ofAudian),
        Effect.provide(
          Client.fromSettings({
            source: "login",
            apiKey,
            authToken: undefined,
            accountId: Option.getOrUndefined(accountId),
            baseUrl: Option.getOrUndefined(baseUrl)
          })
        )
      )
    }
    const { profiles } = yield* Profiles.read
    yield* Profiles.write({
      current: profile,
      profiles: {
        ...profiles,
        [profile]: {
          apiKey,
          ...(Option.isSome(accountId) && { accountId: accountId.value }),
          ...(Option.isSome(baseUrl) && { baseUrl: baseUrl.value })
        }
      }
    })
    yield* Console.error(`Profile ${profile} is kept in ${yield* Profiles.file}, which only you can read.`)
  })
).pipe(
  Command.withDescription(descriptions.login),
  Command.withExamples([
    { command: "effect-audian login", description: "Type the key at a prompt that does not show it" },
    { command: "effect-audian login --profile staging < key.txt", description: "Read it from a file" }
  ])
)

const list = ({ format }: { readonly format: Option.Option<Output.Format> }) =>
  Effect.gen(function* () {
    const { current, profiles } = yield* Profiles.read
    const rows = Object.entries(profiles).map(([name, { accountId, baseUrl }]) => ({
      name,
      current: name === current,
      account_id: accountId ?? null,
      base_url: baseUrl ?? null
    }))
    yield* Output.print(rows, yield* Output.formatOf(format))
  })

const name = Argument.String("name").pipe(Argument.withDescription("Name of the profile"))

const named = (name: string) =>
  Effect.filterOrFail(
    Profiles.read,
    ({ profiles }) => Object.hasOwn(profiles, name),
    ({ profiles }) =>
      CommandError.make(
        CommandError.Code.notFound,
        "UnknownProfile",
        `there is no profile ${name}`,
        `Profiles: ${Object.keys(profiles).join(", ") || "none; run effect-audian login"}`
      )
  )

export const profiles = Command.make("profiles", { format: Output.flag }, list).pipe(
  Command.withDescription(descriptions.profiles),
  Command.withSubcommands([
    Command.make("use", { name }, ({ name }) =>
      Effect.flatMap(named(name), (all) => Profiles.write({ ...all, current: name }))
    ).pipe(Command.withDescription("Makes a profile the current one")),
    Command.make("remove", { name }, ({ name }) =>
      Effect.flatMap(named(name), ({ current, profiles: { [name]: _, ...profiles } }) =>
        Profiles.write({ current, profiles })
      )
    ).pipe(Command.withDescription("Removes a profile and its key"))
  ])
)

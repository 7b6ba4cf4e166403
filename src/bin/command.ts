/**
 * `effect-audian-embedded`: the embedded server on a port, for programs in any language.
 *
 * @internal
 */
import process from "node:process"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import { version } from "../internal/version.ts"
import * as EmbeddedAudian from "../testing/EmbeddedAudian.ts"
import * as Demo from "./demo.ts"

const name = "effect-audian-embedded"

const isNotEmpty = Flag.filter(
  (text: string) => text !== "",
  () => "Expected a text"
)

const flags = {
  port: Flag.Int("port").pipe(
    Flag.withDescription("The port to listen on, 8443 by default; 0 takes a free one"),
    Flag.filter(
      (port) => port >= 0 && port <= 65535,
      () => "Expected a port from 0 to 65535"
    ),
    Flag.withDefault(8443)
  ),
  host: Flag.String("host").pipe(
    Flag.withDescription("The address to listen on, 127.0.0.1 by default; 0.0.0.0 is every one of this machine"),
    isNotEmpty,
    Flag.withDefault("127.0.0.1")
  ),
  seed: Flag.Literals("seed", ["empty", "demo"]).pipe(
    Flag.withDescription("What the account has at the start: nothing, by default, or some of everything"),
    Flag.withDefault("empty")
  ),
  apiKey: Flag.Redacted("api-key").pipe(
    Flag.withDescription("The key to accept, sk_test_embedded by default"),
    Flag.filter(
      (key) => Redacted.value(key) !== "",
      () => "Expected a key"
    ),
    Flag.optional
  ),
  accountId: Flag.String("account-id").pipe(
    Flag.withDescription("The account that the key belongs to, account_embedded by default"),
    isNotEmpty,
    Flag.optional
  ),
  quota: Flag.Int("quota").pipe(
    Flag.withDescription("Requests per minute, 1000 by default; 0 for no limit"),
    Flag.filter(
      (requests) => requests >= 0,
      () => "Expected 0 or more"
    ),
    Flag.withDefault(1000)
  )
}

const command = Command.make(name, flags, ({ accountId, apiKey, host, port, quota, seed }) =>
  Effect.gen(function* () {
    const embedded = yield* EmbeddedAudian.EmbeddedAudian
    if (seed === "demo") yield* Demo.fill
    // The requests of the demo do not count towards the quota.
    if (quota > 0) yield* embedded.setQuota({ limit: quota, window: "1 minute" })
    yield* Console.log(greeting(embedded, Option.isNone(apiKey)))
    return yield* Effect.never
  }).pipe(
    Effect.provide(
      EmbeddedAudian.client().pipe(
        Layer.provideMerge(
          EmbeddedAudian.serve({
            port,
            host,
            quota: false,
            apiKey: Option.getOrUndefined(Option.map(apiKey, Redacted.value)),
            accountId: Option.getOrUndefined(accountId)
          })
        ),
        Layer.provide(NodeHttpClient.layerUndici)
      )
    ),
    Effect.catchTags({
      ServeError: (error) => fail(error, `cannot listen on ${host}:${port}: ${reasonOf(error)}`)
    })
  )
).pipe(
  Command.withDescription("Serves the Audian API from memory, for programs in any language to be tested against"),
  Command.withExamples([
    { command: `${name} --seed demo`, description: "An account with some of everything" },
    { command: `${name} --port 0 --quota 10`, description: "A free port, and few requests a minute" }
  ])
)

const fail = (cause: unknown, userMessage: string) => Effect.fail(new CliError.UserError({ cause, userMessage }))

const reasonOf = ({ cause }: HttpServerError.ServeError): string => {
  const { code, message } = cause as { readonly code?: string; readonly message: string }
  return code === "EADDRINUSE" ? "the port is in use; --port 0 takes a free one" : message
}

/** The greeting shows only the default key: a key given by the user may be a real one. */
const greeting = ({ accountId, apiKey, baseUrl }: EmbeddedAudian.EmbeddedAudian["Service"], isDefaultKey: boolean) => {
  const key = isDefaultKey ? Redacted.value(apiKey) : "$AUDIAN_API_KEY"
  return `Audian, embedded   ${baseUrl}
API key            ${isDefaultKey ? key : "the one that was given"}
Account            ${accountId}
Reference          ${baseUrl}/docs
OpenAPI            ${baseUrl}/openapi.json

  curl -H "X-Auth-Token: ${key}" ${baseUrl}/v2/numbers

What is under /v2/accounts takes the token that this gives as auth_token:

  curl -X PUT -H "Content-Type: application/json" -d "{\\"data\\":{\\"api_key\\":\\"${key}\\"}}" ${baseUrl}/v2/api_auth

Ctrl+C ends it.`
}

/** Prints the errors of an invalid command line, without the full help. */
const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Console.error([...event.errors.map(({ message }) => message), `See ${name} --help`].join("\n"))
      : CliOutput.defaultPresenter.present(event)
}

/** Exit codes: 0 after a signal, 2 for an invalid command line. */
export const teardown: Runtime.Teardown = (exit, onExit) => {
  if (Exit.isFailure(exit)) {
    if (Cause.hasInterruptsOnly(exit.cause)) return onExit(0)
    const error = Cause.squash(exit.cause)
    if (CliError.isCliError(error) && error._tag === "ShowHelp" && error.errors.length > 0) return onExit(2)
  }
  return Runtime.defaultTeardown(exit, onExit)
}

/** Runs the command with the given arguments. */
export const run = (args: ReadonlyArray<string>) =>
  Effect.provide(
    Command.runWith(command, { version })(args),
    Layer.mergeAll(
      NodeServices.layer,
      CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
      CliOutput.layerPresenter(presenter)
    )
  )

export const main = (): void => NodeRuntime.runMain(run(process.argv.slice(2)), { teardown })

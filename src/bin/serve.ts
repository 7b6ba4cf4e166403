/**
 * `effect-audian serve`: the embedded server on a port, for programs in any language. `effect-audian-embedded` is its
 * other name.
 *
 * @internal
 */

import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { descriptions } from "./text.ts"

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
    Flag.withDescription(
      "The key to accept. Default: AUDIAN_EMBEDDED_API_KEY, else sk_test_embedded. Others can see the arguments of a process: give a real key by the variable"
    ),
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

/** The command under one of its names; `program` is what a user types. */
export const make = (name: string, program: string) =>
  Command.make(name, flags, ({ accountId, apiKey, ...given }) =>
    Effect.gen(function* () {
      const variable = yield* Effect.orDie(Config.option(Config.Redacted("AUDIAN_EMBEDDED_API_KEY")))
      if (Option.isSome(apiKey)) {
        yield* Console.error(
          "--api-key: others can see the arguments of a process; AUDIAN_EMBEDDED_API_KEY hides a real key"
        )
      }
      // No other command waits until the server is loaded.
      const { run } = yield* Effect.promise(() => import("./embeddedServer.ts"))
      const key = Option.filter(
        Option.map(
          Option.orElse(apiKey, () => variable),
          Redacted.value
        ),
        (key) => key !== ""
      )
      return yield* run({
        ...given,
        apiKey: Option.getOrUndefined(key),
        accountId: Option.getOrUndefined(accountId)
      })
    })
  ).pipe(
    Command.withDescription(descriptions.serve),
    Command.withExamples([
      { command: `${program} --seed demo`, description: "An account with some of everything" },
      { command: `${program} --port 0 --quota 10`, description: "A free port, and few requests a minute" }
    ])
  )

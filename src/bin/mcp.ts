/**
 * `effect-audian mcp`: the tools of `effect-audian/ai` over stdio.
 *
 * @internal
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Contract from "../ai/contract.ts"
import * as Client from "./client.ts"
import * as CommandError from "./failure.ts"
import * as Operations from "./loadOperation.ts"
import * as Profiles from "./profiles.ts"
import { descriptions } from "./text.ts"

const flags = {
  only: Flag.String("only").pipe(
    Flag.withMetavar("<name>"),
    Flag.withDescription(
      "Operations to offer, such as Numbers.list or Account.Devices.*. May be given several times. Default: every one that reads"
    ),
    Flag.atLeast(0)
  ),
  allow: Flag.String("allow").pipe(
    Flag.withMetavar("<operation>"),
    Flag.withDescription(
      "An operation that writes, by its full name. May be given several times. One that costs money, rings a phone, creates, replaces, ends or removes something also asks the user of the client."
    ),
    Flag.atLeast(0)
  ),
  maxResultSize: Flag.Int("max-result-size").pipe(
    Flag.withDescription("The largest result, in characters. Default 20000"),
    Flag.filter(
      (size) => size > 0,
      () => "Expected 1 or more"
    ),
    Flag.withDefault(20_000)
  ),
  profile: Profiles.flag
}

/** The operations that the flags name. */
const select = (only: ReadonlyArray<string>, allow: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const all = Contract.summaries()
    const unknown = [
      ...allow.filter((name) => !all.some((other) => other.name === name)),
      ...only.filter((pattern) => !all.some(({ name }) => matches(name, pattern)))
    ]
    if (unknown.length > 0) {
      return yield* CommandError.usage(
        `there is no operation ${unknown.join(", ")}`,
        "Find its full name: effect-audian operations <words>"
      )
    }
    return all.filter(
      ({ name }) => allow.includes(name) || only.length === 0 || only.some((pattern) => matches(name, pattern))
    )
  })

const matches = (name: string, pattern: string): boolean =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern

export const command = Command.make("mcp", flags, ({ allow, maxResultSize, only, profile }) =>
  Effect.gen(function* () {
    const selected = yield* select(only, allow)
    const tools = selected.filter(({ effect, name }) => allow.includes(name) || effect === "read")
    if (tools.length === 0) {
      return yield* CommandError.usage("no operation is left to offer", "Name those that write by --allow <operation>.")
    }
    // No other command waits until the server is loaded.
    const { run } = yield* Effect.promise(() => import("./mcpServer.ts"))
    const operations = yield* Effect.forEach(tools, ({ name }) => Operations.load(name))
    return yield* Effect.provide(run(operations, allow, maxResultSize), Client.layer(profile))
  })
).pipe(
  Command.withDescription(descriptions.mcp),
  Command.withExamples([
    { command: "effect-audian mcp", description: "Every operation that reads" },
    {
      command: "effect-audian mcp --only Numbers.* --allow Numbers.purchase",
      description: "Numbers, and buying them once the user agrees"
    }
  ])
)

/**
 * `effect-audian mcp`: the tools of `effect-audian/ai` over stdio.
 *
 * @internal
 */
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpSchema from "effect/ai/McpSchema"
import * as McpServer from "effect/ai/McpServer"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Api from "../Api.ts"
import * as AudianToolkit from "../ai/AudianToolkit.ts"
import * as Contract from "../ai/contract.ts"
import * as Cost from "../ai/cost.ts"
import { version } from "../internal/version.ts"
import type * as Operation from "../Operation.ts"
import * as Client from "./client.ts"
import * as CommandError from "./failure.ts"
import * as Profiles from "./profiles.ts"

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
      "An operation that writes, by its full name. May be given several times. One that costs money, rings a phone, creates or removes something also asks the user of the client."
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
    const all = Api.operations()
    const unknown = [
      ...allow.filter((name) => !all.some((operation) => operation.name === name)),
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

/** Asks the user through the client. A client that cannot ask approves nothing. */
const approve = ({ cost, input, operation, summary }: AudianToolkit.Approval): Effect.Effect<boolean> =>
  Effect.flatMap(Effect.serviceOption(McpSchema.McpServerClient), (client) => {
    if (Option.isNone(client)) return Effect.succeed(false)
    return McpServer.elicit({
      message: [`${summary} (${operation})`, JSON.stringify(input), Cost.format(cost), "Send it?"].join("\n"),
      schema: Schema.Struct({ confirm: Schema.Boolean.annotate({ description: "True to send it." }) })
    }).pipe(
      Effect.provideService(McpSchema.McpServerClient, client.value),
      // A client that declines, cancels or cannot ask is no approval.
      Effect.exit,
      Effect.map((exit) => Exit.isSuccess(exit) && exit.value.confirm)
    )
  })

const instructions = `Tools of the Audian telephony API. A list gives one page; call again with "next" as the input for more.
An error is JSON: "advice" says what to do, "outcome" whether the server may have acted, "isRetryable" whether another attempt is safe, "retryAfter" the seconds to wait before it.`

const server = (operations: ReadonlyArray<Operation.Any>, allow: ReadonlyArray<string>, maxResultSize: number) => {
  const { layer, toolkit } = AudianToolkit.make({ operations, allow, approve, maxResultSize })
  return McpServer.layerStdio({
    name: "effect-audian",
    version,
    instructions,
    protocols: [
      McpProtocol.v2025_11_25,
      McpProtocol.v2025_06_18,
      McpProtocol.v2025_03_26,
      McpProtocol.v2024_11_05,
      McpProtocol.v2026_07_28
    ],
    registrations: Layer.provide(McpServer.toolkit(toolkit), layer)
  })
}

export const command = Command.make("mcp", flags, ({ allow, maxResultSize, only, profile }) =>
  Effect.gen(function* () {
    const operations = yield* select(only, allow)
    const tools = operations.filter(
      (operation) => allow.includes(operation.name) || Contract.effectOf(operation) === "read"
    )
    if (tools.length === 0) {
      return yield* CommandError.usage("no operation is left to offer", "Name those that write by --allow <operation>.")
    }
    return yield* Layer.launch(
      server(tools, allow, maxResultSize).pipe(
        Layer.provide(Client.layer(profile)),
        // stdout belongs to the protocol.
        Layer.provide(Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)]))
      )
    )
  })
).pipe(
  Command.withDescription(
    "Serves tools for agents over stdio, by the Model Context Protocol. They only read, unless --allow names others."
  ),
  Command.withExamples([
    { command: "effect-audian mcp", description: "Every operation that reads" },
    {
      command: "effect-audian mcp --only Numbers.* --allow Numbers.purchase",
      description: "Numbers, and buying them once the user agrees"
    }
  ])
)

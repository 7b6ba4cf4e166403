/**
 * The MCP server of `effect-audian mcp`.
 *
 * @internal
 */
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpSchema from "effect/ai/McpSchema"
import * as McpServer from "effect/ai/McpServer"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AudianToolkit from "../ai/AudianToolkit.ts"
import { version } from "../internal/version.ts"
import type * as Operation from "../Operation.ts"

/** Asks the user through the client. A client without elicitation approves nothing. */
const approve = ({ costNote, input, operation, summary }: AudianToolkit.Approval): Effect.Effect<boolean> =>
  Effect.flatMap(Effect.serviceOption(McpSchema.McpServerClient), (client) => {
    if (Option.isNone(client)) return Effect.succeed(false)
    return McpServer.elicit({
      message: [
        `${summary} (${operation})`,
        JSON.stringify(input),
        ...(costNote === undefined ? [] : [costNote]),
        "Send it?"
      ].join("\n"),
      schema: Schema.Struct({ confirm: Schema.Boolean.annotate({ description: "True to send it." }) })
    }).pipe(
      Effect.provideService(McpSchema.McpServerClient, client.value),
      // Anything but acceptance is no approval: decline, cancel, or no elicitation.
      Effect.exit,
      Effect.map((exit) => Exit.isSuccess(exit) && exit.value.confirm)
    )
  })

const instructions = `Tools of the Audian telephony API. A list gives one page; call again with "next" as the input for more.
An error is JSON: "advice" says what to do, "outcome" whether the server may have acted, "isRetryable" whether another attempt is safe, "retryAfter" the seconds to wait before it.`

/** Serves tools of the operations until stdin ends. */
export const run = (operations: ReadonlyArray<Operation.Any>, allow: ReadonlyArray<string>, maxResultSize: number) => {
  const { layer, toolkit } = AudianToolkit.make({ operations, allow, approve, maxResultSize })
  const server = McpServer.layerStdio({
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
  // stdout belongs to the protocol.
  return Layer.launch(Layer.provide(server, Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)])))
}

// Export the call records of last month to a CSV file. Pages are fetched while the file is written, and the file is
// complete or does not exist.
//
//   npm run example examples/export-cdrs.ts [path]
//
// Runs against the embedded server on a local socket, with 450 records. Without a path the file is in a temporary
// directory.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import { Account, Files, Timestamp } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const columns = [
  "id",
  "iso_8601_combined",
  "direction",
  "caller_id_name",
  "caller_id_number",
  "callee_id_number",
  "duration_seconds",
  "hangup_cause"
] as const

/** Formats a row by RFC 4180: values with a separator, a quote or a line break are quoted. */
const csv = (values: ReadonlyArray<string | number | undefined>): string =>
  `${values
    .map((value) => String(value ?? ""))
    .map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
    .join(",")}\r\n`

const rows = (month: DateTime.Utc) =>
  Account.Cdrs.list
    .pages({
      created_from: Timestamp.toUnix(month),
      created_to: Timestamp.toUnix(DateTime.endOf(month, "month")),
      page_size: 100
    })
    .pipe(Stream.map(({ items }) => items.map((cdr) => csv(columns.map((column) => cdr[column]))).join("")))

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const { join } = yield* Path.Path
  const month = lastMonth(yield* DateTime.now)
  const name = DateTime.formatIso(month).slice(0, 7)
  const path = process.argv[2] ?? join(yield* fs.makeTempDirectoryScoped(), `cdrs-${name}.csv`)

  const bytes = yield* Stream.concat(Stream.succeed(csv(columns)), rows(month)).pipe(
    Stream.encodeText,
    Files.withProgress({ onProgress: ({ bytes }) => Console.log(`  ${bytes} bytes`) }),
    Files.save(path)
  )
  const lines = yield* Stream.runCount(Stream.splitLines(Stream.decodeText(fs.stream(path))))
  yield* Console.log(`${lines - 1} calls in ${name}, ${bytes} bytes`)
}).pipe(Effect.scoped)

const lastMonth = (now: DateTime.Utc) => DateTime.startOf(DateTime.subtract(now, { months: 1 }), "month")

/** One call per hour of the last month. Every other caller's name needs quotes. */
const calls = (now: DateTime.Utc) =>
  Array.from({ length: 450 }, (_, i) => ({
    call_id: `call-${i}`,
    call_direction: "inbound",
    caller_id_name: i % 2 === 0 ? "Jane Doe" : 'Acme, "The" Corporation',
    caller_id_number: "+14155551234",
    callee_id_number: "+14155555678",
    duration_seconds: 30 + (i % 60),
    hangup_cause: "NORMAL_CLEARING",
    timestamp: Timestamp.toUnix(DateTime.add(lastMonth(now), { hours: i }))
  }))

const embedded = Layer.unwrap(
  Effect.map(DateTime.now, (now) => {
    const options = { balance: 10, records: { cdrs: calls(now) } }
    return EmbeddedAudian.client().pipe(
      Layer.provide(EmbeddedAudian.serve(options)),
      Layer.provide(NodeHttpClient.layerUndici)
    )
  })
)

program.pipe(Effect.provide([embedded, NodeServices.layer]), NodeRuntime.runMain)

// Export the call records of last month to a CSV file. Pages are fetched while the file is written, and the file is
// complete or does not exist.
//
//   npm run example examples/export-cdrs.ts [path]
//
// Runs against the embedded server with 450 records. Without a path the file is temporary.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Account, Files, Timestamp } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const columns = ["id", "iso_8601_combined", "caller_id_name", "caller_id_number", "duration_seconds"] as const

/** A row by RFC 4180: every value is quoted. */
const row = (values: ReadonlyArray<string | number | undefined>): string =>
  `${values.map((value) => `"${String(value ?? "").replaceAll('"', '""')}"`).join(",")}\r\n`

const lastMonth = Effect.map(DateTime.now, (now) => DateTime.startOf(DateTime.subtract(now, { months: 1 }), "month"))

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = process.argv[2] ?? (yield* fs.makeTempFileScoped({ suffix: ".csv" }))
  const month = yield* lastMonth
  const cdrs = Account.Cdrs.list.items({
    created_from: Timestamp.toUnix(month),
    created_to: Timestamp.toUnix(DateTime.endOf(month, "month")),
    page_size: 100
  })
  const rows = Stream.map(cdrs, (cdr) => row(columns.map((column) => cdr[column])))

  const bytes = yield* Stream.concat(Stream.succeed(row(columns)), rows).pipe(Stream.encodeText, Files.save(path))
  const lines = yield* Stream.runCount(Stream.splitLines(Stream.decodeText(fs.stream(path))))
  yield* Console.log(`${lines - 1} calls in ${DateTime.formatIso(month).slice(0, 7)}, ${bytes} bytes`)
}).pipe(Effect.scoped)

/** One call per hour of the last month. */
const calls = Effect.map(lastMonth, (month) =>
  Array.from({ length: 450 }, (_, i) => ({
    call_id: `call-${i}`,
    caller_id_name: 'Acme, "The" Corporation',
    caller_id_number: "+14155551234",
    duration_seconds: 30 + (i % 60),
    timestamp: Timestamp.toUnix(DateTime.add(month, { hours: i }))
  }))
)

const embedded = Layer.unwrap(Effect.map(calls, (cdrs) => EmbeddedAudian.layer({ records: { cdrs } })))

program.pipe(Effect.provide([embedded, NodeServices.layer]), NodeRuntime.runMain)

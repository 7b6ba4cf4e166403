// Send a fax from a file on disk, and wait for its delivery.
//
//   npm run example examples/send-fax.ts [path]
//
// Runs against the embedded server on a local socket. Without a path it sends an empty page of its own.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { Fax, Files } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const pdf = `%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]>> endobj
trailer <</Root 1 0 R>>
`

/** Writes a page to a temporary file. */
const page = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* fs.makeTempFileScoped({ suffix: ".pdf" })
  yield* fs.writeFileString(path, pdf)
  return path
})

const program = Effect.gen(function* () {
  const file = yield* Files.fromPath(process.argv[2] ?? (yield* page))
  const { id } = yield* Fax.send({ to: "+14155551234", subject: "An offer", file })
  yield* Console.log(`${id}: ${file.type}, ${file.size} bytes`)

  // The default is every 5 seconds for 5 minutes.
  const fax = yield* Fax.awaitDelivery({ faxId: id }, { schedule: Schedule.spaced("100 millis") })
  yield* Console.log(`${fax.id} is ${fax.status}`)
}).pipe(
  Effect.catchTag("StillPending", ({ last, message }) => Console.log(`${message}: ${last?.status}`)),
  Effect.scoped
)

const embedded = EmbeddedAudian.client().pipe(
  Layer.provide(EmbeddedAudian.serve({ balance: 10, faxDuration: "1 second" })),
  Layer.provide(NodeHttpClient.layerUndici)
)

program.pipe(Effect.provide([embedded, NodeServices.layer]), NodeRuntime.runMain)

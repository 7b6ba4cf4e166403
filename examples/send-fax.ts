// Send a fax from a file on disk, and wait for its delivery.
//
//   npm run example examples/send-fax.ts [path]
//
// Runs against the embedded server on a local socket. Without a path it sends a page of its own.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { Fax, Files } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

/** Writes a page to a temporary directory. */
const page = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const { join } = yield* Path.Path
  const path = join(yield* fs.makeTempDirectoryScoped(), "offer.pdf")
  yield* fs.writeFileString(
    path,
    `%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R
  /Resources <</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>>> endobj
4 0 obj <</Length 37>> stream
BT /F 48 Tf 72 648 Td (An offer) Tj ET
endstream endobj
trailer <</Root 1 0 R>>
`
  )
  return path
})

// The response is not documented. The page on statuses implies that it has an id.
const idOf = Schema.decodeUnknownEffect(Schema.Struct({ id: Schema.String }))

const program = Effect.gen(function* () {
  const path = process.argv[2] ?? (yield* page)
  const file = yield* Files.fromPath(path)
  yield* Console.log(`${file.name}: ${file.type}, ${file.size} bytes`)

  const response = yield* Fax.send({
    to: "+14155551234",
    subject: "An offer",
    file: Files.withUploadProgress(file, ({ bytes, total }) => Console.log(`  ${bytes} of ${total} bytes sent`))
  })
  const { id } = yield* idOf(response)

  // The default is every 5 seconds for 5 minutes.
  const fax = yield* Fax.awaitDelivery({ faxId: id }, { schedule: Schedule.spaced("100 millis") })
  yield* Console.log(`${fax.id} is ${fax.status}`)
}).pipe(
  Effect.catchTag("StillPending", ({ last, message }) => Console.log(`${message}: ${last?.status}`)),
  Effect.scoped
)

const options = { balance: 10, faxDuration: "1 second" } as const

const embedded = EmbeddedAudian.client().pipe(
  Layer.provide(EmbeddedAudian.serve(options)),
  Layer.provide(NodeHttpClient.layerUndici)
)

program.pipe(Effect.provide([embedded, NodeServices.layer]), NodeRuntime.runMain)

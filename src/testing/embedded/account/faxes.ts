/**
 * The faxes of an account: those that were sent go out as the clock passes, those that came in are seeded.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Faxes from "../../../account/Faxes.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as World from "../state.ts"
import * as Tree from "./accounts.ts"
import * as Engine from "./envelope.ts"
import * as Documents from "./storedDocuments.ts"
import * as Records from "./storedRecords.ts"

const faxes = "faxes"

/** A file where the pages were not sent along: the server fetches nothing. */
const blank = new TextEncoder().encode("%PDF-1.4\n%%EOF\n")

/** A fax as it stands: one that goes out is tried once, and reaches whom calls reach. */
const show = ({ settings }: World.World, stored: Tree.Stored, now: number): Engine.Document => {
  const { data, id } = stored
  const shown: Engine.Document = {
    direction: "outbound",
    timestamp: World.iso(stored.created),
    created: Documents.gregorian(stored.created),
    ...data,
    id
  }
  // One that was put there is as it was put there.
  if (data.status !== undefined) return shown
  const isOver = now >= stored.created + settings.faxMillis
  const success = isOver && settings.isReachable(String(data.to_number))
  return {
    ...shown,
    status: success ? "sent" : isOver ? "failed" : "pending",
    folder: isOver ? "outbox" : "outgoing",
    pages: success ? 1 : 0,
    tx_result: {
      error_message: isOver && !success ? "No answer" : "",
      fax_bad_rows: 0,
      fax_error_correction: false,
      fax_receiver_id: "",
      fax_speed: 0,
      pages_sent: success ? 1 : 0,
      success,
      time_elapsed: isOver ? Math.round(settings.faxMillis / 1000) : 0
    }
  }
}

/** What a list says of a fax. */
const summary = (world: World.World, stored: Tree.Stored, now: number): Engine.Document => {
  const shown = show(world, stored, now)
  const { from_number = "undefined", to_number = "undefined" } = shown
  return {
    from: from_number,
    to: to_number,
    ...Documents.pick(
      shown,
      "id",
      "direction",
      "from",
      "to",
      "from_number",
      "to_number",
      "status",
      "folder",
      "pages",
      "timestamp",
      "created"
    )
  }
}

const find = (account: Tree.Account, id: string): Effect.Effect<Tree.Stored, Engine.Refusal> => {
  const found = account.of(faxes).find(id)
  return found === undefined ? Engine.unknownId(id) : Effect.succeed(found)
}

export const handlers = (tree: Tree.Tree): ReadonlyArray<AudianTest.Handler> => {
  const { world } = tree
  // The pages that were sent along, by the document that they are of; gone when that is.
  const pages = new WeakMap<Engine.Document, Uint8Array>()

  return [
    Tree.handle(tree, Faxes.list, ({ account, input, now }) =>
      Records.list(account, faxes, input, now, (stored) => summary(world, stored, now))
    ),

    Tree.handle(tree, Faxes.create, ({ account, input, now, sent }) =>
      Effect.gen(function* () {
        const { document, from_number, to_number } = input
        const file = document instanceof Blob ? document : undefined
        if (file === undefined && document === undefined && sent.document_url === undefined) {
          return yield* Engine.invalid("document", "required", "Field is required but missing")
        }
        const data = { attempts: 0, retries: 1, ...(file === undefined ? sent : {}), from_number, to_number }
        if (file !== undefined) {
          pages.set(data, new Uint8Array(yield* Effect.promise(() => file.arrayBuffer())))
        }
        return { data: show(world, Records.add(tree, account, faxes, data, now), now) }
      })
    ),

    Tree.handle(tree, Faxes.get, ({ account, input: { fax_id }, now }) =>
      Effect.map(find(account, fax_id), (stored) => ({ data: show(world, stored, now) }))
    ),

    Tree.handle(tree, Faxes.getAttachment, ({ account, input: { fax_id } }) =>
      Effect.map(find(account, fax_id), ({ data }) => ({
        response: HttpServerResponse.uint8Array(pages.get(data) ?? blank, { contentType: "application/pdf" })
      }))
    ),

    Tree.handle(tree, Faxes.remove, ({ account, input: { fax_id }, now }) =>
      Effect.map(find(account, fax_id), (stored) => {
        account.of(faxes).delete(fax_id)
        return { data: show(world, stored, now), metadata: { deleted: true } }
      })
    )
  ]
}

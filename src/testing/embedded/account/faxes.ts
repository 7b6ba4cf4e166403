/**
 * The faxes of an account: sent ones, which arrive or fail as the clock advances, and seeded ones.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Faxes from "../../../account/Faxes.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as State from "../state.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as StoredDocuments from "./storedDocuments.ts"
import * as StoredRecords from "./storedRecords.ts"

const faxes = "faxes"

/** The attachment of a fax without an uploaded file: the server fetches no `document_url`. */
const blank = new TextEncoder().encode("%PDF-1.4\n%%EOF\n")

/** The current state of a fax. A sent fax has one attempt, and reaches the numbers that calls reach. */
const show = ({ settings }: State.State, stored: Accounts.Stored, now: number): Envelope.Document => {
  const { data, id } = stored
  const shown: Envelope.Document = {
    direction: "outbound",
    timestamp: State.iso(stored.created),
    created: StoredDocuments.gregorian(stored.created),
    ...data,
    id
  }
  // A seeded fax has its own status.
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

/** A fax in a list. */
const summary = (state: State.State, stored: Accounts.Stored, now: number): Envelope.Document => {
  const shown = show(state, stored, now)
  const { from_number = "undefined", to_number = "undefined" } = shown
  return {
    from: from_number,
    to: to_number,
    ...StoredDocuments.pick(
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

const find = (account: Accounts.Account, id: string): Effect.Effect<Accounts.Stored, Envelope.Refusal> => {
  const found = account.store(faxes).find(id)
  return found === undefined ? Envelope.unknownId(id) : Effect.succeed(found)
}

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => {
  const { state } = accounts
  // The uploaded files, by document.
  const pages = new WeakMap<Envelope.Document, Uint8Array>()

  return [
    Accounts.handle(accounts, Faxes.list, ({ account, input, now }) =>
      StoredRecords.list(account, faxes, input, now, (stored) => summary(state, stored, now))
    ),

    Accounts.handle(accounts, Faxes.create, ({ account, input, now, sent }) =>
      Effect.gen(function* () {
        const { document, from_number, to_number } = input
        const file = document instanceof Blob ? document : undefined
        if (file === undefined && document === undefined && sent.document_url === undefined) {
          return yield* Envelope.invalid("document", "required", "Field is required but missing")
        }
        const data = { attempts: 0, retries: 1, ...(file === undefined ? sent : {}), from_number, to_number }
        if (file !== undefined) {
          pages.set(data, new Uint8Array(yield* Effect.promise(() => file.arrayBuffer())))
        }
        const stored = StoredRecords.add(accounts, account, faxes, data, now)
        state.scheduler.at(now + state.settings.faxMillis, (now) => {
          if (account.store(faxes).find(stored.id) === undefined) return
          const to = String(to_number)
          const success = state.settings.isReachable(to)
          State.report(state, { _tag: "FaxSent", accountId: account.id, id: stored.id, to, success }, now)
        })
        return { data: show(state, stored, now) }
      })
    ),

    Accounts.handle(accounts, Faxes.get, ({ account, input: { fax_id }, now }) =>
      Effect.map(find(account, fax_id), (stored) => ({ data: show(state, stored, now) }))
    ),

    Accounts.handle(accounts, Faxes.getAttachment, ({ account, input: { fax_id } }) =>
      Effect.map(find(account, fax_id), ({ data }) => ({
        response: HttpServerResponse.uint8Array(pages.get(data) ?? blank, { contentType: "application/pdf" })
      }))
    ),

    Accounts.handle(accounts, Faxes.remove, ({ account, input: { fax_id }, now }) =>
      Effect.map(find(account, fax_id), (stored) => {
        account.store(faxes).delete(fax_id)
        return { data: show(state, stored, now), metadata: { deleted: true } }
      })
    )
  ]
}

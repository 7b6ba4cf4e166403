/**
 * The faxes of the embedded server: sent ones, which arrive or fail as the clock advances, and received ones.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Schema from "effect/Schema"
import type * as AudianError from "../../../AudianError.ts"
import * as Fax from "../../../resources/Fax.ts"
import * as AudianTest from "../../AudianTest.ts"
import type { IncomingFax } from "../service.ts"
import * as State from "../state.ts"
import * as Store from "../store.ts"
import * as Forms from "../transport/forms.ts"

type Document = Schema.JsonObject & { readonly id: string; readonly status: string }

interface Received {
  readonly document: Document
  readonly receivedAt: number
  readonly bytes: Uint8Array
}

interface EmbeddedFax {
  readonly handlers: ReadonlyArray<AudianTest.Handler>
  /** Receives a fax, and returns its id. */
  readonly receive: (fax: IncomingFax) => Effect.Effect<string>
}

export const make = (state: State.State): EmbeddedFax => {
  const kind = { prefix: "fax", what: "fax" }
  const sent = Store.make<Document>(state, kind)
  const received = Store.make<Received>(state, kind)
  const { scheduler, settings } = state
  const price = State.tariff.minute

  const find = (id: string): Effect.Effect<Document, AudianError.AudianError> => {
    const document = received.find(id)?.document
    return document === undefined ? sent.get(id) : Effect.succeed(document)
  }

  /** Schedules an attempt to deliver a fax, which schedules the next one. */
  const attempt = (
    id: string,
    reachable: boolean,
    attempts: number,
    left: number,
    createdAt: number,
    now: number
  ): void =>
    scheduler.at(now + settings.faxMillis, (now) => {
      const document = sent.find(id)
      if (document === undefined) return
      if (!reachable && left > 1) {
        sent.set(id, { ...document, attempts })
        return attempt(id, reachable, attempts + 1, left - 1, createdAt, now)
      }
      const outcome = reachable ? { status: "sent" } : { status: "failed", error: "No answer" }
      sent.set(id, { ...document, ...outcome, attempts, completed_at: State.iso(now) })
      if (!reachable) State.refund(state, createdAt, price, "voice")
    })

  return {
    receive: ({ bytes = new TextEncoder().encode("%PDF-1.7\n"), from, pages = 1, to }) =>
      Effect.map(
        received.add((id, now) => ({
          document: {
            id,
            direction: "inbound",
            from,
            to,
            status: "received",
            pages,
            size: bytes.length,
            received_at: State.iso(now)
          },
          receivedAt: now,
          bytes
        })),
        ({ document: { id }, receivedAt }) => {
          State.report(state, { _tag: "FaxReceived", id, from, to, pages }, receivedAt)
          return id
        }
      ),

    handlers: [
      AudianTest.handle(Fax.send, ({ file, to, ...input }) =>
        Effect.gen(function* () {
          const recipients: ReadonlyArray<string> = typeof to === "string" ? [to] : to
          yield* State.charge(state, price * recipients.length, "voice", recipients.length)
          const faxes = yield* Effect.forEach(recipients, (to) =>
            sent.add((id, now) => {
              const { max_retries = 3, retry_on_failure = true } = input
              attempt(id, settings.isReachable(to), 1, retry_on_failure ? 1 + max_retries : 1, now, now)
              return {
                quality: "standard",
                cover_page: true,
                ...State.json({ ...input, retry_on_failure, max_retries }),
                id,
                direction: "outbound",
                to,
                file: Forms.describe(file),
                status: "pending",
                attempts: 0,
                created_at: State.iso(now)
              }
            })
          )
          return faxes.length === 1 ? faxes[0]! : { ...faxes[0]!, to: recipients, faxes }
        })
      ),

      AudianTest.handle(Fax.listReceived, ({ status, ...input }) =>
        Effect.map(State.range(input, "from_date", "to_date"), ({ from = -Infinity, to = Infinity }) => {
          const { items } = received.list({
            ...input,
            where: ({ document, receivedAt }) =>
              (status === undefined || document.status === status) && receivedAt >= from && receivedAt <= to
          })
          return items.map(({ document }) => document)
        })
      ),

      AudianTest.handle(Fax.getReceived, ({ faxId }) => Effect.map(received.get(faxId), ({ document }) => document)),

      {
        operation: Fax.downloadReceived,
        // A response instead of a stream has a length.
        run: (input) =>
          Effect.map(received.get((input as { readonly faxId: string }).faxId), ({ bytes }) =>
            HttpServerResponse.uint8Array(bytes)
          )
      },

      AudianTest.handle(Fax.createWebhook, (input) =>
        Effect.map(State.now, (now) => ({
          ...input,
          id: state.nextId("wh"),
          signing_secret: state.nextId("whsec"),
          created_at: State.iso(now)
        }))
      ),

      AudianTest.handle(Fax.getStatus, ({ faxId }) =>
        Effect.map(
          find(faxId),
          ({ attempts, error, id, status }) => State.json({ id, status, attempts, error }) as Document
        )
      ),
      AudianTest.handle(Fax.get, ({ faxId }) => find(faxId)),

      AudianTest.handle(Fax.listHistory, () =>
        Effect.sync(() => [...sent.all(), ...received.all().map(({ document }) => document)])
      )
    ]
  }
}

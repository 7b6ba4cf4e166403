/**
 * Puts into an account what no operation can: calls that are over or up, faxes that came in, phones that registered.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import * as Account from "../../../account/index.ts"
import type { Records } from "../options.ts"
import * as Accounts from "./accounts.ts"
import type * as Envelope from "./envelope.ts"
import * as Registrations from "./registrations.ts"
import * as StoredDocuments from "./storedDocuments.ts"
import * as StoredRecords from "./storedRecords.ts"

/** Items of a model as the engine stores them. */
const encoder =
  <A>(schema: Schema.Codec<A, unknown>) =>
  (items: ReadonlyArray<A> | undefined): ReadonlyArray<Envelope.Document> =>
    // Without what is undefined, as over the wire.
    (items ?? []).map((item) => JSON.parse(JSON.stringify(Schema.encodeSync(schema)(item))) as Envelope.Document)

/** Throws when there is no such account. */
export const seed = (accounts: Accounts.Accounts, seeds: Records, now: number): void => {
  const { accountId = accounts.ownId, cdrs, channels, faxes, presences, registrations, transactions } = seeds
  const account = accounts.byId.find(accountId)
  if (account === undefined) throw new Error(`EmbeddedAudian: there is no account ${accountId} to put records into`)

  const record = (kind: string, { id, ...data }: Envelope.Document, at = now): void => {
    if (typeof id === "string") account.store(kind).set(id, Accounts.makeStored(accounts, id, data, at))
    else StoredRecords.add(accounts, account, kind, data, at)
  }
  const thing = (kind: string, id: Schema.Json | undefined, data: Envelope.Document): void => {
    const own = typeof id === "string" ? id : Accounts.hex(accounts.next())
    account.store(kind).set(own, Accounts.makeStored(accounts, own, data, now))
  }

  for (const cdr of encoder(Account.Cdrs.CdrDocument)(cdrs))
    record("cdrs", cdr, StoredDocuments.millisOf(cdr.timestamp))
  for (const fax of encoder(Account.Faxes.Fax)(faxes)) {
    record(
      "faxes",
      { status: "sent", ...fax },
      StoredDocuments.millisOf(fax.created) ?? StoredDocuments.millisOf(fax.timestamp)
    )
  }
  for (const one of encoder(Account.Billing.Transaction)(transactions))
    record("transactions", one, StoredDocuments.millisOf(one.created))
  for (const channel of encoder(Account.Channels.Channel)(channels)) thing("channels", channel.uuid, channel)
  for (const { presence_id, ...one } of encoder(Account.Presence.Presence)(presences)) {
    thing("presences", presence_id ?? one.user_id, one)
  }
  for (const one of encoder(Account.Registrations.Registration)(registrations)) {
    thing(Registrations.name, one.authorizing_id, one)
  }
}

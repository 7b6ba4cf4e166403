/**
 * Adds records that no operation creates: ended and active calls, received faxes, registered phones.
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

/** Encodes items of a model to stored documents. */
const encoder =
  <A>(schema: Schema.Codec<A, unknown>) =>
  (items: ReadonlyArray<A> | undefined): ReadonlyArray<Envelope.Document> =>
    // JSON drops undefined fields, as the wire does.
    (items ?? []).map((item) => JSON.parse(JSON.stringify(Schema.encodeSync(schema)(item))) as Envelope.Document)

/** Adds records to an account. Throws if there is no such account. */
export const seed = (accounts: Accounts.Accounts, records: Records, now: number): void => {
  const { accountId = accounts.ownId, cdrs, channels, faxes, presences, registrations, transactions } = records
  const account = accounts.byId.find(accountId)
  if (account === undefined) throw new Error(`EmbeddedAudian: there is no account ${accountId} to put records into`)

  const addRecord = (kind: string, { id, ...data }: Envelope.Document, at = now): void => {
    if (typeof id === "string") account.store(kind).set(id, Accounts.makeStored(accounts, id, data, at))
    else StoredRecords.add(accounts, account, kind, data, at)
  }
  const addDocument = (kind: string, id: Schema.Json | undefined, data: Envelope.Document): void => {
    const newId = typeof id === "string" ? id : Accounts.hex(accounts.next())
    account.store(kind).set(newId, Accounts.makeStored(accounts, newId, data, now))
  }

  for (const cdr of encoder(Account.Cdrs.CdrDocument)(cdrs))
    addRecord("cdrs", cdr, StoredDocuments.millisOf(cdr.timestamp))
  for (const fax of encoder(Account.Faxes.Fax)(faxes)) {
    addRecord(
      "faxes",
      { status: "sent", ...fax },
      StoredDocuments.millisOf(fax.created) ?? StoredDocuments.millisOf(fax.timestamp)
    )
  }
  for (const item of encoder(Account.Billing.Transaction)(transactions))
    addRecord("transactions", item, StoredDocuments.millisOf(item.created))
  for (const channel of encoder(Account.Channels.Channel)(channels)) addDocument("channels", channel.uuid, channel)
  for (const { presence_id, ...item } of encoder(Account.Presence.Presence)(presences)) {
    addDocument("presences", presence_id ?? item.user_id, item)
  }
  for (const item of encoder(Account.Registrations.Registration)(registrations)) {
    addDocument(Registrations.name, item.authorizing_id, item)
  }
}

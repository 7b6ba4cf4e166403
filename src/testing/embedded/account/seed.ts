/**
 * Puts into an account what no operation can: calls that are over or up, faxes that came in, phones that registered.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import * as Billing from "../../../account/Billing.ts"
import * as Cdrs from "../../../account/Cdrs.ts"
import * as Channels from "../../../account/Channels.ts"
import * as Faxes from "../../../account/Faxes.ts"
import * as Presence from "../../../account/Presence.ts"
import * as Registrations from "../../../account/Registrations.ts"
import type * as EmbeddedAudian from "../../EmbeddedAudian.ts"
import * as Tree from "./accounts.ts"
import type * as Engine from "./envelope.ts"
import * as Registered from "./registrations.ts"
import * as Documents from "./storedDocuments.ts"
import * as Records from "./storedRecords.ts"

/** Items of a model as the engine stores them. */
const encoder =
  <A>(schema: Schema.Codec<A, unknown>) =>
  (items: ReadonlyArray<A> | undefined): ReadonlyArray<Engine.Document> =>
    // Without what is undefined, as over the wire.
    (items ?? []).map((item) => JSON.parse(JSON.stringify(Schema.encodeSync(schema)(item))) as Engine.Document)

/** Throws when there is no such account. */
export const seed = (tree: Tree.Tree, seeds: EmbeddedAudian.Records, now: number): void => {
  const { accountId = tree.own, cdrs, channels, faxes, presences, registrations, transactions } = seeds
  const account = tree.accounts.find(accountId)
  if (account === undefined) throw new Error(`EmbeddedAudian: there is no account ${accountId} to put records into`)

  const record = (kind: string, { id, ...data }: Engine.Document, at = now): void => {
    if (typeof id === "string") account.of(kind).set(id, Tree.store(tree, id, data, at))
    else Records.add(tree, account, kind, data, at)
  }
  const thing = (kind: string, id: Schema.Json | undefined, data: Engine.Document): void => {
    const own = typeof id === "string" ? id : Tree.hex(tree.next())
    account.of(kind).set(own, Tree.store(tree, own, data, now))
  }

  for (const cdr of encoder(Cdrs.CdrDocument)(cdrs)) record("cdrs", cdr, Documents.millisOf(cdr.timestamp))
  for (const fax of encoder(Faxes.Fax)(faxes)) {
    record("faxes", { status: "sent", ...fax }, Documents.millisOf(fax.created) ?? Documents.millisOf(fax.timestamp))
  }
  for (const one of encoder(Billing.Transaction)(transactions))
    record("transactions", one, Documents.millisOf(one.created))
  for (const channel of encoder(Channels.Channel)(channels)) thing("channels", channel.uuid, channel)
  for (const { presence_id, ...one } of encoder(Presence.Presence)(presences)) {
    thing("presences", presence_id ?? one.user_id, one)
  }
  for (const one of encoder(Registrations.Registration)(registrations)) {
    thing(Registered.name, one.authorizing_id, one)
  }
}

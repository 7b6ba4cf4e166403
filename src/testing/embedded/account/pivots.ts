/**
 * The pivots of an account: documents without documented fields. There is nothing to debug.
 *
 * @internal
 */
import * as Pivots from "../../../account/Pivots.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as StoredDocuments from "./storedDocuments.ts"

const kind: StoredDocuments.Kind = { name: "pivot", id: "pivot_id" }

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => [
  ...StoredDocuments.crud(accounts, kind, Pivots),
  Accounts.handle(accounts, Pivots.debug, () => Envelope.reply([]))
]

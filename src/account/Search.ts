/**
 * The search across an account's documents.
 *
 * @see https://docs.audian.com/callflows
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import { accountId } from "../internal/schema/accountParams.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Search", family: "account" })

/**
 * Finds documents of a type `t` whose `q` is like `v` (`GET /v2/accounts/{account_id}/search`). The API documents
 * callflows, by `number` and by `name_and_number`, and does not describe its response.
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const search = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("search", "/v2/accounts/:account_id/search", {
      params: accountId,
      query: { t: openEnum("callflow"), q: openEnum("number", "name_and_number"), v: Schema.String },
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

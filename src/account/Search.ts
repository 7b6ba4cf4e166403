/**
 * The search across an account's documents.
 *
 * @see https://docs.audian.com/callflows
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account } from "../internal/schema/accountParams.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, openEnum, openStruct } from "../internal/schema/schema.ts"

/**
 * A document that was found: the fields of the engine's list. Further fields depend on its type.
 *
 * @category models
 * @since 0.1.0
 */
export class FoundDocument extends /*@__PURE__*/ model<FoundDocument>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the document. */
      id: Schema.optional(Schema.String),
      /** Name of the document. */
      name: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The input of {@link search}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class SearchInput extends /*@__PURE__*/ model<SearchInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Type of the documents: `callflow`. */
        t: openEnum("callflow"),
        /** Field to look in: `number` or `name_and_number`. */
        q: openEnum("number", "name_and_number"),
        /** Text to look for. */
        v: Schema.String
      })
    )
  )
) {}

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Search", family: "account" })

/**
 * Finds documents of a type `t` whose `q` is like `v` (`GET /v2/accounts/{account_id}/search`). The API documents callflows,
 * by `number` and by `name_and_number`.
 *
 * **Example** (The callflows of a number)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const flows = Effect.map(Account.Search.search({ t: "callflow", q: "number", v: "4155551234" }), (found) =>
 *   found.map(({ id, name }) => name ?? id)
 * )
 * ```
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const search = /*@__PURE__*/ make(
  () =>
    Endpoint.get("search", "/v2/accounts/:account_id/search", {
      input: SearchInput,
      success: Envelope.account(Schema.Array(FoundDocument))
    }),
  { replay: "safe" }
)

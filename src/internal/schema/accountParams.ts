/**
 * What the account-scoped operations share: the account in the path, and how the engine pages.
 *
 * @internal
 */
import * as Schema from "effect/Schema"

/** Parameters of a path under an account. */
export const accountId = { account_id: Schema.String } as const

/** A list of the engine: a page of `page_size` from `start_key`, or everything with `paginate: false`. */
export const listQuery = () => ({
  page_size: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  start_key: Schema.optional(Schema.String),
  paginate: Schema.optional(Schema.Boolean)
})

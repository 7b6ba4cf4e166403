/**
 * The envelopes around a payload, for operations of your own.
 *
 * **Example** (A list of the engine)
 *
 * ```ts
 * import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
 * import * as Schema from "effect/Schema"
 * import { Envelope, Operation } from "effect-audian"
 *
 * export const list = Operation.make(
 *   () =>
 *     HttpApiEndpoint.get("list", "/v2/accounts/:account_id/lists", {
 *       params: { account_id: Schema.String },
 *       success: Envelope.account(Schema.Array(Schema.Struct({ id: Schema.String })))
 *     }),
 *   { resource: "Lists", family: "account", replay: "safe" }
 * )
 * ```
 *
 * @since 0.1.0
 */
export {
  /**
   * The response of the account-scoped family: `{ data, status, request_id, … }`.
   *
   * @category schemas
   * @since 0.1.0
   */
  account,
  /**
   * The request body of the account-scoped family: `{ data }`. The input of the operation has the fields of `data`.
   *
   * @category schemas
   * @since 0.1.0
   */
  body,
  /**
   * The response of the flat family: `{ success, data }`.
   *
   * @category schemas
   * @since 0.1.0
   */
  flat
} from "./internal/schema/envelope.ts"

/**
 * Pivots: call routing that a URL of yours decides while the call is processed.
 *
 * The API documents no fields, so a pivot is any JSON object here: every key of the input but `account_id` and `pivot_id`
 * is a field of the pivot.
 *
 * @see https://docs.audian.com/pivot
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, accountId, listInput } from "../internal/schema/accountParams.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import * as PlainEndpoint from "../internal/schema/plainEndpoint.ts"
import { lazy, merge, model, openRecord, openStruct } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A pivot. Its fields are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class Pivot extends /*@__PURE__*/ model<Pivot>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the pivot. */
      id: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * A pivot that was created. Fields other than `id` are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class CreatedPivot extends /*@__PURE__*/ model<CreatedPivot>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the pivot. */
      id: Schema.String
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of operations that need no more than a pivot's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class PivotKey extends /*@__PURE__*/ model<PivotKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Id of the pivot. */
        pivot_id: Schema.String
      })
    )
  )
) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(/*@__PURE__*/ lazy(() => listInput({}))) {}

/**
 * The input of {@link debug}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class DebugInput extends /*@__PURE__*/ model<DebugInput>()(/*@__PURE__*/ lazy(() => Schema.Struct(account()))) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Pivots", family: "account" })

/**
 * Lists the pivots of an account (`GET /v2/accounts/{account_id}/pivot`).
 *
 * **Example** (The ids of all pivots)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const ids = Account.Pivots.list.items().pipe(
 *   Stream.map(({ id }) => id),
 *   Stream.runCollect
 * )
 * ```
 *
 * @see https://docs.audian.com/pivot
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/pivot", {
        input: ListInput,
        success: Envelope.account(Schema.Array(Pivot))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads a pivot (`GET /v2/accounts/{account_id}/pivot/{pivot_id}`).
 *
 * **Example** (Read a pivot, if there is one)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const find = (pivot_id: string) => Effect.option(Account.Pivots.get({ pivot_id }))
 * ```
 *
 * @see https://docs.audian.com/pivot
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/pivot/:pivot_id", {
      input: PivotKey,
      success: Envelope.account(Pivot)
    }),
  { replay: "safe" }
)

/**
 * Creates a pivot (`PUT /v2/accounts/{account_id}/pivot`). Its fields are undocumented: any fields are sent as they are
 * given.
 *
 * **Example** (Create a pivot)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * // The fields are undocumented: use those that your vendor gives you.
 * export const program = Effect.map(
 *   Account.Pivots.create({ name: "Orders", voice_url: "https://example.com/pivot" }),
 *   ({ id }) => id
 * )
 * ```
 *
 * @see https://docs.audian.com/pivot
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    PlainEndpoint.put("create", "/v2/accounts/:account_id/pivot", {
      params: accountId,
      payload: Envelope.body(openRecord),
      success: Endpoint.status(Envelope.account(CreatedPivot), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Replaces a pivot (`POST /v2/accounts/{account_id}/pivot/{pivot_id}`): fields left out are lost.
 *
 * **Example** (Replace a pivot)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Pivots.update({ pivot_id: "pivot_abc123", voice_url: "https://example.com/pivot" })
 * ```
 *
 * @see https://docs.audian.com/pivot
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    PlainEndpoint.post("update", "/v2/accounts/:account_id/pivot/:pivot_id", {
      params: {
        ...accountId,
        /** Id of the pivot. */
        pivot_id: Schema.String
      },
      payload: Envelope.body(openRecord),
      success: Envelope.account(Pivot)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Changes a pivot by a function or an effect: reads it, and writes it back in full, undocumented fields included.
 *
 * **Details**
 *
 * It writes nothing when nothing changed. It starts again from the read when the engine reports a conflict.
 *
 * **Gotchas**
 *
 * It does not lock: a change that another program makes between the read and the write is lost.
 *
 * **Example** (Change one field of a pivot)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Pivots.modify({ pivot_id: "pivot_abc123" }, (pivot) => ({
 *   ...pivot,
 *   voice_url: "https://example.com/pivot"
 * }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const modify = /*@__PURE__*/ Operation.modify(get, update)

/**
 * Removes a pivot (`DELETE /v2/accounts/{account_id}/pivot/{pivot_id}`). It gives the removed pivot where the API sends it.
 *
 * **Example** (Remove a pivot that may be gone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Pivots.remove({ pivot_id: "pivot_abc123" }).pipe(
 *   Effect.catchTag("NotFound", () => Effect.void)
 * )
 * ```
 *
 * @see https://docs.audian.com/pivot
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/pivot/:pivot_id", {
      input: PivotKey,
      success: [Envelope.account(Pivot), Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * Reads what there is to debug pivots (`GET /v2/accounts/{account_id}/pivot/debug`). The response is undocumented.
 *
 * **Example** (Log the response)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Effect.tap(Account.Pivots.debug(), (json) => Effect.logInfo(json))
 * ```
 *
 * @see https://docs.audian.com/pivot
 * @category operations
 * @since 0.1.0
 */
export const debug = /*@__PURE__*/ make(
  () =>
    Endpoint.get("debug", "/v2/accounts/:account_id/pivot/debug", {
      input: DebugInput,
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

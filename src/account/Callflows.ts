/**
 * Callflows: which steps a call to a number goes through.
 *
 * An {@link update} replaces the full document: fields left out are lost.
 *
 * @see https://docs.audian.com/callflows
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * One step of a callflow, and where it goes on from there.
 *
 * What `data` holds and which keys `children` has depends on the module: digits, `_`, `default`, ids of rules.
 *
 * ```ts
 * import type { Account } from "effect-audian"
 *
 * export const flow: Account.Callflows.Flow = {
 *   module: "menu",
 *   data: {},
 *   children: {
 *     "1": {
 *       module: "ring_group",
 *       data: { endpoints: [{ endpoint_type: "user", id: "user_abc123" }], strategy: "simultaneous", timeout: 30 }
 *     }
 *   }
 * }
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface Flow {
  readonly module: string
  readonly data?: { readonly [key: string]: Schema.Json } | undefined
  readonly children?: { readonly [key: string]: Flow } | undefined
}

const flowOf = (bounded: EngineSchemas.Bounded): Schema.Codec<Flow> => {
  const self: Schema.Codec<Flow> = Schema.Struct({
    module: EngineSchemas.text(bounded, 1, 64),
    data: Schema.optional(EngineSchemas.record),
    children: Schema.optional(
      Schema.Record(
        Schema.String,
        Schema.suspend(() => self)
      )
    )
  })
  return self
}

/**
 * @category schemas
 * @since 0.1.0
 */
export const Flow: Schema.Codec<Flow> = /*@__PURE__*/ lazy(() => flowOf(EngineSchemas.received))

/** The fields of the engine's document, except its flow; a thunk, so that a bundler drops it with the operations that send it. */
const fields = (bounded: EngineSchemas.Bounded) => ({
  name: Schema.optional(Schema.String),
  numbers: Schema.optional(bounded(Schema.Array(EngineSchemas.text(bounded, 1, 36)), Schema.isUnique())),
  patterns: Schema.optional(Schema.Array(bounded(Schema.String, Schema.isMinCodePoints(1)))),
  metaflow: Schema.optional(Schema.Json),
  ringback: Schema.optional(
    Schema.Struct({ early: Schema.optional(Schema.String), transfer: Schema.optional(Schema.String) })
  ),
  owner_id: Schema.optional(Schema.String),
  flags: Schema.optional(EngineSchemas.list())
})

const featureCode = (bounded: EngineSchemas.Bounded) =>
  Schema.Struct({
    name: Schema.optional(EngineSchemas.text(bounded, 1, 128)),
    number: Schema.optional(EngineSchemas.text(bounded, 1, 30))
  })

/**
 * A callflow. A list may leave `flow` out, and has the names of its `modules` instead. `featurecode` is false where
 * there is none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Callflow extends Schema.Schema.Type<typeof Callflow> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Callflow = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    ...fields(EngineSchemas.received),
    flow: Schema.optional(Flow),
    featurecode: Schema.optional(Schema.Union([featureCode(EngineSchemas.received), Schema.Boolean])),
    type: Schema.optional(Schema.String),
    group_id: Schema.optional(Schema.String),
    modules: Schema.optional(Schema.Array(Schema.String))
  })
)

const sent = () =>
  Schema.Struct({
    ...fields(EngineSchemas.sent),
    flow: flowOf(EngineSchemas.sent),
    featurecode: Schema.optional(featureCode(EngineSchemas.sent))
  })

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Callflows", family: "account" })

/**
 * Lists the callflows of an account (`GET /v2/accounts/{account_id}/callflows`).
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/callflows", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Array(Callflow))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a callflow (`PUT /v2/accounts/{account_id}/callflows`). It answers calls to its `numbers`, which may be
 * extensions, and to what fits one of its `patterns`.
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("create", "/v2/accounts/:account_id/callflows", {
      params: accountId,
      payload: Envelope.body(sent()),
      success: Envelope.account(Callflow).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Reads a callflow (`GET /v2/accounts/{account_id}/callflows/{callflow_id}`).
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/callflows/:callflow_id", {
      params: { ...accountId, callflow_id: Schema.String },
      success: Envelope.account(Callflow)
    }),
  { replay: "safe" }
)

/**
 * Replaces a callflow (`POST /v2/accounts/{account_id}/callflows/{callflow_id}`): fields left out are lost.
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id/callflows/:callflow_id", {
      params: { ...accountId, callflow_id: Schema.String },
      payload: Envelope.body(sent()),
      success: Envelope.account(Callflow)
    }),
  { replay: "safe" }
)

/**
 * Removes a callflow (`DELETE /v2/accounts/{account_id}/callflows/{callflow_id}`).
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/callflows/:callflow_id", {
      params: { ...accountId, callflow_id: Schema.String },
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)

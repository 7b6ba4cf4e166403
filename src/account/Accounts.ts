/**
 * Accounts: one's own, and those below it.
 *
 * Two kinds of page describe them. What the engine serves takes and gives its own documents: an {@link update}
 * replaces the full document, so that fields left out are lost, and a {@link patch} merges into it. The others ({@link
 * create}, and what hangs on `children` and `parent`) are plain JSON in camelCase.
 *
 * An unknown account fails with `Unauthorized`, not with `NotFound`.
 *
 * @see https://docs.audian.com/accounts
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum, pageFields, pageQuery } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The state of an account, where a page speaks of one; the engine itself knows `enabled`.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Status = /*@__PURE__*/ openEnum("active", "suspended", "closed")

/**
 * The plan that an account is created with.
 *
 * @category models
 * @since 0.1.0
 */
export type Plan = typeof Plan.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Plan = /*@__PURE__*/ openEnum("starter", "professional", "enterprise")

/**
 * The address of an account.
 *
 * @category models
 * @since 0.1.0
 */
export interface Address extends Schema.Schema.Type<typeof Address> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Address = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    street: Schema.optional(Schema.String),
    city: Schema.optional(Schema.String),
    state: Schema.optional(Schema.String),
    postalCode: Schema.optional(Schema.String),
    country: Schema.optional(Schema.String)
  })
)

/**
 * The settings of an account. The unit of `recordingRetention` is not documented; the sample is 30.
 *
 * @category models
 * @since 0.1.0
 */
export interface Settings extends Schema.Schema.Type<typeof Settings> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Settings = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    timezone: Schema.optional(Schema.String),
    language: Schema.optional(Schema.String),
    enableVoiceMail: Schema.optional(Schema.Boolean),
    enableRecording: Schema.optional(Schema.Boolean),
    recordingRetention: Schema.optional(Schema.Finite),
    smsEnabled: Schema.optional(Schema.Boolean)
  })
)

/** The fields of the engine's document, except its name; a thunk, so that a bundler drops it with the operations that send it. */
const fields = (bounded: EngineSchemas.Bounded) => ({
  ...EngineSchemas.shared(bounded),
  addresses: Schema.optional(Schema.Struct(EngineSchemas.addresses(bounded))),
  allowed_proxy_ips: Schema.optional(EngineSchemas.list()),
  announcement: Schema.optional(Schema.String),
  blacklists: Schema.optional(EngineSchemas.uniqueList(bounded)),
  call_recording: Schema.optional(
    Schema.Struct({
      account: Schema.optional(EngineSchemas.callRecording(bounded)),
      endpoint: Schema.optional(EngineSchemas.callRecording(bounded))
    })
  ),
  music_on_hold: Schema.optional(EngineSchemas.musicOnHold(bounded, 2048)),
  notifications: Schema.optional(
    Schema.Struct({
      first_occurrence: Schema.optional(
        Schema.Struct({
          sent_initial_call: Schema.optional(Schema.Boolean),
          sent_initial_registration: Schema.optional(Schema.Boolean)
        })
      ),
      low_balance: Schema.optional(
        Schema.Struct({
          enabled: Schema.optional(Schema.Boolean),
          last_notification: Schema.optional(Timestamp.Gregorian),
          sent_low_balance: Schema.optional(Schema.Boolean),
          threshold: Schema.optional(Schema.Finite)
        })
      ),
      media_proxy: Schema.optional(
        Schema.Struct({
          fail_alert_enabled: Schema.optional(Schema.Boolean),
          last_notification: Schema.optional(Timestamp.Gregorian)
        })
      )
    })
  ),
  org: Schema.optional(Schema.String),
  preflow: Schema.optional(Schema.Struct({ always: Schema.optional(Schema.String) })),
  realm: Schema.optional(bounded(EngineSchemas.text(bounded, 4, 253), Schema.isPattern(/^[.\w-]+$/u))),
  topup: Schema.optional(
    Schema.Struct({ amount: Schema.optional(Schema.Finite), threshold: Schema.optional(Schema.Finite) })
  ),
  voicemail: Schema.optional(EngineSchemas.voicemail()),
  zones: Schema.optional(EngineSchemas.record)
})

const name = (bounded: EngineSchemas.Bounded) => EngineSchemas.text(bounded, 1, 128)

/** The fields of the pages in camelCase. */
const contact = () => ({
  displayName: Schema.optional(Schema.String),
  email: Schema.optional(Schema.String),
  phone: Schema.optional(Schema.String),
  address: Schema.optional(Address),
  settings: Schema.optional(Settings),
  metadata: Schema.optional(EngineSchemas.record)
})

/**
 * An account: the engine's document, and what a {@link patch} has put beside it. Left out when it was written,
 * `enabled` is true, `notifications.media_proxy.fail_alert_enabled` too.
 *
 * @category models
 * @since 0.1.0
 */
export interface Account extends Schema.Schema.Type<typeof Account> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Account = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    name: Schema.optional(name(EngineSchemas.received)),
    created: Schema.optional(Timestamp.Iso),
    ...fields(EngineSchemas.received),
    ...contact(),
    status: Schema.optional(Status)
  })
)

/**
 * An account as {@link listSubAccounts} lists it.
 *
 * @category models
 * @since 0.1.0
 */
export interface SubAccount extends Schema.Schema.Type<typeof SubAccount> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const SubAccount = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    name: Schema.optional(Schema.String),
    realm: Schema.optional(Schema.String),
    descendants_count: Schema.optional(Schema.Int),
    flags: Schema.optional(EngineSchemas.list())
  })
)

/**
 * An account as {@link listChildren} lists it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Child extends Schema.Schema.Type<typeof Child> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Child = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    ...SubAccount.fields,
    status: Schema.optional(Status),
    createdAt: Schema.optional(Timestamp.Iso),
    userCount: Schema.optional(Schema.Int),
    deviceCount: Schema.optional(Schema.Int)
  })
)

/**
 * The response of {@link listChildren}: one page of accounts, and how many there are in all.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChildList extends Schema.Schema.Type<typeof ChildList> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChildList = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    data: Schema.Array(Child),
    pagination: Schema.optional(Schema.Struct(pageFields()))
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Accounts", family: "account" })

/**
 * Reads an account (`GET /v2/accounts/{account_id}`), in an envelope or, as its page shows it, bare. What `includeUsage` and `includeBilling` add is not documented.
 * `format` is `json` or `xml`; only JSON can be read here.
 *
 * @see https://docs.audian.com/accounts
 * @see https://docs.audian.com/accounts/retrieve
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id", {
      params: accountId,
      query: {
        includeUsage: Schema.optional(Schema.Boolean),
        includeBilling: Schema.optional(Schema.Boolean),
        format: Schema.optional(openEnum("json", "xml"))
      },
      success: Envelope.account(Account)
    }),
  { replay: "safe" }
)

/**
 * Replaces the document of an account (`POST /v2/accounts/{account_id}`): fields left out are lost. `name` has 1 to
 * 128 characters; `realm` 4 to 253 letters, digits, `.`, `_` and `-`.
 *
 * @see https://docs.audian.com/accounts
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id", {
      params: accountId,
      payload: Envelope.body(Schema.Struct({ ...fields(EngineSchemas.sent), name: name(EngineSchemas.sent) })),
      success: Envelope.account(Account)
    }),
  { replay: "safe" }
)

/**
 * Changes an account (`PATCH /v2/accounts/{account_id}`): the fields that are given. Beside the engine's own fields it
 * takes those that the page shows: `displayName`, `email`, `phone`, `address`, `settings`, `status`, `metadata`.
 *
 * @see https://docs.audian.com/accounts/update
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.patch("patch", "/v2/accounts/:account_id", {
      params: accountId,
      payload: Envelope.body(
        Schema.Struct({
          ...fields(EngineSchemas.sent),
          name: Schema.optional(name(EngineSchemas.sent)),
          ...contact(),
          status: Schema.optional(Status)
        })
      ),
      success: Envelope.account(Account)
    }),
  { replay: "safe" }
)

/**
 * Removes an account (`DELETE /v2/accounts/{account_id}`), with `force` even while it has active resources.
 *
 * @see https://docs.audian.com/accounts/delete
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id", {
      params: accountId,
      query: { force: Schema.optional(Schema.Boolean), reason: Schema.optional(Schema.String) },
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)

/**
 * Creates an account (`POST /v2/accounts`). `email` is that of its contact. The response is undocumented. To create an
 * account below another, see {@link createSubAccount}.
 *
 * @see https://docs.audian.com/accounts/create
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/accounts", {
      payload: Schema.Struct({
        ...contact(),
        name: Schema.String,
        email: Schema.String,
        plan: Schema.optional(Plan)
      }),
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe", envelope: "bare" }
)

/**
 * Creates an account below another (`PUT /v2/accounts/{account_id}/accounts`). `name` has 1 to 128 characters.
 * `PaymentRequired` when the account costs something, until `accept_charges` is true.
 *
 * @see https://docs.audian.com/accounts
 * @category operations
 * @since 0.1.0
 */
export const createSubAccount = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("createSubAccount", "/v2/accounts/:account_id/accounts", {
      params: accountId,
      payload: Envelope.billableBody(Schema.Struct({ ...fields(EngineSchemas.sent), name: name(EngineSchemas.sent) })),
      success: Envelope.account(Account).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Lists the accounts below an account (`GET /v2/accounts/{account_id}/accounts`).
 *
 * @see https://docs.audian.com/accounts
 * @category operations
 * @since 0.1.0
 */
export const listSubAccounts = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("listSubAccounts", "/v2/accounts/:account_id/accounts", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Array(SubAccount))
      }),
    { replay: "safe" }
  )
)

/**
 * Lists the children of an account, with how many users and devices each has
 * (`GET /v2/accounts/{account_id}/children`). `limit` is 1 to 100, 10 by default; `offset` starts at 0.
 *
 * @see https://docs.audian.com/accounts/hierarchy
 * @category operations
 * @since 0.1.0
 */
export const listChildren = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("listChildren", "/v2/accounts/:account_id/children", {
        params: accountId,
        query: {
          ...pageQuery(),
          status: Schema.optional(Status)
        },
        success: ChildList
      }),
    { replay: "safe", envelope: "bare" }
  ),
  "data"
)

/**
 * Creates a child of an account (`POST /v2/accounts/{account_id}/children`). Neither its fields nor its response are
 * documented: any fields are sent as they are given. Those of {@link createSubAccount} are.
 *
 * @see https://docs.audian.com/accounts/hierarchy
 * @category operations
 * @since 0.1.0
 */
export const createChild = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("createChild", "/v2/accounts/:account_id/children", {
      params: accountId,
      payload: EngineSchemas.record,
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe", envelope: "bare" }
)

/**
 * Moves an account below another (`PATCH /v2/accounts/{account_id}/parent`). Neither its fields nor its response are
 * documented: any fields are sent as they are given.
 *
 * @see https://docs.audian.com/accounts/hierarchy
 * @category operations
 * @since 0.1.0
 */
export const setParent = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.patch("setParent", "/v2/accounts/:account_id/parent", {
      params: accountId,
      payload: EngineSchemas.record,
      success: Schema.Json
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Takes an account from below another (`DELETE /v2/accounts/{account_id}/parent`). The response is undocumented.
 *
 * @see https://docs.audian.com/accounts/hierarchy
 * @category operations
 * @since 0.1.0
 */
export const removeParent = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("removeParent", "/v2/accounts/:account_id/parent", {
      params: accountId,
      success: [Schema.Json, HttpApiSchema.NoContent]
    }),
  { replay: "safe", envelope: "bare" }
)

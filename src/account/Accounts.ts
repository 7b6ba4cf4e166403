/**
 * Accounts: your own, and those below it.
 *
 * Two kinds of page describe them. The engine's operations take and give its own documents: an {@link update} replaces
 * the full document, so that fields left out are lost, and a {@link patch} merges into it. The others ({@link create},
 * {@link listChildren}, {@link createChild}, {@link setParent}, {@link removeParent}) are plain JSON in camelCase.
 *
 * An unknown account fails with `Unauthorized`, not with `NotFound`.
 *
 * @see https://docs.audian.com/accounts
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, accountId, listInput } from "../internal/schema/accountParams.ts"
import { clearable, lenient } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import * as PlainEndpoint from "../internal/schema/plainEndpoint.ts"
import {
  inputEnum,
  lazy,
  merge,
  model,
  openEnum,
  openRecord,
  openStruct,
  pageFields,
  pageQuery,
  serverOnly
} from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The state of an account, where a page shows one; the engine itself has `enabled`.
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
export class Address extends /*@__PURE__*/ model<Address>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** House number and street. */
      street: Schema.optional(Schema.String),
      /** City. */
      city: Schema.optional(Schema.String),
      /** State. */
      state: Schema.optional(Schema.String),
      /** Postal code. */
      postalCode: Schema.optional(Schema.String),
      /** Country. */
      country: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The settings of an account.
 *
 * @category models
 * @since 0.1.0
 */
export class Settings extends /*@__PURE__*/ model<Settings>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Time zone, such as `America/New_York`. */
      timezone: Schema.optional(Schema.String),
      /** Language. */
      language: Schema.optional(Schema.String),
      /** Switches voicemail on. */
      enableVoiceMail: Schema.optional(Schema.Boolean),
      /** Switches recording on. */
      enableRecording: Schema.optional(Schema.Boolean),
      /** How long recordings are kept. Its unit is undocumented; the sample is 30. */
      recordingRetention: Schema.optional(Schema.Finite),
      /** Switches messages on. */
      smsEnabled: Schema.optional(Schema.Boolean)
    })
  )
) {}

/** Fields of the engine's document, except its name; a thunk, so that a bundler drops it with its operations. */
const fields = (bounded: EngineSchemas.Bounded) =>
  merge(EngineSchemas.shared(bounded), {
    /** Addresses. */
    addresses: Schema.optional(Schema.Struct(EngineSchemas.addresses(bounded))),
    /** IP addresses of proxies that are allowed. */
    allowed_proxy_ips: Schema.optional(EngineSchemas.list()),
    /** Announcement of the account. */
    announcement: Schema.optional(Schema.String),
    /** Ids of blacklists, each at most once. */
    blacklists: Schema.optional(EngineSchemas.uniqueList(bounded)),
    /** Calls that are recorded. */
    call_recording: Schema.optional(
      Schema.Struct({
        /** Calls of the account. */
        account: Schema.optional(EngineSchemas.callRecording(bounded)),
        /** Calls of its endpoints. */
        endpoint: Schema.optional(EngineSchemas.callRecording(bounded))
      })
    ),
    /** Music that callers on hold hear. */
    music_on_hold: Schema.optional(EngineSchemas.musicOnHold(bounded, 2048)),
    /** Notifications. */
    notifications: Schema.optional(
      Schema.Struct({
        /** Notifications of first events. */
        first_occurrence: Schema.optional(
          Schema.Struct({
            /** True once the first call was notified. Default false. */
            sent_initial_call: Schema.optional(Schema.Boolean),
            /** True once the first registration was notified. Default false. */
            sent_initial_registration: Schema.optional(Schema.Boolean)
          })
        ),
        /** Notifications of a low balance. */
        low_balance: Schema.optional(
          Schema.Struct({
            /** Sends them. */
            enabled: Schema.optional(Schema.Boolean),
            /** Time of the last one, in seconds since the year 0. */
            last_notification: Schema.optional(Timestamp.Gregorian),
            /** True once it was notified. */
            sent_low_balance: Schema.optional(Schema.Boolean),
            /** Balance below which it is notified. */
            threshold: Schema.optional(Schema.Finite)
          })
        ),
        /** Notifications of the media proxy. */
        media_proxy: Schema.optional(
          Schema.Struct({
            /** Sends an alert of a failure. Default true. */
            fail_alert_enabled: Schema.optional(Schema.Boolean),
            /** Time of the last one, in seconds since the year 0. */
            last_notification: Schema.optional(Timestamp.Gregorian)
          })
        )
      })
    ),
    /** Organization. */
    org: Schema.optional(Schema.String),
    /** Callflow that runs before any other. */
    preflow: Schema.optional(
      Schema.Struct({
        /** Id of the callflow. */
        always: Schema.optional(Schema.String)
      })
    ),
    /** SIP realm: 4 to 253 letters, digits, `.`, `_` and `-`. */
    realm: Schema.optional(bounded(EngineSchemas.text(bounded, 4, 253), Schema.isPattern(/^[.\w-]+$/u))),
    /** Automatic top-up. */
    topup: Schema.optional(
      Schema.Struct({
        /** Amount that is added. */
        amount: Schema.optional(Schema.Finite),
        /** Balance below which it is added. */
        threshold: Schema.optional(Schema.Finite)
      })
    ),
    /** Voicemail notifications. */
    voicemail: Schema.optional(EngineSchemas.voicemail()),
    /** Zones, by name. */
    zones: Schema.optional(EngineSchemas.record)
  })

const contact = () =>
  ({
    /** Name that people see. */
    displayName: Schema.optional(Schema.String),
    /** Email address of the contact. */
    email: Schema.optional(Schema.String),
    /** Phone number of the contact. */
    phone: Schema.optional(Schema.String),
    /** Address. */
    address: Schema.optional(Address),
    /** Settings. */
    settings: Schema.optional(Settings),
    /** Data of your own. */
    metadata: Schema.optional(EngineSchemas.record)
  }) as const

/**
 * An account: the engine's document, and the fields that a {@link patch} in camelCase has added.
 *
 * @category models
 * @since 0.1.0
 */
export class Account extends /*@__PURE__*/ model<Account>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(
        {
          /** Id of the account. */
          id: Schema.optional(Schema.String),
          /** Name of the account. */
          name: Schema.optional(EngineSchemas.text(EngineSchemas.received, 1, 128)),
          /** Time of its creation: ISO text, or seconds since the year 0. */
          created: serverOnly(Timestamp.IsoOrGregorian)
        },
        fields(EngineSchemas.received),
        {
          ...contact(),
          /** State: `active`, `suspended` or `closed`. */
          status: Schema.optional(Status)
        }
      )
    )
  )
) {}

const listed = () =>
  ({
    /** Id of the account. */
    id: Schema.optional(Schema.String),
    /** Name of the account. */
    name: Schema.optional(Schema.String),
    /** SIP realm of the account. */
    realm: Schema.optional(Schema.String),
    /** Accounts below it. */
    descendants_count: Schema.optional(Schema.Int),
    /** Flags of external applications. */
    flags: Schema.optional(EngineSchemas.list())
  }) as const

/**
 * An account in the list of {@link listSubAccounts}.
 *
 * @category models
 * @since 0.1.0
 */
export class SubAccount extends /*@__PURE__*/ model<SubAccount>()(/*@__PURE__*/ lazy(() => Schema.Struct(listed()))) {}

/**
 * An account in the list of {@link listChildren}.
 *
 * @category models
 * @since 0.1.0
 */
export class Child extends /*@__PURE__*/ model<Child>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...listed(),
      /** State: `active`, `suspended` or `closed`. */
      status: Schema.optional(Status),
      /** Time of its creation. */
      createdAt: Schema.optional(Timestamp.Iso),
      /** Users of the account. */
      userCount: Schema.optional(Schema.Int),
      /** Devices of the account. */
      deviceCount: Schema.optional(Schema.Int)
    })
  )
) {}

/**
 * The response of {@link listChildren}: one page of accounts, and how many there are in all.
 *
 * @category models
 * @since 0.1.0
 */
export class ChildList extends /*@__PURE__*/ model<ChildList>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Accounts of this page. */
      data: Schema.Array(Child),
      /** The page. */
      pagination: Schema.optional(Schema.Struct(pageFields()))
    })
  )
) {}

/**
 * An account that was created. Its fields are those of the request; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class CreatedAccount extends /*@__PURE__*/ model<CreatedAccount>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the account. */
      id: Schema.String,
      /** Name of the account. */
      name: Schema.optional(Schema.String),
      ...contact(),
      /** Plan: `starter`, `professional` or `enterprise`. */
      plan: Schema.optional(Plan),
      /** State: `active`, `suspended` or `closed`. */
      status: Schema.optional(Status),
      /** Time of its creation. */
      createdAt: Schema.optional(Timestamp.Iso)
    })
  )
) {}

/**
 * A child account that was created. Its fields are those of the list; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class CreatedChild extends /*@__PURE__*/ model<CreatedChild>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the account. */
      id: Schema.String,
      /** Name of the account. */
      name: Schema.optional(Schema.String),
      /** State: `active`, `suspended` or `closed`. */
      status: Schema.optional(Status),
      /** Time of its creation. */
      createdAt: Schema.optional(Timestamp.Iso)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/** The fields of a change: what was read. */
const changed = () =>
  merge(fields(EngineSchemas.sent), {
    ...contact(),
    /** State: `active`, `suspended` or `closed`. */
    status: Schema.optional(Status)
  })

/**
 * The input of operations that need no more than an account.
 *
 * @category inputs
 * @since 0.1.0
 */
export class AccountKey extends /*@__PURE__*/ model<AccountKey>()(/*@__PURE__*/ lazy(() => Schema.Struct(account()))) {}

/**
 * The input of {@link get}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class GetInput extends /*@__PURE__*/ model<GetInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Adds the usage. Its fields are undocumented. */
        includeUsage: Schema.optional(Schema.Boolean),
        /** Adds the billing. Its fields are undocumented. */
        includeBilling: Schema.optional(Schema.Boolean),
        /** Format of the response: `json` or `xml`. Only JSON can be read here. */
        format: Schema.optional(inputEnum("json", "xml"))
      })
    )
  )
) {}

/**
 * The input of {@link update}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateInput extends /*@__PURE__*/ model<UpdateInput>()(
  /*@__PURE__*/ lazy(() =>
    lenient(
      clearable(
        Schema.Struct(
          merge(
            account(),
            {
              /** Name of the account: 1 to 128 characters. The engine requires it. */
              name: EngineSchemas.text(EngineSchemas.sent, 1, 128)
            },
            changed()
          )
        )
      ),
      "name"
    )
  )
) {}

/**
 * The input of {@link patch}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class PatchInput extends /*@__PURE__*/ model<PatchInput>()(
  /*@__PURE__*/ lazy(() =>
    clearable(
      Schema.Struct(
        merge(
          account(),
          {
            /** Name of the account: 1 to 128 characters. */
            name: Schema.optional(EngineSchemas.text(EngineSchemas.sent, 1, 128))
          },
          changed()
        )
      )
    )
  )
) {}

/**
 * The input of {@link remove}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class RemoveInput extends /*@__PURE__*/ model<RemoveInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Removes it even while it has active resources. Default false. */
        force: Schema.optional(Schema.Boolean),
        /** Reason of the removal. */
        reason: Schema.optional(Schema.String)
      })
    )
  )
) {}

/**
 * The input of {@link create}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateInput extends /*@__PURE__*/ model<CreateInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...contact(),
      /** Name of the account. */
      name: Schema.String,
      /** Email address of the primary contact. */
      email: Schema.String,
      /** Plan: `starter`, `professional` or `enterprise`. */
      plan: Schema.optional(Plan)
    })
  )
) {}

/**
 * The input of {@link createSubAccount}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateSubAccountInput extends /*@__PURE__*/ model<CreateSubAccountInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(
        account(),
        merge(
          {
            /** Name of the account: 1 to 128 characters. */
            name: EngineSchemas.text(EngineSchemas.sent, 1, 128)
          },
          fields(EngineSchemas.sent)
        ),
        Envelope.charges()
      )
    )
  )
) {}

/**
 * The input of {@link listSubAccounts}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListSubAccountsInput extends /*@__PURE__*/ model<ListSubAccountsInput>()(
  /*@__PURE__*/ lazy(() => listInput({}))
) {}

/**
 * The input of {@link listChildren}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListChildrenInput extends /*@__PURE__*/ model<ListChildrenInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), pageQuery(), {
        /** Only accounts in this state. Default all. */
        status: Schema.optional(Status)
      })
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Accounts", family: "account" })

/**
 * Reads an account (`GET /v2/accounts/{account_id}`), in an envelope or, as its page shows it, bare.
 *
 * **Example** (The time zone of the account)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const timezone = Effect.map(Account.Accounts.get(), (account) => account.timezone ?? "UTC")
 * ```
 *
 * @see https://docs.audian.com/accounts
 * @see https://docs.audian.com/accounts/retrieve
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () => Endpoint.get("get", "/v2/accounts/:account_id", { input: GetInput, success: Envelope.account(Account) }),
  { replay: "safe" }
)

/**
 * Replaces the document of an account (`POST /v2/accounts/{account_id}`): fields left out are lost.
 *
 * **Example** (Replace the document with the one that was read, renamed)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const rename = (name: string) =>
 *   Effect.flatMap(Account.Accounts.get(), (account) => Account.Accounts.update({ ...account, name }))
 * ```
 *
 * @see https://docs.audian.com/accounts
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id", {
      input: UpdateInput,
      body: Envelope.body,
      success: Envelope.account(Account)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Changes an account by a function or an effect: reads it, and writes it back in full, undocumented fields included.
 *
 * **Details**
 *
 * It writes nothing when nothing changed. It starts again from the read when the engine reports a conflict.
 *
 * **Gotchas**
 *
 * It does not lock: a change that another program makes between the read and the write is lost.
 *
 * **Example** (Rename an account, and warn when its balance is low)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Accounts.modify({}, (account) => ({
 *   ...account,
 *   name: "Acme Inc.",
 *   notifications: { ...account.notifications, low_balance: { enabled: true, threshold: 20 } }
 * }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const modify = /*@__PURE__*/ Operation.modify(get, update)

/**
 * Changes an account (`PATCH /v2/accounts/{account_id}`): the fields that are given, at any depth. `null` removes a field.
 *
 * **Details**
 *
 * Beside the engine's own fields it takes those that the page shows: `displayName`, `email`, `phone`, `address`, `settings`,
 * `status`, `metadata`.
 *
 * **Example** (Change the time zone, and clear the organisation)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Accounts.patch({ timezone: "America/Los_Angeles", org: null })
 * ```
 *
 * @see https://docs.audian.com/accounts/update
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id", {
      input: PatchInput,
      body: Envelope.body,
      success: Envelope.account(Account)
    }),
  { replay: "safe" }
)

/**
 * Removes an account (`DELETE /v2/accounts/{account_id}`). It gives the removed document where the API sends it.
 *
 * **Example** (Remove an account that may be gone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const close = (account_id: string) =>
 *   Account.Accounts.remove({ account_id, reason: "The customer has left" }).pipe(
 *     Effect.catchTag("NotFound", () => Effect.void)
 *   )
 * ```
 *
 * @see https://docs.audian.com/accounts/delete
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id", {
      input: RemoveInput,
      success: [Envelope.account(Account), Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * Creates an account (`POST /v2/accounts`). To create an account below another, see {@link createSubAccount}.
 *
 * **Example** (Create an account on a plan)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Accounts.create({ name: "Acme", email: "admin@example.com", plan: "starter" })
 * ```
 *
 * @see https://docs.audian.com/accounts/create
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.post("create", "/v2/accounts", {
      input: CreateInput,
      success: Endpoint.status(CreatedAccount, 201)
    }),
  { replay: "unsafe", envelope: "bare" }
)

/**
 * Creates an account below another (`PUT /v2/accounts/{account_id}/accounts`). `PaymentRequired` when the account costs
 * something, until `accept_charges` is true.
 *
 * **Example** (Ask before an account is charged for)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, AudianError } from "effect-audian"
 *
 * export const program = Account.Accounts.createSubAccount({ name: "Acme Berlin", timezone: "Europe/Berlin" }).pipe(
 *   Effect.catchIf(AudianError.asksForConsent, (error) =>
 *     Effect.logWarning("Not created: it costs something", AudianError.chargesOf(error))
 *   )
 * )
 * ```
 *
 * @see https://docs.audian.com/accounts
 * @category operations
 * @since 0.1.0
 */
export const createSubAccount = /*@__PURE__*/ make(
  () =>
    Endpoint.put("createSubAccount", "/v2/accounts/:account_id/accounts", {
      input: CreateSubAccountInput,
      body: Envelope.billableBody,
      success: Endpoint.status(Envelope.account(Account), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Lists the accounts below an account (`GET /v2/accounts/{account_id}/accounts`).
 *
 * **Example** (The names of all accounts below this one)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const names = Account.Accounts.listSubAccounts.items().pipe(
 *   Stream.map(({ id, name }) => name ?? id),
 *   Stream.runCollect
 * )
 * ```
 *
 * @see https://docs.audian.com/accounts
 * @category operations
 * @since 0.1.0
 */
export const listSubAccounts = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("listSubAccounts", "/v2/accounts/:account_id/accounts", {
        input: ListSubAccountsInput,
        success: Envelope.account(Schema.Array(SubAccount))
      }),
    { replay: "safe" }
  )
)

/**
 * Lists the children of an account, with their numbers of users and devices (`GET /v2/accounts/{account_id}/children`). A
 * page has 10 by default.
 *
 * **Example** (The children with the most users first)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const largest = Account.Accounts.listChildren.items({ status: "active", limit: 100 }).pipe(
 *   Stream.runCollect,
 *   Effect.map((children) => children.toSorted((a, b) => (b.userCount ?? 0) - (a.userCount ?? 0)))
 * )
 * ```
 *
 * @see https://docs.audian.com/accounts/hierarchy
 * @category operations
 * @since 0.1.0
 */
export const listChildren = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("listChildren", "/v2/accounts/:account_id/children", {
        input: ListChildrenInput,
        success: ChildList
      }),
    { replay: "safe", envelope: "bare" }
  ),
  "data"
)

/**
 * Creates a child of an account (`POST /v2/accounts/{account_id}/children`). Its fields are undocumented: any fields are
 * sent as they are given. Those of {@link createSubAccount} are documented.
 *
 * **Example** (Create a child, with fields of your own choice)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Accounts.createChild({ name: "Acme Berlin" }).pipe(
 *   Effect.map(({ id }) => id)
 * )
 * ```
 *
 * @see https://docs.audian.com/accounts/hierarchy
 * @category operations
 * @since 0.1.0
 */
export const createChild = /*@__PURE__*/ make(
  () =>
    PlainEndpoint.post("createChild", "/v2/accounts/:account_id/children", {
      params: accountId,
      payload: openRecord,
      success: Endpoint.status(CreatedChild, 201)
    }),
  { replay: "unsafe", envelope: "bare" }
)

/**
 * Moves an account below another (`PATCH /v2/accounts/{account_id}/parent`). Neither its fields nor its response are
 * documented: any fields are sent as they are given.
 *
 * **Example** (Move an account below another)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * // The name of the field is undocumented: use the one that your vendor gives you.
 * export const move = (account_id: string, parentId: string) => Account.Accounts.setParent({ account_id, parentId })
 * ```
 *
 * @see https://docs.audian.com/accounts/hierarchy
 * @category operations
 * @since 0.1.0
 */
export const setParent = /*@__PURE__*/ make(
  () =>
    PlainEndpoint.patch("setParent", "/v2/accounts/:account_id/parent", {
      params: accountId,
      payload: openRecord,
      success: Schema.Json
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Takes an account from below another (`DELETE /v2/accounts/{account_id}/parent`). The response is undocumented.
 *
 * **Example** (Make an account independent)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const detach = (account_id: string) => Effect.asVoid(Account.Accounts.removeParent({ account_id }))
 * ```
 *
 * @see https://docs.audian.com/accounts/hierarchy
 * @category operations
 * @since 0.1.0
 */
export const removeParent = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("removeParent", "/v2/accounts/:account_id/parent", {
      input: AccountKey,
      success: [Schema.Json, Endpoint.noContent]
    }),
  { replay: "safe", envelope: "bare" }
)

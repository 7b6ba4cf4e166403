/**
 * Presence: the availability of an account's users, by presence id and by user.
 *
 * @see https://docs.audian.com/presence
 * @see https://docs.audian.com/users/presence
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import { clearable, lenient } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import * as ExtraFields from "../internal/schema/extraFields.ts"
import { lazy, merge, model, openEnum, serverOnly } from "../internal/schema/schema.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The availability of a user.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Status = /*@__PURE__*/ openEnum("available", "busy", "away", "dnd", "offline", "invisible")

/**
 * A presence of the account.
 *
 * @category models
 * @since 0.1.0
 */
export class Presence extends /*@__PURE__*/ model<Presence>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the user. */
      user_id: Schema.optional(Schema.String),
      /** Id of the presence. */
      presence_id: Schema.optional(Schema.String),
      /** Availability, such as `available`. */
      status: Schema.optional(Status),
      /** Text for people. */
      message: Schema.optional(Schema.String),
      /** Subscriptions to it, where the API sends the engine's list of those instead. */
      subscription: Schema.optional(Schema.Json)
    })
  )
) {}

/**
 * The presence of a user.
 *
 * @category models
 * @since 0.1.0
 */
export class UserPresence extends /*@__PURE__*/ model<UserPresence>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the user. */
      userId: serverOnly(Schema.String),
      /** Availability, such as `available`. */
      status: Schema.optional(Status),
      /** Text for people. */
      customMessage: serverOnly(Schema.NullOr(Schema.String)),
      /** Time of the last change. */
      lastUpdate: serverOnly(Timestamp.Iso),
      /** True during a call. */
      activeCall: serverOnly(Schema.Boolean),
      /** True during a meeting. */
      activeMeeting: serverOnly(Schema.Boolean),
      /** Do not disturb. */
      doNotDisturb: serverOnly(
        Schema.Struct({
          /** True while it is on. */
          enabled: Schema.optional(Schema.Boolean),
          /** Reason. Only null is documented. */
          reason: Schema.optional(Schema.Json),
          /** End. Only null is documented. */
          until: Schema.optional(Schema.Json)
        })
      ),
      /** Call forwarding. */
      callForwarding: serverOnly(
        Schema.Struct({
          /** True while it is on. */
          enabled: Schema.optional(Schema.Boolean),
          /** Destination of forwarded calls. */
          destination: Schema.optional(Schema.NullOr(Schema.String))
        })
      )
    })
  )
) {}

/** A list or, as the engine has it, an object of subscriptions keyed by presence id. */
const presences = () =>
  Schema.Union([
    Schema.Array(Presence),
    Schema.Struct({
      /** Subscriptions, by presence id. */
      subscriptions: Schema.Record(Schema.String, Schema.Json)
    })
  ]).pipe(
    Schema.decodeTo(Schema.Array(Schema.toType(Presence)), {
      decode: SchemaGetter.transform(listOf),
      encode: SchemaGetter.transform((list: ReadonlyArray<Presence>): Wire => list)
    }),
    ExtraFields.reshaped(listOf)
  )

const listOf = (wire: Wire): ReadonlyArray<Presence> =>
  isList(wire)
    ? wire
    : Object.entries(wire.subscriptions).map(([presence_id, subscription]) => ({ presence_id, subscription }))

type Wire = ReadonlyArray<Presence> | { readonly subscriptions: { readonly [presenceId: string]: Schema.Json } }

const isList = (wire: Wire): wire is ReadonlyArray<Presence> => Array.isArray(wire)

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const userId = () =>
  merge(account(), {
    /** Id of the user. */
    user_id: Schema.String
  })

/**
 * The input of {@link getUser}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UserKey extends /*@__PURE__*/ model<UserKey>()(/*@__PURE__*/ lazy(() => Schema.Struct(userId()))) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(/*@__PURE__*/ lazy(() => listInput({}))) {}

/**
 * The input of {@link update}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateInput extends /*@__PURE__*/ model<UpdateInput>()(
  /*@__PURE__*/ lazy(() =>
    clearable(
      Schema.Struct(
        merge(account(), {
          /** Id of the presence. */
          presence_id: Schema.String,
          /** Availability, such as `busy`. */
          status: Schema.optional(Status),
          /** Text for people. */
          message: Schema.optional(Schema.String)
        })
      )
    )
  )
) {}

/**
 * The input of {@link updateUser}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateUserInput extends /*@__PURE__*/ model<UpdateUserInput>()(
  /*@__PURE__*/ lazy(() =>
    lenient(
      clearable(
        Schema.Struct(
          merge(userId(), {
            /** Availability, such as `busy`. The API requires it. */
            status: Status,
            /** Text for people. */
            message: Schema.optional(Schema.String),
            /** How long it holds, in seconds. */
            duration: Schema.optional(Schema.Int)
          })
        )
      ),
      "status"
    )
  )
) {}

/**
 * The input of {@link listUsers}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListUsersInput extends /*@__PURE__*/ model<ListUsersInput>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(account()))
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Presence", family: "account" })

/**
 * Lists the presences of an account (`GET /v2/accounts/{account_id}/presence`). Where the API responds with an object of
 * subscriptions keyed by presence id, the result is a list of those.
 *
 * **Example** (The users who are busy)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const busy = Account.Presence.list.items().pipe(
 *   Stream.filter(({ status }) => status === "busy"),
 *   Stream.map(({ user_id, presence_id }) => user_id ?? presence_id),
 *   Stream.runCollect
 * )
 * ```
 *
 * @see https://docs.audian.com/presence
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/presence", {
        input: ListInput,
        success: Envelope.account(presences())
      }),
    { replay: "safe" }
  )
)

/**
 * Sets a presence (`POST /v2/accounts/{account_id}/presence/{presence_id}`). The response is undocumented.
 *
 * **Example** (Set a presence)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Presence.update({ presence_id: "1001", status: "busy", message: "In a meeting" })
 * ```
 *
 * @see https://docs.audian.com/presence
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id/presence/:presence_id", {
      input: UpdateInput,
      body: Envelope.body,
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Reads the presence of a user (`GET /v2/accounts/{account_id}/users/{user_id}/presence`).
 *
 * **Example** (Transfer only to somebody who is free)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const isFree = (user_id: string) =>
 *   Effect.map(
 *     Account.Presence.getUser({ user_id }),
 *     ({ activeCall, status }) => status === "available" && activeCall !== true
 *   )
 * ```
 *
 * @see https://docs.audian.com/users/presence
 * @category operations
 * @since 0.1.0
 */
export const getUser = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getUser", "/v2/accounts/:account_id/users/:user_id/presence", {
      input: UserKey,
      success: UserPresence
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Sets the presence of a user (`POST /v2/accounts/{account_id}/users/{user_id}/presence`). It gives the presence where the
 * API sends it.
 *
 * **Example** (Do not disturb for an hour)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Presence.updateUser({ user_id: "user_abc123", status: "dnd", duration: 3600 })
 * ```
 *
 * @see https://docs.audian.com/users/presence
 * @category operations
 * @since 0.1.0
 */
export const updateUser = /*@__PURE__*/ make(
  () =>
    Endpoint.post("updateUser", "/v2/accounts/:account_id/users/:user_id/presence", {
      input: UpdateUserInput,
      success: [UserPresence, Endpoint.noContent]
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Lists the presence of all users of an account (`GET /v2/accounts/{account_id}/users/presence`). The response is
 * undocumented.
 *
 * **Example** (Read the list in a response without documentation)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, Page } from "effect-audian"
 *
 * export const users = Effect.map(Account.Presence.listUsers(), Page.arrayIn)
 * ```
 *
 * @see https://docs.audian.com/users/presence
 * @category operations
 * @since 0.1.0
 */
export const listUsers = /*@__PURE__*/ make(
  () =>
    Endpoint.get("listUsers", "/v2/accounts/:account_id/users/presence", {
      input: ListUsersInput,
      success: Schema.Json
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Channels: the calls that are up at this moment, one channel for each leg.
 *
 * @see https://docs.audian.com/channels
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type { Audian } from "../Audian.ts"
import type { AudianError } from "../AudianError.ts"
import * as AccountOperation from "../internal/accountOperation.ts"
import * as Awaiting from "../internal/awaiting.ts"
import { account } from "../internal/schema/accountParams.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { seconds } from "../internal/schema/engineValues.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, model, openEnum } from "../internal/schema/schema.ts"
import type * as Wait from "../Wait.ts"

/**
 * A channel: one leg of a call.
 *
 * @category models
 * @since 0.1.0
 */
export class Channel extends /*@__PURE__*/ model<Channel>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** UUID of the channel. */
      uuid: Schema.optional(Schema.String),
      /** Id of the call. */
      call_id: Schema.optional(Schema.String),
      /** Direction: `inbound` or `outbound`. */
      direction: Schema.optional(openEnum("inbound", "outbound")),
      /** State: `active`. */
      state: Schema.optional(openEnum("active")),
      /** True once it was answered. */
      answered: Schema.optional(Schema.Boolean),
      /** Number of the caller. */
      caller_id_number: Schema.optional(Schema.String),
      /** Number of the callee. */
      callee_id_number: Schema.optional(Schema.String),
      /** Number that was dialed. */
      destination: Schema.optional(Schema.String),
      /** Time of its start, in seconds since 1970, whichever form it was sent in. */
      timestamp: Schema.optional(seconds),
      /** Id of the document that allowed the call, such as a device. */
      authorizing_id: Schema.optional(Schema.String),
      /** Type of that document. */
      authorizing_type: Schema.optional(Schema.String),
      /** Id of the user that it belongs to. */
      owner_id: Schema.optional(Schema.String),
      /** Id of its presence. */
      presence_id: Schema.optional(Schema.String),
      /** SIP user name. */
      username: Schema.optional(Schema.String),
      /** Id of the other leg. */
      other_leg: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(/*@__PURE__*/ lazy(() => Schema.Struct(account()))) {}

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Channels", family: "account" })

/**
 * Lists the channels of an account, all of them (`GET /v2/accounts/{account_id}/channels`).
 *
 * **Example** (The calls that are up now)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const calls = Effect.map(
 *   Account.Channels.list(),
 *   (channels) => new Set(channels.map(({ call_id }) => call_id)).size
 * )
 * ```
 *
 * @see https://docs.audian.com/channels
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ make(
  () =>
    Endpoint.get("list", "/v2/accounts/:account_id/channels", {
      input: ListInput,
      success: Envelope.account(Schema.Array(Channel))
    }),
  { replay: "safe" }
)

// -----------------------------------------------------------------------------
// waiting
// -----------------------------------------------------------------------------

/**
 * Polls the channels of a call until it has none, and returns the last ones. `until` ends the wait earlier, such as when
 * a channel is `answered`.
 *
 * **Details**
 *
 * The default schedule is every 5 seconds, and the default deadline 2 hours: the API ends a call after one hour unless
 * `Calls.create` sets another `max_duration`. At the deadline the wait fails with `StillPending`.
 *
 * **Gotchas**
 *
 * A call whose channel is not listed yet has none, so it counts as ended.
 *
 * **Example** (Wait for the end of a call)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const ended = Account.Channels.awaitHangup({ call_id: "call_xyz789" }, { deadline: "1 hour" }).pipe(
 *   Effect.catchTag("StillPending", ({ last }) => Effect.log(`still up: ${last?.length} channels`))
 * )
 * ```
 *
 * @see https://docs.audian.com/channels
 * @category combinators
 * @since 0.1.0
 */
export const awaitHangup: (
  input: ListInput & { readonly call_id: string },
  options?: Wait.AwaitOptions<ReadonlyArray<Channel>>
) => Effect.Effect<ReadonlyArray<Channel>, AudianError | Wait.StillPending<ReadonlyArray<Channel>>, Audian> =
  /*@__PURE__*/ Awaiting.make(
    "Channels.awaitHangup",
    ({ call_id, ...account }: ListInput & { readonly call_id: string }) =>
      Effect.map(list(account), (channels) => channels.filter((channel) => channel.call_id === call_id)),
    () => ({
      isFinal: (channels) => channels.length === 0,
      schedule: Schedule.spaced("5 seconds"),
      deadline: "2 hours"
    })
  )

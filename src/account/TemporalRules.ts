/**
 * Temporal rules: the hours and days by which a callflow can branch.
 *
 * The page shows no fields; they are the engine's. An {@link update} replaces the full document: fields left out are lost.
 * A {@link patch} merges into it.
 *
 * @see https://docs.audian.com/temporal-rules
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import { clearable } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The recurrence of a rule.
 *
 * @category models
 * @since 0.1.0
 */
export type Cycle = typeof Cycle.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Cycle = /*@__PURE__*/ openEnum("date", "daily", "weekly", "monthly", "yearly")

/**
 * A day of the week.
 *
 * @category models
 * @since 0.1.0
 */
export type Weekday = typeof Weekday.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Weekday = /*@__PURE__*/ openEnum(
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday"
)

const within = (bounded: EngineSchemas.Bounded, minimum: number, maximum: number) =>
  bounded(Schema.Int, Schema.isBetween({ minimum, maximum }))

/** Fields of the engine's document; a thunk, so that a bundler drops it with its operations. */
const fields = (bounded: EngineSchemas.Bounded) =>
  ({
    /** Name of the rule: 1 to 128 characters. The engine requires it. */
    name: Schema.optional(EngineSchemas.text(bounded, 1, 128)),
    /** Recurrence: `date`, `daily`, `weekly`, `monthly` or `yearly`. The engine requires it. */
    cycle: Schema.optional(Cycle),
    /** Cycles from one occurrence to the next, at least 1. Default 1. */
    interval: Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(1))),
    /** Days of the month, 1 to 31. */
    days: Schema.optional(Schema.Array(within(bounded, 1, 31))),
    /** Days of the week. */
    wdays: Schema.optional(Schema.Array(Weekday)),
    /** Month of the year, 1 to 12. */
    month: Schema.optional(within(bounded, 1, 12)),
    /** Week of the month: `every`, `first` to `fifth`, or `last`. */
    ordinal: Schema.optional(openEnum("every", "first", "second", "third", "fourth", "fifth", "last")),
    /** Start of the recurrence, in seconds since the year 0. Default 62586115200. */
    start_date: Schema.optional(Timestamp.Gregorian),
    /** End of the recurrence, in seconds since the year 0. Default 0, which is none. */
    end_date: Schema.optional(Timestamp.Gregorian),
    /** Start of the hours, in seconds from the start of the day, 0 to 86400. */
    time_window_start: Schema.optional(within(bounded, 0, 86_400)),
    /** End of the hours, in seconds from the start of the day, 0 to 86400. */
    time_window_stop: Schema.optional(within(bounded, 0, 86_400)),
    /** True forces the rule to match, false not to; left out, the time decides. */
    enabled: Schema.optional(Schema.Boolean),
    /** Flags of external applications. */
    flags: Schema.optional(EngineSchemas.list())
  }) as const

/**
 * A temporal rule.
 *
 * @category models
 * @since 0.1.0
 */
export class TemporalRule extends /*@__PURE__*/ model<TemporalRule>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the rule. */
      id: Schema.optional(Schema.String),
      ...fields(EngineSchemas.received)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const ruleId = () =>
  merge(account(), {
    /** Id of the rule. */
    temporal_rule_id: Schema.String
  })

/**
 * The input of operations that need no more than a rule's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class TemporalRuleKey extends /*@__PURE__*/ model<TemporalRuleKey>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(ruleId()))
) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(/*@__PURE__*/ lazy(() => listInput({}))) {}

/**
 * The input of {@link create}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateInput extends /*@__PURE__*/ model<CreateInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        ...fields(EngineSchemas.sent)
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
    clearable(
      Schema.Struct(
        merge(ruleId(), {
          ...fields(EngineSchemas.sent)
        })
      )
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
        merge(ruleId(), {
          ...fields(EngineSchemas.sent)
        })
      )
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.TemporalRules", family: "account" })

/**
 * Lists the temporal rules of an account (`GET /v2/accounts/{account_id}/temporal_rules`).
 *
 * **Example** (The rules that are switched off)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const disabled = Account.TemporalRules.list.items().pipe(
 *   Stream.filter(({ enabled }) => enabled === false),
 *   Stream.runCollect
 * )
 * ```
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/temporal_rules", {
        input: ListInput,
        success: Envelope.account(Schema.Array(TemporalRule))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads a temporal rule (`GET /v2/accounts/{account_id}/temporal_rules/{temporal_rule_id}`).
 *
 * **Example** (The weekdays of a rule)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const weekdays = (temporal_rule_id: string) =>
 *   Effect.map(Account.TemporalRules.get({ temporal_rule_id }), ({ wdays }) => wdays ?? [])
 * ```
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/temporal_rules/:temporal_rule_id", {
      input: TemporalRuleKey,
      success: Envelope.account(TemporalRule)
    }),
  { replay: "safe" }
)

/**
 * Creates a temporal rule (`PUT /v2/accounts/{account_id}/temporal_rules`).
 *
 * **Example** (Office hours)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.TemporalRules.create({
 *   name: "Office hours",
 *   cycle: "weekly",
 *   wdays: ["monday", "tuesday", "wednesday", "thursday", "friday"],
 *   time_window_start: 9 * 3600,
 *   time_window_stop: 17 * 3600
 * })
 * ```
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.put("create", "/v2/accounts/:account_id/temporal_rules", {
      input: CreateInput,
      body: Envelope.body,
      success: Endpoint.status(Envelope.account(TemporalRule), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Replaces a temporal rule (`POST /v2/accounts/{account_id}/temporal_rules/{temporal_rule_id}`): fields left out are lost.
 *
 * **Example** (Replace a rule)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.TemporalRules.update({
 *   temporal_rule_id: "rule_abc123",
 *   name: "Christmas",
 *   cycle: "yearly",
 *   month: 12,
 *   days: [24, 25, 26]
 * })
 * ```
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id/temporal_rules/:temporal_rule_id", {
      input: UpdateInput,
      body: Envelope.body,
      success: Envelope.account(TemporalRule)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Changes a temporal rule by a function or an effect: reads it, and writes it back in full, undocumented fields included.
 *
 * **Details**
 *
 * It writes nothing when nothing changed. It starts again from the read when the engine reports a conflict.
 *
 * **Gotchas**
 *
 * It does not lock: a change that another program makes between the read and the write is lost.
 *
 * **Example** (Close an hour earlier)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.TemporalRules.modify({ temporal_rule_id: "rule_abc123" }, (rule) => ({
 *   ...rule,
 *   time_window_stop: (rule.time_window_stop ?? 18 * 3600) - 3600
 * }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const modify = /*@__PURE__*/ Operation.modify(get, update)

/**
 * Changes a temporal rule (`PATCH /v2/accounts/{account_id}/temporal_rules/{temporal_rule_id}`): the fields that are given.
 * `null` removes a field.
 *
 * **Example** (Follow the clock again)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * // `true` forces the rule to match, `false` not to match; without it the clock decides.
 * export const program = Account.TemporalRules.patch({ temporal_rule_id: "rule_abc123", enabled: null })
 * ```
 *
 * @see https://docs.audian.com/api-basics
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id/temporal_rules/:temporal_rule_id", {
      input: PatchInput,
      body: Envelope.body,
      success: Envelope.account(TemporalRule)
    }),
  { replay: "safe" }
)

/**
 * Removes a temporal rule (`DELETE /v2/accounts/{account_id}/temporal_rules/{temporal_rule_id}`). It gives the removed
 * document where the API sends it.
 *
 * **Example** (Remove a rule that may be gone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Account.TemporalRules.remove({ temporal_rule_id: "rule_abc123" }).pipe(
 *   Effect.catchTag("NotFound", () => Effect.void)
 * )
 * ```
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/temporal_rules/:temporal_rule_id", {
      input: TemporalRuleKey,
      success: [Envelope.account(TemporalRule), Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * Callflows: the steps that a call to a number goes through.
 *
 * An {@link update} replaces the full document: fields left out are lost. A {@link patch} merges into it.
 *
 * @see https://docs.audian.com/callflows
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import { clearable, lenient } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, serverOnly } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * One step of a callflow, and where it goes on from there.
 *
 * **Details**
 *
 * The fields of `data` and the keys of `children` depend on the module: digits, `_`, `default`, ids of rules.
 *
 * **Example** (A menu that rings a group)
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
  /** Module that runs, such as `menu`, `user`, `voicemail`: 1 to 64 characters. */
  readonly module: string
  /** Settings of the module. The engine requires it; `{}` where there are none. */
  readonly data?: { readonly [key: string]: Schema.Json } | undefined
  /** Steps that follow, by key. */
  readonly children?: { readonly [key: string]: Flow } | undefined
}

const flowOf = (bounded: EngineSchemas.Bounded): Schema.Codec<Flow> => {
  const self: Schema.Codec<Flow> = Schema.Struct({
    /** Module that runs, such as `menu`, `user`, `voicemail`: 1 to 64 characters. */
    module: EngineSchemas.text(bounded, 1, 64),
    /** Settings of the module. The engine requires it. */
    data: Schema.optional(EngineSchemas.record),
    /** Steps that follow, by key. */
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

/** Fields of the engine's document, except its flow; a thunk, so that a bundler drops it with its operations. */
const fields = (bounded: EngineSchemas.Bounded) =>
  ({
    /** Name of the callflow. */
    name: Schema.optional(Schema.String),
    /** Numbers and extensions whose calls it takes, each at most once, of 1 to 36 characters. Default none. */
    numbers: Schema.optional(bounded(Schema.Array(EngineSchemas.text(bounded, 1, 36)), Schema.isUnique())),
    /** Regular expressions of further numbers. Default none. */
    patterns: Schema.optional(Schema.Array(bounded(Schema.String, Schema.isMinCodePoints(1)))),
    /** Actions that a party starts during a call. */
    metaflow: Schema.optional(Schema.Json),
    /** Ringback that the caller hears. */
    ringback: Schema.optional(
      Schema.Struct({
        /** Before the call is answered. */
        early: Schema.optional(Schema.String),
        /** During a transfer. */
        transfer: Schema.optional(Schema.String)
      })
    ),
    /** Id of the user that it belongs to. */
    owner_id: Schema.optional(Schema.String),
    /** Flags of external applications. */
    flags: Schema.optional(EngineSchemas.list()),
    /** Type of the callflow. */
    type: Schema.optional(Schema.String),
    /** Id of the group that it belongs to. */
    group_id: Schema.optional(Schema.String)
  }) as const

const featureCode = (bounded: EngineSchemas.Bounded) =>
  Schema.Struct({
    /** Name of the feature: 1 to 128 characters. */
    name: Schema.optional(EngineSchemas.text(bounded, 1, 128)),
    /** Number of the feature: 1 to 30 characters. */
    number: Schema.optional(EngineSchemas.text(bounded, 1, 30))
  })

/**
 * A callflow. A list may leave `flow` out, and has the names of its `modules` instead.
 *
 * @category models
 * @since 0.1.0
 */
export class Callflow extends /*@__PURE__*/ model<Callflow>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the callflow. */
      id: Schema.optional(Schema.String),
      ...fields(EngineSchemas.received),
      /** First step. */
      flow: Schema.optional(Flow),
      /** Feature code that it serves; false where there is none. */
      featurecode: Schema.optional(Schema.Union([featureCode(EngineSchemas.received), Schema.Boolean])),
      /** Modules that it uses. */
      modules: serverOnly(Schema.Array(Schema.String))
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const callflowId = () =>
  merge(account(), {
    /** Id of the callflow. */
    callflow_id: Schema.String
  })

const sent = () =>
  ({
    ...fields(EngineSchemas.sent),
    /** Feature code that it serves; false where there is none. */
    featurecode: Schema.optional(Schema.Union([featureCode(EngineSchemas.sent), Schema.Boolean]))
  }) as const

/**
 * The input of operations that need no more than a callflow's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CallflowKey extends /*@__PURE__*/ model<CallflowKey>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(callflowId()))
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
        /** First step. */
        flow: flowOf(EngineSchemas.sent),
        ...sent()
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
          merge(callflowId(), {
            /** First step. The engine requires it. */
            flow: flowOf(EngineSchemas.sent),
            ...sent()
          })
        )
      ),
      "flow"
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
        merge(callflowId(), {
          /** First step. */
          flow: Schema.optional(flowOf(EngineSchemas.sent)),
          ...sent()
        })
      )
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Callflows", family: "account" })

/**
 * Lists the callflows of an account (`GET /v2/accounts/{account_id}/callflows`).
 *
 * **Example** (The callflow that takes the calls to an extension)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const find = (extension: string) =>
 *   Account.Callflows.list.items().pipe(
 *     Stream.filter(({ numbers }) => numbers?.includes(extension) ?? false),
 *     Stream.runHead
 *   )
 * ```
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/callflows", {
        input: ListInput,
        success: Envelope.account(Schema.Array(Callflow))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a callflow (`PUT /v2/accounts/{account_id}/callflows`). It takes the calls to its `numbers`, which may be
 * extensions, and to what matches one of its `patterns`.
 *
 * **Example** (Ring a user, then take a message)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Callflows.create({
 *   numbers: ["1001", "+14155551234"],
 *   flow: {
 *     module: "user",
 *     data: { id: "user_abc123", timeout: 20 },
 *     children: { _: { module: "voicemail", data: { id: "vmbox_abc123" } } }
 *   }
 * })
 * ```
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.put("create", "/v2/accounts/:account_id/callflows", {
      input: CreateInput,
      body: Envelope.body,
      success: Endpoint.status(Envelope.account(Callflow), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Reads a callflow (`GET /v2/accounts/{account_id}/callflows/{callflow_id}`).
 *
 * **Example** (The first step of a callflow)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const firstStep = (callflow_id: string) =>
 *   Account.Callflows.get({ callflow_id }).pipe(
 *     Effect.map(({ flow }) => flow?.module),
 *     Effect.catchTag("NotFound", () => Effect.undefined)
 *   )
 * ```
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/callflows/:callflow_id", {
      input: CallflowKey,
      success: Envelope.account(Callflow)
    }),
  { replay: "safe" }
)

/**
 * Replaces a callflow (`POST /v2/accounts/{account_id}/callflows/{callflow_id}`): fields left out are lost.
 *
 * **Example** (Replace a callflow)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Callflows.update({
 *   callflow_id: "cf_abc123",
 *   numbers: ["1001"],
 *   flow: { module: "device", data: { id: "device_abc123" } }
 * })
 * ```
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id/callflows/:callflow_id", {
      input: UpdateInput,
      body: Envelope.body,
      success: Envelope.account(Callflow)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Changes a callflow by a function or an effect: reads it, and writes it back in full, undocumented fields included.
 *
 * **Details**
 *
 * It writes nothing when nothing changed. It starts again from the read when the engine reports a conflict.
 *
 * **Gotchas**
 *
 * It does not lock: a change that another program makes between the read and the write is lost.
 *
 * **Example** (Send the calls to a voicemail box, and keep the numbers)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const toVoicemail = (callflow_id: string, vmbox_id: string) =>
 *   Account.Callflows.modify({ callflow_id }, (callflow) => ({
 *     ...callflow,
 *     flow: { module: "voicemail", data: { id: vmbox_id } }
 *   }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const modify = /*@__PURE__*/ Operation.modify(get, update)

/**
 * Changes a callflow (`PATCH /v2/accounts/{account_id}/callflows/{callflow_id}`): the fields that are given, at any depth.
 * `null` removes a field.
 *
 * **Example** (Give a callflow to a user)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Callflows.patch({ callflow_id: "cf_abc123", owner_id: "user_abc123" })
 * ```
 *
 * @see https://docs.audian.com/api-basics
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id/callflows/:callflow_id", {
      input: PatchInput,
      body: Envelope.body,
      success: Envelope.account(Callflow)
    }),
  { replay: "safe" }
)

/**
 * Removes a callflow (`DELETE /v2/accounts/{account_id}/callflows/{callflow_id}`). It gives the removed document where the
 * API sends it.
 *
 * **Example** (Remove a callflow, and log its numbers)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Callflows.remove({ callflow_id: "cf_abc123" }).pipe(
 *   Effect.tap((removed) => Effect.log("No longer answered:", removed?.numbers))
 * )
 * ```
 *
 * @see https://docs.audian.com/callflows
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/callflows/:callflow_id", {
      input: CallflowKey,
      success: [Envelope.account(Callflow), Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * Voicemail boxes.
 *
 * An {@link update} replaces the full document: fields left out are lost. A {@link patch} merges into it.
 *
 * @see https://docs.audian.com/voicemails
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import { clearable } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, openEnum, serverOnly } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Fields of the engine's document, except names and PIN; a thunk, so that a bundler drops it with its operations. */
const fields = (bounded: EngineSchemas.Bounded) =>
  ({
    /** Further numbers of the box, each at most once, of 1 to 36 characters. Default none. */
    aliases: Schema.optional(bounded(Schema.Array(EngineSchemas.text(bounded, 1, 36)), Schema.isUnique())),
    /** Id of the user that it belongs to. */
    owner_id: Schema.optional(Schema.String),
    /** Asks for the PIN. Default false. */
    require_pin: Schema.optional(Schema.Boolean),
    /** Time zone, such as `America/New_York`. */
    timezone: Schema.optional(Schema.String),
    /** True once the owner has set the box up. Default false. */
    is_setup: Schema.optional(Schema.Boolean),
    /** Lets the owner in without a PIN from an own phone. Default true. */
    check_if_owner: Schema.optional(Schema.Boolean),
    /** Plays the greeting and takes no messages. Default false. */
    announcement_only: Schema.optional(Schema.Boolean),
    /** Plays no greeting. Default false. */
    skip_greeting: Schema.optional(Schema.Boolean),
    /** Plays no envelope of a message. Default false. */
    skip_envelope: Schema.optional(Schema.Boolean),
    /** Plays no instructions. Default false. */
    skip_instructions: Schema.optional(Schema.Boolean),
    /** Envelope of a message: `default` or `caller_and_time`. Default `default`. */
    envelope_type: Schema.optional(openEnum("default", "caller_and_time")),
    /** Plays the oldest message first. Default false. */
    oldest_message_first: Schema.optional(Schema.Boolean),
    /** Action after a message was forwarded: `prompt` or `save`. Default `save`. */
    after_forward_action: Schema.optional(openEnum("prompt", "save")),
    /** Forwarding of a message: `only_forward` or `prepend_forward`. Default `only_forward`. */
    vm_message_forward_type: Schema.optional(openEnum("only_forward", "prepend_forward")),
    /** Allows fast forward and rewind. Default false. */
    is_voicemail_ff_rw_enabled: Schema.optional(Schema.Boolean),
    /** Step of fast forward and rewind, in milliseconds. Default 10000. */
    seek_duration_ms: Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(0))),
    /** Silence after which a message ends, at least 1. */
    silence_hits: Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(1))),
    /** Energy below which sound is silence, at least 1. */
    silence_threshold: Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(1))),
    /** Media of the box. */
    media: Schema.optional(
      Schema.Struct({
        /** Id of the greeting. */
        unavailable: Schema.optional(Schema.String)
      })
    ),
    /** File format of messages: `mp3`, `mp4` or `wav`. Default `mp3`. */
    media_extension: Schema.optional(openEnum("mp3", "mp4", "wav")),
    /** Number of the operator. */
    operator_number: Schema.optional(Schema.Union([Schema.String, Schema.Int])),
    /** Transcribes messages. Default false. */
    transcribe: Schema.optional(Schema.Boolean),
    /** Notifications. */
    notify: Schema.optional(
      Schema.Struct({
        /** Call that announces a new message. */
        callback: Schema.optional(EngineSchemas.notifyCallback())
      })
    ),
    /** Email addresses that are notified. Default none. */
    notify_email_addresses: Schema.optional(EngineSchemas.list()),
    /** Includes the message. Default true. */
    include_message_on_notify: Schema.optional(Schema.Boolean),
    /** Includes the transcription. Default true. */
    include_transcription_on_notify: Schema.optional(Schema.Boolean),
    /** Saves a message once it was notified. Default false. */
    save_after_notify: Schema.optional(Schema.Boolean),
    /** Deletes a message once it was notified. Default false. */
    delete_after_notify: Schema.optional(Schema.Boolean),
    /** Shares the box among its members. Default false. */
    shared_vmbox: Schema.optional(Schema.Boolean),
    /** Notifies the owner of a shared box. Default false. */
    shared_vmbox_notify_owner_email: Schema.optional(Schema.Boolean),
    /** Members of a shared box. */
    members: Schema.optional(
      Schema.Array(
        Schema.Struct({
          /** Id of the member. The engine requires it. */
          id: Schema.optional(Schema.String),
          /** Type of the member: `user` or `group`. The engine requires it. */
          type: Schema.optional(openEnum("user", "group"))
        })
      )
    ),
    /** Locks the settings. Default false. */
    not_configurable: Schema.optional(Schema.Boolean),
    /** Flags of external applications. */
    flags: Schema.optional(EngineSchemas.list())
  }) as const

/**
 * A voicemail box.
 *
 * @category models
 * @since 0.1.0
 */
export class Vmbox extends /*@__PURE__*/ model<Vmbox>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the box. */
      id: Schema.optional(Schema.String),
      /** Name of the box. */
      name: Schema.optional(EngineSchemas.text(EngineSchemas.received, 1, 128)),
      /** Number of the box. */
      mailbox: Schema.optional(EngineSchemas.text(EngineSchemas.received, 1, 30)),
      ...fields(EngineSchemas.received),
      /** PIN of the box, redacted. */
      pin: Schema.optional(EngineSchemas.secretReceived),
      /** Messages in it: a number, or numbers by folder. */
      messages: serverOnly(Schema.Json)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const vmboxId = () =>
  merge(account(), {
    /** Id of the box. */
    vmbox_id: Schema.String
  })

const name = () => EngineSchemas.text(EngineSchemas.sent, 1, 128)

const mailbox = () => EngineSchemas.text(EngineSchemas.sent, 1, 30)

const sent = () =>
  ({
    ...fields(EngineSchemas.sent),
    /** PIN of 4 to 6 characters, plain or redacted. */
    pin: Schema.optional(EngineSchemas.secretOfLength(4, 6))
  }) as const

/**
 * The input of operations that need no more than a box's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class VmboxKey extends /*@__PURE__*/ model<VmboxKey>()(/*@__PURE__*/ lazy(() => Schema.Struct(vmboxId()))) {}

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
        /** Name of the box: 1 to 128 characters. */
        name: name(),
        /** Number of the box: 1 to 30 characters. */
        mailbox: mailbox(),
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
    clearable(
      Schema.Struct(
        merge(vmboxId(), {
          /** Name of the box: 1 to 128 characters. The engine requires it. */
          name: Schema.optional(name()),
          /** Number of the box: 1 to 30 characters. The engine requires it. */
          mailbox: Schema.optional(mailbox()),
          ...sent()
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
        merge(vmboxId(), {
          /** Name of the box: 1 to 128 characters. */
          name: Schema.optional(name()),
          /** Number of the box: 1 to 30 characters. */
          mailbox: Schema.optional(mailbox()),
          ...sent()
        })
      )
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Vmboxes", family: "account" })

/**
 * Lists the voicemail boxes of an account (`GET /v2/accounts/{account_id}/vmboxes`).
 *
 * **Example** (The boxes of a user)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const boxes = Stream.runCollect(Account.Vmboxes.list.items({ filter_owner_id: "user_abc123" }))
 * ```
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/vmboxes", {
        input: ListInput,
        success: Envelope.account(Schema.Array(Vmbox))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a voicemail box (`PUT /v2/accounts/{account_id}/vmboxes`).
 *
 * **Example** (A box that sends its messages by email)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Vmboxes.create({
 *   name: "Support",
 *   mailbox: "1001",
 *   pin: "4711",
 *   notify_email_addresses: ["support@example.com"],
 *   include_message_on_notify: true
 * })
 * ```
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.put("create", "/v2/accounts/:account_id/vmboxes", {
      input: CreateInput,
      body: Envelope.body,
      success: Endpoint.status(Envelope.account(Vmbox), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Reads a voicemail box (`GET /v2/accounts/{account_id}/vmboxes/{vmbox_id}`). Its PIN comes redacted.
 *
 * **Example** (Check that a box was set up by its owner)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const isSetUp = (vmbox_id: string) =>
 *   Effect.map(Account.Vmboxes.get({ vmbox_id }), ({ is_setup }) => is_setup === true)
 * ```
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/vmboxes/:vmbox_id", {
      input: VmboxKey,
      success: Envelope.account(Vmbox)
    }),
  { replay: "safe" }
)

/**
 * Replaces a voicemail box (`POST /v2/accounts/{account_id}/vmboxes/{vmbox_id}`): fields left out are lost.
 *
 * **Example** (Replace a box)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Vmboxes.update({
 *   vmbox_id: "vmbox_abc123",
 *   name: "Support",
 *   mailbox: "1001",
 *   timezone: "Europe/Berlin"
 * })
 * ```
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id/vmboxes/:vmbox_id", {
      input: UpdateInput,
      body: Envelope.body,
      success: Envelope.account(Vmbox)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Changes a voicemail box by a function or an effect: reads it, and writes it back in full, undocumented fields included.
 *
 * **Details**
 *
 * It writes nothing when nothing changed. It starts again from the read when the engine reports a conflict.
 *
 * **Gotchas**
 *
 * It does not lock: a change that another program makes between the read and the write is lost.
 *
 * **Example** (Notify one more address)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const notify = (vmbox_id: string, email: string) =>
 *   Account.Vmboxes.modify({ vmbox_id }, (box) => ({
 *     ...box,
 *     notify_email_addresses: [...(box.notify_email_addresses ?? []), email]
 *   }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const modify = /*@__PURE__*/ Operation.modify(get, update)

/**
 * Changes a voicemail box (`PATCH /v2/accounts/{account_id}/vmboxes/{vmbox_id}`): the fields that are given, at any depth.
 * `null` removes a field.
 *
 * **Example** (Change the PIN, and transcribe messages)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Vmboxes.patch({ vmbox_id: "vmbox_abc123", pin: "4712", transcribe: true })
 * ```
 *
 * @see https://docs.audian.com/api-basics
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id/vmboxes/:vmbox_id", {
      input: PatchInput,
      body: Envelope.body,
      success: Envelope.account(Vmbox)
    }),
  { replay: "safe" }
)

/**
 * Removes a voicemail box (`DELETE /v2/accounts/{account_id}/vmboxes/{vmbox_id}`). It gives the removed document where the
 * API sends it.
 *
 * **Example** (Remove a box that may be gone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Vmboxes.remove({ vmbox_id: "vmbox_abc123" }).pipe(
 *   Effect.catchTag("NotFound", () => Effect.void)
 * )
 * ```
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/vmboxes/:vmbox_id", {
      input: VmboxKey,
      success: [Envelope.account(Vmbox), Endpoint.noContent]
    }),
  { replay: "safe" }
)

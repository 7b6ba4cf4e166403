/**
 * Voicemail boxes.
 *
 * An {@link update} replaces the full document: fields left out are lost.
 *
 * @see https://docs.audian.com/voicemails
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The fields of the engine's document, except its names and PIN; a thunk, so that a bundler drops it with the operations that send it. */
const fields = (bounded: EngineSchemas.Bounded) => ({
  aliases: Schema.optional(bounded(Schema.Array(EngineSchemas.text(bounded, 1, 36)), Schema.isUnique())),
  owner_id: Schema.optional(Schema.String),
  require_pin: Schema.optional(Schema.Boolean),
  timezone: Schema.optional(Schema.String),
  is_setup: Schema.optional(Schema.Boolean),
  check_if_owner: Schema.optional(Schema.Boolean),
  announcement_only: Schema.optional(Schema.Boolean),
  skip_greeting: Schema.optional(Schema.Boolean),
  skip_envelope: Schema.optional(Schema.Boolean),
  skip_instructions: Schema.optional(Schema.Boolean),
  envelope_type: Schema.optional(openEnum("default", "caller_and_time")),
  oldest_message_first: Schema.optional(Schema.Boolean),
  after_forward_action: Schema.optional(openEnum("prompt", "save")),
  vm_message_forward_type: Schema.optional(openEnum("only_forward", "prepend_forward")),
  is_voicemail_ff_rw_enabled: Schema.optional(Schema.Boolean),
  seek_duration_ms: Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(0))),
  silence_hits: Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(1))),
  silence_threshold: Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(1))),
  media: Schema.optional(Schema.Struct({ unavailable: Schema.optional(Schema.String) })),
  media_extension: Schema.optional(openEnum("mp3", "mp4", "wav")),
  operator_number: Schema.optional(Schema.Union([Schema.String, Schema.Int])),
  transcribe: Schema.optional(Schema.Boolean),
  notify: Schema.optional(Schema.Struct({ callback: Schema.optional(EngineSchemas.notifyCallback()) })),
  notify_email_addresses: Schema.optional(EngineSchemas.list()),
  include_message_on_notify: Schema.optional(Schema.Boolean),
  include_transcription_on_notify: Schema.optional(Schema.Boolean),
  save_after_notify: Schema.optional(Schema.Boolean),
  delete_after_notify: Schema.optional(Schema.Boolean),
  shared_vmbox: Schema.optional(Schema.Boolean),
  shared_vmbox_notify_owner_email: Schema.optional(Schema.Boolean),
  members: Schema.optional(
    Schema.Array(
      Schema.Struct({ id: Schema.optional(Schema.String), type: Schema.optional(openEnum("user", "group")) })
    )
  ),
  not_configurable: Schema.optional(Schema.Boolean),
  flags: Schema.optional(EngineSchemas.list())
})

const name = (bounded: EngineSchemas.Bounded) => EngineSchemas.text(bounded, 1, 128)

const mailbox = (bounded: EngineSchemas.Bounded) => EngineSchemas.text(bounded, 1, 30)

/**
 * A voicemail box. `mailbox` is the number it is called by; `messages` is how many there are, as one number or by
 * folder; `seek_duration_ms` is in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Vmbox extends Schema.Schema.Type<typeof Vmbox> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Vmbox = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    name: Schema.optional(name(EngineSchemas.received)),
    mailbox: Schema.optional(mailbox(EngineSchemas.received)),
    ...fields(EngineSchemas.received),
    pin: Schema.optional(EngineSchemas.secretReceived),
    messages: Schema.optional(Schema.Json)
  })
)

const sent = () => ({
  ...fields(EngineSchemas.sent),
  pin: Schema.optional(EngineSchemas.secretOfLength(4, 6))
})

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Vmboxes", family: "account" })

/**
 * Lists the voicemail boxes of an account (`GET /v2/accounts/{account_id}/vmboxes`).
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/vmboxes", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Array(Vmbox))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a voicemail box (`PUT /v2/accounts/{account_id}/vmboxes`). A `pin` has 4 to 6 characters; `require_pin` is
 * false by default.
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("create", "/v2/accounts/:account_id/vmboxes", {
      params: accountId,
      payload: Envelope.body(
        Schema.Struct({ ...sent(), name: name(EngineSchemas.sent), mailbox: mailbox(EngineSchemas.sent) })
      ),
      success: Envelope.account(Vmbox).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Reads a voicemail box (`GET /v2/accounts/{account_id}/vmboxes/{vmbox_id}`).
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/vmboxes/:vmbox_id", {
      params: { ...accountId, vmbox_id: Schema.String },
      success: Envelope.account(Vmbox)
    }),
  { replay: "safe" }
)

/**
 * Replaces a voicemail box (`POST /v2/accounts/{account_id}/vmboxes/{vmbox_id}`): fields left out are lost.
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id/vmboxes/:vmbox_id", {
      params: { ...accountId, vmbox_id: Schema.String },
      payload: Envelope.body(
        Schema.Struct({
          ...sent(),
          name: Schema.optional(name(EngineSchemas.sent)),
          mailbox: Schema.optional(mailbox(EngineSchemas.sent))
        })
      ),
      success: Envelope.account(Vmbox)
    }),
  { replay: "safe" }
)

/**
 * Removes a voicemail box (`DELETE /v2/accounts/{account_id}/vmboxes/{vmbox_id}`).
 *
 * @see https://docs.audian.com/voicemails
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/vmboxes/:vmbox_id", {
      params: { ...accountId, vmbox_id: Schema.String },
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)

/**
 * The conference rooms of an account.
 *
 * An {@link update} replaces the full document: fields left out are lost.
 *
 * @see https://docs.audian.com/conferences
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, secret, secretLike } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const number = /^[0-9]+$/u

const digits = (bounded: EngineSchemas.Bounded) => bounded(Schema.String, Schema.isPattern(number))

const pin = () => secretLike(number, "a PIN of digits")

const within = (bounded: EngineSchemas.Bounded, minimum: number, maximum: number) =>
  bounded(Schema.Int, Schema.isBetween({ minimum, maximum }))

const profile = (bounded: EngineSchemas.Bounded) =>
  Schema.Struct({
    "alone-sound": Schema.optional(Schema.String),
    "announce-count": Schema.optional(Schema.Int),
    "auto-record": Schema.optional(Schema.Boolean),
    "caller-controls": Schema.optional(Schema.String),
    "comfort-noise": Schema.optional(within(bounded, 0, 10_000)),
    "energy-level": Schema.optional(within(bounded, 0, 1800)),
    "enter-sound": Schema.optional(Schema.String),
    "exit-sound": Schema.optional(Schema.String),
    interval: Schema.optional(within(bounded, 10, 120)),
    "locked-sound": Schema.optional(Schema.String),
    "max-members": Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(2))),
    "max-members-sound": Schema.optional(Schema.String),
    "moderator-controls": Schema.optional(Schema.String),
    "moh-sound": Schema.optional(Schema.String),
    "muted-sound": Schema.optional(Schema.String),
    rate: Schema.optional(Schema.Int),
    "unmuted-sound": Schema.optional(Schema.String)
  })

/**
 * The audio profile of a room. `comfort-noise` is 0 to 10000, `energy-level` 0 to 1800, `interval` 10 to 120,
 * `max-members` at least 2; `rate` is a sampling rate in Hz: 8000, 12000, 16000, 24000, 32000, 44100 or 48000.
 *
 * @category models
 * @since 0.1.0
 */
export interface Profile extends Schema.Schema.Type<typeof Profile> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Profile = /*@__PURE__*/ lazy(() => profile(EngineSchemas.received))

/** The entry of members or moderators. */
const role = <Pin extends Schema.Top>(bounded: EngineSchemas.Bounded, pin: Pin) => ({
  join_deaf: Schema.optional(Schema.Boolean),
  join_muted: Schema.optional(Schema.Boolean),
  numbers: Schema.optional(bounded(Schema.Array(digits(bounded)), Schema.isUnique())),
  pins: Schema.optional(Schema.Array(pin))
})

/** The fields of the engine's document, except its name; a thunk, so that a bundler drops it with the operations that send it. */
const fields = <Secret extends Schema.Top, Pin extends Schema.Top>(
  bounded: EngineSchemas.Bounded,
  secret: Secret,
  pin: Pin
) => ({
  owner_id: Schema.optional(Schema.String),
  conference_numbers: Schema.optional(bounded(Schema.Array(digits(bounded)), Schema.isUnique())),
  member_pins: Schema.optional(Schema.Array(pin)),
  moderator_pins: Schema.optional(Schema.Array(pin)),
  member: Schema.optional(Schema.Struct({ ...role(bounded, pin), play_entry_prompt: Schema.optional(Schema.Boolean) })),
  moderator: Schema.optional(Schema.Struct(role(bounded, pin))),
  max_members: Schema.optional(Schema.Int),
  max_participants: Schema.optional(Schema.Int),
  max_members_media: Schema.optional(Schema.String),
  profile: Schema.optional(Schema.Union([Schema.String, profile(bounded)])),
  profile_name: Schema.optional(Schema.String),
  base_profile_name: Schema.optional(Schema.String),
  language: Schema.optional(Schema.String),
  play_name: Schema.optional(Schema.Boolean),
  play_welcome: Schema.optional(Schema.Boolean),
  play_entry_tone: Schema.optional(Schema.Union([Schema.Boolean, Schema.String])),
  play_exit_tone: Schema.optional(Schema.Union([Schema.Boolean, Schema.String])),
  require_moderator: Schema.optional(Schema.Boolean),
  wait_for_moderator: Schema.optional(Schema.Boolean),
  endconf_grace_time: Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(0))),
  video: Schema.optional(Schema.Boolean),
  allow_shareable_link: Schema.optional(Schema.Boolean),
  caller_controls: Schema.optional(Schema.String),
  moderator_controls: Schema.optional(Schema.String),
  controls: Schema.optional(EngineSchemas.record),
  domain: Schema.optional(Schema.String),
  focus: Schema.optional(Schema.String),
  bridge_username: Schema.optional(Schema.String),
  bridge_password: Schema.optional(secret),
  flags: Schema.optional(EngineSchemas.list())
})

const name = (bounded: EngineSchemas.Bounded) => EngineSchemas.text(bounded, 1, 128)

/**
 * A conference room. `profile` is the name of one, or one; `_read_only` is what the engine adds about a conference
 * that is going on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Conference extends Schema.Schema.Type<typeof Conference> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Conference = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    name: Schema.optional(name(EngineSchemas.received)),
    ...fields(EngineSchemas.received, EngineSchemas.secretReceived, EngineSchemas.secretReceived),
    ui_flags: Schema.optional(Schema.Json),
    _read_only: Schema.optional(Schema.Json)
  })
)

const sent = () => fields(EngineSchemas.sent, secret, pin())

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Conferences", family: "account" })

/**
 * Lists the conference rooms of an account (`GET /v2/accounts/{account_id}/conferences`).
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/conferences", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Array(Conference))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a conference room (`PUT /v2/accounts/{account_id}/conferences`). PINs and the numbers it is called by are
 * digits. PINs go into `member_pins` and `moderator_pins` as the page has them; the engine's own document has them as
 * `pins` of `member` and `moderator`.
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("create", "/v2/accounts/:account_id/conferences", {
      params: accountId,
      payload: Envelope.body(Schema.Struct({ ...sent(), name: name(EngineSchemas.sent) })),
      success: Envelope.account(Conference).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Reads a conference room (`GET /v2/accounts/{account_id}/conferences/{conference_id}`). An id that is not known is not
 * `NotFound`: the engine takes it for a room made on the spot.
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/conferences/:conference_id", {
      params: { ...accountId, conference_id: Schema.String },
      success: Envelope.account(Conference)
    }),
  { replay: "safe" }
)

/**
 * Replaces a conference room (`POST /v2/accounts/{account_id}/conferences/{conference_id}`): fields left out are lost.
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id/conferences/:conference_id", {
      params: { ...accountId, conference_id: Schema.String },
      payload: Envelope.body(Schema.Struct({ ...sent(), name: Schema.optional(name(EngineSchemas.sent)) })),
      success: Envelope.account(Conference)
    }),
  { replay: "safe" }
)

/**
 * Removes a conference room (`DELETE /v2/accounts/{account_id}/conferences/{conference_id}`).
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/conferences/:conference_id", {
      params: { ...accountId, conference_id: Schema.String },
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)

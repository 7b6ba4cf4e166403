/**
 * The parts that the documents of accounts, users and devices share.
 *
 * Each has the same type on the way in and on the way out. What is sent is checked against the engine's bounds, which
 * the docstrings name; what is answered passes as it was stored.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Documents from "../internal/schema/engineSchemas.ts"
import { define } from "../internal/schema/schema.ts"

/**
 * Where an account or an endpoint is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Addresses extends Schema.Schema.Type<typeof Addresses> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Addresses = /*@__PURE__*/ define(() => Schema.Struct(Documents.addresses(Documents.answered)))

/**
 * Where calls go when an endpoint cannot be reached; also one condition of {@link CallForward}. `number` has at most 35
 * characters. Left out, `enabled` and `direct_calls_only` are false, `ignore_early_media`, `keep_caller_id` and
 * `require_keypress` true.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallFailover extends Schema.Schema.Type<typeof CallFailover> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallFailover = /*@__PURE__*/ define(() => Documents.callFailoverShape(Documents.answered))

/**
 * Where calls are sent on to: always, when busy, without an answer, or by rules that a `match_list_id` picks. Numbers
 * and defaults are those of {@link CallFailover}, but that the engine wants `enabled`; `substitute` is true when left
 * out.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallForward extends Schema.Schema.Type<typeof CallForward> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallForward = /*@__PURE__*/ define(() => Documents.callForwardShape(Documents.answered))

/**
 * How many calls there may be at a time.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallLimits extends Schema.Schema.Type<typeof CallLimits> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallLimits = /*@__PURE__*/ define(() => Documents.callLimits())

/**
 * Which calls are recorded, by their direction and by whether the other side is on the network.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallRecording extends Schema.Schema.Type<typeof CallRecording> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallRecording = /*@__PURE__*/ define(() => Documents.callRecordingShape(Documents.answered))

/**
 * What may not be called, by class of number. Its values are not documented.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallRestriction extends Schema.Schema.Type<typeof CallRestriction> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallRestriction = /*@__PURE__*/ define(() => Documents.record)

/**
 * Whether a second call is let through during a first.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallWaiting extends Schema.Schema.Type<typeof CallWaiting> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallWaiting = /*@__PURE__*/ define(() => Documents.toggle())

/**
 * What the other side of a call sees: within the account, outside it, in an emergency, and the asserted identity. Names
 * and numbers have at most 35 characters.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallerId extends Schema.Schema.Type<typeof CallerId> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallerId = /*@__PURE__*/ define(() => Documents.callerIdShape(Documents.answered))

/**
 * Which caller id is shown, how numbers are rewritten (`format`, by the field it applies to, or `all`), and what is kept
 * private.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallerIdOptions extends Schema.Schema.Type<typeof CallerIdOptions> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallerIdOptions = /*@__PURE__*/ define(() => Documents.callerIdOptionsShape())

/**
 * Whether calls are turned away.
 *
 * @category models
 * @since 0.1.0
 */
export interface DoNotDisturb extends Schema.Schema.Type<typeof DoNotDisturb> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const DoNotDisturb = /*@__PURE__*/ define(() => Documents.toggle())

/**
 * Where emergency services are sent to. The engine wants `name`, `house_number`, `street`, `locality`, `region`,
 * `postal_code` and `country`. `callback_cid_number` has 10 characters, `latitude` and `longitude` at most 11.
 *
 * @category models
 * @since 0.1.0
 */
export interface EmergencyAddress extends Schema.Schema.Type<typeof EmergencyAddress> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const EmergencyAddress = /*@__PURE__*/ define(() => Documents.emergencyAddressShape(Documents.answered))

/**
 * The media of an endpoint: codecs (each at most once), encryption, whether media bypasses the server. `progress_timeout`
 * is in the engine's own unit, which is not documented.
 *
 * @category models
 * @since 0.1.0
 */
export interface EndpointMedia extends Schema.Schema.Type<typeof EndpointMedia> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const EndpointMedia = /*@__PURE__*/ define(() => Documents.endpointMediaShape(Documents.answered))

/**
 * What callers on hold hear. `media_id` has at most 2048 characters, for a user 128.
 *
 * @category models
 * @since 0.1.0
 */
export interface MusicOnHold extends Schema.Schema.Type<typeof MusicOnHold> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const MusicOnHold = /*@__PURE__*/ define(() => Documents.musicOnHoldShape(Documents.answered, 2048))

/**
 * A call that tells of a new voicemail. `interval_s` and `timeout_s` are in seconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface NotifyCallback extends Schema.Schema.Type<typeof NotifyCallback> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const NotifyCallback = /*@__PURE__*/ define(() => Documents.notifyCallbackShape())

/**
 * The business card of a user.
 *
 * @category models
 * @since 0.1.0
 */
export interface Profile extends Schema.Schema.Type<typeof Profile> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Profile = /*@__PURE__*/ define(() => Documents.profileShape())

/**
 * How calls are recorded. `time_limit` is 5 to 10800 seconds; `record_min_sec` is in seconds; `url`, where recordings are
 * sent to, has at least 6 characters. `should_record_feature_calls` is true when left out.
 *
 * @category models
 * @since 0.1.0
 */
export interface RecordingParameters extends Schema.Schema.Type<typeof RecordingParameters> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const RecordingParameters = /*@__PURE__*/ define(() => Documents.recordingParametersShape(Documents.answered))

/**
 * How a phone rings for calls from within and from outside; at most 256 characters each.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ringtones extends Schema.Schema.Type<typeof Ringtones> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Ringtones = /*@__PURE__*/ define(() => Documents.ringtonesShape(Documents.answered))

/**
 * How an account or a user hears of a voicemail.
 *
 * @category models
 * @since 0.1.0
 */
export interface VoicemailNotification extends Schema.Schema.Type<typeof VoicemailNotification> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const VoicemailNotification = /*@__PURE__*/ define(() => Documents.voicemailShape())

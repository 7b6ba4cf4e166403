/**
 * The parts that the engine's documents share, each written once for both ways: what is sent keeps to the engine's
 * bounds, responses pass as they were stored.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { lazy, openEnum, secretLike } from "./schema.ts"

/** Applies a bound to a request, or leaves it out of a response. */
export type Bounded = <S extends Schema.Top>(
  schema: S,
  ...checks: readonly [SchemaAST.Check<S["Type"]>, ...ReadonlyArray<SchemaAST.Check<S["Type"]>>]
) => S

/** Requests: the engine refuses a value out of bounds, so it is not sent. */
export const sent: Bounded = (schema, ...checks) => schema.check(...checks) as typeof schema

/** Responses: a stored document may be older than the bounds. */
export const received: Bounded = (schema) => schema

/** A part by its name, so that declarations and hovers stay short. The model takes its type from the shape beside it. */
type Part<A> = (bounded: Bounded) => Schema.Codec<A>

/** An object whose fields are undocumented. */
export const record = /*@__PURE__*/ lazy(() => Schema.Record(Schema.String, Schema.Json))

/**
 * The calls that are forbidden, by class of number. Its values are not documented.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallRestriction extends Schema.Schema.Type<typeof CallRestriction> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallRestriction = /*@__PURE__*/ lazy(() => record)

/** A secret in a response. */
export const secretReceived = /*@__PURE__*/ lazy(() => Schema.RedactedFromValue(Schema.String))

/** A secret in a request, plain or redacted, with bounds on its length. */
export const secretOfLength = (minimum: number, maximum: number) =>
  secretLike(new RegExp(`^[^]{${minimum},${maximum}}$`, "u"), `a secret of ${minimum} to ${maximum} characters`)

/** A text with bounds on its length, in code points, as the engine's JSON Schema counts them. */
export const text = (bounded: Bounded, minimum: number, maximum: number) =>
  bounded(Schema.String, Schema.isBetweenCodePoints(minimum, maximum))

export const list = () => Schema.Array(Schema.String)

export const uniqueList = (bounded: Bounded) => bounded(list(), Schema.isUnique())

const emergencyAddressShape = (bounded: Bounded) =>
  Schema.Struct({
    name: Schema.optional(Schema.String),
    house_number: Schema.optional(Schema.Int),
    house_number_suffix: Schema.optional(Schema.String),
    street: Schema.optional(Schema.String),
    street_direction: Schema.optional(Schema.String),
    street_suffix: Schema.optional(Schema.String),
    street_type: Schema.optional(Schema.String),
    floor: Schema.optional(Schema.Int),
    location_identifier: Schema.optional(Schema.Int),
    locality: Schema.optional(Schema.String),
    county: Schema.optional(Schema.String),
    region: Schema.optional(Schema.String),
    postal_code: Schema.optional(Schema.String),
    country: Schema.optional(Schema.String),
    latitude: Schema.optional(text(bounded, 0, 11)),
    longitude: Schema.optional(text(bounded, 0, 11)),
    callback_cid_number: Schema.optional(text(bounded, 10, 10)),
    delivery_method: Schema.optional(openEnum("direct", "three_way", "security_desk")),
    additional_information: Schema.optional(Schema.String)
  })

/**
 * An address for emergency services. The engine wants `name`, `house_number`, `street`, `locality`, `region`,
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
export const EmergencyAddress = /*@__PURE__*/ lazy(() => emergencyAddressShape(received))

const emergencyAddress: Part<EmergencyAddress> = emergencyAddressShape

export const addresses = (bounded: Bounded) => ({ emergency: Schema.optional(emergencyAddress(bounded)) })

/**
 * The addresses of an account or an endpoint.
 *
 * @category models
 * @since 0.1.0
 */
export interface Addresses extends Schema.Schema.Type<typeof Addresses> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Addresses = /*@__PURE__*/ lazy(() => Schema.Struct(addresses(received)))

const forwarding = (bounded: Bounded) => ({
  enabled: Schema.optional(Schema.Boolean),
  number: Schema.optional(text(bounded, 0, 35)),
  direct_calls_only: Schema.optional(Schema.Boolean),
  ignore_early_media: Schema.optional(Schema.Boolean),
  keep_caller_id: Schema.optional(Schema.Boolean),
  require_keypress: Schema.optional(Schema.Boolean)
})

const callFailoverShape = (bounded: Bounded) => Schema.Struct(forwarding(bounded))

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
export const CallFailover = /*@__PURE__*/ lazy(() => callFailoverShape(received))

const callFailover: Part<CallFailover> = callFailoverShape

const callForwardShape = (bounded: Bounded) =>
  Schema.Struct({
    ...forwarding(bounded),
    substitute: Schema.optional(Schema.Boolean),
    unconditional: Schema.optional(callFailover(bounded)),
    busy: Schema.optional(callFailover(bounded)),
    no_answer: Schema.optional(callFailover(bounded)),
    selective: Schema.optional(
      Schema.Struct({
        ...forwarding(bounded),
        rules: Schema.optional(
          Schema.Array(Schema.Struct({ ...forwarding(bounded), match_list_id: Schema.optional(Schema.String) }))
        )
      })
    )
  })

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
export const CallForward = /*@__PURE__*/ lazy(() => callForwardShape(received))

const callForward: Part<CallForward> = callForwardShape

/** A switch. */
const toggle = () => Schema.Struct({ enabled: Schema.optional(Schema.Boolean) })

/**
 * Do not disturb: incoming calls are rejected.
 *
 * @category models
 * @since 0.1.0
 */
export interface DoNotDisturb extends Schema.Schema.Type<typeof DoNotDisturb> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const DoNotDisturb = /*@__PURE__*/ lazy(() => toggle())

/**
 * Call waiting: a second call rings during the first.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallWaiting extends Schema.Schema.Type<typeof CallWaiting> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallWaiting = /*@__PURE__*/ lazy(() => toggle())

const callLimits = () => Schema.Struct({ max_concurrent: Schema.optional(Schema.Int) })

/**
 * The number of concurrent calls.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallLimits extends Schema.Schema.Type<typeof CallLimits> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallLimits = /*@__PURE__*/ lazy(() => callLimits())

const recordingParametersShape = (bounded: Bounded) =>
  Schema.Struct({
    enabled: Schema.optional(Schema.Boolean),
    format: Schema.optional(openEnum("mp3", "wav")),
    record_min_sec: Schema.optional(Schema.Int),
    record_on_answer: Schema.optional(Schema.Boolean),
    record_on_bridge: Schema.optional(Schema.Boolean),
    record_sample_rate: Schema.optional(Schema.Int),
    should_announce_when_recording: Schema.optional(Schema.Boolean),
    should_record_feature_calls: Schema.optional(Schema.Boolean),
    time_limit: Schema.optional(bounded(Schema.Int, Schema.isBetween({ minimum: 5, maximum: 10_800 }))),
    url: Schema.optional(bounded(Schema.String, Schema.isMinLength(6)))
  })

/**
 * The recording of calls. `time_limit` is 5 to 10800 seconds; `record_min_sec` is in seconds; `url`, where recordings
 * are sent to, has at least 6 characters. `should_record_feature_calls` is true when left out.
 *
 * @category models
 * @since 0.1.0
 */
export interface RecordingParameters extends Schema.Schema.Type<typeof RecordingParameters> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const RecordingParameters = /*@__PURE__*/ lazy(() => recordingParametersShape(received))

const recordingParameters: Part<RecordingParameters> = recordingParametersShape

const recordingSource = (bounded: Bounded) =>
  Schema.Struct({
    any: Schema.optional(recordingParameters(bounded)),
    onnet: Schema.optional(recordingParameters(bounded)),
    offnet: Schema.optional(recordingParameters(bounded))
  })

const callRecordingShape = (bounded: Bounded) =>
  Schema.Struct({
    any: Schema.optional(recordingSource(bounded)),
    inbound: Schema.optional(recordingSource(bounded)),
    outbound: Schema.optional(recordingSource(bounded))
  })

/**
 * The calls that are recorded, by their direction and by whether the other side is on the network.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallRecording extends Schema.Schema.Type<typeof CallRecording> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallRecording = /*@__PURE__*/ lazy(() => callRecordingShape(received))

export const callRecording: Part<CallRecording> = callRecordingShape

const party = (bounded: Bounded) => ({
  name: Schema.optional(text(bounded, 0, 35)),
  number: Schema.optional(text(bounded, 0, 35))
})

const callerIdShape = (bounded: Bounded) =>
  Schema.Struct({
    internal: Schema.optional(Schema.Struct(party(bounded))),
    external: Schema.optional(Schema.Struct(party(bounded))),
    emergency: Schema.optional(Schema.Struct(party(bounded))),
    asserted: Schema.optional(Schema.Struct({ ...party(bounded), realm: Schema.optional(Schema.String) }))
  })

/**
 * The identity shown to the other side of a call: within the account, outside it, in an emergency, and the asserted
 * identity. Names and numbers have at most 35 characters.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallerId extends Schema.Schema.Type<typeof CallerId> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallerId = /*@__PURE__*/ lazy(() => callerIdShape(received))

const callerId: Part<CallerId> = callerIdShape

const callerIdOptionsShape = () =>
  Schema.Struct({
    type: Schema.optional(openEnum("internal", "external", "emergency")),
    outbound_privacy: Schema.optional(openEnum("full", "name", "number", "none")),
    privacy_method: Schema.optional(openEnum("sip", "none", "kazoo")),
    show_rate: Schema.optional(Schema.Boolean),
    ignore_completed_elsewhere: Schema.optional(Schema.Boolean),
    format: Schema.optional(
      Schema.Record(
        Schema.String,
        Schema.Struct({
          prefix: Schema.optional(Schema.String),
          regex: Schema.optional(Schema.String),
          suffix: Schema.optional(Schema.String)
        })
      )
    )
  })

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
export const CallerIdOptions = /*@__PURE__*/ lazy(() => callerIdOptionsShape())

const callerIdOptions: () => Schema.Codec<CallerIdOptions> = callerIdOptionsShape

const endpointMediaShape = (bounded: Bounded) =>
  Schema.Struct({
    audio: Schema.optional(Schema.Struct({ codecs: Schema.optional(uniqueList(bounded)) })),
    video: Schema.optional(Schema.Struct({ codecs: Schema.optional(uniqueList(bounded)) })),
    bypass_media: Schema.optional(Schema.Union([Schema.Boolean, openEnum("auto", "true", "false")])),
    encryption: Schema.optional(
      Schema.Struct({
        enforce_security: Schema.optional(Schema.Boolean),
        methods: Schema.optional(Schema.Array(openEnum("zrtp", "srtp")))
      })
    ),
    fax_option: Schema.optional(Schema.Boolean),
    ignore_early_media: Schema.optional(Schema.Boolean),
    progress_timeout: Schema.optional(Schema.Int),
    webrtc: Schema.optional(Schema.Boolean)
  })

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
export const EndpointMedia = /*@__PURE__*/ lazy(() => endpointMediaShape(received))

const endpointMedia: Part<EndpointMedia> = endpointMediaShape

const musicOnHoldShape = (bounded: Bounded, maximum: number) =>
  Schema.Struct({
    media_id: Schema.optional(text(bounded, 0, maximum)),
    options: Schema.optional(Schema.Array(openEnum("preserve-position", "random-start")))
  })

/**
 * The music that callers on hold hear. `media_id` has at most 2048 characters, for a user 128.
 *
 * @category models
 * @since 0.1.0
 */
export interface MusicOnHold extends Schema.Schema.Type<typeof MusicOnHold> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const MusicOnHold = /*@__PURE__*/ lazy(() => musicOnHoldShape(received, 2048))

export const musicOnHold: (bounded: Bounded, maximum: number) => Schema.Codec<MusicOnHold> = musicOnHoldShape

const notifyCallbackShape = () =>
  Schema.Struct({
    attempts: Schema.optional(Schema.Int),
    disabled: Schema.optional(Schema.Boolean),
    interval_s: Schema.optional(Schema.Int),
    number: Schema.optional(Schema.String),
    schedule: Schema.optional(Schema.Array(Schema.Int)),
    timeout_s: Schema.optional(Schema.Int)
  })

/**
 * A call that announces a new voicemail. `interval_s` and `timeout_s` are in seconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface NotifyCallback extends Schema.Schema.Type<typeof NotifyCallback> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const NotifyCallback = /*@__PURE__*/ lazy(() => notifyCallbackShape())

export const notifyCallback: () => Schema.Codec<NotifyCallback> = notifyCallbackShape

const profileShape = () =>
  Schema.Struct({
    addresses: Schema.optional(
      Schema.Array(
        Schema.Struct({
          address: Schema.optional(Schema.String),
          types: Schema.optional(Schema.Array(openEnum("dom", "postal", "intl", "parcel", "home", "work", "pref")))
        })
      )
    ),
    assistant: Schema.optional(Schema.String),
    birthday: Schema.optional(Schema.String),
    nicknames: Schema.optional(list()),
    note: Schema.optional(Schema.String),
    role: Schema.optional(Schema.String),
    "sort-string": Schema.optional(Schema.String),
    title: Schema.optional(Schema.String)
  })

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
export const Profile = /*@__PURE__*/ lazy(() => profileShape())

export const profile: () => Schema.Codec<Profile> = profileShape

const ringtonesShape = (bounded: Bounded) =>
  Schema.Struct({
    external: Schema.optional(text(bounded, 0, 256)),
    internal: Schema.optional(text(bounded, 0, 256))
  })

/**
 * The ringtones for calls from within and from outside; at most 256 characters each.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ringtones extends Schema.Schema.Type<typeof Ringtones> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Ringtones = /*@__PURE__*/ lazy(() => ringtonesShape(received))

const ringtones: Part<Ringtones> = ringtonesShape

/** Voicemail notifications of an account or a user. */
const voicemailShape = () =>
  Schema.Struct({
    notify: Schema.optional(Schema.Struct({ callback: Schema.optional(notifyCallback()) }))
  })

/**
 * Voicemail notifications of an account or a user.
 *
 * @category models
 * @since 0.1.0
 */
export interface VoicemailNotification extends Schema.Schema.Type<typeof VoicemailNotification> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const VoicemailNotification = /*@__PURE__*/ lazy(() => voicemailShape())

export const voicemail: () => Schema.Codec<VoicemailNotification> = voicemailShape

/** Fields that the documents of accounts, users and devices share. */
export const shared = (bounded: Bounded) => ({
  call_failover: Schema.optional(callFailover(bounded)),
  call_forward: Schema.optional(callForward(bounded)),
  call_limits: Schema.optional(callLimits()),
  call_restriction: Schema.optional(record),
  call_waiting: Schema.optional(toggle()),
  caller_id: Schema.optional(callerId(bounded)),
  caller_id_options: Schema.optional(callerIdOptions()),
  dial_plan: Schema.optional(record),
  do_not_disturb: Schema.optional(toggle()),
  enabled: Schema.optional(Schema.Boolean),
  flags: Schema.optional(list()),
  formatters: Schema.optional(record),
  language: Schema.optional(Schema.String),
  metaflows: Schema.optional(record),
  ringtones: Schema.optional(ringtones(bounded)),
  timezone: Schema.optional(Schema.String)
})

/** Fields that the documents of users and devices share. */
export const endpoint = (bounded: Bounded) => ({
  ...shared(bounded),
  call_recording: Schema.optional(callRecording(bounded)),
  contact_list: Schema.optional(Schema.Struct({ exclude: Schema.optional(Schema.Boolean) })),
  media: Schema.optional(endpointMedia(bounded)),
  presence_id: Schema.optional(Schema.String)
})

/**
 * The parts that the engine's documents share, each written once for both directions: requests keep to the engine's
 * bounds, responses pass as they were stored.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { lazy, type Merged, model, openEnum, secretLike } from "./schema.ts"

/** Applies a bound to a request, or leaves it out of a response. */
export type Bounded = <S extends Schema.Top>(
  schema: S,
  ...checks: readonly [SchemaAST.Check<S["Type"]>, ...ReadonlyArray<SchemaAST.Check<S["Type"]>>]
) => S

/** Requests: the engine refuses a value out of bounds, so a call that creates a document does not send it. */
export const sent: Bounded = (schema, ...checks) => schema.check(...checks) as typeof schema

/** Responses: a stored document may be older than the bounds. */
export const received: Bounded = (schema) => schema

/** A part by its name, so that declarations and hovers stay short. */
type Part<A> = (bounded: Bounded) => Schema.Codec<A>

/** An object whose fields are undocumented. */
export const record = /*@__PURE__*/ lazy(() => Schema.Record(Schema.String, Schema.Json))

/**
 * The calls that are forbidden, by class of number. Its values are undocumented.
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

const emergencyAddressFields = (bounded: Bounded) =>
  ({
    /** Name at the address. The engine requires it. */
    name: Schema.optional(Schema.String),
    /** House number. The engine requires it. */
    house_number: Schema.optional(Schema.Int),
    /** Suffix of the house number. */
    house_number_suffix: Schema.optional(Schema.String),
    /** Name of the street. The engine requires it. */
    street: Schema.optional(Schema.String),
    /** Direction of the street, such as `NW`. */
    street_direction: Schema.optional(Schema.String),
    /** Suffix of the street. */
    street_suffix: Schema.optional(Schema.String),
    /** Type of the street. */
    street_type: Schema.optional(Schema.String),
    /** Floor in the building. */
    floor: Schema.optional(Schema.Int),
    /** Number of the location. */
    location_identifier: Schema.optional(Schema.Int),
    /** City. The engine requires it. */
    locality: Schema.optional(Schema.String),
    /** County. */
    county: Schema.optional(Schema.String),
    /** State or region. The engine requires it. */
    region: Schema.optional(Schema.String),
    /** Postal code. The engine requires it. */
    postal_code: Schema.optional(Schema.String),
    /** Country. The engine requires it. */
    country: Schema.optional(Schema.String),
    /** Latitude as text, at most 11 characters. */
    latitude: Schema.optional(text(bounded, 0, 11)),
    /** Longitude as text, at most 11 characters. */
    longitude: Schema.optional(text(bounded, 0, 11)),
    /** Number that emergency services call back: 10 characters. */
    callback_cid_number: Schema.optional(text(bounded, 10, 10)),
    /** Delivery of an emergency call: `direct`, `three_way` or `security_desk`. */
    delivery_method: Schema.optional(openEnum("direct", "three_way", "security_desk")),
    /** Further information for emergency services. */
    additional_information: Schema.optional(Schema.String)
  }) as const

/**
 * An address for emergency services. The engine requires `name`, `house_number`, `street`, `locality`, `region`,
 * `postal_code` and `country`.
 *
 * @category models
 * @since 0.1.0
 */
export class EmergencyAddress extends /*@__PURE__*/ model<EmergencyAddress>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(emergencyAddressFields(received)))
) {}

const emergencyAddress: Part<EmergencyAddress> = (bounded) => Schema.Struct(emergencyAddressFields(bounded))

const addressesFields = (bounded: Bounded) =>
  ({
    /** Address for emergency services. */
    emergency: Schema.optional(emergencyAddress(bounded))
  }) as const

/**
 * The addresses of an account or an endpoint.
 *
 * @category fields
 * @since 0.1.0
 */
export interface AddressesFields extends ReturnType<typeof addressesFields> {}
export const addresses = (bounded: Bounded): Merged<AddressesFields> => addressesFields(bounded)

/**
 * The addresses of an account or an endpoint.
 *
 * @category models
 * @since 0.1.0
 */
export class Addresses extends /*@__PURE__*/ model<Addresses>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(addresses(received)))
) {}

const forwarding = (bounded: Bounded) =>
  ({
    /** Forwards calls. Default false. */
    enabled: Schema.optional(Schema.Boolean),
    /** Number that calls are forwarded to, at most 35 characters. */
    number: Schema.optional(text(bounded, 0, 35)),
    /** Forwards only calls to the endpoint itself, not those of a group. Default false. */
    direct_calls_only: Schema.optional(Schema.Boolean),
    /** Ignores early media of the forwarded call. Default true. */
    ignore_early_media: Schema.optional(Schema.Boolean),
    /** Keeps the caller id of the original call. Default true. */
    keep_caller_id: Schema.optional(Schema.Boolean),
    /** Requires a key press before the forwarded call is connected. Default true. */
    require_keypress: Schema.optional(Schema.Boolean)
  }) as const

/**
 * The forwarding of calls to an endpoint that cannot be reached; also one condition of {@link CallForward}.
 *
 * @category models
 * @since 0.1.0
 */
export class CallFailover extends /*@__PURE__*/ model<CallFailover>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(forwarding(received)))
) {}

const callFailover: Part<CallFailover> = (bounded) => Schema.Struct(forwarding(bounded))

const callForwardFields = (bounded: Bounded) =>
  ({
    ...forwarding(bounded),
    /** Forwards instead of ringing the endpoint. Default true. */
    substitute: Schema.optional(Schema.Boolean),
    /** Forwarding of every call. */
    unconditional: Schema.optional(callFailover(bounded)),
    /** Forwarding while the endpoint is busy. */
    busy: Schema.optional(callFailover(bounded)),
    /** Forwarding of unanswered calls. */
    no_answer: Schema.optional(callFailover(bounded)),
    /** Forwarding by rules. */
    selective: Schema.optional(
      Schema.Struct({
        ...forwarding(bounded),
        /** Rules, each for the callers of a match list. */
        rules: Schema.optional(
          Schema.Array(
            Schema.Struct({
              ...forwarding(bounded),
              /** Id of the match list whose callers are forwarded. */
              match_list_id: Schema.optional(Schema.String)
            })
          )
        )
      })
    )
  }) as const

/**
 * Call forwarding: always, when busy, without an answer, or by rules. The engine requires `enabled`.
 *
 * @category models
 * @since 0.1.0
 */
export class CallForward extends /*@__PURE__*/ model<CallForward>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(callForwardFields(received)))
) {}

const callForward: Part<CallForward> = (bounded) => Schema.Struct(callForwardFields(bounded))

/** A switch. */
const toggle = () =>
  Schema.Struct({
    /** True when it is on. */
    enabled: Schema.optional(Schema.Boolean)
  })

/**
 * Do not disturb: incoming calls are rejected.
 *
 * @category models
 * @since 0.1.0
 */
export class DoNotDisturb extends /*@__PURE__*/ model<DoNotDisturb>()(/*@__PURE__*/ lazy(() => toggle())) {}

/**
 * Call waiting: a second call rings during the first.
 *
 * @category models
 * @since 0.1.0
 */
export class CallWaiting extends /*@__PURE__*/ model<CallWaiting>()(/*@__PURE__*/ lazy(() => toggle())) {}

const callLimits = () =>
  Schema.Struct({
    /** Concurrent calls at most. */
    max_concurrent: Schema.optional(Schema.Int)
  })

/**
 * Limits on concurrent calls.
 *
 * @category models
 * @since 0.1.0
 */
export class CallLimits extends /*@__PURE__*/ model<CallLimits>()(/*@__PURE__*/ lazy(() => callLimits())) {}

const recordingParametersFields = (bounded: Bounded) =>
  ({
    /** Records calls. */
    enabled: Schema.optional(Schema.Boolean),
    /** File format: `mp3` or `wav`. */
    format: Schema.optional(openEnum("mp3", "wav")),
    /** Shortest recording that is kept, in seconds. */
    record_min_sec: Schema.optional(Schema.Int),
    /** Starts when the call is answered. */
    record_on_answer: Schema.optional(Schema.Boolean),
    /** Starts when the call is bridged. */
    record_on_bridge: Schema.optional(Schema.Boolean),
    /** Sampling rate of the recording. */
    record_sample_rate: Schema.optional(Schema.Int),
    /** Announces the recording to the parties. */
    should_announce_when_recording: Schema.optional(Schema.Boolean),
    /** Records calls to feature codes too. Default true. */
    should_record_feature_calls: Schema.optional(Schema.Boolean),
    /** Longest recording, 5 to 10800 seconds. */
    time_limit: Schema.optional(bounded(Schema.Int, Schema.isBetween({ minimum: 5, maximum: 10_800 }))),
    /** URL that recordings are sent to, at least 6 characters. */
    url: Schema.optional(bounded(Schema.String, Schema.isMinLength(6)))
  }) as const

/**
 * The recording of calls.
 *
 * @category models
 * @since 0.1.0
 */
export class RecordingParameters extends /*@__PURE__*/ model<RecordingParameters>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(recordingParametersFields(received)))
) {}

const recordingParameters: Part<RecordingParameters> = (bounded) => Schema.Struct(recordingParametersFields(bounded))

const recordingSource = (bounded: Bounded) =>
  Schema.Struct({
    /** Calls of both kinds. */
    any: Schema.optional(recordingParameters(bounded)),
    /** Calls with a party on the network. */
    onnet: Schema.optional(recordingParameters(bounded)),
    /** Calls with a party outside the network. */
    offnet: Schema.optional(recordingParameters(bounded))
  })

const callRecordingFields = (bounded: Bounded) =>
  ({
    /** Calls in both directions. */
    any: Schema.optional(recordingSource(bounded)),
    /** Incoming calls. */
    inbound: Schema.optional(recordingSource(bounded)),
    /** Outgoing calls. */
    outbound: Schema.optional(recordingSource(bounded))
  }) as const

/**
 * The calls that are recorded, by their direction and by whether the other party is on the network.
 *
 * @category models
 * @since 0.1.0
 */
export class CallRecording extends /*@__PURE__*/ model<CallRecording>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(callRecordingFields(received)))
) {}

export const callRecording: Part<CallRecording> = (bounded) => Schema.Struct(callRecordingFields(bounded))

const party = (bounded: Bounded) =>
  ({
    /** Name, at most 35 characters. */
    name: Schema.optional(text(bounded, 0, 35)),
    /** Number, at most 35 characters. */
    number: Schema.optional(text(bounded, 0, 35))
  }) as const

const callerIdFields = (bounded: Bounded) =>
  ({
    /** Identity shown within the account. */
    internal: Schema.optional(Schema.Struct(party(bounded))),
    /** Identity shown outside the account. */
    external: Schema.optional(Schema.Struct(party(bounded))),
    /** Identity shown to emergency services. */
    emergency: Schema.optional(Schema.Struct(party(bounded))),
    /** Asserted identity of the SIP request. */
    asserted: Schema.optional(
      Schema.Struct({
        ...party(bounded),
        /** SIP realm of the identity. */
        realm: Schema.optional(Schema.String)
      })
    )
  }) as const

/**
 * The identity shown to the other party of a call: within the account, outside it, in an emergency, and the asserted
 * one.
 *
 * @category models
 * @since 0.1.0
 */
export class CallerId extends /*@__PURE__*/ model<CallerId>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(callerIdFields(received)))
) {}

const callerId: Part<CallerId> = (bounded) => Schema.Struct(callerIdFields(bounded))

const callerIdOptionsFields = () =>
  ({
    /** Identity that calls use: `internal`, `external` or `emergency`. */
    type: Schema.optional(openEnum("internal", "external", "emergency")),
    /** Changes to numbers, by the kind of caller id; `all` is every kind. */
    format: Schema.optional(
      Schema.Record(
        Schema.String,
        Schema.Struct({
          /** Text put before the number. */
          prefix: Schema.optional(Schema.String),
          /** Regular expression that selects a part of the number. */
          regex: Schema.optional(Schema.String),
          /** Text put after the number. */
          suffix: Schema.optional(Schema.String)
        })
      )
    ),
    /** Ignores that another endpoint took the call. */
    ignore_completed_elsewhere: Schema.optional(Schema.Boolean),
    /** Parts of the identity that are hidden: `full`, `name`, `number` or `none`. */
    outbound_privacy: Schema.optional(openEnum("full", "name", "number", "none")),
    /** Mechanism that hides them: `sip`, `none` or `kazoo`. */
    privacy_method: Schema.optional(openEnum("sip", "none", "kazoo")),
    /** Shows the rate of a call. */
    show_rate: Schema.optional(Schema.Boolean)
  }) as const

/**
 * The caller id that calls use, how its numbers are rewritten, and which parts of it are hidden.
 *
 * @category models
 * @since 0.1.0
 */
export class CallerIdOptions extends /*@__PURE__*/ model<CallerIdOptions>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(callerIdOptionsFields()))
) {}

const callerIdOptions = (): Schema.Codec<CallerIdOptions> => Schema.Struct(callerIdOptionsFields())

const endpointMediaFields = (bounded: Bounded) =>
  ({
    /** Audio of calls. */
    audio: Schema.optional(
      Schema.Struct({
        /** Codecs in the order of preference, each at most once. */
        codecs: Schema.optional(uniqueList(bounded))
      })
    ),
    /** Video of calls. */
    video: Schema.optional(
      Schema.Struct({
        /** Codecs in the order of preference, each at most once. Default none. */
        codecs: Schema.optional(uniqueList(bounded))
      })
    ),
    /** Lets media bypass the server: true, false, or `auto`. */
    bypass_media: Schema.optional(Schema.Union([Schema.Boolean, openEnum("auto", "true", "false")])),
    /** Encryption of media. */
    encryption: Schema.optional(
      Schema.Struct({
        /** Refuses calls without encryption. Default false. */
        enforce_security: Schema.optional(Schema.Boolean),
        /** Methods that are offered: `zrtp`, `srtp`. Default none. */
        methods: Schema.optional(Schema.Array(openEnum("zrtp", "srtp")))
      })
    ),
    /** Marks the endpoint as one for faxes. */
    fax_option: Schema.optional(Schema.Boolean),
    /** Ignores early media. */
    ignore_early_media: Schema.optional(Schema.Boolean),
    /** Time to wait for progress. Its unit is undocumented. */
    progress_timeout: Schema.optional(Schema.Int),
    /** Uses WebRTC. */
    webrtc: Schema.optional(Schema.Boolean)
  }) as const

/**
 * The media of an endpoint: codecs, encryption, and the path of media.
 *
 * @category models
 * @since 0.1.0
 */
export class EndpointMedia extends /*@__PURE__*/ model<EndpointMedia>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(endpointMediaFields(received)))
) {}

const endpointMedia: Part<EndpointMedia> = (bounded) => Schema.Struct(endpointMediaFields(bounded))

const musicOnHoldFields = (bounded: Bounded, maximum: number) =>
  ({
    /** Id of the media, at most 2048 characters; for a user at most 128. */
    media_id: Schema.optional(text(bounded, 0, maximum)),
    /** Playback: `preserve-position`, `random-start`. */
    options: Schema.optional(Schema.Array(openEnum("preserve-position", "random-start")))
  }) as const

/**
 * The music that callers on hold hear.
 *
 * @category models
 * @since 0.1.0
 */
export class MusicOnHold extends /*@__PURE__*/ model<MusicOnHold>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(musicOnHoldFields(received, 2048)))
) {}

export const musicOnHold = (bounded: Bounded, maximum: number): Schema.Codec<MusicOnHold> =>
  Schema.Struct(musicOnHoldFields(bounded, maximum))

const notifyCallbackFields = () =>
  ({
    /** Calls that are tried. */
    attempts: Schema.optional(Schema.Int),
    /** Switches the calls off. */
    disabled: Schema.optional(Schema.Boolean),
    /** Time between two calls, in seconds. */
    interval_s: Schema.optional(Schema.Int),
    /** Number that is called. */
    number: Schema.optional(Schema.String),
    /** Times between calls, one for each. */
    schedule: Schema.optional(Schema.Array(Schema.Int)),
    /** Time that a call rings, in seconds. */
    timeout_s: Schema.optional(Schema.Int)
  }) as const

/**
 * A call that announces a new voicemail.
 *
 * @category models
 * @since 0.1.0
 */
export class NotifyCallback extends /*@__PURE__*/ model<NotifyCallback>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(notifyCallbackFields()))
) {}

export const notifyCallback = (): Schema.Codec<NotifyCallback> => Schema.Struct(notifyCallbackFields())

const profileFields = () =>
  ({
    /** Postal addresses. */
    addresses: Schema.optional(
      Schema.Array(
        Schema.Struct({
          /** Address as text. */
          address: Schema.optional(Schema.String),
          /** Kinds of the address: `dom`, `postal`, `intl`, `parcel`, `home`, `work`, `pref`. */
          types: Schema.optional(Schema.Array(openEnum("dom", "postal", "intl", "parcel", "home", "work", "pref")))
        })
      )
    ),
    /** Assistant of the user. */
    assistant: Schema.optional(Schema.String),
    /** Birthday of the user. */
    birthday: Schema.optional(Schema.String),
    /** Nicknames of the user. */
    nicknames: Schema.optional(list()),
    /** Note about the user. */
    note: Schema.optional(Schema.String),
    /** Role of the user. */
    role: Schema.optional(Schema.String),
    /** Text that the user is sorted by. */
    "sort-string": Schema.optional(Schema.String),
    /** Title of the user. */
    title: Schema.optional(Schema.String)
  }) as const

/**
 * The business card of a user.
 *
 * @category models
 * @since 0.1.0
 */
export class Profile extends /*@__PURE__*/ model<Profile>()(/*@__PURE__*/ lazy(() => Schema.Struct(profileFields()))) {}

export const profile = (): Schema.Codec<Profile> => Schema.Struct(profileFields())

const ringtonesFields = (bounded: Bounded) =>
  ({
    /** Ringtone of calls from outside the account, at most 256 characters. */
    external: Schema.optional(text(bounded, 0, 256)),
    /** Ringtone of calls from within the account, at most 256 characters. */
    internal: Schema.optional(text(bounded, 0, 256))
  }) as const

/**
 * The ringtones of calls from within and from outside the account.
 *
 * @category models
 * @since 0.1.0
 */
export class Ringtones extends /*@__PURE__*/ model<Ringtones>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(ringtonesFields(received)))
) {}

const ringtones: Part<Ringtones> = (bounded) => Schema.Struct(ringtonesFields(bounded))

const voicemailFields = () =>
  ({
    /** Notifications. */
    notify: Schema.optional(
      Schema.Struct({
        /** Call that announces a voicemail. */
        callback: Schema.optional(notifyCallback())
      })
    )
  }) as const

/**
 * The voicemail notifications of an account or a user.
 *
 * @category models
 * @since 0.1.0
 */
export class VoicemailNotification extends /*@__PURE__*/ model<VoicemailNotification>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(voicemailFields()))
) {}

export const voicemail = (): Schema.Codec<VoicemailNotification> => Schema.Struct(voicemailFields())

const sharedFields = (bounded: Bounded) =>
  ({
    /** Destination of calls to an endpoint that cannot be reached. */
    call_failover: Schema.optional(callFailover(bounded)),
    /** Call forwarding. */
    call_forward: Schema.optional(callForward(bounded)),
    /** Limits on concurrent calls. */
    call_limits: Schema.optional(callLimits()),
    /** Calls that are forbidden, by class of number. Default none. */
    call_restriction: Schema.optional(record),
    /** Call waiting. */
    call_waiting: Schema.optional(toggle()),
    /** Identity shown to the other party. */
    caller_id: Schema.optional(callerId(bounded)),
    /** Options of that identity. */
    caller_id_options: Schema.optional(callerIdOptions()),
    /** Rules that rewrite dialed numbers. */
    dial_plan: Schema.optional(record),
    /** Do not disturb. */
    do_not_disturb: Schema.optional(toggle()),
    /** False switches the document off. Default true. */
    enabled: Schema.optional(Schema.Boolean),
    /** Flags of external applications. */
    flags: Schema.optional(list()),
    /** Rules that rewrite fields of calls, by field. */
    formatters: Schema.optional(record),
    /** Language, such as `en-us`. */
    language: Schema.optional(Schema.String),
    /** Actions that a party starts during a call. */
    metaflows: Schema.optional(record),
    /** Ringtones. */
    ringtones: Schema.optional(ringtones(bounded)),
    /** Time zone, such as `America/New_York`. */
    timezone: Schema.optional(Schema.String)
  }) as const

/**
 * Fields that the documents of accounts, users and devices share.
 *
 * @category fields
 * @since 0.1.0
 */
export interface SharedFields extends ReturnType<typeof sharedFields> {}
export const shared = (bounded: Bounded): Merged<SharedFields> => sharedFields(bounded)

const endpointFields = (bounded: Bounded) =>
  ({
    /** Calls that are recorded. */
    call_recording: Schema.optional(callRecording(bounded)),
    /** Entry in the account's contact list. */
    contact_list: Schema.optional(
      Schema.Struct({
        /** Leaves it out of the list. */
        exclude: Schema.optional(Schema.Boolean)
      })
    ),
    /** Media of calls. */
    media: Schema.optional(endpointMedia(bounded)),
    /** Id of its presence. */
    presence_id: Schema.optional(Schema.String)
  }) as const

/**
 * Fields that the documents of users and devices share.
 *
 * @category fields
 * @since 0.1.0
 */
export interface EndpointFields extends SharedFields, ReturnType<typeof endpointFields> {}
export const endpoint = (bounded: Bounded): Merged<EndpointFields> => ({
  ...shared(bounded),
  ...endpointFields(bounded)
})

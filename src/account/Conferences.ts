/**
 * The conference rooms of an account.
 *
 * An {@link update} replaces the full document: fields left out are lost. A {@link patch} merges into it.
 *
 * @see https://docs.audian.com/conferences
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import { clearable } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, secret, secretLike, serverOnly } from "../internal/schema/schema.ts"
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
  ({
    /** Sound for a participant who is alone. */
    "alone-sound": Schema.optional(Schema.String),
    /** Participants from which on their number is announced. */
    "announce-count": Schema.optional(Schema.Int),
    /** Records automatically. Default false. */
    "auto-record": Schema.optional(Schema.Boolean),
    /** Name of the controls of participants. */
    "caller-controls": Schema.optional(Schema.String),
    /** Comfort noise, 0 to 10000. */
    "comfort-noise": Schema.optional(within(bounded, 0, 10_000)),
    /** Energy from which on sound counts as speech, 0 to 1800. */
    "energy-level": Schema.optional(within(bounded, 0, 1800)),
    /** Sound as a participant enters. */
    "enter-sound": Schema.optional(Schema.String),
    /** Sound as a participant leaves. */
    "exit-sound": Schema.optional(Schema.String),
    /** Interval of the audio, 10 to 120. */
    interval: Schema.optional(within(bounded, 10, 120)),
    /** Sound as the room is locked. */
    "locked-sound": Schema.optional(Schema.String),
    /** Participants at most, at least 2. */
    "max-members": Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(2))),
    /** Sound for a caller when the room is full. */
    "max-members-sound": Schema.optional(Schema.String),
    /** Name of the controls of moderators. */
    "moderator-controls": Schema.optional(Schema.String),
    /** Music for participants who wait. */
    "moh-sound": Schema.optional(Schema.String),
    /** Sound for a participant who is muted. */
    "muted-sound": Schema.optional(Schema.String),
    /** Sampling rate in Hz: 8000, 12000, 16000, 24000, 32000, 44100 or 48000. */
    rate: Schema.optional(Schema.Int),
    /** Sound for a participant who is unmuted. */
    "unmuted-sound": Schema.optional(Schema.String)
  }) as const

/**
 * The audio profile of a room.
 *
 * @category models
 * @since 0.1.0
 */
export class Profile extends /*@__PURE__*/ model<Profile>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(profile(EngineSchemas.received)))
) {}

const role = <Pin extends Schema.Top>(bounded: EngineSchemas.Bounded, pin: Pin) =>
  ({
    /** Enters without hearing. Default false. */
    join_deaf: Schema.optional(Schema.Boolean),
    /** Numbers to enter by, digits, each at most once. Default none. */
    numbers: Schema.optional(bounded(Schema.Array(digits(bounded)), Schema.isUnique())),
    /** PINs to enter with, digits. Default none. */
    pins: Schema.optional(Schema.Array(pin))
  }) as const

/** Fields of the engine's document, except its name; a thunk, so that a bundler drops it with its operations. */
const fields = <Secret extends Schema.Top, Pin extends Schema.Top>(
  bounded: EngineSchemas.Bounded,
  secret: Secret,
  pin: Pin
) =>
  ({
    /** Id of the user that it belongs to. */
    owner_id: Schema.optional(Schema.String),
    /** Numbers of the room, digits, each at most once. Default none. */
    conference_numbers: Schema.optional(bounded(Schema.Array(digits(bounded)), Schema.isUnique())),
    /** PINs of members, digits, as the page has them; the engine has `member.pins`. */
    member_pins: Schema.optional(Schema.Array(pin)),
    /** PINs of moderators, digits, as the page has them; the engine has `moderator.pins`. */
    moderator_pins: Schema.optional(Schema.Array(pin)),
    /** Entry of members. */
    member: Schema.optional(
      Schema.Struct({
        ...role(bounded, pin),
        /** Enters muted. Default true. */
        join_muted: Schema.optional(Schema.Boolean),
        /** Plays a prompt on entry. */
        play_entry_prompt: Schema.optional(Schema.Boolean)
      })
    ),
    /** Entry of moderators. */
    moderator: Schema.optional(
      Schema.Struct({
        ...role(bounded, pin),
        /** Enters muted. Default false. */
        join_muted: Schema.optional(Schema.Boolean)
      })
    ),
    /** Members at most, as the page has it. */
    max_members: Schema.optional(Schema.Int),
    /** Participants at most. */
    max_participants: Schema.optional(Schema.Int),
    /** Id of the media that a caller hears when the room is full. */
    max_members_media: Schema.optional(Schema.String),
    /** Audio profile, or the name of one. */
    profile: Schema.optional(Schema.Union([Schema.String, Schema.Struct(profile(bounded))])),
    /** Name of the audio profile. */
    profile_name: Schema.optional(Schema.String),
    /** Name of the profile that it is based on. */
    base_profile_name: Schema.optional(Schema.String),
    /** Language of the prompts. */
    language: Schema.optional(Schema.String),
    /** Plays the name of a participant who enters. Default false. */
    play_name: Schema.optional(Schema.Boolean),
    /** Plays a welcome. */
    play_welcome: Schema.optional(Schema.Boolean),
    /** Plays a tone on entry: true, false, or the tone. */
    play_entry_tone: Schema.optional(Schema.Union([Schema.Boolean, Schema.String])),
    /** Plays a tone on exit: true, false, or the tone. */
    play_exit_tone: Schema.optional(Schema.Union([Schema.Boolean, Schema.String])),
    /** Begins with a moderator only. */
    require_moderator: Schema.optional(Schema.Boolean),
    /** Lets members wait for a moderator. */
    wait_for_moderator: Schema.optional(Schema.Boolean),
    /** Time until the room ends after the last moderator, at least 0. */
    endconf_grace_time: Schema.optional(bounded(Schema.Int, Schema.isGreaterThanOrEqualTo(0))),
    /** Allows video. */
    video: Schema.optional(Schema.Boolean),
    /** Allows a link that can be shared. Default false. */
    allow_shareable_link: Schema.optional(Schema.Boolean),
    /** Name of the controls of participants. */
    caller_controls: Schema.optional(Schema.String),
    /** Name of the controls of moderators. */
    moderator_controls: Schema.optional(Schema.String),
    /** Controls, by name. */
    controls: Schema.optional(EngineSchemas.record),
    /** Domain of the room. */
    domain: Schema.optional(Schema.String),
    /** Server that the room is on. */
    focus: Schema.optional(Schema.String),
    /** User name of the bridge. */
    bridge_username: Schema.optional(Schema.String),
    /** Password of the bridge. */
    bridge_password: Schema.optional(secret),
    /** Flags of external applications. */
    flags: Schema.optional(EngineSchemas.list()),
    /** Flags of user interfaces. */
    ui_flags: Schema.optional(Schema.Json)
  }) as const

/**
 * A conference room.
 *
 * @category models
 * @since 0.1.0
 */
export class Conference extends /*@__PURE__*/ model<Conference>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the room. */
      id: Schema.optional(Schema.String),
      /** Name of the room. */
      name: Schema.optional(EngineSchemas.text(EngineSchemas.received, 1, 128)),
      ...fields(EngineSchemas.received, EngineSchemas.secretReceived, EngineSchemas.secretReceived),
      /** State of a conference that is going on, as the engine adds it. */
      _read_only: serverOnly(Schema.Json)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const conferenceId = () =>
  merge(account(), {
    /** Id of the room. */
    conference_id: Schema.String
  })

const sent = () => fields(EngineSchemas.sent, secret, pin())

const name = () => EngineSchemas.text(EngineSchemas.sent, 1, 128)

/**
 * The input of operations that need no more than a room's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ConferenceKey extends /*@__PURE__*/ model<ConferenceKey>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(conferenceId()))
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
        /** Name of the room: 1 to 128 characters. */
        name: name(),
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
        merge(conferenceId(), {
          /** Name of the room: 1 to 128 characters. The engine requires it. */
          name: Schema.optional(name()),
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
        merge(conferenceId(), {
          /** Name of the room: 1 to 128 characters. */
          name: Schema.optional(name()),
          ...sent()
        })
      )
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Conferences", family: "account" })

/**
 * Lists the conference rooms of an account (`GET /v2/accounts/{account_id}/conferences`).
 *
 * **Example** (The rooms of a user)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const rooms = Stream.runCollect(Account.Conferences.list.items({ filter_owner_id: "user_abc123" }))
 * ```
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/conferences", {
        input: ListInput,
        success: Envelope.account(Schema.Array(Conference))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a conference room (`PUT /v2/accounts/{account_id}/conferences`).
 *
 * **Example** (A room that only members with a PIN enter)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Conferences.create({
 *   name: "Board",
 *   conference_numbers: ["5000"],
 *   member_pins: ["4711"],
 *   wait_for_moderator: true
 * })
 * ```
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.put("create", "/v2/accounts/:account_id/conferences", {
      input: CreateInput,
      body: Envelope.body,
      success: Endpoint.status(Envelope.account(Conference), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Reads a conference room (`GET /v2/accounts/{account_id}/conferences/{conference_id}`).
 *
 * **Gotchas**
 *
 * An unknown id is not `NotFound`: the engine takes it for a room made on the spot.
 *
 * **Example** (The numbers that lead into a room)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const numbers = (conference_id: string) =>
 *   Effect.map(Account.Conferences.get({ conference_id }), (room) => room.conference_numbers ?? [])
 * ```
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/conferences/:conference_id", {
      input: ConferenceKey,
      success: Envelope.account(Conference)
    }),
  { replay: "safe" }
)

/**
 * Replaces a conference room (`POST /v2/accounts/{account_id}/conferences/{conference_id}`): fields left out are lost.
 *
 * **Example** (Replace a room)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Conferences.update({
 *   conference_id: "conf_abc123",
 *   name: "Board",
 *   conference_numbers: ["5000"],
 *   max_members: 20
 * })
 * ```
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id/conferences/:conference_id", {
      input: UpdateInput,
      body: Envelope.body,
      success: Envelope.account(Conference)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Changes a conference room by a function or an effect: reads it, and writes it back in full, undocumented fields included.
 *
 * **Details**
 *
 * It writes nothing when nothing changed. It starts again from the read when the engine reports a conflict.
 *
 * **Gotchas**
 *
 * It does not lock: a change that another program makes between the read and the write is lost.
 *
 * **Example** (Add a PIN for moderators)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Conferences.modify({ conference_id: "conf_abc123" }, (room) => ({
 *   ...room,
 *   moderator_pins: [...(room.moderator_pins ?? []), "4712"]
 * }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const modify = /*@__PURE__*/ Operation.modify(get, update)

/**
 * Changes a conference room (`PATCH /v2/accounts/{account_id}/conferences/{conference_id}`): the fields that are given, at
 * any depth. `null` removes a field.
 *
 * **Example** (Mute members when they enter, and lift the limit)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Conferences.patch({
 *   conference_id: "conf_abc123",
 *   member: { join_muted: true },
 *   max_members: null
 * })
 * ```
 *
 * @see https://docs.audian.com/api-basics
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id/conferences/:conference_id", {
      input: PatchInput,
      body: Envelope.body,
      success: Envelope.account(Conference)
    }),
  { replay: "safe" }
)

/**
 * Removes a conference room (`DELETE /v2/accounts/{account_id}/conferences/{conference_id}`). It gives the removed document
 * where the API sends it.
 *
 * **Example** (Remove a room that nobody owns)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const removeUnowned = Account.Conferences.list.items().pipe(
 *   Stream.filter(({ owner_id }) => owner_id === undefined),
 *   Stream.runForEach(({ id }) => (id === undefined ? Effect.void : Account.Conferences.remove({ conference_id: id })))
 * )
 * ```
 *
 * @see https://docs.audian.com/conferences
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/conferences/:conference_id", {
      input: ConferenceKey,
      success: [Envelope.account(Conference), Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * The users of an account.
 *
 * Request and response bodies are the engine's documents, except those of {@link invite}, which are plain JSON in
 * camelCase. An {@link update} replaces the full document: fields left out are lost; a {@link patch} merges into it.
 *
 * @see https://docs.audian.com/introduction/quickstart
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import { clearable, lenient } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, omit, openEnum, openStruct, secret, serverOnly } from "../internal/schema/schema.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The privileges of a user.
 *
 * @category models
 * @since 0.1.0
 */
export type PrivLevel = typeof PrivLevel.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const PrivLevel = /*@__PURE__*/ openEnum("user", "admin")

/**
 * The role of a user, where a page in camelCase shows one; the engine itself has {@link PrivLevel}.
 *
 * @category models
 * @since 0.1.0
 */
export type Role = typeof Role.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Role = /*@__PURE__*/ openEnum("standard", "admin", "operator", "agent")

/**
 * The settings that a {@link patch} in camelCase may change.
 *
 * @category models
 * @since 0.1.0
 */
export class Settings extends /*@__PURE__*/ model<Settings>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Switches call waiting on. */
      callWaiting: Schema.optional(Schema.Boolean),
      /** Voicemail. */
      voicemail: Schema.optional(
        Schema.Struct({
          /** Switches voicemail on. */
          enabled: Schema.optional(Schema.Boolean),
          /** Greeting: `custom`. */
          greetingType: Schema.optional(openEnum("custom"))
        })
      ),
      /** Call forwarding. */
      callForwarding: Schema.optional(
        Schema.Struct({
          /** Forwards calls. */
          enabled: Schema.optional(Schema.Boolean),
          /** Number that calls are forwarded to. */
          destination: Schema.optional(Schema.String)
        })
      )
    })
  )
) {}

/** Fields of the engine's document, except names and password; a thunk, so that a bundler drops it with its operations. */
const fields = <Pin extends Schema.Top>(bounded: EngineSchemas.Bounded, pin: Pin) =>
  merge(EngineSchemas.endpoint(bounded), {
    /** Addresses. */
    addresses: Schema.optional(
      Schema.Struct(
        merge(EngineSchemas.addresses(bounded), {
          /** Postal addresses of the business card. */
          vcard: Schema.optional(
            Schema.Array(
              Schema.Struct({
                /** Address as text. The engine requires it. */
                address: Schema.optional(Schema.String),
                /** Kinds of the address. */
                types: Schema.optional(EngineSchemas.list())
              })
            )
          )
        })
      )
    ),
    /** IP addresses of proxies that are allowed. */
    allowed_proxy_ips: Schema.optional(EngineSchemas.list()),
    /** Directories that the user is in, by id. */
    directories: Schema.optional(EngineSchemas.record),
    /** Email address: 3 to 254 characters. */
    email: Schema.optional(EngineSchemas.text(bounded, 3, 254)),
    /** Level of features. */
    feature_level: Schema.optional(Schema.String),
    /** Hotdesking. */
    hotdesk: Schema.optional(
      Schema.Struct({
        /** Switches hotdesking on. Default false. */
        enabled: Schema.optional(Schema.Boolean),
        /** Number to log in with, at most 15 characters. */
        id: Schema.optional(EngineSchemas.text(bounded, 0, 15)),
        /** Stays logged in on other devices. Default false. */
        keep_logged_in_elsewhere: Schema.optional(Schema.Boolean),
        /** PIN to log in with: 4 to 15 characters. */
        pin: Schema.optional(pin),
        /** Asks for the PIN. Default false. */
        require_pin: Schema.optional(Schema.Boolean)
      })
    ),
    /** Music that callers on hold hear. */
    music_on_hold: Schema.optional(EngineSchemas.musicOnHold(bounded, 128)),
    /** Privileges: `user` or `admin`. Default `user`. */
    priv_level: Schema.optional(PrivLevel),
    /** Business card. */
    profile: Schema.optional(EngineSchemas.profile()),
    /** Recording of the name. */
    pronounced_name: Schema.optional(
      Schema.Struct({
        /** Id of the media, at most 128 characters. */
        media_id: Schema.optional(EngineSchemas.text(bounded, 0, 128))
      })
    ),
    /** Asks for a new password. Default false. */
    require_password_update: Schema.optional(Schema.Boolean),
    /** Scopes that the user is restricted to. */
    scope_restrictions: Schema.optional(EngineSchemas.list()),
    /** User name: 1 to 256 letters, digits, `+`, `@`, `.`, `_` and `-`. */
    username: Schema.optional(bounded(EngineSchemas.text(bounded, 1, 256), Schema.isPattern(/^[+@.\w-]+$/u))),
    /** True once the user was verified. Default false. */
    verified: Schema.optional(Schema.Boolean),
    /** Sends voicemails by email. Default true. */
    vm_to_email_enabled: Schema.optional(Schema.Boolean),
    /** Voicemail notifications. */
    voicemail: Schema.optional(EngineSchemas.voicemail())
  })

/** Fields of the pages in camelCase, except the names. */
const person = () =>
  ({
    /** Department. */
    department: Schema.optional(Schema.String),
    /** Extension, such as `1001`. */
    extension: Schema.optional(Schema.String),
    /** Language. */
    language: Schema.optional(Schema.String),
    /** Id of the user who is the manager. */
    manager: Schema.optional(Schema.String),
    /** Phone number. */
    phone: Schema.optional(Schema.String),
    /** Role: `standard`, `admin`, `operator` or `agent`. */
    role: Schema.optional(Role),
    /** Time zone. */
    timezone: Schema.optional(Schema.String),
    /** Job title. */
    title: Schema.optional(Schema.String)
  }) as const

const received = () =>
  merge(
    {
      /** Id of the user. */
      id: Schema.optional(Schema.String),
      /** First name. */
      first_name: Schema.optional(EngineSchemas.text(EngineSchemas.received, 1, 128)),
      /** Last name. */
      last_name: Schema.optional(EngineSchemas.text(EngineSchemas.received, 1, 128)),
      /** First name, as a page in camelCase writes it. */
      firstName: Schema.optional(Schema.String),
      /** Last name, as a page in camelCase writes it. */
      lastName: Schema.optional(Schema.String)
    },
    fields(EngineSchemas.received, EngineSchemas.secretReceived),
    {
      ...person(),
      /** Settings. */
      settings: Schema.optional(Settings),
      /** State of the user. */
      status: Schema.optional(Schema.String),
      /** Features of the user, as a list has them. */
      features: serverOnly(Schema.Json)
    }
  )

/** A field that a list may have as a boolean instead. */
const listed = () =>
  ({
    /** Calls that are recorded; a list may say whether there are any. */
    call_recording: Schema.optional(
      Schema.NullOr(Schema.Union([EngineSchemas.callRecording(EngineSchemas.received), Schema.Boolean]))
    )
  }) as const

/**
 * A user: the engine's document, and the fields that a {@link patch} in camelCase has added. The engine never gives the
 * password back.
 *
 * @category models
 * @since 0.1.0
 */
export class User extends /*@__PURE__*/ model<User>()(/*@__PURE__*/ lazy(() => Schema.Struct(received()))) {}

/**
 * A user in a list: a part of the document. The shapes of `features` and `service` are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class ListedUser extends /*@__PURE__*/ model<ListedUser>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(omit(received(), ["call_recording"]), listed(), {
        /** Service of the user. */
        service: Schema.optional(Schema.Json)
      })
    )
  )
) {}

/**
 * A user who was invited. The fields are those of the request; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class InvitedUser extends /*@__PURE__*/ model<InvitedUser>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the user. */
      id: Schema.String,
      /** First name. */
      firstName: Schema.optional(Schema.String),
      /** Last name. */
      lastName: Schema.optional(Schema.String),
      /** Email address. */
      email: Schema.optional(Schema.String),
      /** User name. */
      username: Schema.optional(Schema.String),
      ...person()
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const userId = () =>
  merge(account(), {
    /** Id of the user. */
    user_id: Schema.String
  })

const name = () => EngineSchemas.text(EngineSchemas.sent, 1, 128)

const sent = () =>
  merge(
    fields(EngineSchemas.sent, EngineSchemas.secretOfLength(4, 15)),
    {
      /** Password, plain or redacted. It is never given back. */
      password: Schema.optional(secret)
    },
    Envelope.charges()
  )

/** The fields of a change: what was read, also from a list. */
const changed = () =>
  merge(omit(sent(), ["call_recording"]), listed(), {
    ...person(),
    /** First name, as a page in camelCase writes it. */
    firstName: Schema.optional(Schema.String),
    /** Last name, as a page in camelCase writes it. */
    lastName: Schema.optional(Schema.String),
    /** Settings. */
    settings: Schema.optional(Settings),
    /** State of the user. */
    status: Schema.optional(Schema.String)
  })

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
      merge(
        account(),
        merge(
          {
            /** First name: 1 to 128 characters. */
            first_name: name(),
            /** Last name: 1 to 128 characters. */
            last_name: name()
          },
          sent()
        )
      )
    )
  )
) {}

/**
 * The input of {@link invite}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class InviteInput extends /*@__PURE__*/ model<InviteInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** First name. */
        firstName: Schema.String,
        /** Last name. */
        lastName: Schema.String,
        /** Email address, which no other user may have. */
        email: Schema.String,
        /** User name. */
        username: Schema.optional(Schema.String),
        ...person(),
        /** Writes to the email address. Default true. */
        sendInvitation: Schema.optional(Schema.Boolean),
        /** Data of your own. */
        metadata: Schema.optional(EngineSchemas.record)
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
          merge(
            userId(),
            {
              /** First name: 1 to 128 characters. The engine requires it. */
              first_name: EngineSchemas.text(EngineSchemas.sent, 1, 128),
              /** Last name: 1 to 128 characters. The engine requires it. */
              last_name: EngineSchemas.text(EngineSchemas.sent, 1, 128)
            },
            changed()
          )
        )
      ),
      "first_name",
      "last_name"
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
        merge(
          userId(),
          {
            /** First name: 1 to 128 characters. */
            first_name: Schema.optional(EngineSchemas.text(EngineSchemas.sent, 1, 128)),
            /** Last name: 1 to 128 characters. */
            last_name: Schema.optional(EngineSchemas.text(EngineSchemas.sent, 1, 128))
          },
          changed()
        )
      )
    )
  )
) {}

/**
 * The input of {@link remove}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class RemoveInput extends /*@__PURE__*/ model<RemoveInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(userId(), {
        /** Id of the user who gets the devices. */
        reassignDevices: Schema.optional(Schema.String),
        /** Archives the user's data. */
        archiveData: Schema.optional(Schema.Boolean),
        /** Reason of the removal. */
        reason: Schema.optional(Schema.String)
      })
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Users", family: "account" })

/**
 * Lists the users of an account (`GET /v2/accounts/{account_id}/users`).
 *
 * **Example** (The admins, page by page)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const admins = Stream.runCollect(Account.Users.list.items({ filter_priv_level: "admin" }))
 * ```
 *
 * @see https://docs.audian.com/introduction/quickstart
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/users", {
        input: ListInput,
        success: Envelope.account(Schema.Array(ListedUser))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a user (`PUT /v2/accounts/{account_id}/users`).
 *
 * **Details**
 *
 * Fails with `BadRequest` and the code `validation_error` when the username is taken; with `PaymentRequired` when the user
 * costs something, until `accept_charges` is true.
 *
 * **Example** (Create a user)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Users.create({
 *   first_name: "Jane",
 *   last_name: "Doe",
 *   username: "jane@example.com",
 *   email: "jane@example.com"
 * })
 * ```
 *
 * @see https://docs.audian.com/introduction/quickstart
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.put("create", "/v2/accounts/:account_id/users", {
      input: CreateInput,
      body: Envelope.billableBody,
      success: Endpoint.status(Envelope.account(User), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Invites a user (`POST /v2/accounts/{account_id}/users`): creates one, and writes to the `email`, unless `sendInvitation`
 * is false.
 *
 * **Example** (Invite a user, unless the address has one)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Users.invite({
 *   firstName: "Jane",
 *   lastName: "Doe",
 *   email: "jane@example.com",
 *   role: "agent"
 * }).pipe(Effect.catchTag("Conflict", () => Effect.logInfo("She is a user already")))
 * ```
 *
 * @see https://docs.audian.com/users/create
 * @category operations
 * @since 0.1.0
 */
export const invite = /*@__PURE__*/ make(
  () =>
    Endpoint.post("invite", "/v2/accounts/:account_id/users", {
      input: InviteInput,
      success: Endpoint.status(InvitedUser, 201)
    }),
  { replay: "unsafe", envelope: "bare" }
)

/**
 * Replaces the document of a user (`POST /v2/accounts/{account_id}/users/{user_id}`): fields left out are lost.
 *
 * **Example** (Replace the document of a user)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Users.update({
 *   user_id: "user_abc123",
 *   first_name: "Jane",
 *   last_name: "Roe",
 *   email: "jane@example.com"
 * })
 * ```
 *
 * @see https://docs.audian.com/api-basics
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id/users/:user_id", {
      input: UpdateInput,
      body: Envelope.billableBody,
      success: Envelope.account(User)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Changes a user (`PATCH /v2/accounts/{account_id}/users/{user_id}`): the fields that are given, at any depth. `null`
 * removes a field.
 *
 * **Details**
 *
 * Beside the engine's own fields it takes those that the page shows, from `firstName` to `settings`.
 *
 * **Example** (Change the caller id, and clear the title)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Users.patch({
 *   user_id: "user_abc123",
 *   title: null,
 *   caller_id: { external: { name: "Acme Support" } }
 * })
 * ```
 *
 * @see https://docs.audian.com/users/update
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id/users/:user_id", {
      input: PatchInput,
      body: Envelope.billableBody,
      success: Envelope.account(User)
    }),
  { replay: "safe" }
)

/**
 * Removes a user (`DELETE /v2/accounts/{account_id}/users/{user_id}`). It gives the removed document where the API sends it.
 *
 * **Example** (Remove a user, and keep the devices)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Users.remove({
 *   user_id: "user_abc123",
 *   reassignDevices: "user_def456",
 *   archiveData: true
 * })
 * ```
 *
 * @see https://docs.audian.com/users/delete
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/users/:user_id", {
      input: RemoveInput,
      success: [Envelope.account(User), Endpoint.noContent]
    }),
  { replay: "safe" }
)

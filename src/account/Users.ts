/**
 * The users of an account.
 *
 * Request and response bodies are the engine's documents, but for {@link invite}, which is plain JSON in camelCase. An
 * {@link update} replaces the full document: fields left out are lost; a {@link patch} merges into it.
 *
 * @see https://docs.audian.com/introduction/quickstart
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum, secret } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
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
 * What a user is, where a page in camelCase speaks of one; the engine itself knows {@link PrivLevel}.
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
 * What a {@link patch} in camelCase may set.
 *
 * @category models
 * @since 0.1.0
 */
export interface Settings extends Schema.Schema.Type<typeof Settings> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Settings = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    callWaiting: Schema.optional(Schema.Boolean),
    voicemail: Schema.optional(
      Schema.Struct({ enabled: Schema.optional(Schema.Boolean), greetingType: Schema.optional(openEnum("custom")) })
    ),
    callForwarding: Schema.optional(
      Schema.Struct({ enabled: Schema.optional(Schema.Boolean), destination: Schema.optional(Schema.String) })
    )
  })
)

/**
 * The fields of the engine's document, except the names and the password; a thunk, so that a bundler drops it with the
 * operations that send it.
 */
const fields = <Pin extends Schema.Top>(bounded: EngineSchemas.Bounded, pin: Pin) => ({
  ...EngineSchemas.endpoint(bounded),
  addresses: Schema.optional(
    Schema.Struct({
      ...EngineSchemas.addresses(bounded),
      vcard: Schema.optional(
        Schema.Array(
          Schema.Struct({ address: Schema.optional(Schema.String), types: Schema.optional(EngineSchemas.list()) })
        )
      )
    })
  ),
  allowed_proxy_ips: Schema.optional(EngineSchemas.list()),
  directories: Schema.optional(EngineSchemas.record),
  email: Schema.optional(EngineSchemas.text(bounded, 3, 254)),
  feature_level: Schema.optional(Schema.String),
  hotdesk: Schema.optional(
    Schema.Struct({
      enabled: Schema.optional(Schema.Boolean),
      id: Schema.optional(EngineSchemas.text(bounded, 0, 15)),
      keep_logged_in_elsewhere: Schema.optional(Schema.Boolean),
      pin: Schema.optional(pin),
      require_pin: Schema.optional(Schema.Boolean)
    })
  ),
  music_on_hold: Schema.optional(EngineSchemas.musicOnHold(bounded, 128)),
  priv_level: Schema.optional(PrivLevel),
  profile: Schema.optional(EngineSchemas.profile()),
  pronounced_name: Schema.optional(Schema.Struct({ media_id: Schema.optional(EngineSchemas.text(bounded, 0, 128)) })),
  require_password_update: Schema.optional(Schema.Boolean),
  scope_restrictions: Schema.optional(EngineSchemas.list()),
  username: Schema.optional(bounded(EngineSchemas.text(bounded, 1, 256), Schema.isPattern(/^[+@.\w-]+$/u))),
  verified: Schema.optional(Schema.Boolean),
  vm_to_email_enabled: Schema.optional(Schema.Boolean),
  voicemail: Schema.optional(EngineSchemas.voicemail())
})

const name = () => EngineSchemas.text(EngineSchemas.sent, 1, 128)

const sent = () => ({
  ...fields(EngineSchemas.sent, EngineSchemas.secretOfLength(4, 15)),
  first_name: Schema.optional(name()),
  last_name: Schema.optional(name()),
  password: Schema.optional(secret)
})

/** The full document, as it is sent. */
const full = () => Schema.Struct({ ...sent(), first_name: name(), last_name: name() })

/** What the pages in camelCase say of a user beside the names. */
const person = () => ({
  department: Schema.optional(Schema.String),
  extension: Schema.optional(Schema.String),
  language: Schema.optional(Schema.String),
  manager: Schema.optional(Schema.String),
  phone: Schema.optional(Schema.String),
  role: Schema.optional(Role),
  timezone: Schema.optional(Schema.String),
  title: Schema.optional(Schema.String)
})

const received = () => ({
  id: Schema.optional(Schema.String),
  first_name: Schema.optional(Schema.String),
  last_name: Schema.optional(Schema.String),
  firstName: Schema.optional(Schema.String),
  lastName: Schema.optional(Schema.String),
  ...fields(EngineSchemas.received, EngineSchemas.secretReceived),
  ...person(),
  settings: Schema.optional(Settings),
  status: Schema.optional(Schema.String)
})

/**
 * A user: the engine's document, and what a {@link patch} has put beside it. The engine never gives the password back.
 * Left out when it was written, `enabled` and `vm_to_email_enabled` are true, `priv_level` is `user`, and
 * `require_password_update`, `verified` and what `hotdesk` knows are false.
 *
 * @category models
 * @since 0.1.0
 */
export interface User extends Schema.Schema.Type<typeof User> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const User = /*@__PURE__*/ lazy(() => Schema.Struct(received()))

/**
 * A user as {@link list} lists it: what the list takes of the document. The shapes of `call_recording`, `features` and
 * `service` are not documented there.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListedUser extends Schema.Schema.Type<typeof ListedUser> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ListedUser = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    ...received(),
    call_recording: Schema.optional(Schema.Json),
    features: Schema.optional(Schema.Json),
    service: Schema.optional(Schema.Json)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Users", family: "account" })

/**
 * Lists the users of an account (`GET /v2/accounts/{account_id}/users`).
 *
 * @see https://docs.audian.com/introduction/quickstart
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/users", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Array(ListedUser))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a user (`PUT /v2/accounts/{account_id}/users`). Names have 1 to 128 characters, `email` 3 to 254, `username`
 * 1 to 256 of letters, digits, `+`, `@`, `.`, `_` and `-`, `hotdesk.pin` 4 to 15. `BadRequest` with the code
 * `validation_error` when the username is taken; `PaymentRequired` when the user costs something, until
 * `accept_charges` is true.
 *
 * @see https://docs.audian.com/introduction/quickstart
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("create", "/v2/accounts/:account_id/users", {
      params: accountId,
      payload: Envelope.billableBody(full()),
      success: Envelope.account(User).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Invites a user (`POST /v2/accounts/{account_id}/users`): creates one, and writes to the `email`, which no other user
 * may have, unless `sendInvitation` is false. `manager` is the id of a user. The response is undocumented.
 *
 * @see https://docs.audian.com/users/create
 * @category operations
 * @since 0.1.0
 */
export const invite = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("invite", "/v2/accounts/:account_id/users", {
      params: accountId,
      payload: Schema.Struct({
        firstName: Schema.String,
        lastName: Schema.String,
        email: Schema.String,
        username: Schema.optional(Schema.String),
        ...person(),
        sendInvitation: Schema.optional(Schema.Boolean),
        metadata: Schema.optional(EngineSchemas.record)
      }),
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe", envelope: "bare" }
)

/**
 * Replaces the document of a user (`POST /v2/accounts/{account_id}/users/{user_id}`): fields left out are lost. Bounds
 * are those of {@link create}.
 *
 * @see https://docs.audian.com/api-basics
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id/users/:user_id", {
      params: { ...accountId, user_id: Schema.String },
      payload: Envelope.billableBody(full()),
      success: Envelope.account(User)
    }),
  { replay: "safe" }
)

/**
 * Changes a user (`PATCH /v2/accounts/{account_id}/users/{user_id}`): the fields that are given, within the bounds of
 * {@link create}. Beside the engine's own fields it takes those that the page shows, from `firstName` to `settings`.
 *
 * @see https://docs.audian.com/users/update
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.patch("patch", "/v2/accounts/:account_id/users/:user_id", {
      params: { ...accountId, user_id: Schema.String },
      payload: Envelope.billableBody(
        Schema.Struct({
          ...sent(),
          ...person(),
          firstName: Schema.optional(Schema.String),
          lastName: Schema.optional(Schema.String),
          settings: Schema.optional(Settings),
          status: Schema.optional(Schema.String)
        })
      ),
      success: Envelope.account(User)
    }),
  { replay: "safe" }
)

/**
 * Removes a user (`DELETE /v2/accounts/{account_id}/users/{user_id}`), its devices going to the user that
 * `reassignDevices` names.
 *
 * @see https://docs.audian.com/users/delete
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/users/:user_id", {
      params: { ...accountId, user_id: Schema.String },
      query: {
        reassignDevices: Schema.optional(Schema.String),
        archiveData: Schema.optional(Schema.Boolean),
        reason: Schema.optional(Schema.String)
      },
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)

/**
 * The registrations of an account's devices: which are reachable, where, and until when.
 *
 * {@link list} gives the engine's own. The others are plain JSON in camelCase, by device.
 *
 * @see https://docs.audian.com/registrations
 * @see https://docs.audian.com/devices/registration
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, openEnum } from "../internal/schema/schema.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A registration as the engine has it.
 *
 * @category models
 * @since 0.1.0
 */
export class Registration extends /*@__PURE__*/ model<Registration>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Name of the account. */
      account_name: Schema.optional(Schema.String),
      /** SIP realm of the account. */
      account_realm: Schema.optional(Schema.String),
      /** Id of the device. */
      authorizing_id: Schema.optional(Schema.String),
      /** Type of that document: `device`. */
      authorizing_type: Schema.optional(Schema.String),
      /** SIP URI that calls are sent to. */
      bridge_ruri: Schema.optional(Schema.String),
      /** Id of the SIP dialog. */
      call_id: Schema.optional(Schema.String),
      /** SIP contact, such as `sip:user@192.168.1.100:5060`. */
      contact: Schema.optional(Schema.String),
      /** IP address of the contact. */
      contact_ip: Schema.optional(Schema.String),
      /** Port of the contact. */
      contact_port: Schema.optional(Schema.Int),
      /** Time of the event, in seconds since the year 0. */
      event_timestamp: Schema.optional(Timestamp.Gregorian),
      /** Lifetime in seconds. */
      expires: Schema.optional(Schema.Int),
      /** True for the first one. */
      first_registration: Schema.optional(Schema.Boolean),
      /** Host of the sender. */
      from_host: Schema.optional(Schema.String),
      /** User of the sender. */
      from_user: Schema.optional(Schema.String),
      /** Time of the first registration, in seconds since the year 0. */
      initial_registration: Schema.optional(Timestamp.Gregorian),
      /** Time of the last registration, in seconds since the year 0. */
      last_registration: Schema.optional(Timestamp.Gregorian),
      /** SIP contact as the device sent it. */
      original_contact: Schema.optional(Schema.String),
      /** Id of its presence. */
      presence_id: Schema.optional(Schema.String),
      /** IP address of the proxy. */
      proxy_ip: Schema.optional(Schema.String),
      /** SIP path through the proxy. */
      proxy_path: Schema.optional(Schema.String),
      /** Port of the proxy. */
      proxy_port: Schema.optional(Schema.Int),
      /** Protocol of the proxy. */
      proxy_protocol: Schema.optional(Schema.String),
      /** SIP realm. */
      realm: Schema.optional(Schema.String),
      /** Notifies when a registration replaces another. */
      register_overwrite_notify: Schema.optional(Schema.Boolean),
      /** Node that holds the registration. */
      registrar_node: Schema.optional(Schema.String),
      /** IP address that it came from. */
      source_ip: Schema.optional(Schema.String),
      /** Port that it came from. */
      source_port: Schema.optional(Schema.Int),
      /** Sends no notification when it ends. */
      suppress_unregister_notify: Schema.optional(Schema.Boolean),
      /** Host of the recipient. */
      to_host: Schema.optional(Schema.String),
      /** User of the recipient. */
      to_user: Schema.optional(Schema.String),
      /** User agent of the phone. */
      user_agent: Schema.optional(Schema.String),
      /** SIP user name. */
      username: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The registration state of a device.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Status = /*@__PURE__*/ openEnum(
  "registered",
  "unregistered",
  "expired",
  "invalid",
  "offline",
  "provisioning"
)

/**
 * The registration of one device.
 *
 * @category models
 * @since 0.1.0
 */
export class DeviceRegistration extends /*@__PURE__*/ model<DeviceRegistration>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the device. */
      deviceId: Schema.optional(Schema.String),
      /** State, such as `registered`. */
      status: Schema.optional(Status),
      /** Time of the registration. */
      registeredAt: Schema.optional(Timestamp.Iso),
      /** Time of its expiry. */
      expiresAt: Schema.optional(Timestamp.Iso),
      /** Lifetime in seconds. */
      registrationExpiry: Schema.optional(Schema.Int),
      /** IP address of the device. */
      ipAddress: Schema.optional(Schema.String),
      /** Port of the device. */
      port: Schema.optional(Schema.Int),
      /** Transport protocol, such as `UDP`. */
      transportProtocol: Schema.optional(openEnum("UDP")),
      /** User agent of the device. */
      userAgent: Schema.optional(Schema.String),
      /** SIP contact of the device. */
      contactUri: Schema.optional(Schema.String),
      /** Time of the last activity. */
      lastActivity: Schema.optional(Timestamp.Iso),
      /** Calls that are up. */
      callsActive: Schema.optional(Schema.Int),
      /** Calls that wait. */
      callsQueued: Schema.optional(Schema.Int)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of operations on one device's registration.
 *
 * @category inputs
 * @since 0.1.0
 */
export class DeviceKey extends /*@__PURE__*/ model<DeviceKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Id of the device. */
        device_id: Schema.String
      })
    )
  )
) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(/*@__PURE__*/ lazy(() => listInput({}))) {}

/**
 * The input of {@link listStatuses}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListStatusesInput extends /*@__PURE__*/ model<ListStatusesInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Only devices in this state. Default all. */
        status: Schema.optional(Status),
        /** Only devices of this type. Its values are undocumented. */
        type: Schema.optional(Schema.String),
        /** Items of a page. */
        limit: Schema.optional(Schema.Int),
        /** Items to skip. */
        offset: Schema.optional(Schema.Int)
      })
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Registrations", family: "account" })

/**
 * Lists the registrations of an account (`GET /v2/accounts/{account_id}/registrations`).
 *
 * **Example** (The phones of one model)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const yealinks = Account.Registrations.list.items().pipe(
 *   Stream.filter(({ user_agent }) => user_agent?.startsWith("Yealink") ?? false),
 *   Stream.runCollect
 * )
 * ```
 *
 * @see https://docs.audian.com/registrations
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/registrations", {
        input: ListInput,
        success: Envelope.account(Schema.Array(Registration))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads the registration of a device (`GET /v2/accounts/{account_id}/devices/{device_id}/registration`).
 *
 * **Example** (Check that a phone is registered)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const isRegistered = (device_id: string) =>
 *   Account.Registrations.get({ device_id }).pipe(
 *     Effect.map(({ status }) => status === "registered"),
 *     Effect.catchTag("NotFound", () => Effect.succeed(false))
 *   )
 * ```
 *
 * @see https://docs.audian.com/devices/registration
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/devices/:device_id/registration", {
      input: DeviceKey,
      success: DeviceRegistration
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Lists the registration states of an account's devices
 * (`GET /v2/accounts/{account_id}/devices/registration/status`). The response is undocumented.
 *
 * **Example** (Count the devices that are offline)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const offline = Account.Registrations.listStatuses.items({ status: "offline" }).pipe(Stream.runCount)
 * ```
 *
 * @see https://docs.audian.com/devices/registration
 * @category operations
 * @since 0.1.0
 */
export const listStatuses = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("listStatuses", "/v2/accounts/:account_id/devices/registration/status", {
        input: ListStatusesInput,
        success: Schema.Json
      }),
    { replay: "safe", envelope: "bare" }
  ),
  Page.arrayIn
)

/**
 * Renews the registration of a device (`POST /v2/accounts/{account_id}/devices/{device_id}/registration/renew`). It gives
 * the registration where the API sends it.
 *
 * **Example** (Renew a registration, if there is one)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const renew = (device_id: string) =>
 *   Account.Registrations.renew({ device_id }).pipe(
 *     Effect.catchTag("NotFound", () => Effect.logInfo("Not registered"))
 *   )
 * ```
 *
 * @see https://docs.audian.com/devices/registration
 * @category operations
 * @since 0.1.0
 */
export const renew = /*@__PURE__*/ make(
  () =>
    Endpoint.post("renew", "/v2/accounts/:account_id/devices/:device_id/registration/renew", {
      input: DeviceKey,
      success: [DeviceRegistration, Endpoint.noContent]
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Removes the registration of a device (`DELETE /v2/accounts/{account_id}/devices/{device_id}/registration`). The response
 * is undocumented.
 *
 * **Example** (Lock out a stolen phone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Account.SipDevices.resetPassword({ device_id: "device_abc123" }).pipe(
 *   Effect.andThen(Account.Registrations.remove({ device_id: "device_abc123" }))
 * )
 * ```
 *
 * @see https://docs.audian.com/devices/registration
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/devices/:device_id/registration", {
      input: DeviceKey,
      success: [Schema.Json, Endpoint.noContent]
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * The registrations of an account's devices: who is reachable, where, and until when.
 *
 * {@link list} gives what the engine knows. The rest is plain JSON in camelCase, by device.
 *
 * @see https://docs.audian.com/registrations
 * @see https://docs.audian.com/devices/registration
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A registration as the engine knows it. `expires` is in seconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Registration extends Schema.Schema.Type<typeof Registration> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Registration = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    account_name: Schema.optional(Schema.String),
    account_realm: Schema.optional(Schema.String),
    authorizing_id: Schema.optional(Schema.String),
    authorizing_type: Schema.optional(Schema.String),
    bridge_ruri: Schema.optional(Schema.String),
    call_id: Schema.optional(Schema.String),
    contact: Schema.optional(Schema.String),
    contact_ip: Schema.optional(Schema.String),
    contact_port: Schema.optional(Schema.Int),
    event_timestamp: Schema.optional(Timestamp.Gregorian),
    expires: Schema.optional(Schema.Int),
    first_registration: Schema.optional(Schema.Boolean),
    from_host: Schema.optional(Schema.String),
    from_user: Schema.optional(Schema.String),
    initial_registration: Schema.optional(Timestamp.Gregorian),
    last_registration: Schema.optional(Timestamp.Gregorian),
    original_contact: Schema.optional(Schema.String),
    presence_id: Schema.optional(Schema.String),
    proxy_ip: Schema.optional(Schema.String),
    proxy_path: Schema.optional(Schema.String),
    proxy_port: Schema.optional(Schema.Int),
    proxy_protocol: Schema.optional(Schema.String),
    realm: Schema.optional(Schema.String),
    register_overwrite_notify: Schema.optional(Schema.Boolean),
    registrar_node: Schema.optional(Schema.String),
    source_ip: Schema.optional(Schema.String),
    source_port: Schema.optional(Schema.Int),
    suppress_unregister_notify: Schema.optional(Schema.Boolean),
    to_host: Schema.optional(Schema.String),
    to_user: Schema.optional(Schema.String),
    user_agent: Schema.optional(Schema.String),
    username: Schema.optional(Schema.String)
  })
)

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
 * The registration of one device. `registrationExpiry` is in seconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeviceRegistration extends Schema.Schema.Type<typeof DeviceRegistration> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const DeviceRegistration = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    deviceId: Schema.optional(Schema.String),
    status: Schema.optional(Status),
    registeredAt: Schema.optional(Timestamp.Iso),
    expiresAt: Schema.optional(Timestamp.Iso),
    registrationExpiry: Schema.optional(Schema.Int),
    ipAddress: Schema.optional(Schema.String),
    port: Schema.optional(Schema.Int),
    transportProtocol: Schema.optional(openEnum("UDP")),
    userAgent: Schema.optional(Schema.String),
    contactUri: Schema.optional(Schema.String),
    lastActivity: Schema.optional(Timestamp.Iso),
    callsActive: Schema.optional(Schema.Int),
    callsQueued: Schema.optional(Schema.Int)
  })
)

const deviceId = () => ({ ...accountId, device_id: Schema.String })

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Registrations", family: "account" })

/**
 * Lists the registrations of an account (`GET /v2/accounts/{account_id}/registrations`).
 *
 * @see https://docs.audian.com/registrations
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/registrations", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Array(Registration))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads the registration of a device (`GET /v2/accounts/{account_id}/devices/{device_id}/registration`).
 *
 * @see https://docs.audian.com/devices/registration
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/devices/:device_id/registration", {
      params: deviceId(),
      success: DeviceRegistration
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Lists where the registrations of an account's devices stand (`GET
 * /v2/accounts/{account_id}/devices/registration/status`). The response and the values of `type` are undocumented.
 *
 * @see https://docs.audian.com/devices/registration
 * @category operations
 * @since 0.1.0
 */
export const listStatuses = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("listStatuses", "/v2/accounts/:account_id/devices/registration/status", {
        params: accountId,
        query: {
          status: Schema.optional(Status),
          type: Schema.optional(Schema.String),
          limit: Schema.optional(Schema.Int),
          offset: Schema.optional(Schema.Int)
        },
        success: Schema.Json
      }),
    { replay: "safe", envelope: "bare" }
  ),
  Page.arrayIn
)

/**
 * Renews the registration of a device (`POST /v2/accounts/{account_id}/devices/{device_id}/registration/renew`). The
 * response is undocumented.
 *
 * @see https://docs.audian.com/devices/registration
 * @category operations
 * @since 0.1.0
 */
export const renew = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("renew", "/v2/accounts/:account_id/devices/:device_id/registration/renew", {
      params: deviceId(),
      success: Schema.Json
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Removes the registration of a device (`DELETE /v2/accounts/{account_id}/devices/{device_id}/registration`). The
 * response is undocumented.
 *
 * @see https://docs.audian.com/devices/registration
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/devices/:device_id/registration", {
      params: deviceId(),
      success: [Schema.Json, HttpApiSchema.NoContent]
    }),
  { replay: "safe", envelope: "bare" }
)

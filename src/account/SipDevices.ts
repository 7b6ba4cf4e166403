/**
 * SIP devices as the provisioning pages know them: plain JSON in camelCase, without an envelope.
 *
 * The engine's own documents of the same phones are in `Account.Devices`.
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const fields = () => ({
  model: Schema.optional(Schema.String),
  manufacturer: Schema.optional(Schema.String),
  macAddress: Schema.optional(Schema.String),
  displayName: Schema.optional(Schema.String),
  assignedUser: Schema.optional(Schema.String)
})

/**
 * A SIP device. `assignedUser` is the id of a user.
 *
 * @category models
 * @since 0.1.0
 */
export interface SipDevice extends Schema.Schema.Type<typeof SipDevice> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const SipDevice = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.String,
    accountId: Schema.optional(Schema.String),
    type: Schema.optional(openEnum("sip")),
    name: Schema.optional(Schema.String),
    ...fields(),
    sipUsername: Schema.optional(Schema.String),
    sipDomain: Schema.optional(Schema.String),
    status: Schema.optional(openEnum("active")),
    registrationStatus: Schema.optional(openEnum("pending"))
  })
)

const deviceId = () => ({ ...accountId, device_id: Schema.String })

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.SipDevices", family: "account", envelope: "bare" })

/**
 * Creates a SIP device (`POST /v2/accounts/{account_id}/devices/sip`). `macAddress` is written `00:15:65:00:00:01`.
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/accounts/:account_id/devices/sip", {
      params: accountId,
      payload: Schema.Struct({ ...fields(), name: Schema.String, sipUsername: Schema.String }),
      success: SipDevice.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Reads a SIP device (`GET /v2/accounts/{account_id}/devices/sip/{device_id}`). The response is undocumented.
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/devices/sip/:device_id", {
      params: deviceId(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Changes a SIP device (`PATCH /v2/accounts/{account_id}/devices/sip/{device_id}`). Neither its fields nor its
 * response are documented: any fields are sent as they are given.
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.patch("patch", "/v2/accounts/:account_id/devices/sip/:device_id", {
      params: deviceId(),
      payload: EngineSchemas.record,
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Removes a SIP device (`DELETE /v2/accounts/{account_id}/devices/sip/{device_id}`). The response is undocumented.
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/devices/sip/:device_id", {
      params: deviceId(),
      success: [Schema.Json, HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)

/**
 * Reads what a SIP device registers with (`GET /v2/accounts/{account_id}/devices/sip/{device_id}/credentials`). The
 * response is undocumented; since there are secrets in it, all of it comes redacted.
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const getCredentials = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getCredentials", "/v2/accounts/:account_id/devices/sip/:device_id/credentials", {
      params: deviceId(),
      success: Schema.RedactedFromValue(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Gives a SIP device a new password (`POST /v2/accounts/{account_id}/devices/sip/{device_id}/reset-password`). Doing
 * it twice makes a second one, so it is only retried when it was certainly not executed. The response is undocumented;
 * since the password may be in it, all of it comes redacted.
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const resetPassword = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("resetPassword", "/v2/accounts/:account_id/devices/sip/:device_id/reset-password", {
      params: deviceId(),
      success: Schema.RedactedFromValue(Schema.Json)
    }),
  { replay: "unsafe" }
)

/**
 * SIP devices as the provisioning pages have them: plain JSON in camelCase, without an envelope.
 *
 * The engine's own documents of the same phones are in `Account.Devices`.
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account } from "../internal/schema/accountParams.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { lazy, merge, model, openEnum, openInput, serverOnly } from "../internal/schema/schema.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const fields = () =>
  ({
    /** Model of the phone. */
    model: Schema.optional(Schema.String),
    /** Manufacturer of the phone. */
    manufacturer: Schema.optional(Schema.String),
    /** MAC address, such as `00:15:65:00:00:01`. */
    macAddress: Schema.optional(Schema.String),
    /** Name on the display. */
    displayName: Schema.optional(Schema.String),
    /** Id of the user that it belongs to. */
    assignedUser: Schema.optional(Schema.String)
  }) as const

/**
 * A SIP device.
 *
 * @category models
 * @since 0.1.0
 */
export class SipDevice extends /*@__PURE__*/ model<SipDevice>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the device. */
      id: Schema.String,
      /** Id of the account. */
      accountId: serverOnly(Schema.String),
      /** Type: `sip`. */
      type: serverOnly(openEnum("sip")),
      /** Name of the device. */
      name: Schema.optional(Schema.String),
      ...fields(),
      /** SIP user name. */
      sipUsername: Schema.optional(Schema.String),
      /** SIP domain, such as `sip.audian.com`. */
      sipDomain: serverOnly(Schema.String),
      /** State, such as `active`. */
      status: serverOnly(openEnum("active")),
      /** State of its registration, such as `pending`. */
      registrationStatus: serverOnly(openEnum("pending"))
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const deviceId = () =>
  merge(account(), {
    /** Id of the device. */
    device_id: Schema.String
  })

/**
 * The input of operations that need no more than a device's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class DeviceKey extends /*@__PURE__*/ model<DeviceKey>()(/*@__PURE__*/ lazy(() => Schema.Struct(deviceId()))) {}

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
        /** Name of the device. */
        name: Schema.String,
        /** SIP user name. */
        sipUsername: Schema.String,
        ...fields()
      })
    )
  )
) {}

/**
 * The input of {@link patch}. The page does not show its fields: those of {@link create} are typed, others are sent as they
 * are given.
 *
 * @category inputs
 * @since 0.1.0
 */
export class PatchInput extends /*@__PURE__*/ model<PatchInput>()(
  /*@__PURE__*/ lazy(() =>
    openInput(
      merge(deviceId(), {
        /** Name of the device. */
        name: Schema.optional(Schema.NullOr(Schema.String)),
        /** SIP user name. */
        sipUsername: Schema.optional(Schema.NullOr(Schema.String)),
        /** Model of the phone. */
        model: Schema.optional(Schema.NullOr(Schema.String)),
        /** Manufacturer of the phone. */
        manufacturer: Schema.optional(Schema.NullOr(Schema.String)),
        /** MAC address, such as `00:15:65:00:00:01`. */
        macAddress: Schema.optional(Schema.NullOr(Schema.String)),
        /** Name on the display. */
        displayName: Schema.optional(Schema.NullOr(Schema.String)),
        /** Id of the user that it belongs to. */
        assignedUser: Schema.optional(Schema.NullOr(Schema.String))
      })
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({
  resource: "Account.SipDevices",
  family: "account",
  envelope: "bare"
})

/**
 * Creates a SIP device (`POST /v2/accounts/{account_id}/devices/sip`).
 *
 * **Example** (Create a SIP device)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.SipDevices.create({
 *   name: "Reception",
 *   sipUsername: "reception",
 *   manufacturer: "Yealink",
 *   macAddress: "00:15:65:00:00:01"
 * })
 * ```
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.post("create", "/v2/accounts/:account_id/devices/sip", {
      input: CreateInput,
      success: Endpoint.status(SipDevice, 201)
    }),
  { replay: "unsafe" }
)

/**
 * Reads a SIP device (`GET /v2/accounts/{account_id}/devices/sip/{device_id}`).
 *
 * **Example** (The domain that a device registers with)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const domain = Effect.map(
 *   Account.SipDevices.get({ device_id: "device_abc123" }),
 *   ({ sipDomain }) => sipDomain
 * )
 * ```
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/devices/sip/:device_id", { input: DeviceKey, success: SipDevice }),
  { replay: "safe" }
)

/**
 * Changes a SIP device (`PATCH /v2/accounts/{account_id}/devices/sip/{device_id}`): the fields that are given. `null` clears
 * a field.
 *
 * **Example** (Rename a device, and take it from its user)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.SipDevices.patch({
 *   device_id: "device_abc123",
 *   displayName: "Reception",
 *   assignedUser: null
 * })
 * ```
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id/devices/sip/:device_id", {
      input: PatchInput,
      success: SipDevice
    }),
  { replay: "safe" }
)

/**
 * Removes a SIP device (`DELETE /v2/accounts/{account_id}/devices/sip/{device_id}`). The response is undocumented.
 *
 * **Example** (Remove a device that may be gone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const remove = (device_id: string) =>
 *   Account.SipDevices.remove({ device_id }).pipe(Effect.catchTag("NotFound", () => Effect.succeed(null)))
 * ```
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/devices/sip/:device_id", {
      input: DeviceKey,
      success: [Schema.Json, Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * Reads the credentials that a SIP device registers with
 * (`GET /v2/accounts/{account_id}/devices/sip/{device_id}/credentials`). The response is undocumented; since it holds
 * secrets, all of it comes redacted.
 *
 * **Example** (Hand the credentials to a provisioning server)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import { Account } from "effect-audian"
 *
 * export const provision = (device_id: string, send: (credentials: unknown) => Effect.Effect<void>) =>
 *   Effect.flatMap(Account.SipDevices.getCredentials({ device_id }), (json) => send(Redacted.value(json)))
 * ```
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const getCredentials = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getCredentials", "/v2/accounts/:account_id/devices/sip/:device_id/credentials", {
      input: DeviceKey,
      success: Schema.RedactedFromValue(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Gives a SIP device a new password (`POST /v2/accounts/{account_id}/devices/sip/{device_id}/reset-password`). Doing it
 * twice makes a second one, so it is only retried when it was certainly not executed.
 *
 * **Details**
 *
 * The response is undocumented; since the password may be in it, all of it comes redacted.
 *
 * **Example** (Reset a password, and read it back if the response was lost)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, AudianError } from "effect-audian"
 *
 * export const reset = (device_id: string) =>
 *   Account.SipDevices.resetPassword({ device_id }).pipe(
 *     Effect.catchIf(AudianError.isOutcomeUnknown, () => Account.SipDevices.getCredentials({ device_id }))
 *   )
 * ```
 *
 * @see https://docs.audian.com/devices/sip-devices
 * @category operations
 * @since 0.1.0
 */
export const resetPassword = /*@__PURE__*/ make(
  () =>
    Endpoint.post("resetPassword", "/v2/accounts/:account_id/devices/sip/:device_id/reset-password", {
      input: DeviceKey,
      success: Schema.RedactedFromValue(Schema.Json)
    }),
  { replay: "unsafe" }
)

/**
 * The devices of an account: phones, softphones, cellphones, fax machines.
 *
 * Request and response bodies are the engine's documents. An {@link update} replaces the full document: fields left out
 * are lost. A {@link patch} merges into it.
 *
 * @see https://docs.audian.com/devices
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import { clearable, lenient } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, omit, openEnum, serverOnly } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The kind of a device.
 *
 * @category models
 * @since 0.1.0
 */
export type DeviceType = typeof DeviceType.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const DeviceType = /*@__PURE__*/ openEnum("sip_device", "softphone", "cellphone", "fax")

const sip = <Password extends Schema.Top>(bounded: EngineSchemas.Bounded, password: Password) =>
  Schema.Struct({
    /** SIP headers that are added. */
    custom_sip_headers: Schema.optional(EngineSchemas.record),
    /** SIP interface that calls use. */
    custom_sip_interface: Schema.optional(Schema.String),
    /** Lifetime of a registration, in seconds. Default 300. */
    expire_seconds: Schema.optional(Schema.Int),
    /** SIP proxy that calls are forwarded to. */
    forward: Schema.optional(Schema.String),
    /** Ignores that another endpoint took the call. */
    ignore_completed_elsewhere: Schema.optional(Schema.Boolean),
    /** Format of the number in an INVITE. Default `contact`. */
    invite_format: Schema.optional(openEnum("username", "npan", "1npan", "e164", "route", "strip_plus", "contact")),
    /** IP address of the device, for the method `ip`. */
    ip: Schema.optional(Schema.String),
    /** Authentication: `password`, `ip` or `authorization`. Default `password`. */
    method: Schema.optional(openEnum("password", "ip", "authorization")),
    /** Number of the device. */
    number: Schema.optional(Schema.String),
    /** Password of the registration: 5 to 32 characters. */
    password: Schema.optional(password),
    /** SIP proxy of the device. */
    proxy: Schema.optional(Schema.String),
    /** SIP realm: 4 to 253 letters, digits, `.`, `_` and `-`. */
    realm: Schema.optional(bounded(EngineSchemas.text(bounded, 4, 253), Schema.isPattern(/^[.\w-]+$/u))),
    /** SIP route, for the format `route`. */
    route: Schema.optional(Schema.String),
    /** User part of an INVITE. */
    static_invite: Schema.optional(Schema.String),
    /** SIP route of every call. */
    static_route: Schema.optional(Schema.String),
    /** Transport protocol. */
    transport: Schema.optional(Schema.String),
    /** User name of the registration: 2 to 32 characters. */
    username: Schema.optional(EngineSchemas.text(bounded, 2, 32))
  })

const mobile = () =>
  Schema.Struct({
    /** Mobile directory number. */
    mdn: Schema.optional(Schema.String)
  })

/** Fields of the engine's document, except its name and `sip`; a thunk, so that a bundler drops it with its operations. */
const fields = (bounded: EngineSchemas.Bounded) =>
  merge(EngineSchemas.endpoint(bounded), {
    /** Addresses. */
    addresses: Schema.optional(Schema.Struct(EngineSchemas.addresses(bounded))),
    /** Kind: `sip_device`, `softphone`, `cellphone` or `fax`. */
    device_type: Schema.optional(DeviceType),
    /** Takes no calls of queues. Default false. */
    exclude_from_queues: Schema.optional(Schema.Boolean),
    /** Hotdesking. */
    hotdesk: Schema.optional(
      Schema.Struct({
        /** Users that are logged in, by id. */
        users: Schema.optional(EngineSchemas.record)
      })
    ),
    /** MAC address. */
    mac_address: Schema.optional(Schema.String),
    /** Mobile phone. */
    mobile: Schema.optional(mobile()),
    /** Music that callers on hold hear. */
    music_on_hold: Schema.optional(EngineSchemas.musicOnHold(bounded, 2048)),
    /** Sends message indications that the device did not subscribe to. Default true. */
    mwi_unsolicited_updates: Schema.optional(Schema.Boolean),
    /** Flags that select carriers. */
    outbound_flags: Schema.optional(Schema.Union([EngineSchemas.list(), EngineSchemas.record])),
    /** Id of the user that it belongs to. */
    owner_id: Schema.optional(Schema.String),
    /** Provisioning. */
    provision: Schema.optional(
      Schema.Struct({
        /** Event of a check-sync. */
        check_sync_event: Schema.optional(Schema.String),
        /** Parameter of a check-sync with a reboot. Default `reboot=true`. */
        check_sync_reboot: Schema.optional(Schema.String),
        /** Parameter of a check-sync without one. Default `reboot=false`. */
        check_sync_reload: Schema.optional(Schema.String),
        /** Combo keys, by number. */
        combo_keys: Schema.optional(EngineSchemas.record),
        /** Brand of the phone. */
        endpoint_brand: Schema.optional(Schema.String),
        /** Family of the phone. */
        endpoint_family: Schema.optional(Schema.String),
        /** Model of the phone. */
        endpoint_model: Schema.optional(Schema.Union([Schema.String, Schema.Int])),
        /** Feature keys, by number. */
        feature_keys: Schema.optional(EngineSchemas.record),
        /** Id of the provisioning. */
        id: Schema.optional(Schema.String)
      })
    ),
    /** Notifies when a registration replaces another. Default false. */
    register_overwrite_notify: Schema.optional(Schema.Boolean),
    /** Sends no notification when a registration ends. Default false. */
    suppress_unregister_notifications: Schema.optional(Schema.Boolean)
  })

const received = () =>
  merge(
    {
      /** Id of the device. */
      id: Schema.optional(Schema.String),
      /** Name of the device. */
      name: Schema.optional(EngineSchemas.text(EngineSchemas.received, 1, 128))
    },
    fields(EngineSchemas.received),
    {
      /** SIP settings. */
      sip: Schema.optional(sip(EngineSchemas.received, EngineSchemas.secretReceived)),
      /** Features of the device, as a list has them. */
      features: serverOnly(Schema.Json)
    }
  )

/**
 * A device.
 *
 * @category models
 * @since 0.1.0
 */
export class Device extends /*@__PURE__*/ model<Device>()(/*@__PURE__*/ lazy(() => Schema.Struct(received()))) {}

/** Fields that a list may have as a boolean instead. */
const listed = () =>
  ({
    /** Calls that are recorded; a list may say whether there are any. */
    call_recording: Schema.optional(
      Schema.NullOr(Schema.Union([EngineSchemas.callRecording(EngineSchemas.received), Schema.Boolean]))
    ),
    /** Mobile phone; a list may say whether there is one. */
    mobile: Schema.optional(Schema.NullOr(Schema.Union([mobile(), Schema.Boolean])))
  }) as const

/**
 * A device in a list: a part of the document. The shape of `features` is undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class ListedDevice extends /*@__PURE__*/ model<ListedDevice>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(omit(received(), ["call_recording", "mobile"]), listed(), {
        /** User name of the registration. */
        username: Schema.optional(Schema.String)
      })
    )
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

const sent = () =>
  merge(
    fields(EngineSchemas.sent),
    {
      /** SIP settings. */
      sip: Schema.optional(sip(EngineSchemas.sent, EngineSchemas.secretOfLength(5, 32)))
    },
    Envelope.charges()
  )

/** The fields of a change: what was read, also from a list. */
const changed = () => merge(omit(sent(), ["call_recording", "mobile"]), listed())

/**
 * The input of operations that need no more than a device's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class DeviceKey extends /*@__PURE__*/ model<DeviceKey>()(/*@__PURE__*/ lazy(() => Schema.Struct(deviceId()))) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(
  /*@__PURE__*/ lazy(() =>
    listInput({
      /** Only devices of this kind. Default all. */
      filter_device_type: Schema.optional(DeviceType)
    })
  )
) {}

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
            /** Name of the device: 1 to 128 characters. */
            name: EngineSchemas.text(EngineSchemas.sent, 1, 128)
          },
          sent()
        )
      )
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
            deviceId(),
            {
              /** Name of the device: 1 to 128 characters. The engine requires it. */
              name: EngineSchemas.text(EngineSchemas.sent, 1, 128)
            },
            changed()
          )
        )
      ),
      "name"
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
          deviceId(),
          {
            /** Name of the device: 1 to 128 characters. */
            name: Schema.optional(EngineSchemas.text(EngineSchemas.sent, 1, 128))
          },
          changed()
        )
      )
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Devices", family: "account" })

/**
 * Lists the devices of an account (`GET /v2/accounts/{account_id}/devices`).
 *
 * **Example** (The softphones of one user)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const softphones = Stream.runCollect(
 *   Account.Devices.list.items({ filter_device_type: "softphone", filter_owner_id: "user_abc123" })
 * )
 * ```
 *
 * @see https://docs.audian.com/devices
 * @see https://docs.audian.com/devices/softphones
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/devices", {
        input: ListInput,
        success: Envelope.account(Schema.Array(ListedDevice))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads a device (`GET /v2/accounts/{account_id}/devices/{device_id}`). Its SIP password comes redacted.
 *
 * **Example** (Show a SIP password to someone who may see it)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import { Account } from "effect-audian"
 *
 * export const password = Effect.map(Account.Devices.get({ device_id: "device_abc123" }), ({ sip }) =>
 *   sip?.password === undefined ? undefined : Redacted.value(sip.password)
 * )
 * ```
 *
 * @see https://docs.audian.com/devices
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/devices/:device_id", {
      input: DeviceKey,
      success: Envelope.account(Device)
    }),
  { replay: "safe" }
)

/**
 * Creates a device (`PUT /v2/accounts/{account_id}/devices`).
 *
 * **Gotchas**
 *
 * Fails with `PaymentRequired` when the device costs something, until `accept_charges` is true.
 *
 * **Example** (A softphone of a user)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Devices.create({
 *   name: "Softphone",
 *   device_type: "softphone",
 *   owner_id: "user_abc123",
 *   sip: { username: "user_1001", password: "correct-horse" }
 * })
 * ```
 *
 * @see https://docs.audian.com/devices
 * @see https://docs.audian.com/devices/softphones
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.put("create", "/v2/accounts/:account_id/devices", {
      input: CreateInput,
      body: Envelope.billableBody,
      success: Endpoint.status(Envelope.account(Device), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Replaces the document of a device (`POST /v2/accounts/{account_id}/devices/{device_id}`): fields left out are lost,
 * `sip` among them.
 *
 * **Example** (Rename a device)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const rename = (device_id: string, name: string) =>
 *   Effect.flatMap(Account.Devices.get({ device_id }), (device) =>
 *     Account.Devices.update({ ...device, device_id, name })
 *   )
 * ```
 *
 * @see https://docs.audian.com/devices
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id/devices/:device_id", {
      input: UpdateInput,
      body: Envelope.billableBody,
      success: Envelope.account(Device)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Changes a device by a function or an effect: reads it, and writes it back in full, undocumented fields included.
 *
 * **Details**
 *
 * It writes nothing when nothing changed. It starts again from the read when the engine reports a conflict.
 *
 * **Gotchas**
 *
 * It does not lock: a change that another program makes between the read and the write is lost.
 *
 * **Example** (Rename a device)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const rename = (device_id: string, name: string) =>
 *   Account.Devices.modify({ device_id }, (device) => ({ ...device, name }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const modify = /*@__PURE__*/ Operation.modify(get, update)

/**
 * Changes a device (`PATCH /v2/accounts/{account_id}/devices/{device_id}`): the fields that are given, at any depth. `null`
 * removes a field.
 *
 * **Example** (Give a device to another user, without its forwarding)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Devices.patch({
 *   device_id: "device_abc123",
 *   owner_id: "user_def456",
 *   call_forward: null
 * })
 * ```
 *
 * @see https://docs.audian.com/api-basics
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id/devices/:device_id", {
      input: PatchInput,
      body: Envelope.billableBody,
      success: Envelope.account(Device)
    }),
  { replay: "safe" }
)

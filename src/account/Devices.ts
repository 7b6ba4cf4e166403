/**
 * The devices of an account: phones, softphones, cellphones, fax machines.
 *
 * Request and response bodies are the engine's documents. An {@link update} replaces the full document: fields left
 * out are lost.
 *
 * @see https://docs.audian.com/devices
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
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
    custom_sip_headers: Schema.optional(EngineSchemas.record),
    custom_sip_interface: Schema.optional(Schema.String),
    expire_seconds: Schema.optional(Schema.Int),
    forward: Schema.optional(Schema.String),
    ignore_completed_elsewhere: Schema.optional(Schema.Boolean),
    invite_format: Schema.optional(openEnum("username", "npan", "1npan", "e164", "route", "strip_plus", "contact")),
    ip: Schema.optional(Schema.String),
    method: Schema.optional(openEnum("password", "ip", "authorization")),
    number: Schema.optional(Schema.String),
    password: Schema.optional(password),
    proxy: Schema.optional(Schema.String),
    realm: Schema.optional(bounded(EngineSchemas.text(bounded, 4, 253), Schema.isPattern(/^[.\w-]+$/u))),
    route: Schema.optional(Schema.String),
    static_invite: Schema.optional(Schema.String),
    static_route: Schema.optional(Schema.String),
    transport: Schema.optional(Schema.String),
    username: Schema.optional(EngineSchemas.text(bounded, 2, 32))
  })

/** The fields of the engine's document, except its name and `sip`; a thunk, so that a bundler drops it with the operations that send it. */
const fields = (bounded: EngineSchemas.Bounded) => ({
  ...EngineSchemas.endpoint(bounded),
  addresses: Schema.optional(Schema.Struct(EngineSchemas.addresses(bounded))),
  device_type: Schema.optional(DeviceType),
  exclude_from_queues: Schema.optional(Schema.Boolean),
  hotdesk: Schema.optional(Schema.Struct({ users: Schema.optional(EngineSchemas.record) })),
  mac_address: Schema.optional(Schema.String),
  mobile: Schema.optional(Schema.Struct({ mdn: Schema.optional(Schema.String) })),
  music_on_hold: Schema.optional(EngineSchemas.musicOnHold(bounded, 2048)),
  mwi_unsolicited_updates: Schema.optional(Schema.Boolean),
  outbound_flags: Schema.optional(Schema.Union([EngineSchemas.list(), EngineSchemas.record])),
  owner_id: Schema.optional(Schema.String),
  provision: Schema.optional(
    Schema.Struct({
      check_sync_event: Schema.optional(Schema.String),
      check_sync_reboot: Schema.optional(Schema.String),
      check_sync_reload: Schema.optional(Schema.String),
      combo_keys: Schema.optional(EngineSchemas.record),
      endpoint_brand: Schema.optional(Schema.String),
      endpoint_family: Schema.optional(Schema.String),
      endpoint_model: Schema.optional(Schema.Union([Schema.String, Schema.Int])),
      feature_keys: Schema.optional(EngineSchemas.record),
      id: Schema.optional(Schema.String)
    })
  ),
  register_overwrite_notify: Schema.optional(Schema.Boolean),
  suppress_unregister_notifications: Schema.optional(Schema.Boolean)
})

/** The full document, as it is sent. */
const full = () =>
  Schema.Struct({
    ...fields(EngineSchemas.sent),
    name: EngineSchemas.text(EngineSchemas.sent, 1, 128),
    sip: Schema.optional(sip(EngineSchemas.sent, EngineSchemas.secretOfLength(5, 32)))
  })

const received = () => ({
  id: Schema.optional(Schema.String),
  name: Schema.optional(Schema.String),
  ...fields(EngineSchemas.received),
  sip: Schema.optional(sip(EngineSchemas.received, EngineSchemas.secretReceived))
})

/**
 * A device. `owner_id` is the user that it belongs to. Left out when it was written, `enabled` and
 * `mwi_unsolicited_updates` are true, `exclude_from_queues`, `register_overwrite_notify` and
 * `suppress_unregister_notifications` false, `sip.expire_seconds` 300, `sip.invite_format` `contact` and `sip.method`
 * `password`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Device extends Schema.Schema.Type<typeof Device> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Device = /*@__PURE__*/ lazy(() => Schema.Struct(received()))

/**
 * A device as {@link list} lists it: what the list takes of the document. `username` is that of `sip`. The shapes of
 * `call_recording`, `features` and `mobile` are not documented there.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListedDevice extends Schema.Schema.Type<typeof ListedDevice> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ListedDevice = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    ...received(),
    call_recording: Schema.optional(Schema.Json),
    features: Schema.optional(Schema.Json),
    mobile: Schema.optional(Schema.Json),
    username: Schema.optional(Schema.String)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Devices", family: "account" })

/**
 * Lists the devices of an account, or those of one type (`GET /v2/accounts/{account_id}/devices`).
 *
 * @see https://docs.audian.com/devices
 * @see https://docs.audian.com/devices/softphones
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/devices", {
        params: accountId,
        query: { ...listQuery(), filter_device_type: Schema.optional(DeviceType) },
        success: Envelope.account(Schema.Array(ListedDevice))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads a device (`GET /v2/accounts/{account_id}/devices/{device_id}`). Its SIP password comes redacted.
 *
 * @see https://docs.audian.com/devices
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/devices/:device_id", {
      params: { ...accountId, device_id: Schema.String },
      success: Envelope.account(Device)
    }),
  { replay: "safe" }
)

/**
 * Creates a device (`PUT /v2/accounts/{account_id}/devices`). `name` has 1 to 128 characters, `sip.username` 2 to 32,
 * `sip.password` 5 to 32, `sip.realm` 4 to 253 letters, digits, `.`, `_` and `-`. `PaymentRequired` when the device
 * costs something, until `accept_charges` is true.
 *
 * @see https://docs.audian.com/devices
 * @see https://docs.audian.com/devices/softphones
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("create", "/v2/accounts/:account_id/devices", {
      params: accountId,
      payload: Envelope.billableBody(full()),
      success: Envelope.account(Device).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Replaces the document of a device (`POST /v2/accounts/{account_id}/devices/{device_id}`): fields left out are lost,
 * `sip` among them. Bounds are those of {@link create}.
 *
 * @see https://docs.audian.com/devices
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id/devices/:device_id", {
      params: { ...accountId, device_id: Schema.String },
      payload: Envelope.billableBody(full()),
      success: Envelope.account(Device)
    }),
  { replay: "safe" }
)

/**
 * The engine's webhooks: the documents of `Account.Webhooks`, their hooks, and the engine's rules of delivery.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as Canonical from "../../../internal/webhook/canonical.ts"
import * as Hmac from "../../../internal/webhook/hmac.ts"
import type * as Accounts from "../account/accounts.ts"
import * as Envelope from "../account/envelope.ts"
import * as StoredDocuments from "../account/storedDocuments.ts"
import type * as State from "../state.ts"
import type { Message, Wire } from "./message.ts"

export const kind = "webhooks"

interface Hook {
  readonly name: string
  readonly accountId: string
  readonly data: Schema.JsonObject
}

interface Hooks {
  /** The messages for a call that is created, answered or ended. */
  readonly ofCall: (call: State.CallState) => ReadonlyArray<Message>
  /** The messages for another change. */
  readonly ofChange: (change: State.Change, now: number) => ReadonlyArray<Message>
}

export const make = (accounts: Accounts.Accounts): Hooks => {
  const failures = failureWindow(accounts)

  const messages = (hooks: ReadonlyArray<Hook>): ReadonlyArray<Message> =>
    hooks.flatMap((hook) =>
      webhooksFor(accounts, hook).map(([account, stored]) => ({
        ...messageOf(account.id, stored, hook),
        onFailure: (now: number) => failures.add(account, stored.id, now)
      }))
    )

  return {
    ofCall: (call) => messages(callHooks(accounts.ownId, call)),
    ofChange: (change, now) => messages(changeHooks(accounts.ownId, change, now))
  }
}

/** The enabled webhooks of an account and of those above it that want a hook, each with its account. */
const webhooksFor = (accounts: Accounts.Accounts, { accountId, data, name }: Hook) => {
  const found: Array<readonly [Accounts.Account, Accounts.Stored]> = []
  for (
    let account = accounts.byId.find(accountId);
    account !== undefined;
    account = account.parent === undefined ? undefined : accounts.byId.find(account.parent)
  ) {
    for (const stored of account.store(kind).all()) {
      const { custom_data, enabled, hook, include_subaccounts } = stored.data
      if (enabled === false || (hook !== name && hook !== "all")) continue
      if (account.id !== accountId && include_subaccounts !== true) continue
      if (name === "object" && hook === "object" && Envelope.isDocument(custom_data)) {
        const differs = (field: string) =>
          custom_data[field] !== undefined && custom_data[field] !== "all" && custom_data[field] !== data[field]
        if (differs("type") || differs("action")) continue
      }
      found.push([account, stored])
    }
  }
  return found
}

// -----------------------------------------------------------------------------
// hooks
// -----------------------------------------------------------------------------

const seconds = (from: number, to: number): number => Math.floor((to - from) / 1000)

const channelOf = (accountId: string, { from, id, to }: State.CallState, at: number): Schema.JsonObject => ({
  account_id: accountId,
  call_direction: "outbound",
  call_id: id,
  callee_id_number: to,
  caller_id_number: from,
  from,
  to,
  request: to,
  is_internal_leg: false,
  timestamp: StoredDocuments.gregorian(at)
})

const callHooks = (accountId: string, call: State.CallState): ReadonlyArray<Hook> => {
  const { answeredAt, createdAt, endedAt } = call
  if (endedAt === undefined) {
    const name = answeredAt === undefined ? "channel_create" : "channel_answer"
    const channel = channelOf(accountId, call, answeredAt ?? createdAt)
    return [{ name, accountId, data: { ...channel, hook_event: name } }]
  }
  const data = {
    ...channelOf(accountId, call, endedAt),
    hangup_cause: answeredAt === undefined ? "NO_ANSWER" : "NORMAL_CLEARING",
    hangup_code: answeredAt === undefined ? "sip:480" : "sip:200",
    duration_seconds: seconds(createdAt, endedAt),
    ringing_seconds: seconds(createdAt, answeredAt ?? endedAt),
    billing_seconds: answeredAt === undefined ? 0 : seconds(answeredAt, endedAt)
  }
  return [
    { name: "channel_destroy", accountId, data },
    { name: "cdr", accountId, data }
  ]
}

/** The types of documents that the engine reports, by the name of their store. */
const types: { readonly [kind: string]: string } = {
  accounts: "account",
  callflows: "callflow",
  devices: "device",
  faxes: "fax",
  media: "media",
  users: "user",
  vmboxes: "vmbox"
}

const changeHooks = (ownId: string, change: State.Change, now: number): ReadonlyArray<Hook> => {
  const notification = (event_name: string, data: Schema.JsonObject, accountId = ownId): ReadonlyArray<Hook> => [
    {
      name: "notifications",
      accountId,
      data: {
        ...data,
        account_id: accountId,
        app_name: "embedded",
        app_version: "5.4.32.6",
        event_category: "notification",
        event_name,
        node: "embedded",
        timestamp: StoredDocuments.gregorian(now)
      }
    }
  ]
  switch (change._tag) {
    case "Held":
      return [
        {
          name: "channel_hold",
          accountId: ownId,
          data: { ...channelOf(ownId, change.call, now), hook_event: "channel_hold" }
        }
      ]
    case "FaxReceived": {
      const { from, id, pages, to } = change
      return notification("inbound_fax", { fax_id: id, caller_id_number: from, callee_id_number: to, pages })
    }
    case "FaxSent": {
      const { accountId, id, success, to } = change
      const data = { fax_id: id, callee_id_number: to }
      return notification(success ? "outbound_fax" : "outbound_fax_error", data, accountId)
    }
    case "VoicemailLeft": {
      const { boxId, duration, from, messageId } = change
      return notification("voicemail_new", {
        caller_id_number: from,
        length: duration,
        voicemail_box: boxId,
        voicemail_id: messageId
      })
    }
    case "Ported":
      return notification("ported", { number: change.number, port_request_id: change.portId })
    case "Document": {
      const { accountId, action, id, kind } = change
      const type = types[kind]
      return type === undefined
        ? []
        : [{ name: "object", accountId, data: { id, account_id: accountId, action, type } }]
    }
    default:
      return []
  }
}

// -----------------------------------------------------------------------------
// delivery
// -----------------------------------------------------------------------------

const messageOf = (accountId: string, { data: document, id }: Accounts.Stored, hook: Hook): Message => {
  const url = String(document.uri)
  const method = document.http_verb === "get" ? "GET" : document.http_verb === "put" ? "PUT" : "POST"
  const own = textFields(document.custom_request_headers)
  const retries = typeof document.retries === "number" ? document.retries : 2
  return {
    webhookId: id,
    url,
    event: hook.name,
    deliveryId: undefined,
    secretHeaders: Object.keys(own),
    write: (now, forged) =>
      Effect.map(payloadOf(document, hook, now, forged), (payload): Wire => {
        const headers = {
          "x-hook-id": id,
          "x-account-id": accountId,
          ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, forged ? "forged" : value]))
        }
        if (method !== "GET" && document.format === "json") {
          const body = Canonical.write(payload)
          return { method, url, headers: { ...headers, "content-type": "application/json" }, body }
        }
        const form = new URLSearchParams(pairs(payload)).toString()
        if (method === "GET") return { method, url: `${url}${url.includes("?") ? "&" : "?"}${form}`, headers, body: "" }
        return { method, url, headers: { ...headers, "content-type": "application/x-www-form-urlencoded" }, body: form }
      }),
    timeout: 10_000,
    accepts: (status) => status === 200 || (method === "PUT" && status === 201),
    // Only a failed connection is retried.
    retryAfter: (attempt, status) => Effect.succeed(status === undefined && attempt <= retries ? 2000 : undefined)
  }
}

const textFields = (u: Schema.Json | undefined): Readonly<Record<string, string>> =>
  Envelope.isDocument(u)
    ? Object.fromEntries(Object.entries(u).map(([name, value]) => [name.toLowerCase(), String(value)]))
    : {}

/** The payload in the version of the webhook. */
const payloadOf = (
  { custom_data, format, security_settings, version }: Envelope.Document,
  { data, name }: Hook,
  now: number,
  forged: boolean
): Effect.Effect<Schema.JsonObject> =>
  Effect.gen(function* () {
    const { action: _, type: __, ...custom } = Envelope.isDocument(custom_data) ? custom_data : {}
    const merged = { ...data, ...custom }
    if (version !== "v2") return { cluster_id: "embedded", ...merged }
    const timestamp = StoredDocuments.gregorian(now)
    const payload = { action: "event", name, timestamp, data: merged }
    const secret = Envelope.isDocument(security_settings) ? security_settings.sha256_key : undefined
    if (typeof secret !== "string" || format !== "json") return payload
    const key = yield* Hmac.importKey(Redacted.make(forged ? "forged" : secret))
    const signature = yield* Hmac.sign(key, Hmac.utf8(`${timestamp}${Canonical.write(merged)}`))
    return { ...payload, hmac: Base64.encode(signature) }
  })

/** The fields of a form: `a[b]` for a nested one. */
const pairs = (fields: Schema.JsonObject, prefix = ""): Array<[string, string]> =>
  Object.entries(fields).flatMap(([key, value]): Array<[string, string]> => {
    const name = prefix === "" ? key : `${prefix}[${key}]`
    if (value === undefined || value === null) return []
    if (Envelope.isDocument(value)) return pairs(value, name)
    return [[name, typeof value === "string" ? value : JSON.stringify(value)]]
  })

// -----------------------------------------------------------------------------
// disabling
// -----------------------------------------------------------------------------

/** The number of failures within the window that disables a webhook. */
const maxFailures = 6

const window = 60_000

/** The time between two checks of the failures. */
const interval = 15_000

/** Counts the failures of webhooks, and disables one that fails too often. */
const failureWindow = (accounts: Accounts.Accounts) => {
  const { scheduler } = accounts.state
  const failures = new Map<string, Array<number>>()

  const check = (account: Accounts.Account, id: string, now: number): void => {
    const recent = (failures.get(id) ?? []).filter((at) => at > now - window)
    failures.set(id, recent)
    const stored = account.store(kind).find(id)
    if (recent.length < maxFailures || stored === undefined || stored.data.enabled === false) return
    failures.delete(id)
    const disable_reason = `disabled after ${recent.length} failures within ${window / 1000} seconds`
    account.store(kind).set(id, { ...stored, modified: now, data: { ...stored.data, enabled: false, disable_reason } })
  }

  return {
    add: (account: Accounts.Account, id: string, now: number): void => {
      failures.set(id, [...(failures.get(id) ?? []), now].slice(-maxFailures))
      scheduler.at((Math.floor(now / interval) + 1) * interval, (now) => check(account, id, now))
    }
  }
}

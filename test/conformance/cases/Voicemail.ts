import * as Redacted from "effect/Redacted"
import { Voicemail } from "effect-audian"
import * as Case from "../Case.ts"

const boxId = "box_abc123def456"
const one = `/v2/voicemail/boxes/${boxId}`
const box = { id: boxId, name: "Support" }
const notification = { id: "notif_abc123", type: "email", recipient: "ops@example.com" }

export const cases = [
  Case.of(Voicemail.list, {
    input: {},
    sent: { method: "GET", path: "/v2/voicemail/boxes" },
    response: { body: [box] }
  }),
  Case.of(Voicemail.create, {
    input: {
      name: "Support",
      owner: "ops@example.com",
      max_message_length: 600,
      max_messages: 100,
      allow_caller_id: true,
      require_login_pin: true,
      login_pin: Redacted.make("123456")
    },
    sent: {
      method: "POST",
      path: "/v2/voicemail/boxes",
      body: {
        name: "Support",
        owner: "ops@example.com",
        max_message_length: 600,
        max_messages: 100,
        allow_caller_id: true,
        require_login_pin: true,
        login_pin: "123456"
      }
    },
    response: { status: 201, body: box }
  }),
  Case.of(Voicemail.get, {
    input: { boxId },
    sent: { method: "GET", path: one },
    response: { body: box }
  }),
  Case.of(Voicemail.update, {
    input: { boxId, name: "Support", login_pin: "4321" },
    sent: { method: "PUT", path: one, body: { name: "Support", login_pin: "4321" } },
    response: { body: box }
  }),
  Case.of(Voicemail.remove, {
    input: { boxId },
    sent: { method: "DELETE", path: one },
    response: { status: 204 }
  }),
  Case.of(Voicemail.listNotifications, {
    input: { boxId },
    sent: { method: "GET", path: `${one}/notifications` },
    response: { body: [notification] }
  }),
  Case.of(Voicemail.createNotification, {
    input: {
      boxId,
      type: "email",
      recipient: "ops@example.com",
      notify_on: ["new_message", "box_full"],
      include_transcript: true,
      include_audio: false,
      enabled: true
    },
    sent: {
      method: "POST",
      path: `${one}/notifications`,
      body: {
        type: "email",
        recipient: "ops@example.com",
        notify_on: ["new_message", "box_full"],
        include_transcript: true,
        include_audio: false,
        enabled: true
      }
    },
    response: { status: 201, body: notification }
  }),
  Case.of(Voicemail.updateNotification, {
    input: { boxId, notificationId: "notif_abc123", enabled: false },
    sent: { method: "PUT", path: `${one}/notifications/notif_abc123`, body: { enabled: false } },
    response: { body: notification }
  }),
  Case.of(Voicemail.removeNotification, {
    input: { boxId, notificationId: "notif_abc123" },
    sent: { method: "DELETE", path: `${one}/notifications/notif_abc123` },
    response: { status: 204 }
  }),
  Case.of(Voicemail.update, {
    title: "with null for what is cleared",
    input: { boxId: "box_abc123def456", owner: null, login_pin: null },
    sent: {
      method: "PUT",
      path: "/v2/voicemail/boxes/box_abc123def456",
      body: { owner: null, login_pin: null }
    },
    response: { body: { id: "box_abc123def456", owner: null, login_pin: null } }
  })
]

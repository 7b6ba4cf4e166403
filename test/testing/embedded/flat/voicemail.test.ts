import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Audian, Voicemail } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { box, idOf, idsOf, notFound, refusal } from "../../../support/embedded.ts"

const boxes = Effect.map(Voicemail.list(), idsOf)
const notifications = (boxId: string) => Effect.map(Voicemail.listNotifications({ boxId }), idsOf)
const notify = (boxId: string) =>
  Voicemail.createNotification({ boxId, type: "email", recipient: "ops@example.com", notify_on: ["new_message"] })

describe("EmbeddedAudian: Voicemail", () => {
  it.effect("list: has every box until it is removed", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* box, yield* box]
      assert.deepStrictEqual(yield* boxes, [one, other])
      const [, response] = yield* Audian.withResponse(Voicemail.remove({ boxId: one }))
      assert.strictEqual(response?.status, 204)
      assert.deepStrictEqual(yield* boxes, [other])
      for (const refused of [
        refusal(Voicemail.get({ boxId: one })),
        refusal(Voicemail.update({ boxId: one, name: "Sales" })),
        refusal(Voicemail.remove({ boxId: one })),
        refusal(Voicemail.listNotifications({ boxId: one })),
        refusal(notify(one))
      ]) {
        assert.deepStrictEqual(yield* refused, notFound)
      }
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create and update: respond with defaults and changes, without the PIN", () =>
    Effect.gen(function* () {
      const made = yield* Voicemail.create({ name: "Support", owner: "ops@example.com", login_pin: "4711" })
      const boxId = idOf(made)
      const defaults = {
        id: boxId,
        owner: "ops@example.com",
        max_message_length: 600,
        max_messages: 100,
        allow_caller_id: true,
        require_login_pin: false
      }
      assert.deepInclude(made, { ...defaults, name: "Support" })
      const changed = yield* Voicemail.update({ boxId, name: "Sales", login_pin: "4712" })
      assert.deepInclude(changed, { ...defaults, name: "Sales" })
      assert.deepInclude(yield* Voicemail.get({ boxId }), changed as object)
      assert.deepStrictEqual<unknown>(yield* Voicemail.list(), [changed])
      assert.notMatch(JSON.stringify([made, changed]), /471/)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("leaveVoicemail: truncates a message to the maximum length, and dies if the box is full", () =>
    Effect.gen(function* () {
      const { leaveVoicemail } = yield* EmbeddedAudian.EmbeddedAudian
      const made = yield* Voicemail.create({ name: "Support", max_message_length: 60, max_messages: 2 })
      const boxId = idOf(made)
      const from = "+14155555678"
      const first = yield* leaveVoicemail(boxId, { from, duration: 90 })
      const second = yield* leaveVoicemail(boxId, { from })
      const received_at = "1970-01-01T00:00:00.000Z"
      assert.deepInclude(yield* Voicemail.get({ boxId }), {
        message_count: 2,
        messages: [
          { id: first, from, duration: 60, received_at },
          { id: second, from, duration: 10, received_at }
        ]
      })
      assert.strictEqual((yield* Effect.exit(leaveVoicemail(boxId, { from })))._tag, "Failure")
      yield* Voicemail.update({ boxId, max_messages: 3 })
      yield* leaveVoicemail(boxId, { from })
      assert.strictEqual((yield* Effect.exit(leaveVoicemail("box_none", { from })))._tag, "Failure")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("each box has its own notifications", () =>
    Effect.gen(function* () {
      const [boxId, other] = [yield* box, yield* box]
      const made = yield* notify(boxId)
      const notificationId = idOf(made)
      assert.deepInclude(made, { type: "email", notify_on: ["new_message"], include_transcript: false, enabled: true })
      const changed = yield* Voicemail.updateNotification({ boxId, notificationId, enabled: false })
      assert.deepStrictEqual(changed, { ...made, enabled: false })
      assert.deepStrictEqual<unknown>(yield* Voicemail.listNotifications({ boxId }), [changed])
      assert.deepStrictEqual(yield* notifications(other), [])
      const elsewhere = Voicemail.updateNotification({ boxId: other, notificationId, enabled: true })
      assert.deepStrictEqual(yield* refusal(elsewhere), notFound)
      yield* Voicemail.removeNotification({ boxId, notificationId })
      assert.deepStrictEqual(yield* notifications(boxId), [])
      assert.deepStrictEqual(yield* refusal(Voicemail.removeNotification({ boxId, notificationId })), notFound)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

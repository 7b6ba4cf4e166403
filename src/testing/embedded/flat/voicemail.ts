/**
 * The voicemail boxes of the embedded server, their messages, and their notifications.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Operation from "../../../Operation.ts"
import * as Voicemail from "../../../resources/Voicemail.ts"
import * as AudianTest from "../../AudianTest.ts"
import type { VoicemailMessage } from "../service.ts"
import * as State from "../state.ts"
import * as Store from "../store.ts"

interface Box {
  readonly id: string
  readonly fields: Schema.JsonObject
  readonly maxMessages: number
  /** In seconds. */
  readonly maxMessageLength: number
  readonly messages: ReadonlyArray<Schema.JsonObject>
  readonly notifications: Store.Store<Schema.JsonObject & { readonly id: string }>
}

interface EmbeddedVoicemail {
  readonly handlers: ReadonlyArray<AudianTest.Handler>
  /** Leaves a message, and returns its id; `undefined` if there is no such box, or it is full. */
  readonly leave: (boxId: string, message: VoicemailMessage, now: number) => string | undefined
}

export const make = (state: State.State): EmbeddedVoicemail => {
  const boxes = Store.make<Box>(state, { prefix: "box", what: "voicemail box" })

  /** A box with changed fields. The PIN is not stored. */
  const configured = (box: Box, { login_pin: _, ...fields }: BoxFields): Box => ({
    ...box,
    fields: { ...box.fields, ...State.json(fields) },
    maxMessages: fields.max_messages ?? box.maxMessages,
    maxMessageLength: fields.max_message_length ?? box.maxMessageLength
  })

  return {
    leave: (boxId, { duration = 10, from }, now) => {
      const box = boxes.find(boxId)
      if (box === undefined || box.messages.length >= box.maxMessages) return undefined
      const id = state.nextId("msg")
      const message = { id, from, duration: Math.min(duration, box.maxMessageLength), received_at: State.iso(now) }
      boxes.set(boxId, { ...box, messages: [...box.messages, message] })
      const { duration: seconds } = message
      State.report(state, { _tag: "VoicemailLeft", boxId, messageId: id, from, duration: seconds }, now)
      return id
    },

    handlers: [
      AudianTest.handle(Voicemail.list, () => Effect.sync(() => boxes.all().map(describe))),

      AudianTest.handle(Voicemail.create, (input) =>
        Effect.map(
          boxes.add((id, now) =>
            configured(
              {
                id,
                fields: { allow_caller_id: true, require_login_pin: false, created_at: State.iso(now) },
                maxMessages: 100,
                maxMessageLength: 600,
                messages: [],
                notifications: Store.make(state, { prefix: "notif", what: "notification" })
              },
              input
            )
          ),
          describe
        )
      ),

      AudianTest.handle(Voicemail.get, ({ boxId }) =>
        Effect.map(boxes.get(boxId), (box) => ({ ...describe(box), messages: box.messages }))
      ),

      AudianTest.handle(Voicemail.update, ({ boxId, ...input }) =>
        Effect.map(
          boxes.update(boxId, (box) => configured(box, input)),
          describe
        )
      ),

      AudianTest.handle(Voicemail.remove, ({ boxId }) => Effect.asVoid(boxes.remove(boxId))),

      AudianTest.handle(Voicemail.listNotifications, ({ boxId }) =>
        Effect.map(boxes.get(boxId), ({ notifications }) => notifications.all())
      ),

      AudianTest.handle(Voicemail.createNotification, ({ boxId, ...input }) =>
        Effect.flatMap(boxes.get(boxId), ({ notifications }) =>
          notifications.add((id, now) => ({
            include_transcript: false,
            include_audio: false,
            enabled: true,
            ...State.json(input),
            id,
            created_at: State.iso(now)
          }))
        )
      ),

      AudianTest.handle(Voicemail.updateNotification, ({ boxId, notificationId, ...input }) =>
        Effect.flatMap(boxes.get(boxId), ({ notifications }) =>
          notifications.update(notificationId, (notification) => ({ ...notification, ...State.json(input) }))
        )
      ),

      AudianTest.handle(Voicemail.removeNotification, ({ boxId, notificationId }) =>
        Effect.flatMap(boxes.get(boxId), ({ notifications }) => Effect.asVoid(notifications.remove(notificationId)))
      )
    ]
  }
}

type BoxFields = Omit<Operation.InputOf<typeof Voicemail.update>, "boxId">

const describe = ({
  fields,
  id,
  maxMessageLength,
  maxMessages,
  messages
}: Box): Schema.JsonObject & { readonly id: string } => ({
  ...fields,
  id,
  max_messages: maxMessages,
  max_message_length: maxMessageLength,
  message_count: messages.length
})

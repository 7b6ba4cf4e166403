/**
 * The events of webhooks and the errors of receivers are closed unions for the compiler.
 */
import type { IncomingMessage } from "node:http"
import type { Readable } from "node:stream"
import * as Effect from "effect/Effect"
import type * as HttpRouter from "effect/http/HttpRouter"
import type * as Layer from "effect/Layer"
import * as Match from "effect/Match"
import type * as Queue from "effect/Queue"
import { EngineHookReceiver, type PhoneNumber, WebhookReceiver } from "effect-audian"
import type { Equal, Expect, HasAny } from "../support/types.ts"

// -----------------------------------------------------------------------------
// events
// -----------------------------------------------------------------------------

const cases = {
  "call.initiated": ({ data }: WebhookReceiver.CallInitiated) => data.from ?? "",
  "call.ringing": ({ data }: WebhookReceiver.CallRinging) => data.call_id,
  "call.answered": ({ data }: WebhookReceiver.CallAnswered) => String(data.time_to_answer),
  "call.completed": ({ data }: WebhookReceiver.CallCompleted) => String(data.duration),
  "call.failed": ({ data }: WebhookReceiver.CallFailed) => JSON.stringify(data),
  "recording.completed": ({ data }: WebhookReceiver.RecordingCompleted) => JSON.stringify(data),
  Unknown: ({ event }: WebhookReceiver.UnknownEvent) => event ?? ""
}

export type Tags = Expect<Equal<WebhookReceiver.Event["_tag"], keyof typeof cases>>

export const matched: (event: WebhookReceiver.Event) => string = Match.type<WebhookReceiver.Event>().pipe(
  Match.tagsExhaustive(cases)
)

const { "call.failed": _, ...allButFailed } = cases
export const incomplete = Match.type<WebhookReceiver.Event>().pipe(
  // @ts-expect-error: call.failed is left out
  Match.tagsExhaustive(allButFailed)
)

const { Unknown: __, ...allButUnknown } = cases
export const withoutUnknown = Match.type<WebhookReceiver.Event>().pipe(
  // @ts-expect-error: an unknown event is not handled
  Match.tagsExhaustive(allButUnknown)
)

export const switched = (event: WebhookReceiver.Event): string => {
  switch (event._tag) {
    case "call.initiated":
    case "call.ringing":
    case "call.answered":
    case "call.completed":
      return event.data.call_id
    case "call.failed":
    case "recording.completed":
      return event.event
    case "Unknown":
      return event.event ?? ""
  }
}

// @ts-expect-error: the last tag is left out, so there is a way without a string
export const switchedIncompletely = (event: WebhookReceiver.Event): string => {
  switch (event._tag) {
    case "call.initiated":
    case "call.ringing":
    case "call.answered":
    case "call.completed":
    case "call.failed":
    case "recording.completed":
      return event.event
  }
}

export const noSuchTag = (event: WebhookReceiver.Event) =>
  // @ts-expect-error: there is no such event
  event._tag === "call.transferred"

type Of<Tag extends WebhookReceiver.Event["_tag"]> = Extract<WebhookReceiver.Event, { readonly _tag: Tag }>

export type Fields = [
  id: Expect<Equal<Of<"call.completed">["id"], string>>,
  idOfUnknown: Expect<Equal<WebhookReceiver.UnknownEvent["id"], string | undefined>>,
  name: Expect<Equal<Of<"call.ringing">["event"], "call.ringing">>,
  callId: Expect<Equal<Of<"call.initiated">["data"]["call_id"], string>>,
  from: Expect<Equal<Of<"call.initiated">["data"]["from"], PhoneNumber.PhoneNumber | undefined>>,
  duration: Expect<Equal<Of<"call.completed">["data"]["duration"], number | undefined>>,
  noAny: Expect<Equal<HasAny<WebhookReceiver.Event>, false>>,
  noAnyOfTheEngine: Expect<Equal<HasAny<EngineHookReceiver.Event>, false>>
]

// @ts-expect-error: an event cannot be changed
export const fixed = (event: WebhookReceiver.CallRinging) => void (event.data.call_id = "another")

const hookCases = {
  channel_create: () => 1,
  channel_answer: () => 2,
  channel_hold: () => 3,
  channel_unhold: () => 4,
  channel_bridge: () => 5,
  channel_destroy: ({ data }: EngineHookReceiver.ChannelDestroy) => data.duration_seconds ?? 0,
  cdr: () => 7,
  object: () => 8,
  notifications: () => 9,
  parking: () => 10,
  sms: () => 11,
  mms: () => 12,
  stream: () => 13,
  Unknown: () => 14
}

export type Hooks = Expect<Equal<EngineHookReceiver.Event["_tag"], keyof typeof hookCases>>

export const matchedHook: (event: EngineHookReceiver.Event) => number = Match.type<EngineHookReceiver.Event>().pipe(
  Match.tagsExhaustive(hookCases)
)

const { cdr: ___, ...allButCdr } = hookCases
export const incompleteHook = Match.type<EngineHookReceiver.Event>().pipe(
  // @ts-expect-error: cdr is left out
  Match.tagsExhaustive(allButCdr)
)

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

declare const request: Request

export const received = WebhookReceiver.fromRequest(request)

export type Received = [
  event: Expect<Equal<Effect.Success<typeof received>, WebhookReceiver.Event>>,
  errors: Expect<
    Equal<
      Effect.Error<typeof received>["_tag"],
      "Malformed" | "InvalidSignature" | "Expired" | "Replayed" | "TooLarge" | "Unavailable"
    >
  >,
  statuses: Expect<Equal<Effect.Error<typeof received>["status"], 200 | 400 | 401 | 413 | 503>>,
  services: Expect<Equal<Effect.Services<typeof received>, WebhookReceiver.WebhookReceiver>>
]

const text = (error: WebhookReceiver.ReceiveError) => Effect.succeed(error.message)

export const all = Effect.catchTags(received, {
  Malformed: text,
  InvalidSignature: text,
  Expired: text,
  Replayed: text,
  TooLarge: text,
  Unavailable: text
})
export type AllLeavesNothing = Expect<Equal<Effect.Error<typeof all>, never>>

export const some = Effect.catchTag(received, ["Replayed", "Unavailable"], text)
export type SomeLeavesFour = Expect<
  Equal<Effect.Error<typeof some>["_tag"], "Malformed" | "InvalidSignature" | "Expired" | "TooLarge">
>

// @ts-expect-error: a receiver does not fail with the errors of a call
export const noSuchError = Effect.catchTag(received, "Unauthorized", text)

export const handled = WebhookReceiver.handle(request, () => Effect.fail("no" as const))
export type HandledAddsItsError = Expect<Equal<Effect.Error<typeof handled>, "no" | WebhookReceiver.ReceiveError>>

// -----------------------------------------------------------------------------
// use
// -----------------------------------------------------------------------------

declare const queue: Queue.Queue<WebhookReceiver.Event>
declare const hooks: Queue.Queue<EngineHookReceiver.Event>

export const route = WebhookReceiver.route("/webhooks", WebhookReceiver.offer(queue))
export type RouteNeeds = Expect<
  Equal<Layer.Services<typeof route>, HttpRouter.HttpRouter | WebhookReceiver.WebhookReceiver>
>

export const responded = WebhookReceiver.respond(request, () => Effect.fail("no" as const))
export type Responded = [
  success: Expect<Equal<Effect.Success<typeof responded>, WebhookReceiver.Reply>>,
  noError: Expect<Equal<Effect.Error<typeof responded>, never>>
]

declare const incoming: IncomingMessage
declare const bodies: ReadonlyArray<
  string | Uint8Array | Buffer | ArrayBuffer | DataView | Blob | ReadableStream<Uint8Array> | Readable
>

export const sources = [
  WebhookReceiver.fromRequest(incoming),
  EngineHookReceiver.fromRequest(incoming),
  ...bodies.map((body) => WebhookReceiver.fromRequest({ headers: incoming.headers, body }))
]

// @ts-expect-error: a parsed body is no body
export const parsed = WebhookReceiver.fromRequest({ headers: {}, body: { event: "call.ringing" } })

// @ts-expect-error: the queue is for the events of the engine
export const wrongQueue = WebhookReceiver.route("/webhooks", WebhookReceiver.offer(hooks))

// @ts-expect-error: a secret is needed
export const noSecret = WebhookReceiver.layer({})

// @ts-expect-error: no option authenticates the engine
export const nothing = EngineHookReceiver.layer({})

// @ts-expect-error: a receiver cannot be both signed and unsigned
export const both = EngineHookReceiver.layer({ secret: "a", unsigned: true })

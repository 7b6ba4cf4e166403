/**
 * Why a delivery was not taken. Each has the status that answers it, chosen for what the sender does with it: it stops
 * at a 2xx, gives up at once at 400 and 401, and comes again after a 503.
 *
 * None of them holds the body, a signature or a secret, and what is kept of a header has been checked.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

const TypeId = "~effect-audian/WebhookReceiver/ReceiveError"

const deliveryId = Schema.optional(Schema.String)

const of = (deliveryId: string | undefined): string => (deliveryId === undefined ? "" : ` of ${deliveryId}`)

export class Malformed extends Schema.TaggedError<Malformed>("effect-audian/WebhookReceiver/Malformed")("Malformed", {
  status: Schema.tag(400),
  /** The header at fault, in small letters, or `body`. */
  part: Schema.String,
  description: Schema.String
}) {
  get [TypeId](): typeof TypeId {
    return TypeId
  }

  override get message(): string {
    return `Malformed delivery: ${this.part}: ${this.description}`
  }
}

export class InvalidSignature extends Schema.TaggedError<InvalidSignature>(
  "effect-audian/WebhookReceiver/InvalidSignature"
)("InvalidSignature", {
  status: Schema.tag(401),
  /** The header that has the signature, in small letters; of the engine, `hmac`. */
  part: Schema.String,
  description: Schema.String,
  deliveryId
}) {
  get [TypeId](): typeof TypeId {
    return TypeId
  }

  override get message(): string {
    return `Invalid signature${of(this.deliveryId)}: ${this.part}: ${this.description}`
  }
}

export class Expired extends Schema.TaggedError<Expired>("effect-audian/WebhookReceiver/Expired")("Expired", {
  status: Schema.tag(401),
  deliveryId,
  /** How long ago it was signed, in seconds; negative in the future. */
  age: Schema.Finite,
  tolerance: Schema.DurationFromMillis
}) {
  get [TypeId](): typeof TypeId {
    return TypeId
  }

  override get message(): string {
    const distance = Duration.format(Duration.seconds(Math.round(Math.abs(this.age))))
    const when = this.age < 0 ? `${distance} in the future` : `${distance} ago`
    return `Expired delivery${of(this.deliveryId)}: signed ${when}, tolerance ${Duration.format(this.tolerance)}`
  }
}

export class Replayed extends Schema.TaggedError<Replayed>("effect-audian/WebhookReceiver/Replayed")("Replayed", {
  deliveryId,
  /** Whether another copy is being handed over, rather than taken. */
  inProgress: Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(false)))
}) {
  get [TypeId](): typeof TypeId {
    return TypeId
  }

  get status(): 200 | 503 {
    return this.inProgress ? 503 : 200
  }

  override get message(): string {
    const what = this.inProgress ? "another copy is being handed over" : "it has been accepted before"
    return `Replayed delivery${of(this.deliveryId)}: ${what}`
  }
}

export class TooLarge extends Schema.TaggedError<TooLarge>("effect-audian/WebhookReceiver/TooLarge")("TooLarge", {
  status: Schema.tag(413),
  /** In bytes. */
  limit: Schema.Int
}) {
  get [TypeId](): typeof TypeId {
    return TypeId
  }

  override get message(): string {
    return `Delivery too large: its body has more than ${this.limit} bytes`
  }
}

const reasons = {
  QueueFull: "the queue takes no more",
  StoreFailed: "the replay store failed",
  TimedOut: "it was not handed over in time",
  BodyCut: "its body could not be read to the end"
}

export class Unavailable extends Schema.TaggedError<Unavailable>("effect-audian/WebhookReceiver/Unavailable")(
  "Unavailable",
  {
    status: Schema.tag(503),
    reason: Schema.Literals(["QueueFull", "StoreFailed", "TimedOut", "BodyCut"])
  }
) {
  get [TypeId](): typeof TypeId {
    return TypeId
  }

  override get message(): string {
    return `Delivery not taken: ${reasons[this.reason]}`
  }
}

export type ReceiveError = Malformed | InvalidSignature | Expired | Replayed | TooLarge | Unavailable

export const isReceiveError = (u: unknown): u is ReceiveError => Predicate.hasProperty(u, TypeId)

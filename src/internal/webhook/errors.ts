/**
 * The errors of a receiver. Each has the status of its response, chosen by the sender's reaction: it stops after a 2xx,
 * gives up after 400 and 401, and retries after 503.
 *
 * No error holds the body, a signature or a secret. Header values are checked before an error keeps them.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Millis from "../schema/millis.ts"

const TypeId = "~effect-audian/WebhookReceiver/ReceiveError"

const deliveryId = Schema.optional(Schema.String)

const of = (deliveryId: string | undefined): string => (deliveryId === undefined ? "" : ` of ${deliveryId}`)

export class Malformed extends Schema.TaggedError<Malformed>("effect-audian/WebhookReceiver/Malformed")("Malformed", {
  status: Schema.tag(400),
  /** The invalid header, in lower case, or `body`. */
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
  /** The header with the signature, in lower case; `hmac` for the engine. */
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
  /** The age of the signature in seconds; negative in the future. */
  age: Schema.Finite,
  tolerance: Millis.duration
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
  /** True while another copy is being handled; false once one was accepted. */
  inProgress: Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(false)))
}) {
  get [TypeId](): typeof TypeId {
    return TypeId
  }

  get status(): 200 | 503 {
    return this.inProgress ? 503 : 200
  }

  override get message(): string {
    const what = this.inProgress ? "another copy is being handled" : "it has been accepted before"
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
  QueueFull: "the queue is full",
  StoreFailed: "the replay store failed",
  TimedOut: "the handler timed out",
  BodyCut: "the body could not be read to its end",
  BodyParsed: `the body was parsed or read before, and the signature covers its raw bytes.
  Express: use express.raw({ type: "*/*" }) for this route, ahead of express.json(), and pass { headers: req.headers, body: req.body }
  Fastify: addContentTypeParser("application/json", { parseAs: "buffer" }, (_, body, done) => done(null, body)) in the plugin of this route, and pass { headers: request.headers, body: request.body }
  Next: pass the Request of a route handler before reading it; in pages/api set config = { api: { bodyParser: false } } and pass { headers: req.headers, body: req }
  Hono: pass c.req.raw before c.req.json()
  Workers: pass the Request before reading it, or a clone()`
}

export class Unavailable extends Schema.TaggedError<Unavailable>("effect-audian/WebhookReceiver/Unavailable")(
  "Unavailable",
  {
    status: Schema.tag(503),
    reason: Schema.Literals(["QueueFull", "StoreFailed", "TimedOut", "BodyCut", "BodyParsed"])
  }
) {
  get [TypeId](): typeof TypeId {
    return TypeId
  }

  override get message(): string {
    return `Delivery not accepted: ${reasons[this.reason]}`
  }
}

/**
 * All errors of a receiver.
 *
 * @category errors
 * @since 0.1.0
 */
export type ReceiveError = Malformed | InvalidSignature | Expired | Replayed | TooLarge | Unavailable

export const isReceiveError = (u: unknown): u is ReceiveError => Predicate.hasProperty(u, TypeId)

/**
 * `effect-audian webhooks`: deliveries to a receiver under development, signed as the API signs them.
 *
 * @internal
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as WebhookTest from "../testing/WebhookTest.ts"
import * as CommandError from "./failure.ts"
import * as Listen from "./listen.ts"
import * as Samples from "./samples.ts"
import { descriptions, expectedJson } from "./text.ts"

const to = Flag.String("to").pipe(
  Flag.withMetavar("<url>"),
  Flag.withDescription("URL of the receiver"),
  Flag.filter(
    (url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ""),
    () => "Expected a URL such as http://localhost:3000/webhooks"
  )
)

const secretFlag = Flag.String("secret").pipe(
  Flag.withMetavar("<file|->"),
  Flag.withDescription(
    "A file with the secret that signs, or - for stdin; never the secret itself. Default: AUDIAN_WEBHOOK_SECRET"
  ),
  Flag.optional
)

const readSecret = (given: Option.Option<string>) =>
  Effect.gen(function* () {
    const text = Option.isSome(given)
      ? yield* readText(given.value)
      : Option.match(yield* Effect.orDie(Config.option(Config.Redacted("AUDIAN_WEBHOOK_SECRET"))), {
          onNone: () => "",
          // A receiver may have several; the first one signs.
          onSome: (secret) => Redacted.value(secret).split(",")[0]!
        })
    const secret = text.trim()
    if (secret !== "") return Redacted.make(secret)
    return yield* CommandError.usage(
      "there is no secret to sign with",
      "Set AUDIAN_WEBHOOK_SECRET, or give --secret <file>."
    )
  })

const readText = (name: string) =>
  Effect.gen(function* () {
    if (name === "-") return yield* Stream.mkString(Stream.decodeText((yield* Stdio.Stdio).stdin))
    return yield* (yield* FileSystem.FileSystem).readFileString(name)
  }).pipe(
    Effect.mapError(() =>
      // Omit the name: it may be the secret.
      CommandError.usage("--secret: cannot read the file", "Give the path of a file with the secret, or - for stdin.")
    )
  )

interface Delivered {
  readonly event: string
  readonly status: number
  readonly response: string
}

/** Posts a delivery. Any response is a result; none is an error. */
const post = (url: string, event: string, delivery: WebhookTest.Delivery) => {
  const { "content-type": type, ...headers } = delivery.headers
  return Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const response = yield* client.execute(
      HttpClientRequest.post(url).pipe(
        HttpClientRequest.setHeaders(headers),
        HttpClientRequest.bodyText(delivery.body, type)
      )
    )
    const text = yield* response.text
    const delivered: Delivered = { event, status: response.status, response: text.slice(0, 1000) }
    return delivered
  }).pipe(
    Effect.timeout("30 seconds"),
    Effect.mapError((error) =>
      CommandError.make(
        CommandError.Code.noResponse,
        "NotDelivered",
        `${event} was not delivered to ${url}: ${error._tag === "TimeoutError" ? "no response within 30 s" : "no response"}`,
        "Start the receiver, or correct --to."
      )
    )
  )
}

const isAccepted = ({ status }: Delivered): boolean => status >= 200 && status < 300

/** An event of the API has a dot in its name, a hook of the engine has none. */
const sign = (event: string, data: Schema.Json, secret: Redacted.Redacted) =>
  event.includes(".")
    ? WebhookTest.delivery({ event, data }, { secret })
    : Predicate.isObject(data) && !Array.isArray(data)
      ? WebhookTest.engine(event, data as Schema.JsonObject, { secret })
      : Effect.fail(CommandError.usage("--data: a hook of the engine has a JSON object"))

const trigger = Command.make(
  "trigger",
  {
    event: Argument.String("event").pipe(
      Argument.withDescription(
        `An event of the API, such as ${Samples.apiEvents.join(", ")}, or a hook of the engine, such as ${Samples.engineHooks.join(", ")}`
      )
    ),
    to,
    secret: secretFlag,
    data: Flag.String("data").pipe(
      Flag.withMetavar("<json>"),
      Flag.withDescription("Data of the event. Default: a sample"),
      Flag.filterMap(
        (text) => Option.getSuccess(Result.try(() => JSON.parse(text) as Schema.Json)),
        () => expectedJson
      ),
      Flag.optional
    )
  },
  ({ data, event, secret, to }) =>
    Effect.gen(function* () {
      const sample = Option.orElse(data, () => Samples.of(event))
      if (Option.isNone(sample)) {
        return yield* CommandError.usage(
          `there is no sample of ${event}`,
          `Give --data, or one of: ${[...Samples.apiEvents, ...Samples.engineHooks].join(", ")}`
        )
      }
      const delivered = yield* post(to, event, yield* sign(event, sample.value, yield* readSecret(secret)))
      yield* Console.log(JSON.stringify(delivered, null, 2))
      if (!isAccepted(delivered)) {
        return yield* CommandError.make(
          CommandError.Code.server,
          "Refused",
          `the receiver responded with ${delivered.status}`,
          delivered.status === 401 ? "Give the secret that the receiver checks with." : undefined
        )
      }
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
).pipe(
  Command.withDescription("Sends a signed sample of an event to a receiver"),
  Command.withExamples([
    {
      command: "effect-audian webhooks trigger call.completed --to http://localhost:3000/webhooks --secret secret.txt",
      description: "A call that ended"
    }
  ])
)

/** The hooks of the engine for its live events. */
const hooks: ReadonlyMap<string, string> = new Map([
  ["call.CHANNEL_CREATE", "channel_create"],
  ["call.CHANNEL_ANSWER", "channel_answer"],
  ["call.CHANNEL_DESTROY", "channel_destroy"]
])

const forward = Command.make("forward", { to, secret: secretFlag, ...Listen.flags }, ({ secret, to, ...given }) =>
  Effect.gen(function* () {
    const key = yield* readSecret(secret)
    yield* Stream.runForEach(Listen.events(given), (event) => {
      const name = event._tag === "Unknown" ? event.name : event._tag
      const hook =
        hooks.get(name) ??
        name
          .replace(/^call\./, "")
          .replaceAll(".", "_")
          .toLowerCase()
      const data: Schema.Json = Predicate.isObject(event.data) ? event.data : { value: event.data }
      return Effect.gen(function* () {
        const delivered = yield* post(to, hook, yield* sign(hook, data, key))
        yield* Console.log(JSON.stringify(delivered))
      }).pipe(
        // The next event may find the receiver again.
        Effect.catch((error) => Console.error(CommandError.text(error.report)))
      )
    })
  }).pipe(Effect.provide(NodeHttpClient.layerUndici))
).pipe(
  Command.withDescription(
    "Forwards live events to a receiver, as signed hooks of the engine. With AUDIAN_BASE_URL it takes those of an embedded server."
  ),
  Command.withExamples([
    {
      command: "effect-audian webhooks forward --to http://localhost:3000/hooks --secret key.txt",
      description: "The calls of the account, to a receiver on this machine"
    }
  ])
)

export const command = Command.make("webhooks").pipe(
  Command.withDescription(descriptions.webhooks),
  Command.withSubcommands([trigger, forward])
)

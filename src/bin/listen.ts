/**
 * `effect-audian listen`: the live events of an account.
 *
 * @internal
 */
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Events from "../Events.ts"
import { omitUndefined } from "../internal/omitUndefined.ts"
import * as Client from "./client.ts"
import * as CommandError from "./failure.ts"
import * as Output from "./output.ts"
import * as Profiles from "./profiles.ts"
import { descriptions } from "./text.ts"

export const flags = {
  binding: Flag.String("binding").pipe(
    Flag.withMetavar("<pattern>"),
    Flag.withDescription(
      "Events to subscribe to, such as call.* or presence.*. May be given several times. Default: call.*"
    ),
    Flag.atLeast(0)
  ),
  account: Flag.String("account").pipe(
    Flag.withDescription("Account that the events belong to. Default: the one of the credential."),
    Flag.optional
  ),
  count: Flag.Int("count").pipe(
    Flag.withDescription("Ends after this many events. Default: it runs until it is stopped."),
    Flag.filter(
      (count) => count > 0,
      () => "Expected 1 or more"
    ),
    Flag.optional
  ),
  profile: Profiles.flag
}

interface Given {
  readonly binding: ReadonlyArray<string>
  readonly account: Option.Option<string>
  readonly count: Option.Option<number>
  readonly profile: Option.Option<string>
}

/** The events, without the markers of the stream, which go to stderr. */
export const events = ({ account, binding, count, profile }: Given) => {
  const options = omitUndefined({
    bindings: binding.length === 0 ? ["call.*"] : binding,
    accountId: Option.getOrUndefined(account)
  }) as Events.Options
  const events = Events.stream(options).pipe(
    Stream.mapError(CommandError.ofAudian),
    Stream.tap((event) => (Events.isMarker(event) ? Console.error(describe(event)) : Effect.void)),
    Stream.filter((event): event is Exclude<Events.Event, Events.Marker> => !Events.isMarker(event))
  )
  return Option.match(count, { onNone: () => events, onSome: (count) => Stream.take(events, count) }).pipe(
    Stream.provide(Layer.mergeAll(Client.layer(profile), NodeSocket.layerWebSocketConstructor))
  )
}

const describe = (marker: Events.Marker): string => {
  switch (marker._tag) {
    case "Subscribed":
      return "subscribed; Ctrl+C ends it"
    case "Disconnected":
      return `disconnected, connects again in ${Duration.format(marker.delay)}: ${marker.error.message}`
    case "Reconnected":
      return "reconnected; events may be missing"
    case "Dropped":
      return `${marker.count} events were dropped: they are read too slowly`
    case "Undecodable":
      return "a message that is no event was left out"
  }
}

export const command = Command.make("listen", { ...flags, format: Output.flag }, ({ format, ...given }) =>
  Effect.gen(function* () {
    const asText = (yield* Output.formatOf(format)) === "table"
    yield* Stream.runForEach(events(given), (event) =>
      asText ? Effect.flatMap(DateTime.now, (now) => Console.log(text(event, now))) : Console.log(JSON.stringify(event))
    )
  })
).pipe(
  Command.withDescription(descriptions.listen),
  Command.withExamples([
    { command: "effect-audian listen", description: "The calls of the account" },
    { command: "effect-audian listen --binding presence.* --format jsonl", description: "Presence, as JSON" }
  ])
)

const shown = [
  "call_id",
  "call_direction",
  "caller_id_number",
  "callee_id_number",
  "from",
  "to",
  "presence_id",
  "state"
]

const text = (event: Exclude<Events.Event, Events.Marker>, now: DateTime.Utc): string => {
  const data: Schema.Json | undefined = event.data
  const fields = Predicate.isObject(data) && !Array.isArray(data) ? (data as Schema.JsonObject) : {}
  const details = shown.flatMap((name) => (fields[name] === undefined ? [] : [`${name}=${String(fields[name])}`]))
  return [DateTime.formatIso(now).slice(11, 19), event._tag.padEnd(22), ...details].join(" ").replace(/\p{Cc}/gu, " ")
}

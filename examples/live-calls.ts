// Live calls in a terminal: caller, state and duration. The server is the embedded one on a local socket; it invents calls
// and drops the connection once.
//
//   npm run example examples/live-calls.ts
//
// Without a terminal it prints one line for each event.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Events } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

/** The number of ended calls after which the example ends. */
const enough = 10

interface Call {
  readonly id: string
  readonly from: string
  readonly state: "ringing" | "answered" | "ended"
  /** The time of the last change of state, in epoch milliseconds. */
  readonly since: number
  /** The result of a call that has ended. */
  readonly outcome?: string
}

interface Board {
  readonly calls: ReadonlyMap<string, Call>
  readonly ended: number
  /** A description of the last change. */
  readonly line: string
}

const nothing: Board = { calls: new Map(), ended: 0, line: "" }

const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`

const step = (board: Board, event: Events.Event, now: number): Board => {
  switch (event._tag) {
    case "Subscribed":
      return { ...board, line: "-- subscribed" }
    case "Disconnected":
      return { ...board, line: `-- disconnected, next attempt in ${seconds(Duration.toMillis(event.delay))}` }
    case "Reconnected":
      // Events of the downtime are lost: a real program lists the channels here.
      return { ...board, calls: new Map(), line: `-- reconnected after ${seconds(Duration.toMillis(event.downtime))}` }
    case "Dropped":
      return { ...board, calls: new Map(), line: `-- too slow: ${event.count} events are missing` }
    case "Undecodable":
    case "Unknown":
    case "presence.update":
      return board
    default:
      return move(board, event, now)
  }
}

const move = (
  board: Board,
  event: Events.ChannelCreate | Events.ChannelAnswer | Events.ChannelDestroy,
  now: number
): Board => {
  const id = Events.callId(event)
  if (id === undefined) return board
  const before = board.calls.get(id)
  const { caller_id_number: from = before?.from ?? "?" } = event.data
  const call = { id, from: String(from), since: now }
  switch (event._tag) {
    case "call.CHANNEL_CREATE":
      return put(board, { ...call, state: "ringing" }, now)
    case "call.CHANNEL_ANSWER":
      return put(board, { ...call, state: "answered" }, now)
    case "call.CHANNEL_DESTROY":
      return put(
        { ...board, ended: board.ended + 1 },
        { ...call, state: "ended", outcome: outcomeOf(before, now) },
        now
      )
  }
}

const outcomeOf = (before: Call | undefined, now: number): string => {
  if (before === undefined) return "began while disconnected"
  return before.state === "answered" ? `talked ${seconds(now - before.since)}` : "nobody answered"
}

const put = (board: Board, call: Call, now: number): Board => ({
  ...board,
  calls: new Map([...board.calls, [call.id, call]]),
  line: row(call, now)
})

const row = ({ from, id, outcome, since, state }: Call, now: number): string =>
  `${id.padEnd(8)} ${from.padEnd(13)} ${state.padEnd(9)} ${outcome ?? seconds(now - since)}`

/** Draws the table over the previous one. */
const draw = (board: Board, lines: number, now: number) => {
  const rows = Array.from(board.calls.values(), (call) => row(call, now))
  const table = [...rows.slice(-10), board.line.startsWith("--") ? board.line : ""]
  const up = lines === 0 ? "" : `\u001b[${lines}F\u001b[J`
  return Effect.as(Console.log(up + table.join("\n")), table.length)
}

/** Invents calls, some of them unanswered. */
const makeCalls = Effect.gen(function* () {
  const { dropSockets, emit } = yield* EmbeddedAudian.EmbeddedAudian
  const call = Effect.fnUntraced(function* (n: number) {
    const data = { call_id: `call_${n}`, caller_id_number: `+1415555${String(2670 + n)}` }
    yield* emit({ name: "call.CHANNEL_CREATE", data })
    yield* Effect.sleep(200 + ((n * 130) % 300))
    if (n % 3 !== 0) yield* emit({ name: "call.CHANNEL_ANSWER", data })
    yield* Effect.sleep(300 + ((n * 270) % 700))
    yield* emit({ name: "call.CHANNEL_DESTROY", data: { ...data, hangup_cause: "NORMAL_CLEARING" } })
  })
  for (let n = 1; ; n++) {
    yield* Effect.forkChild(call(n))
    yield* Effect.sleep("250 millis")
    if (n === 5) yield* dropSockets
  }
})

const program = Effect.gen(function* () {
  const inTerminal = process.stdout.isTTY === true
  let lines = 0
  const board = yield* Events.stream({ bindings: ["call.*"] }).pipe(
    Stream.tap((event) => (event._tag === "Subscribed" ? Effect.forkScoped(makeCalls) : Effect.void)),
    Stream.scanEffect(
      (): Board => nothing,
      (board, event) => Effect.map(Clock.currentTimeMillis, (now) => step(board, event, now))
    ),
    Stream.drop(1),
    Stream.takeUntil(({ ended }) => ended >= enough),
    Stream.tap((board) =>
      Effect.gen(function* () {
        if (!inTerminal) return yield* Console.log(board.line)
        lines = yield* draw(board, lines, yield* Clock.currentTimeMillis)
      })
    ),
    Stream.runLast
  )
  yield* Console.log(`${Option.isSome(board) ? board.value.ended : 0} calls ended`)
}).pipe(Effect.scoped)

program.pipe(
  Effect.provide(
    EmbeddedAudian.client().pipe(
      Layer.provideMerge(EmbeddedAudian.serve()),
      Layer.provide(NodeHttpClient.layerUndici),
      Layer.merge(NodeSocket.layerWebSocketConstructor)
    )
  ),
  Effect.tapError((error) => Console.error(`failed: ${error.message}`)),
  NodeRuntime.runMain({ disableErrorReporting: true })
)

/**
 * The state of a circuit, seen from outside: a gauge, and a log line when it opens and when it closes.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Metrics from "./metrics.ts"
import * as References from "./references.ts"

type State = "Closed" | "HalfOpen" | "Open"

export interface Circuit {
  /** Reports a transition that this process made. */
  readonly changed: (from: State, to: State) => Effect.Effect<void>
}

const values: Readonly<Record<State, number>> = { Closed: 0, HalfOpen: 1, Open: 2 }

/** `key` is the base URL of the API, or the name of a circuit that processes share. */
export const make = (key: string): Effect.Effect<Circuit> =>
  Effect.contextWith((context) => {
    const address = URL.canParse(key) ? new URL(key).hostname : key
    const set = (state: State): void => {
      if (!References.defaultsOf(context).metrics) return
      Metrics.circuitState.update(context, values[state], address, () => ({ "server.address": address }))
    }
    set("Closed")
    return Effect.succeed({
      changed: (from: State, to: State) =>
        Effect.suspend(() => {
          set(to)
          if (to === "Open" && from === "Closed") {
            return Effect.logWarning(`effect-audian: the circuit of ${address} is open: calls fail without a request`)
          }
          return to === "Closed"
            ? Effect.logInfo(`effect-audian: the circuit of ${address} is closed again`)
            : Effect.void
        })
    })
  })

// A page without a backend: it lists numbers of the embedded server, which runs in the page.
//
// A real page gets a token of short life from your server, never the API key: `AccessTokens.create`, and here
// `Audian.layerFetch({ authToken })`.
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const show = (text: string) =>
  Effect.sync(() => {
    const item = document.createElement("li")
    item.textContent = text
    document.querySelector("#numbers")?.append(item)
  })

const program = Numbers.search.items({ location: "US-CA-415", limit: 5 }).pipe(
  Stream.take(8),
  Stream.runForEach(({ number, price }) => show(`${number} for ${price?.monthly} USD a month`)),
  Effect.catch(({ message }) => show(message))
)

Effect.runFork(Effect.provide(program, EmbeddedAudian.layer()))

// Test what a program does when the network fails: faults of the embedded server, one by one.
//
//   npm run example examples/embedded-faults.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Audian, Numbers, Reconcile, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  for (const [title, fault] of [
    ["a reset", Fault.reset],
    ["a body that breaks off", Fault.cutOff],
    ["a page of a proxy", Fault.page(502)],
    ["no response in time", Fault.hang]
  ] as const) {
    yield* embedded.fault(Fault.on(fault, Numbers.list))
    const [, response] = yield* Audian.withResponse(Numbers.list())
    yield* Console.log(`${title}: a list at attempt ${response?.attempts}`)
  }

  // The purchase is executed, and its response is lost.
  yield* embedded.fault(Fault.reset.pipe(Fault.executed, Fault.on(Numbers.purchase)))
  const { _tag } = yield* Reconcile.purchase({ number: "+14155551234" })
  yield* Console.log(`a lost purchase: ${_tag}`)
}).pipe(Audian.withTimeout({ attempt: "200 millis" }), Retry.withPolicy(Retry.make({ baseDelay: "10 millis" })))

program.pipe(Effect.provide(EmbeddedAudian.layer()), NodeRuntime.runMain)

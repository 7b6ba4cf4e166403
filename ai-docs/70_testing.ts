/**
 * Tests.
 *
 * A stub replaces the client. The embedded server replaces the API: it has state, fails on demand, and records the
 * requests. In a test, `TestClock` moves the time.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { Numbers } from "effect-audian"
import { AudianTest, EmbeddedAudian, Fault, Requests } from "effect-audian/testing"

/** The smallest stub. An operation without a handler dies with its name. */
export const stub = AudianTest.layer(
  AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [] })),
  AudianTest.handle(Numbers.purchase, () => Effect.die("not in this test"))
)

/** The first response is a 503, and the client retries after a second. */
const retried = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  yield* embedded.fault(Fault.status(503).pipe(Fault.on(Numbers.list)))
  const fiber = yield* Effect.forkChild(Numbers.list())
  yield* TestClock.adjust("2 seconds")
  yield* Fiber.join(fiber)
  yield* Requests.assertCount(Numbers.list, 2)
}).pipe(Effect.provide(EmbeddedAudian.layer()))

export const main = Effect.all([Effect.provide(Numbers.list(), stub), retried], { discard: true }).pipe(
  Effect.provide(TestClock.layer())
)

import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const send = (init: RequestInit = {}) =>
  Effect.flatMap(EmbeddedAudian.EmbeddedAudian, ({ baseUrl }) =>
    Effect.promise(async (signal) => {
      const response = await fetch(`${baseUrl}/v2/numbers`, {
        headers: { "x-auth-token": "sk_test_embedded" },
        signal,
        ...init
      })
      return { status: response.status, length: (await response.text()).length, headers: response.headers }
    })
  )

describe("EmbeddedAudian.serve: the head of a response", () => {
  it.live("one that Node.js refuses is 500, and the server goes on", () =>
    Effect.gen(function* () {
      const refused = yield* send()
      assert.strictEqual(refused.status, 500)
      const informational = yield* send()
      assert.strictEqual(informational.status, 500)
      assert.strictEqual((yield* send()).status, 200)
    }).pipe(
      Effect.provide(EmbeddedAudian.serve({ faults: [Fault.status(503, { "x-text": "a\nb" }), Fault.status(103)] }))
    )
  )

  it.live("a response without a body has none", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* send(), { status: 204, length: 0 })
      const head = yield* send({ method: "HEAD" })
      assert.deepInclude(head, { status: 200, length: 0 })
      const get = yield* send()
      assert.strictEqual(head.headers.get("content-length"), String(get.length))
    }).pipe(Effect.provide(EmbeddedAudian.serve({ faults: [Fault.status(204)] })))
  )
})

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { EngineHookReceiver, WebhookReceiver } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import * as Samples from "../src/bin/samples.ts"
import * as Cli from "./support/cli.ts"
import * as Server from "./support/server.ts"

const key = "sk_test_embedded"
const secret = "whsec_sample_secret_of_a_test"

const secretFile = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-events-"))),
    (name) => Effect.sync(() => rmSync(name, { recursive: true }))
  ),
  (folder) => {
    const file = join(folder, "secret")
    writeFileSync(file, `${secret}\n`)
    return file
  }
)

const receiver = (status: number) =>
  Server.serve((response) => response.writeHead(status, { "content-type": "text/plain" }).end("seen"))

/** A request that a receiver got, as a delivery. */
const deliveryOf = ({ body, headers }: Server.Request) => ({
  body: body.toString(),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
})

/** Emits an event again and again, until the command has seen one. */
const whileEmitting = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { emit } = yield* EmbeddedAudian.EmbeddedAudian
    const emitting = Effect.repeat(
      emit({ name: "call.CHANNEL_CREATE", data: { call_id: "call_7" } }),
      Schedule.spaced("20 millis")
    )
    return yield* Effect.raceFirst(self, Effect.andThen(emitting, Effect.never))
  })

describe("effect-audian listen", () => {
  it.live("prints live events as lines of JSON, and markers on stderr", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const environment = { AUDIAN_API_KEY: key, AUDIAN_BASE_URL: baseUrl }
      const { code, stderr, stdout } = yield* whileEmitting(Cli.run(["listen", "--count", "2"], environment))
      assert.strictEqual(code, 0)
      const events = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      assert.strictEqual(events.length, 2)
      assert.deepInclude(events[0], { _tag: "call.CHANNEL_CREATE", data: { call_id: "call_7" } })
      assert.match(stderr, /subscribed/)
      const text = yield* whileEmitting(Cli.run(["listen", "--count", "1", "--format", "table"], environment))
      assert.match(text.stdout, /call\.CHANNEL_CREATE +call_id=call_7/)
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("exits with 3 for a refused key, and reports a refused binding", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const refused = yield* Cli.run(["listen"], { AUDIAN_API_KEY: "sk_wrong", AUDIAN_BASE_URL: baseUrl })
      assert.strictEqual(refused.code, 3)
      assert.notInclude(refused.stderr, "sk_wrong")
      const environment = { AUDIAN_API_KEY: key, AUDIAN_BASE_URL: baseUrl }
      const binding = yield* Cli.run(["listen", "--binding", "nonsense"], environment)
      assert.notStrictEqual(binding.code, 0)
      assert.match(binding.stderr, /nonsense/)
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )
})

describe("effect-audian webhooks trigger", () => {
  it.live.each(Samples.apiEvents)("sends a sample of %s that the receiver accepts", (event) =>
    Effect.gen(function* () {
      const { baseUrl, complete } = yield* receiver(200)
      const args = ["webhooks", "trigger", event, "--to", `${baseUrl}/hooks`, "--secret", yield* secretFile]
      const { code, stderr, stdout } = yield* Cli.run(args)
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.deepInclude(JSON.parse(stdout), { event, status: 200, response: "seen" })
      assert.notInclude(stdout, secret)
      const received = yield* WebhookReceiver.fromRequest(deliveryOf(complete[0]!)).pipe(
        Effect.provide(WebhookReceiver.layer({ secret }))
      )
      assert.strictEqual(received._tag, event)
    }).pipe(Effect.scoped)
  )

  it.live.each(Samples.engineHooks)("sends a sample of %s that the engine's receiver accepts", (hook) =>
    Effect.gen(function* () {
      const { baseUrl, complete } = yield* receiver(200)
      const { code } = yield* Cli.run(["webhooks", "trigger", hook, "--to", baseUrl], { AUDIAN_WEBHOOK_SECRET: secret })
      assert.strictEqual(code, 0)
      const received = yield* EngineHookReceiver.fromRequest(deliveryOf(complete[0]!)).pipe(
        Effect.provide(EngineHookReceiver.layer({ secret }))
      )
      assert.strictEqual(received._tag, hook)
    }).pipe(Effect.scoped)
  )

  it.live("sends the data that is given, and the secret of stdin", () =>
    Effect.gen(function* () {
      const { baseUrl, complete } = yield* receiver(204)
      const args = ["webhooks", "trigger", "call.parked", "--to", baseUrl, "--secret", "-", "--data", '{"slot":7}']
      const { code } = yield* Cli.run(args, {}, secret)
      assert.strictEqual(code, 0)
      const received = yield* WebhookReceiver.fromRequest(deliveryOf(complete[0]!)).pipe(
        Effect.provide(WebhookReceiver.layer({ secret }))
      )
      assert.deepInclude(received, { _tag: "Unknown", data: { slot: 7 } })
    }).pipe(Effect.scoped)
  )

  it.live("reports a receiver that refuses, none at all, an unknown event, a missing secret and a wrong URL", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* receiver(401)
      const environment = { AUDIAN_WEBHOOK_SECRET: secret }
      const run = (...args: ReadonlyArray<string>) => Cli.run(["webhooks", "trigger", ...args], environment)
      const refused = yield* run("call.ringing", "--to", baseUrl)
      assert.strictEqual(refused.code, 9)
      assert.match(refused.stderr, /responded with 401\n.*secret/)
      const none = yield* run("call.ringing", "--to", "http://127.0.0.1:9")
      assert.strictEqual(none.code, 10)
      assert.match(none.stderr, /was not delivered.*\nStart the receiver/)
      const unknown = yield* run("call.parked", "--to", baseUrl)
      assert.strictEqual(unknown.code, 2)
      assert.match(unknown.stderr, /no sample of call\.parked\n.*--data/)
      assert.strictEqual((yield* run("call.ringing", "--to", "localhost")).code, 2)
      const missing = yield* Cli.run(["webhooks", "trigger", "call.ringing", "--to", baseUrl])
      assert.match(missing.stderr, /no secret.*\n.*AUDIAN_WEBHOOK_SECRET/)
      const literal = yield* run("call.ringing", "--to", baseUrl, "--secret", "whsec_literal")
      assert.strictEqual(literal.code, 2)
      for (const { stderr } of [refused, none, unknown, literal]) assert.notMatch(stderr, /whsec_/)
    }).pipe(Effect.scoped)
  )
})

describe("effect-audian webhooks forward", () => {
  it.live("forwards live events of a server to a receiver, signed", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const { baseUrl: to, complete } = yield* receiver(200)
      const { code, stdout } = yield* whileEmitting(
        Cli.run(["webhooks", "forward", "--to", to, "--count", "1"], {
          AUDIAN_API_KEY: key,
          AUDIAN_BASE_URL: baseUrl,
          AUDIAN_WEBHOOK_SECRET: secret
        })
      )
      assert.strictEqual(code, 0)
      assert.deepInclude(JSON.parse(stdout), { event: "channel_create", status: 200 })
      const received = yield* EngineHookReceiver.fromRequest(deliveryOf(complete[0]!)).pipe(
        Effect.provide(EngineHookReceiver.layer({ secret }))
      )
      assert.strictEqual(received._tag, "channel_create")
      assert.deepInclude(received.data as object, { call_id: "call_7" })
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("goes on when the receiver is away", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const { code, stderr } = yield* whileEmitting(
        Cli.run(["webhooks", "forward", "--to", "http://127.0.0.1:9", "--count", "2"], {
          AUDIAN_API_KEY: key,
          AUDIAN_BASE_URL: baseUrl,
          AUDIAN_WEBHOOK_SECRET: secret
        })
      )
      assert.strictEqual(code, 0)
      assert.strictEqual(stderr.split("was not delivered").length, 3)
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )
})

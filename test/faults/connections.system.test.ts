/** Timeouts, interruption, keep-alive connections and downloads over real sockets. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Audian, Fax } from "effect-audian"
import { ok } from "./faults.ts"
import {
  apiKey,
  attempt,
  audian,
  counted,
  drained,
  guard,
  list,
  nameOf,
  onEach,
  pause,
  purchase,
  retry,
  run,
  until,
  urlOf
} from "./run.ts"
import * as Server from "./server.ts"

afterAll(drained, guard)

describe.concurrent("timeout", () => {
  onEach("attempt ends a call to a silent server, in real time", (client) =>
    Effect.gen(function* () {
      const server = yield* Server.serve(Server.silence)
      const error = yield* Effect.flip(list).pipe(
        Effect.provide(audian(client, urlOf(server), { timeout: { attempt: 200, total: guard } }))
      )
      assert.strictEqual(nameOf(error), "Timeout")
      assert.strictEqual(error.attempts, 3)
    })
  )

  onEach("total ends the attempt that would outlast it", (client) =>
    Effect.gen(function* () {
      const server = yield* Server.serve(Server.silence)
      const context = yield* Layer.build(audian(client, urlOf(server), { timeout: { attempt, total: attempt * 1.5 } }))
      const { attempts, error } = yield* Effect.provideContext(run(server, list), context)
      assert.isTrue(error?._tag === "AudianClientError" && error.reason._tag === "Timeout")
      assert.include(error?.message, "in total")
      assert.strictEqual(attempts, 2)
      assert.strictEqual(server.requests.length, 2)
    })
  )

  it.live(
    "undici's connect timeout during a handshake proves that nothing was sent",
    () =>
      Effect.gen(function* () {
        const server = yield* Server.serve(({ socket }) => void socket.resume())
        const http = Layer.provide(
          NodeHttpClient.layerUndiciNoDispatcher,
          NodeHttpClient.layerDispatcherOptions({ connect: { timeout: 300 } })
        )
        const client = Audian.layer({ apiKey, baseUrl: `https://127.0.0.1:${server.port}`, retry })
        const error = yield* Effect.flip(purchase).pipe(Effect.provide(Layer.provide(client, http)))
        assert.strictEqual(nameOf(error), "Transport")
        assert.strictEqual(error.outcome, "not-executed")
        assert.strictEqual(error.attempts, 3)
      }).pipe(Effect.scoped),
    guard
  )
})

describe.concurrent("a keep-alive connection", () => {
  onEach("that breaks under the next request is not retried by the platform", (client) =>
    Effect.gen(function* () {
      let requests = 0
      const server = yield* Server.serve(
        Server.after(({ socket }, request) => {
          if (requests++ > 0) socket.resetAndDestroy()
          else
            socket.write(ok(request).replace("connection: close", "connection: keep-alive\r\nkeep-alive: timeout=60"))
        })
      )
      const context = yield* Layer.build(audian(client, urlOf(server)))
      yield* Effect.provideContext(list, context)
      const { attempts, error } = yield* Effect.provideContext(run(server, purchase), context)
      assert.strictEqual(nameOf(error), "Transport")
      assert.strictEqual(error?.outcome, "unknown")
      assert.strictEqual(attempts, 1)
      // Both requests used one connection.
      assert.strictEqual(server.requests.length, 2)
      assert.strictEqual(server.connections(), 1)
    })
  )
})

describe.concurrent("an interrupted call", () => {
  const stalled: ReadonlyArray<{ readonly where: string; readonly script: Server.Script }> = [
    { where: "before the response", script: Server.silence },
    { where: "within its head", script: Server.drip("HTTP/1.1 200 OK\r\nx-slow: ", "a") },
    { where: "within its body", script: Server.drip("HTTP/1.1 200 OK\r\ncontent-length: 50000\r\n\r\n", " ") },
    {
      where: "within its chunks",
      script: Server.drip("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\n \r\n")
    },
    {
      where: "within the body of an error",
      script: Server.drip("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 50000\r\n\r\n", " ")
    }
  ]
  for (const { script, where } of stalled) {
    onEach(`closes its connection, ${where}`, (client) =>
      Effect.gen(function* () {
        const server = yield* Server.serve(script)
        const context = yield* Layer.build(audian(client, urlOf(server), { timeout: { attempt: "1 hour" } }))
        const fibers = counted()
        const fiber = yield* fibers.within(Effect.forkChild(Effect.provideContext(list, context)))
        yield* until(() => server.stalls() === 1)
        yield* Fiber.interrupt(fiber)
        yield* until(() => fibers.running() === 0)
        yield* until(() => server.open() === 0)
        assert.strictEqual(server.requests.length, 1)
      })
    )
  }
})

const failureOf = <A, E>(exit: Exit.Exit<A, E>): E | undefined => Option.getOrUndefined(Exit.findErrorOption(exit))

describe.concurrent("a file", () => {
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/pdf\r\n"
  const file = Stream.unwrap(Fax.downloadReceived({ faxId: "fax_1" }))

  onEach("is not bounded by maxResponseSize", (client) =>
    Effect.gen(function* () {
      const size = 4_000_000
      const server = yield* Server.serve(
        Server.flood(`${head}content-length: ${size}\r\nconnection: close\r\n\r\n`, Buffer.alloc(size / 4, "x"), 4)
      )
      const read = yield* Stream.runFold(
        file,
        () => 0,
        (sum, { byteLength }) => sum + byteLength
      ).pipe(Effect.provide(audian(client, urlOf(server), { timeout: { attempt: "1 minute" } })))
      assert.strictEqual(read, size)
    })
  )

  onEach("without a byte for timeout.attempt fails with Timeout", (client) =>
    Effect.gen(function* () {
      const server = yield* Server.serve(
        Server.after(({ socket, stall }) => {
          socket.write(`${head}content-length: 1000\r\n\r\n%PDF`)
          stall()
        })
      )
      const fibers = counted()
      let read = 0
      const fiber = yield* file.pipe(
        Stream.runForEach(({ byteLength }) => Effect.sync(() => void (read += byteLength))),
        Effect.provide(audian(client, urlOf(server))),
        Effect.forkChild,
        fibers.within
      )
      yield* until(() => read === 4)
      // Let the reader request more.
      yield* Effect.andThen(pause, pause)
      yield* TestClock.adjust(attempt - 1)
      assert.strictEqual(fiber.pollUnsafe(), undefined)
      yield* TestClock.adjust(1)
      const error = failureOf(yield* Fiber.await(fiber))
      assert.strictEqual(nameOf(error), "Timeout")
      assert.include(error?.message, "The file stalled")
      yield* until(() => fibers.running() === 0)
      yield* until(() => server.open() === 0)
    }).pipe(Effect.provide(TestClock.layer()))
  )

  onEach("with a slow reader does not time out", (client) =>
    Effect.gen(function* () {
      const server = yield* Server.serve(
        Server.flood(`${head}content-length: 400000\r\nconnection: close\r\n\r\n`, Buffer.alloc(100_000, "x"), 4)
      )
      const read = yield* file.pipe(
        Stream.mapEffect((chunk) => Effect.as(TestClock.adjust(10 * attempt), chunk.byteLength)),
        Stream.runSum,
        Effect.provide(audian(client, urlOf(server)))
      )
      assert.strictEqual(read, 400_000)
    }).pipe(Effect.provide(TestClock.layer()))
  )

  onEach("that is truncated fails with Transport", (client) =>
    Effect.gen(function* () {
      const server = yield* Server.serve(
        Server.after(({ socket }) => Server.resetSoon(socket, `${head}content-length: 1000\r\n\r\n%PDF`))
      )
      const error = yield* Effect.flip(Stream.runDrain(file)).pipe(
        Effect.provide(audian(client, urlOf(server), { timeout: { attempt: "1 minute" } }))
      )
      assert.strictEqual(nameOf(error), "Transport")
      assert.strictEqual(error.outcome, "unknown")
    })
  )

  onEach("that nobody reads closes its connection when it is garbage", (client) =>
    Effect.gen(function* () {
      setFlagsFromString("--expose-gc")
      const collect: () => void = runInNewContext("gc")
      const server = yield* Server.serve(Server.drip(`${head}content-length: 50000\r\n\r\n`, "x"))
      const context = yield* Layer.build(audian(client, urlOf(server), { timeout: { attempt: "1 minute" } }))
      yield* Effect.provideContext(Effect.asVoid(Fax.downloadReceived({ faxId: "fax_1" })), context)
      assert.strictEqual(server.open(), 1)
      yield* until(() => {
        collect()
        return server.open() === 0
      })
    })
  )

  onEach("that is read in part closes its connection", (client) =>
    Effect.gen(function* () {
      const server = yield* Server.serve(Server.drip(`${head}content-length: 50000\r\n\r\n`, "x"))
      const context = yield* Layer.build(audian(client, urlOf(server), { timeout: { attempt: "1 minute" } }))
      yield* Effect.provideContext(Stream.runDrain(Stream.take(file, 1)), context)
      yield* until(() => server.open() === 0)
    })
  )
})

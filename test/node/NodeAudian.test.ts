import * as Http from "node:http"
import * as Https from "node:https"
import { type AddressInfo, connect as connectTo } from "node:net"
import * as Undici from "@effect/platform-node/Undici"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Audian, Fax, Retry } from "effect-audian"
import { NodeAudian } from "effect-audian/node"
import { make as makeCertificates } from "../faults/certificates.ts"
import { each } from "../support/each.ts"
import { reasonOf } from "../support/errors.ts"
import { list } from "../support/operations.ts"
import { listen, serve } from "../support/server.ts"

const numbers = '{"data":{"numbers":[]}}'

const api = serve((response) => response.writeHead(200, { "content-type": "application/json" }).end(numbers))

const apiKey = "sk_test_node"

/** A proxy that forwards requests and opens tunnels, and the targets of its requests. */
const proxy = Effect.gen(function* () {
  const targets: Array<string> = []
  const server = Http.createServer((request, response) => {
    targets.push(request.url ?? "")
    const { headers, method } = request
    const forwarded = Http.request(request.url!, { method: method!, headers }, (upstream) => {
      response.writeHead(upstream.statusCode!, upstream.headers)
      upstream.pipe(response)
    })
    request.pipe(forwarded)
  })
  server.on("connect", (request, socket, head) => {
    targets.push(request.url ?? "")
    const [host, port] = request.url!.split(":")
    const upstream = connectTo(Number(port), host!, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n")
      upstream.write(head)
      upstream.pipe(socket)
      socket.pipe(upstream)
    })
    for (const side of [upstream, socket]) side.on("error", () => side.destroy())
    socket.on("close", () => upstream.destroy())
  })
  return { url: yield* listen(server), targets }
})

/** Runs an effect with variables of the environment, which undici reads when the layer is built. */
const withEnv =
  (env: Record<string, string>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"]
        const before = names.map((name) => [name, process.env[name]] as const)
        for (const name of names) delete process.env[name]
        Object.assign(process.env, env)
        return before
      }),
      () => self,
      (before) =>
        Effect.sync(() => {
          for (const [name, value] of before) {
            if (value === undefined) delete process.env[name]
            else process.env[name] = value
          }
        })
    )

const call = <E>(layer: Layer.Layer<Audian.Audian, E>) => Effect.provide(list, layer)

describe("Audian.layerFetch", () => {
  it.live("needs nothing more", () =>
    Effect.gen(function* () {
      const { baseUrl, complete } = yield* api
      yield* call(Audian.layerFetch({ apiKey, baseUrl }))
      assert.strictEqual(complete[0]?.headers["x-auth-token"], apiKey)
    }).pipe(Effect.scoped)
  )

  it.live("layerFetchConfig and NodeAudian.layerConfig read the environment", () =>
    Effect.gen(function* () {
      const { baseUrl, complete } = yield* api
      const env = { AUDIAN_API_KEY: apiKey, AUDIAN_BASE_URL: baseUrl }
      for (const layer of [Audian.layerFetchConfig(), NodeAudian.layerConfig()]) {
        yield* call(layer).pipe(Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env })))
        const error = yield* Effect.flip(call(layer)).pipe(
          Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env: {} }))
        )
        assert.include(error.message, "AUDIAN_API_KEY")
      }
      assert.deepStrictEqual(
        complete.map(({ headers }) => headers["x-auth-token"]),
        [apiKey, apiKey]
      )
    }).pipe(Effect.scoped)
  )
})

describe("NodeAudian.layer", () => {
  it.live("dies with what to use where undici has no dispatchers, as in Bun", () =>
    Effect.gen(function* () {
      const { request } = Undici.Dispatcher.prototype
      const exit = yield* Effect.exit(call(NodeAudian.layer({ apiKey }))).pipe((self) =>
        Effect.acquireUseRelease(
          Effect.sync(() => Reflect.deleteProperty(Undici.Dispatcher.prototype, "request")),
          () => self,
          () => Effect.sync(() => Object.assign(Undici.Dispatcher.prototype, { request }))
        )
      )
      assert.strictEqual(exit._tag, "Failure")
      if (exit._tag === "Failure") assert.include(Cause.pretty(exit.cause), "use Audian.layerFetch")
    })
  )

  each(
    [
      { title: "HTTP_PROXY", env: (url: string) => ({ HTTP_PROXY: url }), option: undefined, proxied: true },
      { title: "http_proxy", env: (url: string) => ({ http_proxy: url }), option: undefined, proxied: true },
      {
        title: "NO_PROXY",
        env: (url: string) => ({ HTTP_PROXY: url, NO_PROXY: "127.0.0.1" }),
        option: undefined,
        proxied: false
      },
      { title: "no variable", env: () => ({}), option: undefined, proxied: false },
      {
        title: "the option false",
        env: (url: string) => ({ HTTP_PROXY: url }),
        option: () => false as const,
        proxied: false
      },
      { title: "the option", env: () => ({}), option: (url: string) => new URL(url), proxied: true }
    ],
    ({ proxied, title }) => `${proxied ? "uses" : "does not use"} a proxy with ${title}`,
    ({ env, option, proxied }) =>
      Effect.gen(function* () {
        const { baseUrl } = yield* api
        const { targets, url } = yield* proxy
        yield* call(NodeAudian.layer({ apiKey, baseUrl, proxy: option?.(url) })).pipe(withEnv(env(url)))
        assert.deepStrictEqual(targets, proxied ? [`${baseUrl}/v2/numbers`] : [])
      }).pipe(Effect.scoped)
  )

  each(
    [
      [{ proxy: "hunter2" }, "proxy: expected the http or https URL of a proxy, or false, got a string"],
      [{ proxy: true }, "proxy: expected the http or https URL of a proxy"],
      [{ tls: { ca: 7 } }, "tls.ca: expected certificates in PEM, got a number"],
      [{ tls: { kye: "hunter2" } }, "tls.kye: unknown option, did you mean key?"],
      [{ maxConcurrency: 1.5 }, "maxConcurrency: expected a whole number, 1 or more, got 1.5"],
      [{ connections: 5 }, "connections: unknown option"],
      [null, "options: expected an object"]
    ] as const,
    ([, message]) => `dies with InvalidOptions: ${message}`,
    ([options, message]) =>
      Effect.gen(function* () {
        const given = options === null ? null : { apiKey, ...options }
        const exit = yield* Effect.exit(call(NodeAudian.layer(given as unknown as NodeAudian.Options)))
        const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
        assert.instanceOf(defect, Audian.InvalidOptions)
        assert.include(defect.message, message)
        assert.notInclude(defect.message, "hunter2")
      })
  )

  const certificates = makeCertificates()

  it.live.skipIf(typeof certificates === "string")("trusts authorities of one's own, also behind HTTPS_PROXY", () =>
    Effect.gen(function* () {
      if (typeof certificates === "string") return
      const { trusted } = certificates
      const server = Https.createServer(trusted, (_, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(numbers)
      )
      const address = yield* listen(server as unknown as Http.Server)
      const baseUrl = address.replace("http:", "https:")
      const { targets, url } = yield* proxy
      const refused = yield* Effect.flip(call(NodeAudian.layer({ apiKey, baseUrl, retry: Retry.none })))
      assert.strictEqual(reasonOf(refused), "Transport")
      yield* call(NodeAudian.layer({ apiKey, baseUrl, tls: { ca: trusted.cert } }))
      assert.deepStrictEqual(targets, [])
      yield* call(NodeAudian.layer({ apiKey, baseUrl, tls: { ca: [trusted.cert] } })).pipe(
        withEnv({ HTTPS_PROXY: url })
      )
      assert.deepStrictEqual(targets, [`127.0.0.1:${(server.address() as AddressInfo).port}`])
    }).pipe(Effect.scoped)
  )

  it.live.skipIf(typeof certificates === "string")("presents a certificate of the client", () =>
    Effect.gen(function* () {
      if (typeof certificates === "string") return
      const { trusted } = certificates
      const names: Array<unknown> = []
      const server = Https.createServer({ ...trusted, ca: trusted.cert, requestCert: true }, (request, response) => {
        names.push((request.socket as unknown as { readonly authorized: boolean }).authorized)
        response.writeHead(200, { "content-type": "application/json" }).end(numbers)
      })
      const baseUrl = (yield* listen(server as unknown as Http.Server)).replace("http:", "https:")
      const tls = { ca: trusted.cert, cert: trusted.cert, key: Redacted.make(trusted.key) }
      yield* call(NodeAudian.layer({ apiKey, baseUrl, tls, proxy: false }))
      assert.deepStrictEqual(names, [true])
    }).pipe(Effect.scoped)
  )

  it.live("keeps its connections, and closes them with the layer", () =>
    Effect.gen(function* () {
      let connections = 0
      let open = 0
      const server = Http.createServer((_, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(numbers)
      )
      server.on("connection", (socket) => {
        connections++
        open++
        socket.on("close", () => open--)
      })
      const baseUrl = yield* listen(server)
      const calls = Effect.forEach(Array.from({ length: 20 }), () => list)
      yield* Effect.provide(calls, NodeAudian.layer({ apiKey, baseUrl, maxConcurrency: 1, proxy: false }))
      assert.isAtMost(connections, 2)
      while (open > 0) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }).pipe(Effect.scoped)
  )

  it.live("lets a call wait that finds too many in flight; an open download does not count", () =>
    Effect.gen(function* () {
      const waiting: Array<() => void> = []
      const server = yield* serve((response, nth) => {
        if (nth === 0) response.writeHead(200, { "content-type": "application/pdf" }).write("%PDF")
        else if (nth === 1)
          waiting.push(() => response.writeHead(200, { "content-type": "application/json" }).end(numbers))
        else response.writeHead(200, { "content-type": "application/json" }).end(numbers)
      })
      yield* Effect.gen(function* () {
        const file = yield* Fax.downloadReceived({ faxId: "f" })
        const both = Effect.all([list, list], { concurrency: 2 })
        const poll = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        const release = Effect.gen(function* () {
          while (waiting.length === 0) yield* poll
          for (let turn = 0; turn < 50; turn++) yield* poll
          assert.strictEqual(server.begun(), 2)
          waiting[0]!()
        })
        yield* Effect.all([both, release], { concurrency: 2 })
        assert.isTrue(Stream.isStream(file))
      }).pipe(
        Effect.provide(NodeAudian.layer({ authToken: "jwt", baseUrl: server.baseUrl, maxConcurrency: 1, proxy: false }))
      )
    }).pipe(Effect.scoped)
  )
})

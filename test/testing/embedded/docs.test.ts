import { readFileSync } from "node:fs"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { EmbeddedAudian } from "effect-audian/testing"

const get = (url: string, init?: RequestInit) =>
  Effect.promise(async () => {
    const response = await fetch(url, init)
    return { status: response.status, type: response.headers.get("content-type") ?? "", text: await response.text() }
  })

const live = (options?: EmbeddedAudian.Options & { readonly host?: string }) =>
  Layer.provideMerge(EmbeddedAudian.serve(options), NodeHttpClient.layerUndici)

interface Document {
  readonly servers: unknown
  readonly paths: object
  readonly components: unknown
}

/** The settings and the document in the page. */
const given = (page: string) => {
  const [, settings, document] = /\.\.\.(\{.*\}),\n\s*content: (\{.*\})\n/.exec(page)!
  return {
    settings: JSON.parse(settings!) as {
      readonly authentication?: { readonly securitySchemes: Record<string, { readonly value: string }> }
    },
    document: JSON.parse(document!) as Document
  }
}

describe("EmbeddedAudian.serve: /docs and /openapi.json", () => {
  it.live("have the package's document with this server's URL", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const { status, text, type } = yield* get(`${baseUrl}/openapi.json`)
      assert.deepStrictEqual([status, type], [200, "application/json"])
      const file = JSON.parse(readFileSync("openapi.json", "utf8")) as Document
      const servers = [{ url: baseUrl, description: "The embedded server" }]
      assert.deepStrictEqual(JSON.parse(text), { ...file, servers })

      const page = yield* get(`${baseUrl}/docs`)
      assert.strictEqual(page.status, 200)
      assert.include(page.type, "text/html")
      const { document } = given(page.text)
      assert.deepStrictEqual(document.servers, servers)
      assert.deepStrictEqual(Object.keys(document.paths), Object.keys(file.paths))
      assert.deepStrictEqual(document.components, file.components)
    }).pipe(Effect.provide(live()))
  )

  it.live("name the host of the request", () =>
    Effect.gen(function* () {
      const port = new URL((yield* EmbeddedAudian.EmbeddedAudian).baseUrl).port
      for (const path of ["/openapi.json", "/docs?theme=none"]) {
        const { text } = yield* get(`http://localhost:${port}${path}`)
        assert.include(text, `"servers":[{"url":"http://localhost:${port}"`)
      }
    }).pipe(Effect.provide(live({ host: "localhost" })))
  )

  it.live("load no script and no style from another host", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const { text } = yield* get(`${baseUrl}/docs`)
      assert.notMatch(text, /<(script|link)[^>]* (src|href)=/)
      assert.include(text, '"withDefaultFonts":false')
    }).pipe(Effect.provide(live()))
  )

  it.live("the page fills in a key and a token that are valid", () =>
    Effect.gen(function* () {
      const { accountId, apiKey, baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      assert.strictEqual(Redacted.value(apiKey), "sk_test_embedded")
      const page = yield* get(`${baseUrl}/docs`)
      const { document, settings } = given(page.text)
      const { ApiKey, AuthToken } = settings.authentication!.securitySchemes
      assert.include(JSON.stringify(document.paths), `"examples":["${accountId}"]`)
      const status = (path: string, token: string) =>
        Effect.map(get(`${baseUrl}${path}`, { headers: { "x-auth-token": token } }), ({ status }) => status)
      assert.strictEqual(yield* status("/v2/numbers", ApiKey!.value), 200)
      assert.strictEqual(yield* status(`/v2/accounts/${accountId}/users`, AuthToken!.value), 200)
    }).pipe(Effect.provide(live()))
  )

  it.live("the page fills in no credentials with `apiKey`", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const page = yield* get(`${baseUrl}/docs`)
      assert.isUndefined(given(page.text).settings.authentication)
      assert.notInclude(page.text, "sk_of_my_own")
    }).pipe(Effect.provide(live({ apiKey: "sk_of_my_own" })))
  )

  it.live("count in no quota and are in no log", () =>
    Effect.gen(function* () {
      const { baseUrl, requests } = yield* EmbeddedAudian.EmbeddedAudian
      yield* get(`${baseUrl}/docs`)
      yield* get(`${baseUrl}/openapi.json`)
      assert.deepStrictEqual(yield* requests, [])
      const head = yield* Effect.scoped(HttpClient.head(`${baseUrl}/openapi.json`))
      assert.deepStrictEqual([head.status, yield* requests], [200, []])
      assert.strictEqual((yield* get(`${baseUrl}/docs`, { method: "POST" })).status, 404)
      assert.strictEqual((yield* get(`${baseUrl}/docs/other`)).status, 429)
    }).pipe(Effect.provide(live({ quota: { limit: 1, window: "1 hour" } })))
  )
})

/**
 * The reference of the API as an interactive page at `/docs`, and its OpenAPI document at `/openapi.json`. Both name
 * the server that serves them, and load nothing from other hosts.
 *
 * @internal
 */
import { readFile } from "node:fs/promises"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiScalar from "effect/http-api/HttpApiScalar"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Redacted from "effect/Redacted"
import * as Api from "../../Api.ts"
import { mapEntries } from "../../internal/openapi/jsonSchema.ts"
import { type App, reply } from "./app.ts"

/** The credentials that the page fills in. */
interface Credentials {
  readonly apiKey: Redacted.Redacted
  readonly authToken: Redacted.Redacted
}

interface Dependencies {
  readonly baseUrl: string
  readonly accountId: string
  /** Makes the credentials of one page; `undefined` for a page without any. */
  readonly credentials: Effect.Effect<Credentials> | undefined
}

/** The app with the reference at its paths. */
export const withReference = (app: App, dependencies: Dependencies): Effect.Effect<App> =>
  Effect.map(
    Effect.cached(document),
    (document): App =>
      (request) => {
        const { headers, method, url } = request
        if (!paths.test(url) || (method !== "GET" && method !== "HEAD")) return app(request)
        // The host of the request: a page may only call its own origin.
        const base = headers.host === undefined ? dependencies.baseUrl : `http://${headers.host}`
        const localized = Effect.map(document, (document) => ({
          ...document,
          servers: [{ url: base, description: "The embedded server" }]
        }))
        switch (url.split("?")[0]) {
          case "/docs":
            return Effect.flatMap(localized, (localized) =>
              Effect.provideService(page(localized, dependencies), HttpServerRequest.HttpServerRequest, request)
            ).pipe(Effect.map(reply))
          case "/openapi.json":
            return Effect.map(localized, (localized) => reply(HttpServerResponse.jsonUnsafe(localized)))
          // Browsers request an icon for every page.
          default:
            return Effect.succeed(reply(HttpServerResponse.empty()))
        }
      }
  )

const paths = /^\/(?:docs|openapi\.json|favicon\.ico)(?:\?|$)/

/** The package's own document, which has descriptions and examples; in a bundle without it, the generated one. */
const document: Effect.Effect<OpenApi.OpenAPISpec> = Effect.tryPromise(() =>
  readFile(new URL("../../../openapi.json", import.meta.url), "utf8")
).pipe(
  Effect.map((text) => JSON.parse(text) as OpenApi.OpenAPISpec),
  Effect.orElseSucceed(Api.openapi)
)

const page = (document: OpenApi.OpenAPISpec, { accountId, credentials }: Dependencies) =>
  Effect.flatMap(credentials ?? Effect.undefined, (credentials) =>
    Effect.flatten(
      HttpRouter.toHttpEffect(
        HttpApiScalar.layer(
          HttpApi.make("reference").annotate(OpenApi.Transform, () => forPage(document, accountId)),
          { path: "/docs", scalar: configuration(credentials) }
        )
      )
    )
  ).pipe(Effect.scoped, Effect.orDie)

/** The document with the account filled in and a credential per operation. */
const forPage = (document: OpenApi.OpenAPISpec, accountId: string): object => ({
  ...document,
  // An extension of Scalar: each request uses the credential of its operation.
  "x-scalar-set-operation-security": true,
  paths: mapEntries(document.paths, (item) =>
    mapEntries(item, (operation) => {
      const { parameters } = operation as OpenApi.OpenAPISpecOperation
      return { ...(operation as object), parameters: parameters.map((one) => withAccount(one, accountId)) }
    })
  )
})

const withAccount = (parameter: OpenApi.OpenAPISpecParameter, accountId: string): object => {
  const { in: place, name, required } = parameter
  return name === "account_id"
    ? { in: place, name, required, schema: { type: "string", examples: [accountId] } }
    : parameter
}

/** The configuration of Scalar, with settings that `HttpApiScalar` does not type. */
const configuration = (credentials: Credentials | undefined) => ({
  // No fonts, tools or clients from other hosts.
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showOperationId: true,
  ...(credentials !== undefined && {
    authentication: {
      preferredSecurityScheme: "ApiKey",
      securitySchemes: {
        ApiKey: { value: Redacted.value(credentials.apiKey) },
        AuthToken: { value: Redacted.value(credentials.authToken) }
      }
    }
  })
})

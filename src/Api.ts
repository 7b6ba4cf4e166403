/**
 * The whole contract as one `HttpApi`: every operation in its group, every documented error on each.
 *
 * The client does not need it. The embedded server and the OpenAPI document are built from it, and it works with every
 * tool of `effect/http-api`.
 *
 * **Example** (Listing the operations that are not safe to retry)
 *
 * ```ts
 * import { Api } from "effect-audian"
 *
 * export const unsafe = Api.operations().flatMap(({ name, traits }) => (traits.replay === "unsafe" ? [name] : []))
 * ```
 *
 * @since 0.1.0
 */

import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as AudianError from "./AudianError.ts"
import * as Account from "./account/index.ts"
import * as MakeError from "./internal/error/makeError.ts"
import { byName } from "./internal/openapi/jsonSchema.ts"
import * as Document from "./internal/openapi/openapi.ts"
import { asCodec } from "./internal/schema/asCodec.ts"
import * as PlainEndpoint from "./internal/schema/plainEndpoint.ts"
import * as Operation from "./Operation.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import * as AccessTokens from "./resources/AccessTokens.ts"
import * as Billing from "./resources/Billing.ts"
import * as CallerIds from "./resources/CallerIds.ts"
import * as CallFlows from "./resources/CallFlows.ts"
import * as Calls from "./resources/Calls.ts"
import * as Conferences from "./resources/Conferences.ts"
import * as Fax from "./resources/Fax.ts"
import * as IvrMenus from "./resources/IvrMenus.ts"
import * as Media from "./resources/Media.ts"
import * as Numbers from "./resources/Numbers.ts"
import * as Ports from "./resources/Ports.ts"
import * as Voicemail from "./resources/Voicemail.ts"
import * as Webhooks from "./resources/Webhooks.ts"
import * as Status from "./Status.ts"
import * as Timestamp from "./Timestamp.ts"

/**
 * Every operation of the contract, sorted by name.
 *
 * **Example** (Finding the paths of a resource)
 *
 * ```ts
 * import { Api } from "effect-audian"
 *
 * export const paths = Api.operations().flatMap(({ endpoint, traits }) =>
 *   traits.resource === "Numbers" ? [`${endpoint.method} ${endpoint.path}`] : []
 * )
 * ```
 *
 * @category contract
 * @since 0.1.0
 */
export const operations = (): ReadonlyArray<Operation.Any> =>
  exported().flatMap(([, value]) => (Operation.isOperation(value) ? [value] : []))

/** The exports of the contract's modules, sorted by name, independent of the load order. */
const exported = (): ReadonlyArray<readonly [name: string, value: unknown]> =>
  [
    ...entries("", {
      AccessTokens,
      Billing,
      CallerIds,
      CallFlows,
      Calls,
      Conferences,
      Fax,
      IvrMenus,
      Media,
      Numbers,
      PhoneNumber,
      Ports,
      Timestamp,
      Voicemail,
      Webhooks
    }),
    ...entries("Account.", Account)
  ].toSorted(byName)

const entries = (prefix: string, modules: Readonly<Record<string, object>>) =>
  Object.entries(modules).flatMap(([module, namespace]) =>
    Object.entries<unknown>({ ...namespace }).map(([name, value]) => [`${prefix}${module}.${name}`, value] as const)
  )

type Documented = Exclude<AudianError.AudianError, AudianError.AudianClientError>

const classes = [
  AudianError.BadRequest,
  AudianError.Unauthorized,
  AudianError.PaymentRequired,
  AudianError.Forbidden,
  AudianError.NotFound,
  AudianError.Conflict,
  AudianError.UnprocessableEntity,
  AudianError.TooManyRequests,
  AudianError.InternalServerError,
  AudianError.BadGateway,
  AudianError.ServiceUnavailable
]

const headerFields = {
  "retry-after": Schema.optional(Schema.String),
  "x-ratelimit-limit": Schema.optional(Schema.String),
  "x-ratelimit-remaining": Schema.optional(Schema.String),
  "x-ratelimit-reset": Schema.optional(Schema.String),
  "x-request-id": Schema.optional(Schema.String)
}

/** The wire format of a documented error: any text with its status, so that decoding never fails. */
const wireFormat = (self: (typeof classes)[number]): Schema.Top => {
  const status = Status.ofTag(self.identifier.replace("effect-audian/", "") as Status.ErrorTag).code
  return asCodec<Documented>(self).pipe(
    HttpApiSchema.encodeToWithHeaders(
      {
        body: Schema.String.pipe(
          HttpApiSchema.asText({ contentType: "application/json" }),
          HttpApiSchema.status(status)
        ),
        headers: headerFields
      },
      {
        decode: ({ body, headers }) =>
          MakeError.fromResponse(
            MakeError.callInfo({ operation: "", attempts: 1 }),
            { status, headers: Headers.fromInput(headers), text: body, truncated: false },
            0
          ) as Documented,
        encode: encodeError
      }
    )
  )
}

const encodeError = (error: Documented) => {
  const { code, description, param, rateLimit, requestId, retryAfter, type } = error
  const body = error.body ?? { error: { code, message: description, param, type } }
  return {
    body: JSON.stringify(body),
    headers: {
      "retry-after": retryAfter === undefined ? undefined : String(Math.ceil(Duration.toSeconds(retryAfter))),
      "x-ratelimit-limit": text(rateLimit?.limit),
      "x-ratelimit-remaining": text(rateLimit?.remaining),
      "x-ratelimit-reset":
        rateLimit?.reset === undefined ? undefined : String(Math.ceil(DateTime.toEpochMillis(rateLimit.reset) / 1000)),
      "x-request-id": requestId
    }
  }
}

const text = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value))

/**
 * The value of {@link contract}.
 *
 * @category contract
 * @since 0.1.0
 */
export interface Contract {
  readonly api: HttpApi.Top
  /** The middleware of every operation on the server: the documented errors. */
  readonly Common: Context.Service<Common, HttpApiMiddleware.HttpApiMiddleware<never, Schema.Top, never>>
}

/**
 * The middleware that adds the errors of every operation to the contract.
 *
 * @category contract
 * @since 0.1.0
 */
export interface Common {
  readonly "~effect-audian/Api/Common": true
}

const make = (): Contract => {
  class Common extends HttpApiMiddleware.Service<Common>()("effect-audian/Api/Common", {
    error: classes.map(wireFormat)
  }) {}
  // A class stands for its own instances, and `Contract` names none.
  const common = Common as unknown as Contract["Common"]
  const api = empty("effect-audian").annotateMerge(Document.annotations(operations(), exported()))
  return { api: withOperations(api, operations(), common), Common: common }
}

/** An API without groups. Its type is no subtype of that with any groups. */
const empty = (id: string): HttpApi.Top => HttpApi.make(id) as unknown as HttpApi.Top

/** A group without endpoints: as for {@link empty}, its type is no subtype of that with any. */
const emptyGroup = (name: string): HttpApiGroup.Top => HttpApiGroup.make(name) as unknown as HttpApiGroup.Top

/** Adds operations, in a group for each resource. Groups of endpoints known only at run time have the top type. */
const withOperations = (
  api: HttpApi.Top,
  operations: ReadonlyArray<Operation.Any>,
  common: Contract["Common"]
): HttpApi.Top => {
  const groups = new Map<string, Array<HttpApiEndpoint.Top>>()
  for (const operation of operations) {
    const { resource } = operation.traits
    groups.set(resource, [...(groups.get(resource) ?? []), endpoint(operation)])
  }
  return Array.from(
    groups,
    ([name, endpoints]) =>
      endpoints
        .reduce<HttpApiGroup.Top>((group, endpoint) => group.add(endpoint) as HttpApiGroup.Top, emptyGroup(name))
        // The key is typed for a class, which is not known here.
        .middleware(common as never) as HttpApiGroup.Top
  ).reduce<HttpApi.Top>((api, group) => api.add(group) as HttpApi.Top, api)
}

/**
 * The `HttpApiEndpoint` of an operation, for tools of `effect/http-api`. An operation itself has the part that a call
 * needs.
 *
 * @category contract
 * @since 0.1.0
 */
export const endpoint = ({ endpoint }: Operation.Any): HttpApiEndpoint.Top => {
  const options = PlainEndpoint.optionsOf(endpoint)
  return options === undefined
    ? (endpoint as HttpApiEndpoint.Top)
    : (HttpApiEndpoint.make(endpoint.method)(
        endpoint.identifier,
        endpoint.path as "/",
        // The options of any endpoint, whose types are those of its schemas.
        options as never
      ) as unknown as HttpApiEndpoint.Top)
}

/**
 * Operations of your own as an `HttpApi`, with the documented errors: to serve or to document them.
 *
 * @category contract
 * @since 0.1.0
 */
export const contractOf = (operations: ReadonlyArray<Operation.Any>): HttpApi.Top =>
  withOperations(empty("effect-audian/own"), operations, contract().Common)

let cached: Contract | undefined

/**
 * The contract as an `HttpApi`, and the middleware that declares the documented errors. Built on first use, then kept.
 *
 * **Example** (Generating a reference page)
 *
 * ```ts
 * import * as HttpApiScalar from "effect/http-api/HttpApiScalar"
 * import { Api } from "effect-audian"
 *
 * export const docs = HttpApiScalar.layer(Api.contract().api, { path: "/docs" })
 * ```
 *
 * @category contract
 * @since 0.1.0
 */
export const contract = (): Contract => (cached ??= make())

let options: OpenApi.FromApiOptions | undefined

/**
 * The contract as an OpenAPI 3.1 document.
 *
 * **Details**
 *
 * It has paths, parameters, bodies, the documented errors, security, and the replay trait of each operation as
 * `x-audian-replay`. It is built on first use; each call returns a copy.
 *
 * **Gotchas**
 *
 * Summaries, descriptions, examples and links are only in the file `effect-audian/openapi.json`, to keep programs small.
 * Everything else is the same.
 *
 * **Example** (Serving the document)
 *
 * ```ts
 * import * as HttpRouter from "effect/http/HttpRouter"
 * import * as HttpServerResponse from "effect/http/HttpServerResponse"
 * import { Api } from "effect-audian"
 *
 * export const route = HttpRouter.add("GET", "/openapi.json", () =>
 *   HttpServerResponse.json(Api.openapi())
 * )
 * ```
 *
 * @category document
 * @since 0.1.0
 */
export const openapi = (): OpenApi.OpenAPISpec =>
  OpenApi.fromApi(contract().api, (options ??= Document.options(exported())))

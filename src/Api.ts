/**
 * The whole contract as one `HttpApi`: every operation in its group, every documented error on each.
 *
 * The client does not need it. The embedded server and the document are made from it, and any tool of `effect/http-api`
 * can be.
 *
 * @since 0.1.0
 */

import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
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
 * Every operation of the contract.
 *
 * @category contract
 * @since 0.1.0
 */
export const operations = (): ReadonlyArray<Operation.Any> =>
  exported().flatMap(([, value]) => (Operation.isOperation(value) ? [value] : []))

/** What the modules of the contract export, in an order that does not depend on what has loaded them. */
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

/** A documented error as it goes over the wire: any text with the right status, so that decoding never fails. */
const onTheWire = (self: (typeof classes)[number]): Schema.Top => {
  const status = Status.ofTag(self.identifier.replace("effect-audian/", "") as Status.ErrorTag).code
  return (self as unknown as Schema.Codec<Documented>).pipe(
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

interface Contract {
  readonly api: HttpApi.Top
  /** What every operation has in common on the server's side: the documented errors. */
  readonly Common: Context.Service<Common, HttpApiMiddleware.HttpApiMiddleware<never, Schema.Top, never>>
}

interface Common {
  readonly "~effect-audian/Api/Common": true
}

const make = (): Contract => {
  class Common extends HttpApiMiddleware.Service<Common>()("effect-audian/Api/Common", {
    error: classes.map(onTheWire)
  }) {}
  const groups = new Map<string, Array<HttpApiEndpoint.Top>>()
  for (const { endpoint, traits } of operations()) {
    groups.set(traits.resource, [...(groups.get(traits.resource) ?? []), endpoint])
  }
  // A group of endpoints that are only known at run time has no more than the top type.
  const api = Array.from(
    groups,
    ([name, endpoints]) =>
      endpoints
        .reduce<HttpApiGroup.Top>(
          (group, endpoint) => group.add(endpoint) as unknown as HttpApiGroup.Top,
          HttpApiGroup.make(name) as unknown as HttpApiGroup.Top
        )
        .middleware(Common) as unknown as HttpApiGroup.Top
  ).reduce<HttpApi.Top>(
    (api, group) => api.add(group) as unknown as HttpApi.Top,
    HttpApi.make("effect-audian").annotateMerge(
      Document.annotations(operations(), exported())
    ) as unknown as HttpApi.Top
  )
  return { api, Common: Common as unknown as Contract["Common"] }
}

let made: Contract | undefined

/**
 * The contract. Made at the first use, not at an import.
 *
 * @category contract
 * @since 0.1.0
 */
export const contract = (): Contract => (made ??= make())

let options: OpenApi.FromApiOptions | undefined

/**
 * The contract as an OpenAPI 3.1 document: paths, parameters, bodies, the documented errors, security, and the traits
 * of each operation as `x-audian-replay`. Made at the first use and kept; each call gives a copy.
 *
 * Summaries, descriptions, examples and links to the pages are in `effect-audian/openapi.json` only, which is
 * otherwise the same: a program should not have to carry them.
 *
 * @category document
 * @since 0.1.0
 */
export const openapi = (): OpenApi.OpenAPISpec =>
  OpenApi.fromApi(contract().api, (options ??= Document.options(exported())))

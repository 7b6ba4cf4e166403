/**
 * Adds to the document the parts that HttpApi cannot express, and corrects those that differ from the wire.
 *
 * HttpApi renders query fields and error bodies as strings, objects as closed, and optional fields as nullable. It does
 * not know the families and traits of operations.
 *
 * @internal
 */
import * as Context from "effect/Context"
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"
import { BadRequest } from "../../AudianError.ts"
import * as Status from "../../Status.ts"
import type { Family } from "../credentials.ts"
import { type Any, defaultBaseUrl } from "../service.ts"
import { version } from "../version.ts"
import {
  asFormParts,
  byName,
  collectRefs,
  hoistDefinitions,
  type JsonRecord,
  mapEntries,
  normalize,
  withoutNull
} from "./jsonSchema.ts"

/** The exports of the contract's modules. */
type Exported = ReadonlyArray<readonly [name: string, value: unknown]>

/** The annotations of the contract's `HttpApi`. With them, every OpenAPI tool generates this document. */
export const annotations = (operations: ReadonlyArray<Any>, exported: Exported): Context.Context<never> =>
  Context.merge(
    OpenApi.annotations({
      title: "Audian API",
      version,
      description:
        "Every operation of the Audian telephony API that its pages document. Not a document of the vendor's. " +
        "Objects may grow by fields, and lists of values by values, at any time. " +
        "`x-audian-replay` is `unsafe` where a request must not be sent again while its outcome is unknown, " +
        "`x-audian-destructive` is true for one that ends or replaces something for good, " +
        "`x-audian-retryable` is true for an error whose retry may succeed.",
      license: { name: "MIT", identifier: "MIT" },
      servers: [{ url: defaultBaseUrl, description: "Production" }],
      transform: complete(new Map(operations.map((operation) => [operation.name, operation])))
    }),
    Context.make(HttpApi.AdditionalSchemas, [errorBody(), ...sharedSchemas(exported)])
  )

/** The authors of the document, who are not the vendor. */
const contact = { name: "The effect-audian authors", url: "https://github.com/OWNER/effect-audian" }

/** Names the exported schemas in `components` after their export. */
export const options = (exported: Exported): Required<Pick<OpenApi.FromApiOptions, "referencePolicy">> => {
  const names = new Map<unknown, string>()
  for (const [name, value] of exported) {
    if (!Schema.isSchema(value) || name.startsWith(sharedPrefix)) continue
    const root = rootOf(value)
    if (!names.has(root)) names.set(root, name)
  }
  return { referencePolicy: ({ ast, identifier }) => names.get(ast) ?? identifier }
}

/** The node that identifies a schema in a reference policy. The policy is called with the root first. */
const rootOf = (schema: Schema.Top): unknown => {
  let root: unknown
  SchemaRepresentation.toRepresentation(Schema.toCodecJson(schema).ast, {
    referencePolicy: ({ ast }) => {
      root ??= ast
      return undefined
    }
  })
  return root
}

const sharedPrefix = "Account.Common."

/** The schemas that the engine's documents share. Each document has its own copy, so only the shape matches. */
const sharedSchemas = (exported: Exported): ReadonlyArray<Schema.Top> =>
  exported
    .filter(([name]) => name.startsWith(sharedPrefix))
    .toSorted(byName)
    .flatMap(([identifier, value]) => (Schema.isSchema(value) ? [value.annotate({ identifier })] : []))

const errorBody = () => {
  const { code, param, type } = BadRequest.fields
  const Flat = Schema.Struct({
    success: Schema.optional(Schema.Boolean),
    error: Schema.Struct({ code, message: Schema.String, param, type })
  }).annotate({ identifier: "ErrorBody.Flat", description: "An error as the flat family writes it." })
  const Engine = Schema.Struct({
    status: Schema.optional(Schema.String),
    error: Schema.String.annotate({ description: "The HTTP status." }),
    message: Schema.String.annotate({ description: "The reason, for programs." }),
    data: Schema.optional(
      Schema.Json.annotate({
        description: "A `message` for people, or the fields at fault: by path, joined by dots, the rules they break."
      })
    ),
    request_id: Schema.optional(Schema.String),
    auth_token: Schema.optional(Schema.String)
  }).annotate({ identifier: "ErrorBody.Engine", description: "An error as the engine writes it." })
  return Schema.Union([Flat, Engine]).annotate({
    identifier: "ErrorBody",
    description: "The body of an error. A proxy may answer a page in its place: the status alone is certain."
  })
}

const headers: Readonly<Record<string, { readonly description: string; readonly schema: JsonRecord }>> = {
  "Retry-After": { description: "Seconds to wait before a retry.", schema: { type: "integer", minimum: 0 } },
  "X-RateLimit-Limit": { description: "Requests of a window.", schema: { type: "integer", minimum: 0 } },
  "X-RateLimit-Remaining": { description: "Requests left in the window.", schema: { type: "integer", minimum: 0 } },
  "X-RateLimit-Reset": {
    description: "Start of the next window, in seconds since 1970.",
    schema: { type: "integer", minimum: 0 }
  },
  "X-Request-Id": { description: "Finds the request in the vendor's logs.", schema: { type: "string" } }
}

const securitySchemes = {
  ApiKey: {
    type: "apiKey",
    in: "header",
    name: "X-Auth-Token",
    description: "The API key, as it is."
  },
  AuthToken: {
    type: "apiKey",
    in: "header",
    name: "X-Auth-Token",
    description: "The token that `PUT /v2/api_auth` gives for an API key."
  }
}

const security = {
  flat: [{ ApiKey: [] }],
  account: [{ AuthToken: [] }],
  public: []
} satisfies Record<Family, unknown>

const errorResponse = ({ code, name, retryable }: Status.DocumentedError): JsonRecord => ({
  description: name,
  headers: Object.fromEntries(
    Object.keys(headers)
      // Retry-After is sent with retryable errors whose request was not executed.
      .filter((header) => header !== "Retry-After" || (retryable && !Status.isExecutable(code)))
      .map((header) => [header, reference("headers", header)])
  ),
  content: { "application/json": { schema: reference("schemas", "ErrorBody") } },
  "x-audian-retryable": retryable
})

const reference = (kind: string, name: string): JsonRecord => ({ $ref: `#/components/${kind}/${name}` })

const complete =
  (operations: ReadonlyMap<string, Any>) =>
  ({ components, info, openapi, paths, servers, tags }: JsonRecord): JsonRecord => {
    const schemas = hoistDefinitions(mapEntries((components as JsonRecord).schemas, normalize), (name) =>
      name.startsWith(sharedPrefix)
    )
    const annotate = (schema: unknown): unknown => schemas.apply(normalize(schema))
    const completed = mapEntries(paths, (item) =>
      mapEntries(item, (raw) => {
        const operation = operations.get(String((raw as JsonRecord).operationId))
        return operation === undefined ? raw : completeOperation(raw as RawOperation, operation, annotate)
      })
    )
    const responses = Object.fromEntries(Status.errors.map((row) => [row.tag, errorResponse(row)]))
    return {
      openapi,
      info: { ...(info as JsonRecord), contact },
      servers,
      tags,
      paths: completed,
      components: {
        schemas: collectRefs(schemas.components, [completed, responses]),
        responses,
        headers,
        securitySchemes
      }
    }
  }

interface RawOperation {
  readonly operationId: string
  readonly tags: unknown
  readonly parameters: ReadonlyArray<{
    readonly name: string
    readonly in: string
    readonly required: boolean
    readonly schema: unknown
  }>
  readonly requestBody?: { readonly content: unknown }
  readonly responses: Readonly<Record<string, JsonRecord>>
}

const completeOperation = (
  raw: RawOperation,
  { endpoint, traits }: Any,
  annotate: (schema: unknown) => unknown
): JsonRecord => {
  const query = endpoint.query === undefined ? {} : (jsonOf(endpoint.query).properties as JsonRecord)
  return {
    operationId: raw.operationId,
    tags: raw.tags,
    parameters: raw.parameters.map((parameter) => ({
      ...parameter,
      // A string keeps its reference.
      schema: annotate(
        parameter.in === "path" || JSON.stringify(parameter.schema).includes("$ref")
          ? parameter.schema
          : parameter.required
            ? query[parameter.name]
            : withoutNull(query[parameter.name])
      )
    })),
    ...(raw.requestBody !== undefined && {
      requestBody: {
        ...raw.requestBody,
        content: mapEntries(raw.requestBody.content, (media, type) => {
          const form = type === "multipart/form-data" ? endpoint.payload.get(type)?.schemas[0] : undefined
          return {
            schema: form === undefined ? annotate((media as JsonRecord).schema) : annotate(formOf(jsonOf(form)))
          }
        })
      }
    }),
    responses: mapEntries(raw.responses, (response, status) =>
      completeResponse(response as JsonRecord, Number(status), annotate)
    ),
    security: security[traits.family],
    "x-audian-replay": traits.replay,
    ...(traits.destructive === true && { "x-audian-destructive": true })
  }
}

const formOf = (schema: JsonRecord): JsonRecord => ({
  ...schema,
  properties: mapEntries(schema.properties, asFormParts)
})

const completeResponse = (raw: JsonRecord, status: number, annotate: (schema: unknown) => unknown): JsonRecord => {
  const row = Status.get(status)
  if (row !== undefined && "tag" in row) return reference("responses", row.tag)
  return {
    description: row?.name ?? "No Content",
    ...(raw.content !== undefined && {
      content: mapEntries(raw.content, (media) => ({
        ...(media as JsonRecord),
        schema: annotate((media as JsonRecord).schema)
      }))
    })
  }
}

/** The decoded form of a query or a form body: numbers and booleans instead of strings. */
const jsonOf = (schema: Schema.Top): JsonRecord =>
  Schema.toJsonSchemaDocument(Schema.toType(schema as Schema.Constraint)).schema as JsonRecord

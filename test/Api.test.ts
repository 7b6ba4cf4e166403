import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Api, Audian, Operation, Status } from "effect-audian"
import manifest from "../package.json" with { type: "json" }
import { foreign, neutral } from "../scripts/neutral.ts"
import { text } from "../scripts/openapi.ts"
import { codecOf } from "../src/internal/service.ts"
import { cases } from "./conformance/all.ts"

interface JsonRecord {
  readonly [key: string]: unknown
}

interface Media {
  readonly schema: JsonRecord
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}

interface Response {
  readonly $ref?: string
  readonly description?: string
  readonly headers?: JsonRecord
  readonly content?: Readonly<Record<string, Media>>
}

interface Described {
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly externalDocs?: { readonly url: string }
  readonly tags: ReadonlyArray<string>
  readonly parameters: ReadonlyArray<{
    readonly name: string
    readonly in: string
    readonly required: boolean
    readonly schema: JsonRecord
  }>
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, Response>>
  readonly security: unknown
  readonly "x-audian-replay": unknown
  readonly "x-audian-destructive"?: boolean
}

interface Document {
  readonly info: JsonRecord
  readonly servers: unknown
  readonly tags: ReadonlyArray<{ readonly name: string; readonly description?: string }>
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonRecord>>
    readonly responses: Readonly<Record<string, Response & { readonly "x-audian-retryable": boolean }>>
    readonly securitySchemes: JsonRecord
  }
}

const document = Api.openapi() as unknown as Document
const file = readFileSync("openapi.json", "utf8")
const documentFile = JSON.parse(file) as Document

const describedBy = ({ paths }: Document): ReadonlyMap<string, Described & { readonly at: string }> =>
  new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, described]) => [
        described.operationId,
        { ...described, at: `${method.toUpperCase()} ${path}` }
      ])
    )
  )

/** Calls a function with every object of a document. */
const visit = (u: unknown, f: (record: JsonRecord) => void): void => {
  if (Array.isArray(u)) for (const item of u) visit(item, f)
  else if (Predicate.isObject(u)) {
    f(u as JsonRecord)
    for (const value of Object.values(u)) visit(value, f)
  }
}

const refsOf = (u: unknown): ReadonlySet<string> => {
  const refs = new Set<string>()
  visit(u, ({ $ref }) => {
    if (typeof $ref === "string") refs.add($ref)
  })
  return refs
}

/** The target of a reference. */
const resolve = (self: Document, schema: JsonRecord): JsonRecord => {
  const { $ref } = schema
  if (typeof $ref !== "string") return schema
  return $ref
    .slice(2)
    .split("/")
    .reduce<JsonRecord>((at, key) => at[key] as JsonRecord, self as unknown as JsonRecord)
}

/** A document without descriptions and examples. */
const structure = (u: unknown): unknown => {
  if (Array.isArray(u)) return u.map(structure)
  if (!Predicate.isObject(u)) return u
  return Object.fromEntries(
    Object.entries(u)
      .filter(
        ([key, value]) =>
          !(
            (/^(?:summary|description)$/.test(key) && typeof value === "string") ||
            key === "externalDocs" ||
            key === "example" ||
            (key === "examples" && Predicate.isObject(value))
          )
      )
      .map(([key, value]) => [key, structure(value)])
  )
}

const operations = Api.operations()
const described = describedBy(document)
const full = describedBy(documentFile)

const typeOf = (schema: JsonRecord): unknown => resolve(document, schema).type

describe("Api.openapi", () => {
  it("has every operation at its path, with its tag, its replay trait and the security of its family", () => {
    assert.strictEqual(described.size, operations.length)
    const security = { flat: [{ ApiKey: [] }], account: [{ AuthToken: [] }], public: [] }
    for (const operation of operations) {
      const { name, traits } = operation
      const codec = codecOf(operation)
      const one = described.get(name)!
      assert.strictEqual(one.at, `${codec.method} ${codec.template}`)
      assert.deepStrictEqual(one.tags, [traits.resource])
      assert.strictEqual(one["x-audian-replay"], traits.replay)
      assert.strictEqual(one["x-audian-destructive"], traits.destructive)
      assert.deepStrictEqual(one.security, security[traits.family])
    }
    assert.deepStrictEqual(Object.keys(document.components.securitySchemes), ["ApiKey", "AuthToken"])
    assert.deepStrictEqual(
      new Set(document.tags.map(({ name }) => name)),
      new Set(operations.map(({ traits }) => traits.resource))
    )
  })

  it("has the title, the version and the server of the API", () => {
    assert.strictEqual(document.info.version, manifest.version)
    assert.strictEqual(document.info.title, "Audian API")
    assert.deepStrictEqual(document.servers, [{ url: Audian.defaultBaseUrl, description: "Production" }])
  })

  it("references the eleven documented errors from every operation, and marks the retryable ones", () => {
    const expected = Object.fromEntries(
      Status.errors.map(({ code, tag }) => [code, { $ref: `#/components/responses/${tag}` }])
    )
    for (const { responses } of described.values()) {
      const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400)
      assert.deepStrictEqual(Object.fromEntries(errors), expected as never)
      const successes = Object.keys(responses).filter((status) => Number(status) < 400)
      assert.isNotEmpty(successes)
      assert.isTrue(successes.every((status) => /^20[0124]$/.test(status)))
    }
    for (const { code, name, retryable, tag } of Status.errors) {
      const response = document.components.responses[tag]!
      assert.strictEqual(response["x-audian-retryable"], retryable)
      assert.strictEqual(response.description, name)
      assert.deepStrictEqual(response.content, {
        "application/json": { schema: { $ref: "#/components/schemas/ErrorBody" } }
      })
      assert.deepStrictEqual(Object.keys(response.headers!), [
        ...(code === 429 || code === 503 ? ["Retry-After"] : []),
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
        "X-Request-Id"
      ])
    }
    const flat = document.components.schemas["ErrorBody.Flat"] as {
      readonly properties: { readonly error: JsonRecord }
    }
    assert.deepStrictEqual(Object.keys(flat.properties.error.properties as JsonRecord), [
      "code",
      "message",
      "param",
      "type"
    ])
    assert.deepStrictEqual(flat.properties.error.required, ["message"])
  })

  it("describes everything in words of no language", () => {
    const found: Array<string> = []
    visit(documentFile, ({ description, summary }) => {
      for (const words of [description, summary]) {
        const word = typeof words === "string" ? foreign(words) : undefined
        if (word !== undefined) found.push(`${word}: ${String(words)}`)
      }
    })
    assert.deepStrictEqual(found, [])
    const docstring = "Fails with `NotFound`; a `Stream` of bytes, redacted. {@link get}"
    assert.isDefined(foreign(docstring))
    assert.strictEqual(neutral("Ends with `NotFound`, plain or redacted."), "Ends with 404.")
  })

  it("gives every array its items", () => {
    for (const each of [document, documentFile]) {
      visit(each.components.schemas, (schema) => {
        if (schema.type === "array") assert.isTrue("items" in schema || "prefixItems" in schema, JSON.stringify(schema))
      })
    }
  })

  it("writes the parts of a form that may repeat as a list", () => {
    const form = described.get("Fax.send")!.requestBody!.content["multipart/form-data"]!.schema
    const { to } = form.properties as { readonly to: JsonRecord }
    assert.strictEqual(to.type, "array")
  })

  it("keeps every object open, resolves every reference, and has no unused component", () => {
    for (const each of [document, documentFile]) {
      visit(each, (record) => assert.isFalse(record.additionalProperties === false, JSON.stringify(record)))
      const refs = refsOf(each)
      for (const $ref of refs) assert.isDefined(resolve(each, { $ref }), $ref)
      for (const kind of ["schemas", "responses"] as const) {
        for (const name of Object.keys(each.components[kind])) {
          assert.isTrue(refs.has(`#/components/${kind}/${name}`), name)
        }
      }
    }
  })

  it("types query fields as decoded values, not as strings", () => {
    let numbers = 0
    for (const { input, operation } of cases) {
      const fields: JsonRecord = Predicate.isObject(input) ? (input as JsonRecord) : {}
      for (const parameter of described.get(operation.name)!.parameters) {
        const value = fields[parameter.name]
        if (parameter.in !== "query" || value === undefined) continue
        const type = typeOf(parameter.schema)
        if (typeof value === "number") {
          numbers++
          assert.include(["integer", "number"], type)
        } else assert.strictEqual(type, Array.isArray(value) ? "array" : typeof value, parameter.name)
      }
    }
    assert.isAbove(numbers, 20)
    for (const { parameters } of described.values()) {
      for (const { name, schema } of parameters) {
        if (/^(?:limit|offset|page_size|quantity)$/.test(name)) assert.strictEqual(schema.type, "integer", name)
      }
    }
    const limit = described.get("Numbers.list")?.parameters.find(({ name }) => name === "limit")
    assert.deepStrictEqual(limit, {
      name: "limit",
      in: "query",
      schema: { type: "integer", minimum: 1, maximum: 100 },
      required: false
    })
  })

  it("allows null only where the contract does, not in every optional field", () => {
    const { properties, required } = document.components.schemas["Numbers.PurchasedNumber"]!
    assert.deepStrictEqual(required, ["id", "number"])
    assert.deepInclude(properties, {
      friendly_name: { anyOf: [{ type: "string" }, { type: "null" }] },
      status: { $ref: "#/components/schemas/Numbers.Status" }
    })
  })

  it("keeps enums open", () => {
    assert.deepStrictEqual(document.components.schemas["Numbers.Status"], {
      type: "string",
      description: "One of active, suspended; open to new values",
      examples: ["active", "suspended"]
    })
  })

  it("keeps envelopes, and distinguishes files and forms from JSON", () => {
    const of = (name: string, status: number) => described.get(name)!.responses[status]?.content
    assert.deepStrictEqual(of("Numbers.purchase", 201)?.["application/json"]?.schema, {
      type: "object",
      properties: {
        success: { type: "boolean", enum: [true] },
        data: { $ref: "#/components/schemas/Numbers.PurchasedNumber" }
      },
      required: ["data"]
    })
    const binary = { type: "string", format: "binary" }
    assert.deepStrictEqual(of("Account.Faxes.getAttachment", 200)?.["application/pdf"]?.schema, binary)
    assert.deepStrictEqual(of("Fax.downloadReceived", 200)?.["application/octet-stream"]?.schema, binary)
    assert.isUndefined(of("Voicemail.remove", 204))
    const form = described.get("Fax.send")!.requestBody!.content["multipart/form-data"]!.schema
    assert.deepInclude(form.properties as JsonRecord, {
      file: binary,
      cover_page: { type: "boolean" }
    })
    assert.strictEqual(typeOf((form.properties as Record<string, JsonRecord>).max_retries!), "integer")
    assert.deepStrictEqual(form.required, ["to", "file"])
  })

  it("references shared engine schemas, with an Input for bounded requests and an Update for what null clears", () => {
    const bodyOf = (name: string) => described.get(name)!.requestBody!.content["application/json"]!.schema
    const forwardOf = (name: string) => {
      const data = (bodyOf(name).properties as Record<string, JsonRecord>).data!
      return (data.properties as JsonRecord).call_forward
    }
    assert.deepStrictEqual(forwardOf("Account.Users.create"), {
      $ref: "#/components/schemas/Account.Common.CallForward.Input"
    })
    assert.deepStrictEqual(forwardOf("Account.Users.update"), {
      anyOf: [{ $ref: "#/components/schemas/Account.Common.CallForward.Update" }, { type: "null" }]
    })
    const user = document.components.schemas["Account.Users.User"]!.properties as JsonRecord
    assert.deepStrictEqual(user.call_forward, { $ref: "#/components/schemas/Account.Common.CallForward" })
    const flow = document.components.schemas["Account.Callflows.Flow.Input"]!.properties as Record<string, JsonRecord>
    assert.deepStrictEqual(flow.children!.additionalProperties, {
      $ref: "#/components/schemas/Account.Callflows.Flow.Input"
    })
    assert.isFalse(Object.keys(document.components.schemas).some((name) => name.startsWith("Objects")))
  })

  it("returns a copy", () => {
    const copy = Api.openapi()
    copy.info.title = "changed"
    assert.strictEqual(Api.openapi().info.title, "Audian API")
  })

  it("equals the document of any OpenAPI tool, except the names of models", () => {
    const plain = OpenApi.fromApi(Api.contract().api) as unknown as Document
    assert.deepStrictEqual(plain.info, document.info)
    assert.deepStrictEqual(plain.components.responses, document.components.responses)
    assert.deepStrictEqual(Object.keys(plain.paths), Object.keys(document.paths))
    visit(plain, (record) => assert.isFalse(record.additionalProperties === false))
  })
})

describe("openapi.json", () => {
  it("is up to date with npm run openapi", () => {
    assert.isTrue(file === text(), "openapi.json is out of date: run npm run openapi")
  })

  it("is Api.openapi() plus descriptions and examples", () => {
    assert.deepStrictEqual(structure(documentFile), structure(document))
  })

  it("describes every operation and every tag without links", () => {
    for (const { name } of operations) {
      const { description = "", externalDocs, summary = "" } = full.get(name)!
      assert.match(summary, /^[A-Z][^\n]{5,100}[^.:\s]$/, name)
      assert.isTrue(description.startsWith(summary.slice(0, 10)), name)
      assert.match(externalDocs?.url ?? "", /^https:\/\/docs\.audian\.com\//, name)
    }
    for (const { description, name } of documentFile.tags) assert.isAbove(description?.length ?? 0, 10, name)
    visit(documentFile, ({ description }) => {
      if (typeof description === "string") assert.notMatch(description, /\{@link|\*\/|@\w+ /)
    })
  })

  it("describes every parameter, and 95 % of all fields at least", () => {
    let all = 0
    let undescribed = 0
    visit(documentFile, ({ properties }) => {
      for (const property of Object.values(Predicate.isObject(properties) ? properties : {})) {
        all++
        if (!Predicate.hasProperty(property, "description")) undescribed++
      }
    })
    assert.isAbove(all, 2000)
    assert.isBelow(undescribed / all, 0.05)
    for (const [name, { parameters }] of full) {
      for (const parameter of parameters) assert.hasAnyKeys(parameter, ["description"], `${name} ${parameter.name}`)
    }
  })

  it("has an example for every JSON request and response with a case, and each fits the contract", () => {
    let requestCount = 0
    let responseCount = 0
    for (const operation of operations) {
      const { endpoint, name } = operation
      const codec = codecOf(operation)
      const { requestBody, responses } = full.get(name)!
      const json = requestBody?.content["application/json"]
      if (json !== undefined) {
        assert.isNotEmpty(Object.keys(json.examples ?? {}), name)
        const schema = endpoint.payload.get("application/json")!
          .schemas[0]! as unknown as Schema.ConstraintDecoder<unknown>
        for (const { value } of Object.values(json.examples ?? {})) {
          requestCount++
          assert.isTrue(Result.isSuccess(Schema.decodeUnknownResult(schema)(value)), name)
        }
      }
      for (const [status, { content }] of Object.entries(responses)) {
        const response = Number(status) < 300 ? content?.["application/json"] : undefined
        for (const { value } of Object.values(response?.examples ?? {})) {
          responseCount++
          assert.isTrue(Result.isSuccess(codec.decode(value)), `${name} ${JSON.stringify(value)}`)
        }
      }
    }
    assert.isAbove(requestCount, 55)
    assert.isAbove(responseCount, 120)
  })

  it("has the documented example of every error with one", () => {
    for (const { tag } of Status.errors) {
      const { examples } = documentFile.components.responses[tag]!.content!["application/json"]!
      if (tag === "BadGateway") assert.isUndefined(examples)
      else {
        const { error } = examples!.documented!.value as { readonly error: object }
        assert.hasAllKeys(error, ["code", "message", "type", ...(tag === "BadRequest" ? ["param"] : [])])
      }
    }
  })
})

describe("Api.endpoint", () => {
  /**
   * The parts of an endpoint on the wire, as JSON Schema. A file has no codec of its own. Of a path and a query, the names:
   * the real endpoint leaves out fields that are undefined, which an operation has done before.
   */
  const wireOf = ({ method, params, path, payload, query, success }: Operation.Contract) => {
    const schemaOf = (schema: Schema.Top) =>
      "contentTypes" in schema
        ? schema.contentTypes
        : Schema.toJsonSchemaDocument(Schema.toEncoded(schema as never)).schema
    const namesOf = (schema: Schema.Top) => {
      const { additionalProperties, properties, required } = schemaOf(schema) as JsonRecord
      return { additionalProperties, required, names: Object.keys(properties ?? {}) }
    }
    return {
      method,
      path,
      params: params && namesOf(params),
      query: query && namesOf(query),
      payload: Array.from(payload, ([type, { encoding, schemas }]) => [type, encoding._tag, schemas.map(schemaOf)]),
      success: Array.from(success, schemaOf)
    }
  }

  it("has the same parts on the wire as the contract of each operation", () => {
    let count = 0
    for (const operation of Api.operations()) {
      const endpoint = Api.endpoint(operation)
      assert.isTrue(HttpApiEndpoint.isHttpApiEndpoint(endpoint), operation.name)
      if (Array.from(endpoint.payload.values()).some(({ encoding }) => encoding._tag === "Multipart")) continue
      assert.deepStrictEqual(wireOf(operation.endpoint), wireOf(endpoint), operation.name)
      count++
    }
    assert.isAbove(count, 150)
  })

  it("is the HttpApiEndpoint that an operation of your own was made from", () => {
    const own = HttpApiEndpoint.get("ping", "/v2/ping", { success: Schema.Struct({ pong: Schema.Boolean }) })
    const operation = Operation.make(() => own, { resource: "Mine", family: "flat", envelope: "bare", replay: "safe" })
    assert.strictEqual(Api.endpoint(operation) as unknown, own)
  })
})

import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Api, Audian, Status } from "effect-audian"
import manifest from "../package.json" with { type: "json" }
import { text } from "../scripts/openapi.ts"
import { cases } from "./conformance/all.ts"

interface Bag {
  readonly [key: string]: unknown
}

interface Media {
  readonly schema: Bag
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}

interface Answer {
  readonly $ref?: string
  readonly description?: string
  readonly headers?: Bag
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
    readonly schema: Bag
  }>
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, Answer>>
  readonly security: unknown
  readonly "x-audian-replay": unknown
}

interface Document {
  readonly info: Bag
  readonly servers: unknown
  readonly tags: ReadonlyArray<{ readonly name: string; readonly description?: string }>
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Bag>>
    readonly responses: Readonly<Record<string, Answer & { readonly "x-audian-retryable": boolean }>>
    readonly securitySchemes: Bag
  }
}

const document = Api.openapi() as unknown as Document
const file = readFileSync("openapi.json", "utf8")
const written = JSON.parse(file) as Document

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
const visit = (u: unknown, f: (bag: Bag) => void): void => {
  if (Array.isArray(u)) for (const item of u) visit(item, f)
  else if (Predicate.isObject(u)) {
    f(u as Bag)
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

/** What a reference stands for. */
const resolve = (self: Document, schema: Bag): Bag => {
  const { $ref } = schema
  if (typeof $ref !== "string") return schema
  return $ref
    .slice(2)
    .split("/")
    .reduce<Bag>((at, key) => at[key] as Bag, self as unknown as Bag)
}

/** A document without what only the written one has. */
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
const full = describedBy(written)

const typeOf = (schema: Bag): unknown => resolve(document, schema).type

describe("Api.openapi", () => {
  it("has every operation at its path, with its tag, its replay trait and the security of its family", () => {
    assert.strictEqual(described.size, operations.length)
    const security = { flat: [{ ApiKey: [] }], account: [{ AuthToken: [] }], public: [] }
    for (const { codec, name, traits } of operations) {
      const one = described.get(name)!
      assert.strictEqual(one.at, `${codec.method} ${codec.template}`)
      assert.deepStrictEqual(one.tags, [traits.resource])
      assert.strictEqual(one["x-audian-replay"], traits.replay)
      assert.deepStrictEqual(one.security, security[traits.family])
    }
    assert.deepStrictEqual(Object.keys(document.components.securitySchemes), ["ApiKey", "AuthToken"])
    assert.deepStrictEqual(
      new Set(document.tags.map(({ name }) => name)),
      new Set(operations.map(({ traits }) => traits.resource))
    )
  })

  it("says whose API it is, in which version, and where", () => {
    assert.strictEqual(document.info.version, manifest.version)
    assert.strictEqual(document.info.title, "Audian API")
    assert.deepStrictEqual(document.servers, [{ url: Audian.defaultBaseUrl, description: "Production" }])
  })

  it("gives every operation the eleven documented errors, shared by reference, and says which a repeat may cure", () => {
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
    const flat = document.components.schemas["ErrorBody.Flat"] as { readonly properties: { readonly error: Bag } }
    assert.deepStrictEqual(Object.keys(flat.properties.error.properties as Bag), ["code", "message", "param", "type"])
    assert.deepStrictEqual(flat.properties.error.required, ["message"])
  })

  it("keeps every object open and resolves every reference, with no component that nothing uses", () => {
    for (const each of [document, written]) {
      visit(each, (bag) => assert.isFalse(bag.additionalProperties === false, JSON.stringify(bag)))
      const refs = refsOf(each)
      for (const $ref of refs) assert.isDefined(resolve(each, { $ref }), $ref)
      for (const kind of ["schemas", "responses"] as const) {
        for (const name of Object.keys(each.components[kind])) {
          assert.isTrue(refs.has(`#/components/${kind}/${name}`), name)
        }
      }
    }
  })

  it("types the fields of a query as a program writes them, not as the texts they go as", () => {
    let numbers = 0
    for (const { input, operation } of cases) {
      const fields: Bag = Predicate.isObject(input) ? (input as Bag) : {}
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

  it("allows null where the contract does, and where a field is merely optional not", () => {
    const { properties, required } = document.components.schemas["Numbers.PurchasedNumber"]!
    assert.deepStrictEqual(required, ["id", "number"])
    assert.deepInclude(properties, {
      friendly_name: { anyOf: [{ type: "string" }, { type: "null" }] },
      status: { $ref: "#/components/schemas/Numbers.Status" }
    })
  })

  it("keeps lists of values open", () => {
    assert.deepStrictEqual(document.components.schemas["Numbers.Status"], {
      type: "string",
      description: "One of active, suspended; open to new values",
      examples: ["active", "suspended"]
    })
  })

  it("keeps the envelopes, and tells files and forms from JSON", () => {
    const of = (name: string, status: number) => described.get(name)!.responses[status]?.content
    assert.deepStrictEqual(of("Numbers.purchase", 201)?.["application/json"]?.schema, {
      type: "object",
      properties: { success: { type: "boolean" }, data: { $ref: "#/components/schemas/Numbers.PurchasedNumber" } },
      required: ["data"]
    })
    const binary = { type: "string", format: "binary" }
    assert.deepStrictEqual(of("Account.Faxes.getAttachment", 200)?.["application/pdf"]?.schema, binary)
    assert.deepStrictEqual(of("Fax.downloadReceived", 200)?.["application/octet-stream"]?.schema, binary)
    assert.isUndefined(of("Voicemail.remove", 204))
    const form = described.get("Fax.send")!.requestBody!.content["multipart/form-data"]!.schema
    assert.deepInclude(form.properties as Bag, {
      file: binary,
      cover_page: { type: "boolean" }
    })
    assert.strictEqual(typeOf((form.properties as Record<string, Bag>).max_retries!), "integer")
    assert.deepStrictEqual(form.required, ["to", "file"])
  })

  it("names what the engine's documents share, apart for what is sent where that has bounds", () => {
    const bodyOf = (name: string) => described.get(name)!.requestBody!.content["application/json"]!.schema
    const data = (bodyOf("Account.Users.update").properties as Record<string, Bag>).data!
    assert.deepStrictEqual((data.properties as Bag).call_forward, {
      $ref: "#/components/schemas/Account.Common.CallForward.Input"
    })
    const user = document.components.schemas["Account.Users.User"]!.properties as Bag
    assert.deepStrictEqual(user.call_forward, { $ref: "#/components/schemas/Account.Common.CallForward" })
    const flow = document.components.schemas["Account.Callflows.Flow.Input"]!.properties as Record<string, Bag>
    assert.deepStrictEqual(flow.children!.additionalProperties, {
      $ref: "#/components/schemas/Account.Callflows.Flow.Input"
    })
    assert.isFalse(Object.keys(document.components.schemas).some((name) => name.startsWith("Objects")))
  })

  it("gives a copy each time", () => {
    const copy = Api.openapi()
    copy.info.title = "changed"
    assert.strictEqual(Api.openapi().info.title, "Audian API")
  })

  it("is what any tool makes of the contract, but for the names of the models", () => {
    const plain = OpenApi.fromApi(Api.contract().api) as unknown as Document
    assert.deepStrictEqual(plain.info, document.info)
    assert.deepStrictEqual(plain.components.responses, document.components.responses)
    assert.deepStrictEqual(Object.keys(plain.paths), Object.keys(document.paths))
    visit(plain, (bag) => assert.isFalse(bag.additionalProperties === false))
  })
})

describe("openapi.json", () => {
  it("is what npm run openapi writes", () => {
    assert.isTrue(file === text(), "openapi.json is out of date: run npm run openapi")
  })

  it("is Api.openapi() with words and examples", () => {
    assert.deepStrictEqual(structure(written), structure(document))
  })

  it("describes every operation and every tag, in words that stand alone", () => {
    for (const { name } of operations) {
      const { description = "", externalDocs, summary = "" } = full.get(name)!
      assert.match(summary, /^[A-Z][^\n]{5,100}[^.:\s]$/, name)
      assert.isTrue(description.startsWith(summary.slice(0, 10)), name)
      assert.match(externalDocs?.url ?? "", /^https:\/\/docs\.audian\.com\//, name)
    }
    for (const { description, name } of written.tags) assert.isAbove(description?.length ?? 0, 10, name)
    visit(written, ({ description }) => {
      if (typeof description === "string") assert.notMatch(description, /\{@link|\*\/|@\w+ /)
    })
  })

  it("has a sample of every JSON body and answer that there is a case for, and each fits the contract", () => {
    let bodies = 0
    let answers = 0
    for (const { codec, endpoint, name } of operations) {
      const { requestBody, responses } = full.get(name)!
      const json = requestBody?.content["application/json"]
      if (json !== undefined) {
        assert.isNotEmpty(Object.keys(json.examples ?? {}), name)
        const schema = endpoint.payload.get("application/json")!
          .schemas[0]! as unknown as Schema.ConstraintDecoder<unknown>
        for (const { value } of Object.values(json.examples ?? {})) {
          bodies++
          assert.isTrue(Result.isSuccess(Schema.decodeUnknownResult(schema)(value)), name)
        }
      }
      for (const [status, { content }] of Object.entries(responses)) {
        const answer = Number(status) < 300 ? content?.["application/json"] : undefined
        for (const { value } of Object.values(answer?.examples ?? {})) {
          answers++
          assert.isTrue(Result.isSuccess(codec.decode(value)), `${name} ${JSON.stringify(value)}`)
        }
      }
    }
    assert.isAbove(bodies, 55)
    assert.isAbove(answers, 120)
  })

  it("has the documented sample of every error that has one", () => {
    for (const { tag } of Status.errors) {
      const { examples } = written.components.responses[tag]!.content!["application/json"]!
      if (tag === "BadGateway") assert.isUndefined(examples)
      else {
        const { error } = examples!.documented!.value as { readonly error: object }
        assert.hasAllKeys(error, ["code", "message", "type", ...(tag === "BadRequest" ? ["param"] : [])])
      }
    }
  })
})

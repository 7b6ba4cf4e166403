// Writes openapi.json: the result of `Api.openapi()`, with descriptions from the docstrings and examples from the
// conformance cases. Both would make programs larger.
import { writeFileSync } from "node:fs"
import * as Predicate from "effect/Predicate"
import { Api, Status } from "effect-audian"
import { cases } from "../test/conformance/all.ts"
import type { Case } from "../test/conformance/Case.ts"
import { fixture } from "../test/conformance/server.ts"
import { type Docstring, type Docstrings, read } from "./docstrings.ts"
import * as FieldDocs from "./fieldDocs.ts"
import { neutral } from "./neutral.ts"

interface JsonRecord {
  [key: string]: unknown
}

const mapEntries = <A>(record: Readonly<Record<string, A>>, f: (value: A, key: string) => unknown): JsonRecord =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value, key)]))

const files = new Map<string, Docstrings>()

/** The docstrings of `Numbers` or `Account.Users`. */
export const docstringsOf = (module: string): Docstrings => {
  const known = files.get(module)
  if (known !== undefined) return known
  const docstrings = read(fileOf(module))
  files.set(module, docstrings)
  return docstrings
}

/** The source of `Numbers` or `Account.Users`. */
const fileOf = (module: string): string => {
  const folder = module.startsWith("Account.")
    ? "src/account/"
    : /^(?:PhoneNumber|Timestamp)$/.test(module)
      ? "src/"
      : "src/resources/"
  return `${folder}${module.replace("Account.", "")}.ts`
}

/** `Account.Users` and `list`, of `Account.Users.list`. */
const split = (name: string): readonly [module: string, key: string] => {
  const at = name.lastIndexOf(".")
  return [name.slice(0, at), name.slice(at + 1)]
}

const texts = (fields: Readonly<Record<string, string>>): FieldDocs.FieldDocs =>
  new Map(Object.entries(fields).map(([name, text]) => [name, { text, fields: new Map() }]))

/** The fields that the responses of a family share. */
const envelope: FieldDocs.FieldDocs = texts({
  data: "The payload.",
  success: "True for a success.",
  status: "`success` for a success.",
  request_id: "Finds the request in the vendor's logs."
})

/** The fields of the bodies of errors that the contract does not describe. */
const errorBodies: Readonly<Record<string, FieldDocs.FieldDocs | undefined>> = {
  "ErrorBody.Engine": texts({
    status: "`error`.",
    request_id: "Finds the request in the vendor's logs.",
    auth_token: "The token of the request, repeated."
  }),
  "ErrorBody.Flat": new Map([
    ...texts({ success: "False." }),
    ["error", { text: "The error.", fields: texts({ message: "Text for people.", param: "The field that is wrong." }) }]
  ])
}

/** Parameters of operations without a named input. */
const shared: Readonly<Record<string, string | undefined>> = {
  account_id: "The account that the call is about. Default the credential's own."
}

const describeEnvelope = (response: Response): Response =>
  response.content === undefined
    ? response
    : {
        ...response,
        content: mapEntries(response.content, (media) => {
          const schema = media.schema as JsonRecord
          const properties = schema.properties as JsonRecord | undefined
          if (properties === undefined || !("data" in properties)) return media
          return {
            ...media,
            schema: {
              ...schema,
              properties: mapEntries(properties, (property, name) => {
                const description = envelope.get(name)?.text
                return description === undefined ? property : { description, ...(property as JsonRecord) }
              })
            }
          }
        }) as Readonly<Record<string, JsonRecord>>
      }

/** Added to the description of a component in requests. */
const directions: Readonly<Record<string, string | undefined>> = {
  Input: "As it is sent.",
  Update: "As an update sends it: null clears a field."
}

interface Document extends JsonRecord {
  readonly tags: ReadonlyArray<{ readonly name: string }>
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonRecord>>
    readonly responses: Readonly<Record<string, Response>>
    readonly headers: Readonly<Record<string, JsonRecord>>
  }
}

interface Operation extends JsonRecord {
  readonly operationId: string
  readonly tags: ReadonlyArray<string>
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly in: string }>
  readonly requestBody?: { readonly content: Readonly<Record<string, JsonRecord>> }
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>
}

interface Response extends JsonRecord {
  readonly content?: Readonly<Record<string, JsonRecord>>
}

/** The complete document. The words are neutral, or those of the docstrings with the identity. */
export const complete = (words: (text: string) => string = neutral): object => {
  const structural = Api.openapi() as unknown as Document
  const { components, paths, tags } = structural
  const names = new Set([...Api.operations().map(({ name }) => name), ...Object.keys(components.schemas)])

  /** Turns links to exports of the module into code: the full name of an operation or component, or the bare name. */
  const resolveLinks = (text: string, module: string): string =>
    words(
      text.replace(/\{@link (\w+)\}/g, (_, key: string) =>
        names.has(`${module}.${key}`) ? `\`${module}.${key}\`` : `\`${key}\``
      )
    )
  const externalDocs = ({ see }: Docstring) => see !== undefined && { externalDocs: { url: see } }

  const completeTag = ({ name }: { readonly name: string }) => {
    const { module } = docstringsOf(name)
    return { name, description: resolveLinks(module.text, name), ...externalDocs(module) }
  }

  /** Adds the docstring to a schema. A description of its own wins; a list of values follows the docstring. */
  const completeSchema = (schema: JsonRecord, name: string): JsonRecord => {
    if (/^ErrorBody\b/.test(name)) return describeFields(schema, errorBodies[name] ?? new Map(), name)
    const [module, key] = split(name)
    const direction = module.includes(".") ? directions[key] : undefined
    const [of, what] = direction === undefined ? [module, key] : split(module)
    return describe(describeFields(schema, FieldDocs.ofClass(fileOf(of), what), of), of, what, direction)
  }

  const describe = (schema: JsonRecord, of: string, what: string, direction: string | undefined): JsonRecord => {
    const { description: own } = schema
    if (own !== undefined && !String(own).startsWith("One of ")) return schema
    const text = docstringsOf(of).exports.get(what)?.text
    const sentences = [
      text === undefined ? undefined : resolveLinks(text, of),
      direction,
      own === undefined ? undefined : `${String(own)}.`
    ].filter(Predicate.isNotUndefined)
    return sentences.length === 0 ? schema : { ...schema, description: sentences.join(" ") }
  }

  /** Adds the comments of fields to the properties of a schema, at any depth. */
  const describeFields = (schema: JsonRecord, docs: FieldDocs.FieldDocs, module: string): JsonRecord => {
    if (docs.size === 0) return schema
    const inside = (u: unknown): unknown =>
      Array.isArray(u) ? u.map(inside) : Predicate.isObject(u) ? describeFields(u as JsonRecord, docs, module) : u
    const { properties, ...rest } = schema
    const parts = Object.fromEntries(
      ["anyOf", "oneOf", "allOf", "items", "additionalProperties"].flatMap((key) =>
        key in rest ? [[key, inside(rest[key])]] : []
      )
    )
    return {
      ...rest,
      ...parts,
      ...(properties !== undefined && {
        properties: mapEntries(properties as JsonRecord, (property, name) => {
          const doc = docs.get(name)
          if (doc === undefined) return property
          const described = describeFields(property as JsonRecord, doc.fields, module)
          return doc.text === undefined ? described : { ...described, description: resolveLinks(doc.text, module) }
        })
      })
    }
  }

  const completeOperation = (operation: Operation, path: string): JsonRecord => {
    const { operationId, parameters, requestBody, responses, ...rest } = operation
    const [module, key] = split(operationId)
    const docstring = docstringsOf(module).exports.get(key)
    if (docstring === undefined) throw new Error(`${operationId} has no docstring`)
    const samples = cases.filter((sample) => sample.operation.name === operationId)
    const fields = FieldDocs.ofInput(fileOf(module), key)
    const bodyFields: FieldDocs.FieldDocs = new Map([...fields, ["data", { text: "The payload.", fields }]])
    const isBare = Api.operations().some(({ name, traits }) => name === operationId && traits.envelope === "bare")
    const results = FieldDocs.ofResult(fileOf(module), key)
    const describeResult = (response: Response): Response => {
      if (response.content === undefined) return response
      const docs: FieldDocs.FieldDocs = new Map([...(isBare ? results : []), ["data", { fields: results }]])
      const content = mapEntries(response.content, (media) =>
        media.schema === undefined
          ? media
          : { ...media, schema: describeFields(media.schema as JsonRecord, docs, module) }
      )
      return { ...response, content: content as Readonly<Record<string, JsonRecord>> }
    }
    return {
      operationId,
      summary: resolveLinks(docstring.summary, module),
      description: resolveLinks(docstring.text, module),
      ...externalDocs(docstring),
      ...rest,
      parameters: parameters.map((parameter) => {
        const text = fields.get(parameter.name)?.text ?? shared[parameter.name]
        return {
          ...completeParameter(parameter, path, samples),
          ...(text !== undefined && { description: resolveLinks(text, module) })
        }
      }),
      ...(requestBody !== undefined && {
        requestBody: {
          ...requestBody,
          content: mapEntries(requestBody.content, (media, type) => ({
            ...media,
            schema: describeFields(media.schema as JsonRecord, bodyFields, module),
            ...(type === "application/json" && examples(samples, ({ sent }) => sent.body))
          }))
        }
      }),
      responses: mapEntries(responses, (response, status) =>
        "$ref" in response
          ? response
          : withExamples(describeEnvelope(describeResult(response)), (type) =>
              examples(samples, ({ response }) =>
                String(response.status ?? 200) !== status
                  ? undefined
                  : type === "application/json"
                    ? response.body
                    : response.bytes
              )
            )
      )
    }
  }

  return {
    ...structural,
    tags: tags.map(completeTag),
    paths: mapEntries(paths, (item, path) => mapEntries(item, (operation) => completeOperation(operation, path))),
    components: {
      ...components,
      schemas: mapEntries(components.schemas, completeSchema),
      responses: mapEntries(components.responses, completeError),
      headers: mapEntries(components.headers, completeHeader)
    }
  }
}

const completeParameter = (
  parameter: { readonly name: string; readonly in: string },
  path: string,
  samples: ReadonlyArray<Case>
): JsonRecord => {
  const of = (sample: Case): unknown =>
    parameter.in === "path"
      ? segment(path, sample.sent.path, parameter.name)
      : (sample.input as JsonRecord | undefined)?.[parameter.name]
  const example = samples.map(of).find(Predicate.isNotUndefined)
  return { ...parameter, ...(example !== undefined && { example }) }
}

const segment = (template: string, path: string, name: string): string | undefined => {
  const value = path.split("/")[template.split("/").indexOf(`{${name}}`)]
  return value === undefined ? undefined : decodeURIComponent(value)
}

/** The name of a case among the examples of its operation. */
export const sampleName = ({ title }: Case): string => title?.replaceAll(/\W+/g, "-") ?? "sample"

/** The samples of an operation by their titles. */
const examples = (samples: ReadonlyArray<Case>, of: (sample: Case) => unknown): JsonRecord => {
  const found = samples.flatMap((sample): ReadonlyArray<readonly [string, object]> => {
    const value = of(sample)
    return value === undefined ? [] : [[sampleName(sample), { value }]]
  })
  return found.length === 0 ? {} : { examples: Object.fromEntries(found) }
}

const withExamples = (response: Response, of: (type: string) => JsonRecord): JsonRecord =>
  response.content === undefined
    ? response
    : { ...response, content: mapEntries(response.content, (media, type) => ({ ...media, ...of(type) })) }

const completeError = (response: Response, tag: string): JsonRecord => {
  const { body } = fixture(statusOf(tag))
  return body.trim() === ""
    ? response
    : withExamples(response, () => ({ examples: { documented: { value: JSON.parse(body) as unknown } } }))
}

const statusOf = (tag: string): number => Status.errors.find((row) => row.tag === tag)!.code

/** The documented 429 has every header except the request id. */
const completeHeader = (header: JsonRecord, name: string): JsonRecord => {
  const value = fixture(429).headers[name]
  return value === undefined ? header : { ...header, example: Number(value) }
}

/** The exact text of the file. */
export const text = (): string => `${JSON.stringify(complete(), null, 2)}\n`

if (import.meta.main) {
  const written = text()
  writeFileSync("openapi.json", written)
  console.log(`openapi.json: ${Math.round(written.length / 1024)} KB`)
}

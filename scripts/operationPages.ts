/**
 * Writes docs/operations, a page for each resource with all of its operations and models, and the index of tasks in
 * docs/README.md. Both come from the document of openapi.json, in the words of the docstrings, and from the contract.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { Api, type Operation, Status } from "effect-audian"
import * as ContractOf from "../src/ai/contractOf.ts"
import { isSame, synonyms } from "../src/bin/operations.ts"
import type { Docstring } from "./docstrings.ts"
import { complete, docstringsOf } from "./openapi.ts"

interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: ReadonlyArray<string>
  readonly items?: JsonSchema
  readonly anyOf?: ReadonlyArray<JsonSchema>
}

type Media = Readonly<Record<string, { readonly schema?: JsonSchema }>>

interface Documented {
  readonly operationId: string
  readonly responses: Readonly<Record<string, { readonly content?: Media }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

const {
  components: { schemas },
  paths
} = complete((text) => text) as Document

const documented = new Map(
  Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((operation) => [operation.operationId, operation] as const)
  )
)

/** The operations by their resource, in the order of the document. */
const resources: ReadonlyMap<string, ReadonlyArray<Operation.Any>> = Map.groupBy(Api.operations(), ({ name }) =>
  name.slice(0, name.lastIndexOf("."))
)

const keyOf = ({ name }: Operation.Any): string => name.slice(name.lastIndexOf(".") + 1)

const docstringOf = (operation: Operation.Any): Docstring => {
  const resource = operation.name.slice(0, operation.name.lastIndexOf("."))
  const docstring = docstringsOf(resource).exports.get(keyOf(operation))
  if (docstring === undefined) throw new Error(`${operation.name} has no docstring`)
  return docstring
}

// -----------------------------------------------------------------------------
// tasks
// -----------------------------------------------------------------------------

/** `Buy a number`, of the docstring `Buys a number`. */
const taskOf = (operation: Operation.Any): string =>
  plain(docstringOf(operation).summary).replace(/^\w+/, (verb) => verb.replace(/(?<=ch|sh|ss)es$|s$/, ""))

/** Other words for the task. The search of a page finds them. */
const alsoOf = (operation: Operation.Any): string => {
  const words = `${taskOf(operation)} ${keyOf(operation)}`
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/\W+/)
  const others = synonyms.flatMap((group) =>
    group.some((word) => words.includes(word)) ? group.filter((word) => !words.some((own) => isSame(own, word))) : []
  )
  return [...new Set(others)].join(", ")
}

/** Text without links to exports. */
const plain = (text: string): string => text.replace(/\{@link (\w+)\}/g, "`$1`")

// -----------------------------------------------------------------------------
// fields
// -----------------------------------------------------------------------------

const cell = (text: string): string => text.replaceAll("|", "\\|").replace(/\s+/g, " ").trim()

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n")

const nameOf = ($ref: string): string => decodeURIComponent($ref.slice($ref.lastIndexOf("/") + 1))

/** The page of the models that no resource owns. */
const shared = "Shared"

/** The page of a component, and its name there: `Numbers` and `NumberConfig`. */
const placeOf = (component: string): readonly [page: string, name: string] => {
  const [first = "", second = ""] = component.split(".")
  const resource = first === "Account" ? `${first}.${second}` : first
  return resources.has(resource)
    ? [resource, component.slice(resource.length + 1)]
    : [shared, first === "Account" ? component.slice(resource.length + 1) : component]
}

const anchorOf = (heading: string): string => heading.toLowerCase().replace(/[^\w -]/g, "")

const linkTo = (component: string, page: string): string => {
  const [of, name] = placeOf(component)
  return `[${name}](${of === page ? "" : `${of}.md`}#${anchorOf(name)})`
}

const typeOf = (schema: JsonSchema, page: string): string => {
  if (schema.$ref !== undefined) return linkTo(nameOf(schema.$ref), page)
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ")
  if (schema.anyOf !== undefined) {
    return [...new Set(schema.anyOf.map((member) => typeOf(member, page)))].join(" or ")
  }
  if (schema.type === "array") return `list of ${schema.items === undefined ? "JSON" : typeOf(schema.items, page)}`
  if (schema.format === "binary") return "file"
  return schema.type ?? "JSON"
}

/** The objects in a schema, with the path from its field to theirs. */
const objectsIn = (schema: JsonSchema, path: string): ReadonlyArray<readonly [JsonSchema, string]> => [
  ...(schema.properties === undefined ? [] : [[schema, path] as const]),
  ...(schema.items === undefined ? [] : objectsIn(schema.items, `${path}[]`)),
  ...(schema.anyOf ?? []).flatMap((member) => objectsIn(member, path))
]

const fieldRows = (schema: JsonSchema, page: string, path = ""): ReadonlyArray<ReadonlyArray<string>> =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const full = path === "" ? name : `${path}.${name}`
    const isRequired = schema.required?.includes(name) === true
    return [
      [`\`${full}\``, typeOf(property, page), isRequired ? "yes" : "", meaningOf(property)],
      ...objectsIn(property, full).flatMap(([object, inner]) => fieldRows(object, page, inner))
    ]
  })

/** The description of a field, else those of its forms. */
const meaningOf = ({ anyOf = [], description }: JsonSchema): string =>
  description ?? [...new Set(anyOf.flatMap((form) => form.description ?? []))].join(" Or: ")

const fields = (schema: JsonSchema, page: string): string =>
  table(["field", "type", "required", "meaning"], fieldRows(schema, page))

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const replayOf = ({ endpoint, traits }: Operation.Any): string =>
  endpoint.method === "GET"
    ? "**Replay:** safe. It changes nothing."
    : traits.replay === "safe"
      ? "**Replay:** idempotent. A second execution has no further effect, so it is retried."
      : "**Replay:** unsafe. It is retried only if it was certainly not executed."

const responseOf = (operation: Operation.Any, page: string): string => {
  const forms = Object.entries(documented.get(operation.name)?.responses ?? {})
    .filter(([status]) => status.startsWith("2"))
    .map(([status, { content = {} }]) => {
      const [media] = Object.entries(content)
      if (media === undefined) return { text: `${status}: nothing`, objects: [] }
      const [type, { schema = {} }] = media
      if (type !== "application/json") return { text: `${status}: a \`Stream\` of bytes`, objects: [] }
      const payload = operation.traits.envelope === "bare" ? schema : (schema.properties?.data ?? schema)
      const form = typeOf(payload, page)
      return {
        text: `${status}: ${form === "JSON" ? "JSON of an undocumented shape" : form}`,
        objects: objectsIn(payload, "").map(([object]) => object)
      }
    })
  const streams = "pages" in operation ? " `.pages`, `.items` and `.collect` read every page." : ""
  return [
    `**Response:** ${forms.map(({ text }) => text).join("; ")}.${streams}`,
    ...forms.flatMap(({ objects }) => objects.map((object) => fields(object, page)))
  ].join("\n\n")
}

/** The words of a docstring about an error: the clause, or the sentences that name it. */
const causeOf = (text: string, tag: string): string | undefined => {
  const sentences = text.split(/(?<=\.)\s+(?=[A-Z`])/).filter((sentence) => sentence.includes(`\`${tag}\``))
  const clauses = sentences.map((sentence) => {
    const [, clause] =
      sentence
        .replace(/\.$/, "")
        .split(/[,;] (?=with `)/)
        .map((part) => new RegExp(`^(?:(?:Fails )?with )?\`${tag}\` (.+)$`).exec(part))
        .find((found) => found !== null) ?? []
    const words = clause?.replace(/^and /, "with ")
    return words === undefined ? sentence : `${words[0]!.toUpperCase()}${words.slice(1)}.`
  })
  return clauses.length === 0 ? undefined : clauses.join(" ")
}

/** The errors of every operation: no page repeats them. */
const general: ReadonlySet<string> = new Set([
  "Unauthorized",
  "Forbidden",
  "TooManyRequests",
  "InternalServerError",
  "BadGateway",
  "ServiceUnavailable"
])

const tags = Status.errors.map(({ tag }) => tag).filter((tag) => !general.has(tag))

/** The errors that the docstring and the input make likely, each with its cause. */
const errorsOf = (operation: Operation.Any, { properties = {} }: JsonSchema): ReadonlyArray<ReadonlyArray<string>> => {
  const text = plain(docstringOf(operation).text)
  const ids = Array.from(operation.endpoint.path.matchAll(/:(\w+)/g), ([, id]) => id!).filter(
    (id) => id !== "account_id"
  )
  const causes: Partial<Record<string, string>> = {
    BadRequest: Object.keys(properties).some((name) => name !== "account_id" && !ids.includes(name))
      ? "The API rejects a field: `details` names it."
      : undefined,
    PaymentRequired:
      "accept_charges" in properties ? "It costs something, and `accept_charges` is not `true`." : undefined,
    NotFound: ids.length > 0 ? `There is no such ${ids.map((id) => `\`${id}\``).join(" or ")}.` : undefined
  }
  const rows = tags.flatMap((tag) => {
    const cause = causeOf(text, tag) ?? causes[tag]
    // A docstring may say that an error does not occur.
    return cause === undefined || cause.includes(`not \`${tag}\``) ? [] : [[`\`${tag}\``, cause]]
  })
  return operation.traits.replay === "unsafe"
    ? [...rows, ['any, with `outcome: "unknown"`', "It may have been executed: look before you send it again."]]
    : rows
}

const fileTypes = "A `File`, a `Blob`, or a `Files.Source`, such as `Files.fromPath`."

/** The input as the client takes it. A list in a form may be a single value: both are parts of one name. */
const inputOf = ({ endpoint }: Operation.Any, input: JsonSchema): JsonSchema => {
  if (!endpoint.payload.has("multipart/form-data")) return input
  const properties = Object.entries(input.properties ?? {}).map(([name, property]) =>
    property.type === "array" && property.items !== undefined
      ? [name, { ...property, anyOf: [property.items, { ...property }] }]
      : [
          name,
          property.format === "binary" ? { ...property, description: `${property.description} ${fileTypes}` } : property
        ]
  )
  return { ...input, properties: Object.fromEntries(properties) as Readonly<Record<string, JsonSchema>> }
}

const section = (operation: Operation.Any, page: string): string => {
  const docstring = docstringOf(operation)
  const { input, method, path } = ContractOf.of(operation)
  const { example } = docstring
  if (example === undefined) throw new Error(`${operation.name} has no example`)
  const errors = errorsOf(operation, input)
  return [
    `## ${keyOf(operation)}`,
    plain(docstring.text),
    `\`${method} ${path}\`${docstring.see === undefined ? "" : `, [documentation](${docstring.see})`}`,
    replayOf(operation),
    operation.traits.destructive === true ? "**Destructive:** no other call brings back what it ends or replaces." : "",
    Object.keys(input.properties ?? {}).length === 0
      ? "**Input:** none."
      : `**Input:**\n\n${fields(inputOf(operation, input), page)}`,
    responseOf(operation, page),
    errors.length === 0 ? "" : `**Likely errors:**\n\n${table(["error", "cause"], errors)}`,
    `**Example:** ${example.title}\n\n\`\`\`ts\n${example.code}\`\`\``
  ]
    .filter((part) => part !== "")
    .join("\n\n")
}

const model = (component: string, page: string): string => {
  const schema = schemas[component]!
  const [, name] = placeOf(component)
  const objects = objectsIn(schema, "").map(([object]) => object)
  return [
    `## ${name}`,
    schema.description ?? "",
    objects.length > 0 ? objects.map((object) => fields(object, page)).join("\n\n") : `Type: ${typeOf(schema, page)}.`
  ]
    .filter((part) => part !== "")
    .join("\n\n")
}

const modelsOf = (page: string): ReadonlyArray<string> =>
  Object.keys(schemas)
    .filter((component) => !/^ErrorBody\b/.test(component) && placeOf(component)[0] === page)
    .map((component) => model(component, page))

// -----------------------------------------------------------------------------
// pages
// -----------------------------------------------------------------------------

const notice = "<!-- Written by scripts/operationPages.ts: do not edit. -->"

const resourcePage = (resource: string, operations: ReadonlyArray<Operation.Any>): string => {
  const { module } = docstringsOf(resource)
  return `${[
    notice,
    `# ${resource}`,
    plain(module.text),
    table(
      ["task", "operation"],
      operations.map((operation) => [taskOf(operation), `[${keyOf(operation)}](#${anchorOf(keyOf(operation))})`])
    ),
    "Any operation can also fail as the [list of errors](../errors.md) describes. All tasks: [index](../README.md).",
    ...operations.map((operation) => section(operation, resource)),
    ...modelsOf(resource)
  ].join("\n\n")}\n`
}

const sharedPage = (): string =>
  `${[notice, "# Shared models", "Models that several resources use.", ...modelsOf(shared)].join("\n\n")}\n`

/** The pages of docs/operations, by their file names. */
export const pages = (): ReadonlyMap<string, string> =>
  new Map([
    ...Array.from(
      resources,
      ([resource, operations]) => [`${resource}.md`, resourcePage(resource, operations)] as const
    ),
    [`${shared}.md`, sharedPage()]
  ])

const begin = "<!-- begin: written by scripts/operationPages.ts -->"
const end = "<!-- end -->"

const tasks = (): string =>
  Array.from(resources, ([resource, operations]) => {
    const page = `operations/${resource}.md`
    const rows = operations.map((operation) => [
      taskOf(operation),
      `[${operation.name}](${page}#${anchorOf(keyOf(operation))})`,
      alsoOf(operation)
    ])
    const [about = ""] = plain(docstringsOf(resource).module.text).split("\n\n")
    return [`### [${resource}](${page})`, about, table(["task", "operation", "other words"], rows)].join("\n\n")
  }).join("\n\n")

/** The index with its generated part as it should be. */
export const index = (text: string): string =>
  `${text.slice(0, text.indexOf(begin))}${begin}\n\n${tasks()}\n\n${text.slice(text.indexOf(end))}`

const folder = new URL("../docs/", import.meta.url)

export const read = (name: string): string => readFileSync(new URL(name, folder), "utf8")

if (import.meta.main) {
  const out = new URL("operations/", folder)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out)
  for (const [name, text] of pages()) writeFileSync(new URL(name, out), text)
  writeFileSync(new URL("README.md", folder), index(read("README.md")))
}

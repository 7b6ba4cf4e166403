// Writes openapi.json: the result of `Api.openapi()`, with descriptions from the docstrings and examples from the
// conformance cases. Both would make programs larger.
import { writeFileSync } from "node:fs"
import * as Predicate from "effect/Predicate"
import { Api, Status } from "effect-audian"
import { cases } from "../test/conformance/all.ts"
import type { Case } from "../test/conformance/Case.ts"
import { fixture } from "../test/conformance/server.ts"
import { type Docstring, type Docstrings, read } from "./docstrings.ts"

interface JsonRecord {
  [key: string]: unknown
}

const mapEntries = <A>(record: Readonly<Record<string, A>>, f: (value: A, key: string) => unknown): JsonRecord =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value, key)]))

const files = new Map<string, Docstrings>()

/** The docstrings of `Numbers` or `Account.Users`. */
const docstringsOf = (module: string): Docstrings => {
  const known = files.get(module)
  if (known !== undefined) return known
  const folder = module.startsWith("Account.")
    ? "src/account/"
    : /^(?:PhoneNumber|Timestamp)$/.test(module)
      ? "src/"
      : "src/resources/"
  const docstrings = read(`${folder}${module.replace("Account.", "")}.ts`)
  files.set(module, docstrings)
  return docstrings
}

/** `Account.Users` and `list`, of `Account.Users.list`. */
const split = (name: string): readonly [module: string, key: string] => {
  const at = name.lastIndexOf(".")
  return [name.slice(0, at), name.slice(at + 1)]
}

/** What the copy of a component for requests adds to its description. */
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

/** The complete document. */
export const complete = (): object => {
  const structural = Api.openapi() as unknown as Document
  const { components, paths, tags } = structural
  const names = new Set([...Api.operations().map(({ name }) => name), ...Object.keys(components.schemas)])

  /** Turns links to exports of the module into code: the full name of an operation or component, or the bare name. */
  const resolveLinks = (text: string, module: string): string =>
    text.replace(/\{@link (\w+)\}/g, (_, key: string) =>
      names.has(`${module}.${key}`) ? `\`${module}.${key}\`` : `\`${key}\``
    )
  const externalDocs = ({ see }: Docstring) => see !== undefined && { externalDocs: { url: see } }

  const completeTag = ({ name }: { readonly name: string }) => {
    const { module } = docstringsOf(name)
    return { name, description: resolveLinks(module.text, name), ...externalDocs(module) }
  }

  /** Adds the docstring to a schema. A description of its own wins; a list of values follows the docstring. */
  const completeSchema = (schema: JsonRecord, name: string): JsonRecord => {
    const { description: own } = schema
    if (own !== undefined && !String(own).startsWith("One of ")) return schema
    const [module, key] = split(name)
    const direction = module.includes(".") ? directions[key] : undefined
    const [of, what] = direction === undefined ? [module, key] : split(module)
    const text = docstringsOf(of).exports.get(what)?.text
    const sentences = [
      text === undefined ? undefined : resolveLinks(text, of),
      direction,
      own === undefined ? undefined : `${String(own)}.`
    ].filter(Predicate.isNotUndefined)
    return sentences.length === 0 ? schema : { ...schema, description: sentences.join(" ") }
  }

  const completeOperation = (operation: Operation, path: string): JsonRecord => {
    const { operationId, parameters, requestBody, responses, ...rest } = operation
    const [module, key] = split(operationId)
    const docstring = docstringsOf(module).exports.get(key)
    if (docstring === undefined) throw new Error(`${operationId} has no docstring`)
    const samples = cases.filter((sample) => sample.operation.name === operationId)
    return {
      operationId,
      summary: resolveLinks(docstring.summary, module),
      description: resolveLinks(docstring.text, module),
      ...externalDocs(docstring),
      ...rest,
      parameters: parameters.map((parameter) => completeParameter(parameter, path, samples)),
      ...(requestBody !== undefined && {
        requestBody: {
          ...requestBody,
          content: mapEntries(requestBody.content, (media, type) => ({
            ...media,
            ...(type === "application/json" && examples(samples, ({ sent }) => sent.body))
          }))
        }
      }),
      responses: mapEntries(responses, (response, status) =>
        "$ref" in response
          ? response
          : withExamples(response, (type) =>
              examples(samples, ({ answer }) =>
                String(answer.status ?? 200) !== status
                  ? undefined
                  : type === "application/json"
                    ? answer.body
                    : answer.bytes
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

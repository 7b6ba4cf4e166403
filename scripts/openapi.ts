// Writes openapi.json: what `Api.openapi()` gives, with the words of the docstrings and the samples of the conformance
// cases, neither of which a program should have to carry.
import { writeFileSync } from "node:fs"
import * as Predicate from "effect/Predicate"
import { Api, Status } from "effect-audian"
import { cases } from "../test/conformance/all.ts"
import type { Case } from "../test/conformance/Case.ts"
import { fixture } from "../test/conformance/server.ts"
import { type Docstring, type Docstrings, read } from "./docstrings.ts"

interface Bag {
  [key: string]: unknown
}

const mapEntries = <A>(bag: Readonly<Record<string, A>>, f: (value: A, key: string) => unknown): Bag =>
  Object.fromEntries(Object.entries(bag).map(([key, value]) => [key, f(value, key)]))

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

interface Document extends Bag {
  readonly tags: ReadonlyArray<{ readonly name: string }>
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Bag>>
    readonly responses: Readonly<Record<string, Response>>
    readonly headers: Readonly<Record<string, Bag>>
  }
}

interface Operation extends Bag {
  readonly operationId: string
  readonly tags: ReadonlyArray<string>
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly in: string }>
  readonly requestBody?: { readonly content: Readonly<Record<string, Bag>> }
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>
}

interface Response extends Bag {
  readonly content?: Readonly<Record<string, Bag>>
}

/** The document in full. */
export const complete = (): object => {
  const structural = Api.openapi() as unknown as Document
  const { components, paths, tags } = structural
  const names = new Set([...Api.operations().map(({ name }) => name), ...Object.keys(components.schemas)])

  /** Links name an export of the same module: in the document that is an operation, a component or a plain word. */
  const linked = (text: string, module: string): string =>
    text.replace(/\{@link (\w+)\}/g, (_, key: string) =>
      names.has(`${module}.${key}`) ? `\`${module}.${key}\`` : `\`${key}\``
    )
  const externalDocs = ({ see }: Docstring) => see !== undefined && { externalDocs: { url: see } }

  const completeTag = ({ name }: { readonly name: string }) => {
    const { module } = docstringsOf(name)
    return { name, description: linked(module.text, name), ...externalDocs(module) }
  }

  /** What a schema says of itself stands; a list of values is what is left to say after the words. */
  const completeSchema = (schema: Bag, name: string): Bag => {
    const { description: own } = schema
    if (own !== undefined && !String(own).startsWith("One of ")) return schema
    const [module, key] = split(name)
    const isInput = key === "Input" && module.includes(".")
    const [of, what] = isInput ? split(module) : [module, key]
    const text = docstringsOf(of).exports.get(what)?.text
    const sentences = [
      text === undefined ? undefined : linked(text, of),
      isInput ? "As it is sent." : undefined,
      own === undefined ? undefined : `${String(own)}.`
    ].filter(Predicate.isNotUndefined)
    return sentences.length === 0 ? schema : { ...schema, description: sentences.join(" ") }
  }

  const completeOperation = (operation: Operation, path: string): Bag => {
    const { operationId, parameters, requestBody, responses, ...rest } = operation
    const [module, key] = split(operationId)
    const docstring = docstringsOf(module).exports.get(key)
    if (docstring === undefined) throw new Error(`${operationId} has no docstring`)
    const samples = cases.filter((one) => one.operation.name === operationId)
    return {
      operationId,
      summary: linked(docstring.summary, module),
      description: linked(docstring.text, module),
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
): Bag => {
  const of = (sample: Case): unknown =>
    parameter.in === "path"
      ? segment(path, sample.sent.path, parameter.name)
      : (sample.input as Bag | undefined)?.[parameter.name]
  const example = samples.map(of).find(Predicate.isNotUndefined)
  return { ...parameter, ...(example !== undefined && { example }) }
}

const segment = (template: string, path: string, name: string): string | undefined => {
  const value = path.split("/")[template.split("/").indexOf(`{${name}}`)]
  return value === undefined ? undefined : decodeURIComponent(value)
}

/** What a case is called among the examples of its operation. */
export const sampleName = ({ title }: Case): string => title?.replaceAll(/\W+/g, "-") ?? "sample"

/** The samples of an operation by their titles. */
const examples = (samples: ReadonlyArray<Case>, of: (sample: Case) => unknown): Bag => {
  const found = samples.flatMap((sample): ReadonlyArray<readonly [string, object]> => {
    const value = of(sample)
    return value === undefined ? [] : [[sampleName(sample), { value }]]
  })
  return found.length === 0 ? {} : { examples: Object.fromEntries(found) }
}

const withExamples = (response: Response, of: (type: string) => Bag): Bag =>
  response.content === undefined
    ? response
    : { ...response, content: mapEntries(response.content, (media, type) => ({ ...media, ...of(type) })) }

const completeError = (response: Response, tag: string): Bag => {
  const { body } = fixture(statusOf(tag))
  return body.trim() === ""
    ? response
    : withExamples(response, () => ({ examples: { documented: { value: JSON.parse(body) as unknown } } }))
}

const statusOf = (tag: string): number => Status.errors.find((row) => row.tag === tag)!.code

/** The documented 429 has every header but the id of the request. */
const completeHeader = (header: Bag, name: string): Bag => {
  const value = fixture(429).headers[name]
  return value === undefined ? header : { ...header, example: Number(value) }
}

/** The file, to the byte. */
export const text = (): string => `${JSON.stringify(complete(), null, 2)}\n`

if (import.meta.main) {
  const written = text()
  writeFileSync("openapi.json", written)
  console.log(`openapi.json: ${Math.round(written.length / 1024)} KB`)
}

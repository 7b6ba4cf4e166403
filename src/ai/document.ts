/**
 * The OpenAPI document of this package. It has what the code leaves out to keep programs small: the descriptions of
 * operations and fields.
 *
 * @internal
 */
import json from "../../openapi.json" with { type: "json" }

/** The keywords of JSON Schema that this module reads. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly enum?: ReadonlyArray<string>
  readonly examples?: ReadonlyArray<unknown>
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly example?: unknown
  readonly schema: JsonSchema
}

interface Media {
  readonly schema: JsonSchema
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>
}

interface Documented {
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly externalDocs?: { readonly url: string }
  readonly parameters?: ReadonlyArray<Parameter>
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly "x-audian-replay": "safe" | "unsafe"
  readonly "x-audian-destructive"?: boolean
}

export interface Entry {
  readonly method: string
  readonly path: string
  readonly operation: Documented
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

const document = json as Document

/** Every operation. */
export const all = (): ReadonlyArray<Entry> => [...entries().values()]

/** The entry of an operation, by its name. */
export const find = (name: string): Entry | undefined => entries().get(name)

let byName: ReadonlyMap<string, Entry> | undefined

const entries = (): ReadonlyMap<string, Entry> =>
  (byName ??= new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [operation.operationId, { method: method.toUpperCase(), path, operation }] as const
      )
    )
  ))

/** The name of a schema that a reference points to. */
export const nameOf = ($ref: string): string => decodeURIComponent($ref.slice($ref.lastIndexOf("/") + 1))

/** The schema with this name. */
export const schema = (name: string): JsonSchema | undefined => document.components.schemas[name]

/**
 * Endpoints as plain records: the part of an `HttpApiEndpoint` that a call needs, with the same constructors and types.
 * `HttpApiEndpoint` itself imports a router and a server. `Api` makes the real endpoints.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as HttpMethod from "effect/http/HttpMethod"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as RequestBody from "./requestBody.ts"

/**
 * The contract of an operation: what its `HttpApiEndpoint` declares.
 *
 * @see `Api.endpoint` for the `HttpApiEndpoint`
 * @category models
 * @since 0.1.0
 */
export interface Contract
  extends Pick<
    HttpApiEndpoint.Top,
    "annotations" | "headers" | "identifier" | "method" | "params" | "path" | "payload" | "query" | "success"
  > {}

type Fields = Record<string, Schema.Top>

/** The options of an `HttpApiEndpoint` that the operations of this library use. */
interface Options {
  readonly params?: Fields | Schema.Top
  readonly query?: Fields | Schema.Top
  readonly payload?: Schema.Top | ReadonlyArray<Schema.Top>
  readonly success: Schema.Top | ReadonlyArray<Schema.Top>
}

/** A plain endpoint, with the options that make the real one. */
interface Plain extends Contract {
  readonly [options]: Options
  readonly [compileBody]: RequestBody.Compile | undefined
}

const options: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/PlainEndpoint/options")

const compileBody: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/PlainEndpoint/compileBody")

/** The compiler of the bodies of an endpoint; `undefined` for a real one, and for one without a body. */
export const bodyOf = (contract: Contract): RequestBody.Compile | undefined => (contract as Partial<Plain>)[compileBody]

/** The options of a plain endpoint; `undefined` for a real one. */
export const optionsOf = (contract: Contract): Options | undefined => (contract as Partial<Plain>)[options]

export const make =
  (method: HttpMethod.HttpMethod, compile?: RequestBody.Compile) =>
  (identifier: string, path: string, given: Options): Plain => ({
    [options]: given,
    [compileBody]: compile,
    identifier,
    path,
    method,
    params: texts(given.params),
    query: texts(given.query),
    headers: undefined,
    payload: bodies(given.payload),
    success: new Set(listOf(given.success).map(codec)),
    annotations: Context.empty()
  })

const listOf = (schemas: Schema.Top | ReadonlyArray<Schema.Top>): ReadonlyArray<Schema.Top> =>
  Schema.isSchema(schemas) ? [schemas] : schemas

/** Fields that are texts on the wire. */
const texts = (fields: Fields | Schema.Top | undefined): Schema.Top | undefined =>
  fields === undefined
    ? undefined
    : (Schema.toCodecStringTree(Schema.isSchema(fields) ? fields : Schema.Struct(fields)) as Schema.Top)

type Bodies = Contract["payload"]
type Encoding = { readonly _tag: string; readonly contentType: string }

const bodies = (schemas: Schema.Top | ReadonlyArray<Schema.Top> | undefined): Bodies => {
  const found = new Map<string, { readonly encoding: Encoding; readonly schemas: Array<Schema.Top> }>()
  for (const schema of schemas === undefined ? [] : listOf(schemas)) {
    const encoding = encodingOf(schema)
    const { schemas } = found.get(encoding.contentType) ?? { schemas: [] }
    found.set(encoding.contentType, { encoding, schemas: [...schemas, codec(schema)] })
  }
  // Effect types the encodings one by one.
  return found as unknown as Bodies
}

/** JSON is converted. A form and a file are not. */
const codec = (schema: Schema.Top): Schema.Top =>
  encodingOf(schema)._tag === "Json" && !isFile(schema) ? (Schema.toCodecJson(schema) as Schema.Top) : schema

/** True for a success that is a file. */
export const isFile = (schema: Schema.Top): schema is HttpApiSchema.StreamUint8Array =>
  Predicate.hasProperty(schema, "_tag") && schema._tag === "StreamUint8Array"

const reader: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/PlainEndpoint/reader")

/** Adds the reader of its files to the schema of a success. */
export const withReader = <S extends Schema.Top>(schema: S, readFile: object): S =>
  Object.assign(schema, { [reader]: readFile })

/** The reader of the files of a schema; `undefined` for one of a program's own. */
export const readerOf = <Reader>(schema: Schema.Top): Reader | undefined =>
  (schema as { readonly [reader]?: Reader })[reader]

// The annotations of `HttpApiSchema`.
const encodingOf = ({ ast }: Schema.Top): Encoding => resolveEncoding(ast) ?? json
const resolveEncoding = /*@__PURE__*/ SchemaAST.resolveAt<Encoding>("~httpApiEncoding")
const json: Encoding = { _tag: "Json", contentType: "application/json" }

/** A constructor by the type of Effect's own, whose options it reads. */
const typed = <Constructor>(constructor: ReturnType<typeof make>): Constructor => constructor as Constructor

export const get = /*@__PURE__*/ typed<typeof HttpApiEndpoint.get>(/*@__PURE__*/ make("GET"))
export const put = /*@__PURE__*/ typed<typeof HttpApiEndpoint.put>(/*@__PURE__*/ make("PUT", RequestBody.compile))
export const post = /*@__PURE__*/ typed<typeof HttpApiEndpoint.post>(/*@__PURE__*/ make("POST", RequestBody.compile))
export const patch = /*@__PURE__*/ typed<typeof HttpApiEndpoint.patch>(/*@__PURE__*/ make("PATCH", RequestBody.compile))
export const remove = /*@__PURE__*/ typed<typeof HttpApiEndpoint.delete>(/*@__PURE__*/ make("DELETE"))

/** A schema with the status of its response. Unlike Effect's own it keeps the name of the type. */
export const status = <S extends Schema.Top>(schema: S, httpApiStatus: number): S =>
  (schema.ast.annotations?.httpApiStatus === undefined
    ? schema.annotateKey({ httpApiStatus })
    : schema.annotate({ httpApiStatus })) as S

/** A response without a body, as `HttpApiSchema.NoContent`. */
export const noContent: HttpApiSchema.NoContent = /*@__PURE__*/ status(Schema.Void, 204)

/** True for a response without a body. */
export const isNoContent = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isVoid(ast) ||
  SchemaAST.isVoid(SchemaAST.toEncoded(ast)) ||
  (ast.encoding !== undefined && SchemaAST.isVoid(ast.encoding[0].to))

/**
 * Endpoints with one flat input: the fields that the path names go into the path, the others into the query of a GET or
 * DELETE, and into the body of any other method.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as PlainEndpoint from "./plainEndpoint.ts"

/** Turns what a read gave into the input of an update, where two pages show a document in two shapes. */
export class FromRead extends Context.Service<FromRead, (input: never) => object>()("effect-audian/FromRead") {}

/** An endpoint that names its input and its result, so that declarations and hovers do too. */
export interface Endpoint<Input, Success, Method extends string = string> extends HttpApiEndpoint.ConstraintRequest {
  readonly method: Method
  readonly "~Input": Input
  readonly "~Success": Schema.Codec<Success>
  readonly "~Headers": never
}

/** The schemas of the responses: one, or one for each kind of success. */
type Responses = Schema.Constraint | ReadonlyArray<Schema.Constraint>

type TypeOf<R> =
  R extends ReadonlyArray<infer S extends Schema.Constraint>
    ? S["Type"]
    : R extends Schema.Constraint
      ? R["Type"]
      : never

interface Options<I extends Schema.Constraint, F extends Schema.Constraint, R extends Responses> {
  /** The fields of the call, a struct. Default none. */
  readonly input?: I
  /** The envelope of the body, such as `Envelope.body`. Default none. */
  readonly body?: (fields: Schema.Top) => Schema.Top
  /** Another input, with a body of its own, such as a form. Default none. */
  readonly alternative?: { readonly input: F; readonly body: (fields: Schema.Top) => Schema.Top }
  readonly success: R
}

type Make<Method extends string> = <
  const R extends Responses,
  I extends Schema.Constraint = Schema.Codec<{}>,
  F extends Schema.Constraint = Schema.Codec<never>
>(
  identifier: string,
  path: `/${string}`,
  options: Options<I, F, R>
) => Endpoint<I["Type"] | F["Type"], TypeOf<R>, Method>

type Constructor = (
  identifier: string,
  path: `/${string}`,
  options: {
    readonly params?: unknown
    readonly query?: unknown
    readonly payload?: unknown
    readonly success: unknown
  }
) => HttpApiEndpoint.ConstraintRequest

const make =
  <const Method extends string>(_: Method, constructor: unknown, hasBody: boolean): Make<Method> =>
  (identifier, path, { alternative, body, input, success }) => {
    const names = Array.from(path.matchAll(/:(\w+)/g), ([, name]) => name!)
    const ast = astOf(input)
    const fields = fieldsOf(input, names)
    const payload = body === undefined ? fields : body(fields ?? Schema.Struct({}))
    const second = alternative?.body(fieldsOf(alternative.input, names) ?? Schema.Struct({}))
    // `Make` states the type, which depends on the path.
    return (constructor as Constructor)(identifier, path, {
      ...(names.length > 0 && { params: Object.fromEntries(names.map((name) => [name, parameter(ast, name)])) }),
      ...(hasBody
        ? payload !== undefined && { payload: second === undefined ? payload : [payload, second] }
        : fields !== undefined && { query: fields }),
      success
    }) as never
  }

const astOf = (input: Schema.Constraint | undefined) => input?.ast as SchemaAST.Objects | undefined

/** The fields of an input that are not in the path; `undefined` without any. */
const fieldsOf = (input: Schema.Constraint | undefined, names: ReadonlyArray<string>): Schema.Top | undefined => {
  const ast = astOf(input)
  if (ast === undefined) return undefined
  const rest = without(ast, names)
  if (rest.propertySignatures.length + rest.indexSignatures.length === 0) return undefined
  // The schema itself keeps its name in the document.
  return (rest === ast ? input : Schema.make(rest)) as Schema.Top
}

/** A field of the path. The account is optional in an input: it defaults to the credential's. */
const parameter = (ast: SchemaAST.Objects | undefined, name: string): Schema.Constraint => {
  const field = ast?.propertySignatures.find((field) => field.name === name)
  return field === undefined || name === "account_id" ? Schema.String : Schema.make(field.type)
}

/** A struct without some of its fields. */
export const without = (ast: SchemaAST.Objects, names: ReadonlyArray<string>): SchemaAST.Objects => {
  const left = ast.propertySignatures.filter(({ name }) => !names.includes(String(name)))
  return left.length === ast.propertySignatures.length ? ast : new SchemaAST.Objects(left, ast.indexSignatures)
}

export { noContent, status } from "./plainEndpoint.ts"

/** Lets an update take what a read gave in another shape: `convert` gives it the shape of the request. */
export const fromRead = <Read, Input, Success, Method extends string>(
  endpoint: Endpoint<Input, Success, Method>,
  convert: (read: Read) => object
): Endpoint<Input | Read, Success, Method> =>
  // The codec applies `convert` before it encodes, so the input that the endpoint declares is wider than its schemas.
  ({ ...endpoint, annotations: Context.make(FromRead, convert) }) as never

export const get = /*@__PURE__*/ make("GET", PlainEndpoint.get, false)
export const put = /*@__PURE__*/ make("PUT", PlainEndpoint.put, true)
export const post = /*@__PURE__*/ make("POST", PlainEndpoint.post, true)
export const patch = /*@__PURE__*/ make("PATCH", PlainEndpoint.patch, true)
export const remove = /*@__PURE__*/ make("DELETE", PlainEndpoint.remove, false)

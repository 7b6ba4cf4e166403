/**
 * A compiled operation: a function from the flat input to the parts of a request, and one from a response body to a value.
 * Both are pure and synchronous. The first call compiles them.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as HttpBody from "effect/http/HttpBody"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type { Issue } from "../../AudianError.ts"
import { issuesOf } from "../error/issues.ts"
import { isFileInput } from "../files/source.ts"
import { asCodec } from "../schema/asCodec.ts"
import { decodeCoerced } from "../schema/coerce.ts"
import * as DidYouMean from "../schema/didYouMean.ts"
import {
  allErrors,
  compileEncoder,
  type Encode,
  type Fields,
  fieldOf,
  type Issues,
  namesOf
} from "../schema/encoder.ts"
import { FromRead } from "../schema/endpoint.ts"
import * as ExtraFields from "../schema/extraFields.ts"
import * as Nulls from "../schema/nulls.ts"
import { NotJson, omitUndefinedDeep } from "../schema/omitUndefinedDeep.ts"
import { bodyOf, type Contract, isFile, isNoContent, optionsOf, readerOf } from "../schema/plainEndpoint.ts"
import type * as RequestBody from "../schema/requestBody.ts"
import { withoutNulls } from "../schema/withoutNulls.ts"
import type * as FileBody from "./fileBody.ts"

export interface Encoded {
  readonly path: string
  readonly query: Record<string, string | ReadonlyArray<string> | undefined> | undefined
  readonly body: HttpBody.HttpBody | undefined
  /** Unserialized body, scanned for secrets to redact. */
  readonly fields: unknown
}

export interface Codec {
  readonly method: HttpMethod.HttpMethod
  /** The path with its parameters named, as OpenAPI writes it. */
  readonly template: string
  /** The path names an account, which the credential knows. */
  readonly ofAccount: boolean
  readonly encode: (input: unknown, defaults: Fields | undefined) => Result.Result<Encoded, Issues>
  /** The reader of a success that is a file rather than JSON. */
  readonly readFile: FileBody.Reader | undefined
  /** The media type of a success. */
  readonly accept: string
  /** The parsed body to the value of the operation's success schemas, with the fields that they do not name. */
  readonly decode: (json: unknown) => Result.Result<unknown, Issues>
  /** A success may come without a body. */
  readonly bodyless: boolean
  /** The result of a success may have a field `data`: one is documented, or any JSON is. */
  readonly hasData: boolean
}

/** The parts of the codec that an endpoint of this library brings, and one of a program's own does not. */
export interface Parts {
  readonly compileBody?: RequestBody.Compile
  readonly readFile?: FileBody.Reader
}

export const compile = (endpoint: Contract, parts: Parts): Codec => {
  const successes = Array.from(endpoint.success)
  const withBody = successes.filter((schema) => !isNoContent(schema.ast))
  const file = withBody.find(isFile)
  const json = file === undefined ? withBody : []
  return {
    method: endpoint.method,
    template: endpoint.path.replace(/:(\w+)/g, "{$1}"),
    ofAccount: endpoint.params !== undefined && fieldOf(endpoint.params.ast, "account_id") !== undefined,
    encode: compileRequest(endpoint, json, bodyOf(endpoint) ?? parts.compileBody),
    readFile: file && (readerOf(file) ?? parts.readFile),
    accept: file === undefined ? "application/json" : file.contentType === anyFile ? "*/*" : file.contentType,
    decode: compileResponse(json),
    bodyless: withBody.length < successes.length || successes.length === 0,
    hasData: json.some(({ ast }) => namesOf(ast).length === 0 || namesOf(ast).includes("data"))
  }
}

// -----------------------------------------------------------------------------
// responses
// -----------------------------------------------------------------------------

/** The media type of a file whose type is not documented. */
const anyFile = "application/octet-stream"

/** The documents that are decoded in full after one that had to be. */
const retryAfter = 16

const compileResponse = (schemas: ReadonlyArray<Schema.Top>): Codec["decode"] => {
  const schema = asCodec<unknown>(Schema.Union(schemas))
  const decodeFull = Schema.decodeUnknownResult(schema)
  const decodeQuick = Schema.decodeUnknownResult(asCodec<unknown>(Schema.make(withoutNulls(schema.ast))))
  const decodeAll = Schema.decodeUnknownResult(schema, allErrors)
  const keepExtra = ExtraFields.keep(schema.ast)
  // Documents with nulls mostly come one after another.
  let skipped = 0
  const decode: typeof decodeFull = (json) => {
    if (skipped > 0) skipped--
    else {
      const decoded = decodeQuick(json)
      if (Result.isSuccess(decoded)) return decoded
      skipped = retryAfter
    }
    return decodeFull(json)
  }
  return (json) => {
    const decoded = decode(json)
    if (Result.isSuccess(decoded)) {
      keepExtra(json, decoded.success)
      return Result.succeed(decoded.success)
    }
    return Result.orElse(decodeAll(json), ({ issue }) => {
      const coerced = decodeCoerced(json, issue, decodeAll)
      if (coerced === undefined) return Result.fail(issuesOf(issue))
      keepExtra(coerced.json, coerced.value)
      return Result.succeed(coerced.value)
    })
  }
}

// -----------------------------------------------------------------------------
// requests
// -----------------------------------------------------------------------------

const compileRequest = (
  endpoint: Contract,
  success: ReadonlyArray<Schema.Top>,
  compileBody: RequestBody.Compile | undefined
): Codec["encode"] => {
  const encodeParams = endpoint.params && compileEncoder(endpoint.params)
  const encodeQuery = endpoint.query && compileEncoder(endpoint.query)
  const fillPath = compilePath(endpoint.path)
  const inUrl = new Set([...namesOf(endpoint.params?.ast), ...namesOf(endpoint.query?.ast)])
  const isQuery = matcherOf(endpoint.query?.ast)
  const isUpdate = /^(?:update|patch)/.test(endpoint.identifier)
  // Null removes a field of a document that is merged; one that is left out stays null.
  const sendsNull = isUpdate && endpoint.method !== "PATCH"
  // The bounds of an endpoint of the user's own are its own.
  const isStored = isUpdate && optionsOf(endpoint) !== undefined
  const bodies = Array.from(endpoint.payload.values()).flatMap(({ encoding, schemas }) =>
    schemas.map((schema) =>
      compileBody!(schema, { multipart: encoding._tag === "Multipart", inUrl, sendsNull, isStored })
    )
  )
  // An update accepts the result of a read, which has fields that only the server writes.
  const serverOnly = new Set(
    isUpdate
      ? [
          "id",
          "_read_only",
          ...(bodies.some(({ enveloped }) => enveloped) ? [] : serverTimes),
          ...success.flatMap(({ ast }) => serverOnlyOf(ast))
        ]
      : []
  )
  const fromRead = Context.getOrUndefined(endpoint.annotations, FromRead)

  const encode: Codec["encode"] = (given, defaults) => {
    if (given !== undefined && !(Predicate.isObject(given) && !Array.isArray(given))) {
      return Result.fail([{ field: "", message: "Expected an object with the operation's fields" }])
    }
    const own = omitUndefinedDeep(given ?? {}) as Fields
    // `convert` takes what one operation reads; it checks the shape itself.
    const input: Fields = { ...defaults, ...(fromRead === undefined ? own : (fromRead(own as never) as Fields)) }
    // An operation with a JSON and a form body sends the form if the input has a file.
    const hasFile = bodies.length > 1 && Object.values(input).some((value) => isFileInput(value))
    const body = bodies.find(({ multipart }) => multipart === hasFile) ?? bodies[0]
    const issues: Array<Issue> = []
    const nulls = Nulls.of(input)
    if (nulls !== undefined) {
      Nulls.set(
        input,
        nulls.filter((key) => !inUrl.has(key) && (body?.keys.has(key) || !serverOnly.has(key)))
      )
    }
    for (const key of Object.keys(input)) {
      if (inUrl.has(key) || isQuery(key) || body?.keys.has(key)) continue
      if (serverOnly.has(key)) {
        delete input[key]
        continue
      }
      if (bodies.some(({ keys }) => keys.has(key))) {
        issues.push({ field: key, message: hasFile ? "Not sent with a file" : "Only sent with a file" })
        continue
      }
      const names = [...inUrl, ...(body?.keys ?? [])]
      const meant = ExtraFields.wasReceived(key) ? undefined : DidYouMean.find(key, names, input)
      if (meant !== undefined) issues.push({ field: key, message: DidYouMean.message(meant) })
      else if (body === undefined) {
        issues.push({ field: key, message: `Unknown field, expected one of: ${names.join(", ")}` })
      }
    }
    const run = <A>(encode: Encode<A> | undefined): A | undefined => {
      if (encode === undefined) return undefined
      const result = encode(input)
      if (Result.isSuccess(result)) return result.success
      issues.push(...result.failure)
      return undefined
    }
    const params = run(encodeParams) as Record<string, string> | undefined
    const query = run(encodeQuery) as Encoded["query"]
    for (const [field, value] of Object.entries(query ?? {})) {
      if (!String(value).isWellFormed()) issues.push({ field, message: notWellFormed })
    }
    const fields = run(body?.encode)
    const path = params === undefined && encodeParams !== undefined ? [] : fillPath(params ?? {})
    return typeof path === "string" && issues.length === 0
      ? Result.succeed({ path, query, fields, body: body?.write(fields) })
      : Result.fail(unique([...issues, ...(typeof path === "string" ? [] : path)]))
  }
  return (given, defaults) => {
    try {
      return encode(given, defaults)
    } catch (cause) {
      if (cause instanceof NotJson) return Result.fail([{ field: cause.field, message: cause.message }])
      // A cycle, a throwing getter or Proxy, a wiped secret. The error may quote a value.
      return Result.fail([{ field: "", message: "Expected plain data: the input could not be read to its end" }])
    }
  }
}

const unique = (issues: Issues): Issues =>
  issues.filter(
    ({ field, message }, index) =>
      issues.findIndex((issue) => issue.field === field && issue.message === message) === index
  )

/** Times that the server writes into any document of plain JSON. A document of the engine has fields of the caller's own. */
const serverTimes = ["created_at", "createdAt", "updated_at", "updatedAt"]

/** The fields of a document that only the server writes. */
const serverOnlyOf = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  const data = fieldOf(ast, "data")
  if (data !== undefined) return serverOnlyOf(data)
  if (SchemaAST.isUnion(ast)) return ast.types.flatMap(serverOnlyOf)
  if (!SchemaAST.isObjects(ast)) return []
  const marked = ast.propertySignatures.filter(({ type }) => type.context?.annotations?.readOnly === true)
  return marked.map(({ name }) => String(name))
}

// -----------------------------------------------------------------------------
// schemas
// -----------------------------------------------------------------------------

/** Matches the names that an index signature takes, such as `filter_owner_id`. */
const matcherOf = (ast: SchemaAST.AST | undefined): ((name: string) => boolean) => {
  const signatures = ast !== undefined && SchemaAST.isObjects(ast) ? ast.indexSignatures : []
  const tests = signatures.map(({ parameter }) => Schema.is(Schema.make<Schema.Codec<string>>(parameter)))
  return (name) => tests.some((test) => test(name))
}

const notWellFormed = "Expected well-formed Unicode text"

/**
 * Fills a path. A value becomes exactly one segment: it is percent-encoded. An empty value, `.` and `..` are refused, since
 * no encoding keeps them from changing the path.
 */
const compilePath = (path: string): ((params: Record<string, string>) => string | ReadonlyArray<Issue>) => {
  const pieces = path.split(/:(\w+)/)
  return (params) => {
    let out = pieces[0]!
    const issues: Array<Issue> = []
    for (let i = 1; i < pieces.length; i += 2) {
      const field = pieces[i]!
      const value = params[field] ?? ""
      if (value === "" || value === "." || value === "..") {
        issues.push({ field, message: "Expected a non-empty identifier other than . and .." })
      } else if (!value.isWellFormed()) {
        issues.push({ field, message: notWellFormed })
      } else {
        out += encodeURIComponent(value)
      }
      out += pieces[i + 1]!
    }
    return issues.length === 0 ? out : issues
  }
}

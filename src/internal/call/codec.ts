/**
 * What an operation compiles to, once, at its first call: a function from the flat input to the parts of a request,
 * and one from a body to a value. Both are pure and synchronous; they are all that the contract costs per call.
 *
 * @internal
 */

import * as HttpBody from "effect/http/HttpBody"
import type * as HttpMethod from "effect/http/HttpMethod"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type { Issue } from "../../AudianError.ts"
import { issuesOf } from "../error/issues.ts"
import { type Fields, isInput, writeForm } from "../files/source.ts"

export interface Encoded {
  readonly path: string
  readonly query: Record<string, string | ReadonlyArray<string> | undefined> | undefined
  readonly body: HttpBody.HttpBody | undefined
  /** The body's fields, before they were written: what an error must not repeat is looked for in here. */
  readonly fields: unknown
}

export interface Codec {
  readonly method: HttpMethod.HttpMethod
  /** The path with its parameters named, as OpenAPI writes it. */
  readonly template: string
  /** Whether the path names an account, which the credential knows. */
  readonly ofAccount: boolean
  readonly encode: (
    input: unknown,
    defaults: Record<string, unknown> | undefined
  ) => Result.Result<Encoded, ReadonlyArray<Issue>>
  /** `"bytes"` when a success is a file rather than JSON. */
  readonly success: "json" | "bytes"
  /** The media type of a success. */
  readonly accept: string
  /** The parsed body to the value of the operation's success schemas. */
  readonly decode: (json: unknown) => Result.Result<unknown, ReadonlyArray<Issue>>
  /** Whether a success may come without a body. */
  readonly bodyless: boolean
}

const options: SchemaAST.ParseOptions = { errors: "all" }

export const compile = (endpoint: HttpApiEndpoint.Top): Codec => {
  const encodeParams = encoder(endpoint.params)
  const encodeQuery = encoder(endpoint.query)
  const path = compilePath(endpoint.path)
  const inUrl = new Set([...(keysOf(endpoint.params?.ast) ?? []), ...(keysOf(endpoint.query?.ast) ?? [])])
  const bodies = Array.from(endpoint.payload.values()).flatMap(({ encoding, schemas }) =>
    schemas.map((schema) => compileBody(schema, encoding._tag === "Multipart", inUrl))
  )
  const encode: Codec["encode"] = (given, defaults) => {
    try {
      return encodeUnsafe(given, defaults)
    } catch {
      // A cycle, a getter or a Proxy that throws, a secret that was wiped; what was thrown may quote a value.
      return Result.fail([{ field: "", message: "Expected plain data: the input could not be read to its end" }])
    }
  }
  const encodeUnsafe: Codec["encode"] = (given, defaults) => {
    if (given !== undefined && !(Predicate.isObject(given) && !Array.isArray(given))) {
      return Result.fail([{ field: "", message: "Expected an object with the operation's fields" }])
    }
    const input: Record<string, unknown> = { ...defaults, ...compact(given as Record<string, unknown> | undefined) }
    const issues: Array<Issue> = []
    // Where a body may be JSON or a form, a file makes it a form.
    const hasFile = bodies.length > 1 && Object.values(input).some((value) => isInput(value))
    const kind = bodies.find(({ multipart }) => multipart === hasFile) ?? bodies[0]
    // A body of any keys takes the ones that nothing else claims.
    const known = kind === undefined ? [] : kind.keys
    for (const key of known === undefined ? [] : Object.keys(input)) {
      if (!inUrl.has(key) && !known?.includes(key)) {
        const expected = [...inUrl, ...(known ?? [])].join(", ")
        issues.push({ field: key, message: `Unknown field, expected one of: ${expected}` })
      }
    }
    const run = (encode: Encode | undefined, value: unknown): unknown => {
      const result = encode?.(value)
      if (result === undefined || Result.isSuccess(result)) return result?.success
      issues.push(...result.failure)
      return undefined
    }
    const params = run(encodeParams, input) as Record<string, string> | undefined
    const query = run(encodeQuery, input) as Encoded["query"]
    for (const [field, value] of Object.entries(query ?? {})) {
      if (!String(value).isWellFormed()) issues.push({ field, message: notWellFormed })
    }
    const fields = kind === undefined ? undefined : run(kind.encode, input)
    const url = params === undefined && encodeParams !== undefined ? [] : path(params ?? {})
    return typeof url === "string" && issues.length === 0
      ? Result.succeed({ path: url, query, fields, body: kind?.write(fields) })
      : Result.fail([...issues, ...(typeof url === "string" ? [] : url)])
  }

  const successes = Array.from(endpoint.success)
  const withBody = successes.filter((schema) => !HttpApiSchema.isNoContent(schema.ast))
  const file = withBody.find(isFile)
  const decodeBody = Schema.decodeUnknownResult(
    Schema.Union(file !== undefined ? [] : withBody) as unknown as Schema.ConstraintDecoder<unknown>,
    options
  )
  return {
    method: endpoint.method,
    template: endpoint.path.replace(/:(\w+)/g, "{$1}"),
    ofAccount: inUrl.has("account_id"),
    encode,
    success: file !== undefined ? "bytes" : "json",
    accept: file === undefined ? "application/json" : file.contentType === anyFile ? "*/*" : file.contentType,
    decode: (json) => Result.mapError(decodeBody(json), (error) => issuesOf(error.issue)),
    bodyless: withBody.length < successes.length || successes.length === 0
  }
}

/** The media type of a file of which no kind is documented. */
const anyFile = "application/octet-stream"

const isFile = (schema: Schema.Top): schema is HttpApiSchema.StreamUint8Array =>
  Predicate.hasProperty(schema, "_tag") && schema._tag === "StreamUint8Array"

interface Body {
  /** The fields of the input that go into it; `undefined` when it takes any. */
  readonly keys: ReadonlyArray<string> | undefined
  readonly multipart: boolean
  readonly encode: Encode
  readonly write: (encoded: unknown) => HttpBody.HttpBody
}

const compileBody = (schema: Schema.Top, multipart: boolean, inUrl: ReadonlySet<string>): Body => {
  const encode = encoder(schema)!
  // A body with `data` is an envelope: the fields of `data` and those beside it are all fields of the input.
  const data = fieldOf(schema.ast, "data")
  const beside = data === undefined ? [] : (keysOf(schema.ast) ?? []).filter((key) => key !== "data")
  const inner = keysOf(data ?? schema.ast)
  return {
    keys: inner === undefined ? undefined : [...inner, ...beside],
    multipart,
    encode: (input) => {
      const own: Record<string, unknown> = {}
      const outer: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(input as Record<string, unknown>)) {
        if (beside.includes(key)) outer[key] = value
        else if (!inUrl.has(key) || inner?.includes(key)) own[key] = value
      }
      if (data === undefined) return encode(own)
      return Result.mapError(encode({ ...outer, data: own }), (issues) =>
        issues.map((issue) => ({ ...issue, field: issue.field.replace(/^data\.(?=.)/, "") }))
      )
    },
    write: (encoded) =>
      multipart ? writeForm(encoded as Fields) : HttpBody.text(JSON.stringify(encoded), "application/json")
  }
}

type Encode = (u: unknown) => Result.Result<unknown, ReadonlyArray<Issue>>

/** A copy of plain data without what is `undefined`: JSON would say null, which the engine takes for "remove". */
const compact = (data: Record<string, unknown> | undefined): Record<string, unknown> => {
  const out: Record<string, unknown> = {}
  for (const key in data) {
    const value = data[key]
    if (value !== undefined) out[key] = isPlain(value) ? compact(value) : value
  }
  return out
}

const isPlain = (u: unknown): u is Record<string, unknown> =>
  typeof u === "object" && u !== null && Object.getPrototypeOf(u) === Object.prototype

const encoder = (schema: Schema.Top | undefined): Encode | undefined => {
  if (schema === undefined) return undefined
  const encode = Schema.encodeUnknownResult(schema as unknown as Schema.ConstraintEncoder<unknown>, options)
  return (value) => Result.mapError(encode(value), (error) => issuesOf(error.issue))
}

/** The names of an object schema; `undefined` when it takes any. */
const keysOf = (ast: SchemaAST.AST | undefined): ReadonlyArray<string> | undefined =>
  ast !== undefined && SchemaAST.isObjects(ast) && ast.indexSignatures.length === 0
    ? ast.propertySignatures.map(({ name }) => String(name))
    : undefined

const fieldOf = (ast: SchemaAST.AST | undefined, name: string): SchemaAST.AST | undefined =>
  ast !== undefined && SchemaAST.isObjects(ast)
    ? ast.propertySignatures.find((field) => field.name === name)?.type
    : undefined

const notWellFormed = "Expected well-formed Unicode text"

/**
 * Fills a path. A value becomes exactly one segment: it is percent-encoded, and what no encoding can keep from
 * changing the path (nothing at all, `.` and `..`) is refused.
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

/**
 * A compiled operation: a function from the flat input to the parts of a request, and one from a response body to a value.
 * Both are pure and synchronous. The first call compiles them.
 *
 * @internal
 */
import * as Context from "effect/Context"
import * as HttpBody from "effect/http/HttpBody"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type { Issue } from "../../AudianError.ts"
import { issuesOf } from "../error/issues.ts"
import { type Fields as FormFields, type FormWriter, formWriter, isFileInput } from "../files/source.ts"
import { asCodec } from "../schema/asCodec.ts"
import * as Clearable from "../schema/clearable.ts"
import { decodeCoerced } from "../schema/coerce.ts"
import * as DidYouMean from "../schema/didYouMean.ts"
import { FromRead } from "../schema/endpoint.ts"
import * as ExtraFields from "../schema/extraFields.ts"
import * as Nulls from "../schema/nulls.ts"
import { NotJson, omitUndefinedDeep } from "../schema/omitUndefinedDeep.ts"
import { type Contract, isFile, isNoContent, optionsOf } from "../schema/plainEndpoint.ts"
import { withoutNulls } from "../schema/withoutNulls.ts"
import * as StoredBounds from "./storedBounds.ts"

export interface Encoded {
  readonly path: string
  readonly query: Record<string, string | ReadonlyArray<string> | undefined> | undefined
  readonly body: HttpBody.HttpBody | undefined
  /** Unserialized body, scanned for secrets to redact. */
  readonly fields: unknown
}

type Issues = ReadonlyArray<Issue>
type Fields = Record<string, unknown>

export interface Codec {
  readonly method: HttpMethod.HttpMethod
  /** The path with its parameters named, as OpenAPI writes it. */
  readonly template: string
  /** The path names an account, which the credential knows. */
  readonly ofAccount: boolean
  readonly encode: (input: unknown, defaults: Fields | undefined) => Result.Result<Encoded, Issues>
  /** `"bytes"` when a success is a file rather than JSON. */
  readonly success: "json" | "bytes"
  /** The media type of a success. */
  readonly accept: string
  /** The parsed body to the value of the operation's success schemas, with the fields that they do not name. */
  readonly decode: (json: unknown) => Result.Result<unknown, Issues>
  /** A success may come without a body. */
  readonly bodyless: boolean
  /** The result of a success may have a field `data`: one is documented, or any JSON is. */
  readonly hasData: boolean
}

export const compile = (endpoint: Contract): Codec => {
  const successes = Array.from(endpoint.success)
  const withBody = successes.filter((schema) => !isNoContent(schema.ast))
  const file = withBody.find(isFile)
  const json = file === undefined ? withBody : []
  return {
    method: endpoint.method,
    template: endpoint.path.replace(/:(\w+)/g, "{$1}"),
    ofAccount: endpoint.params !== undefined && fieldOf(endpoint.params.ast, "account_id") !== undefined,
    encode: compileRequest(endpoint, json),
    success: file !== undefined ? "bytes" : "json",
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

// The first error is enough to know that there is one, and leaves Effect on its fast path.
const allErrors: SchemaAST.ParseOptions = { errors: "all" }

/** The documents that are decoded in full after one that had to be. */
const retryAfter = 16

const compileResponse = (schemas: ReadonlyArray<Schema.Top>): Codec["decode"] => {
  const schema = asCodec<unknown>(Schema.Union(schemas))
  const decodeFull = Schema.decodeUnknownResult(schema)
  const decodeQuick = Schema.decodeUnknownResult(asCodec<unknown>(Schema.make(withoutNulls(schema.ast))))
  const decodeAll = Schema.decodeUnknownResult(schema, allErrors)
  const keepExtra = ExtraFields.keep(schema.ast)
  // Where a document has nulls, the next ones mostly have some too.
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

const compileRequest = (endpoint: Contract, success: ReadonlyArray<Schema.Top>): Codec["encode"] => {
  const encodeParams = compileEncoder(endpoint.params)
  const encodeQuery = compileEncoder(endpoint.query)
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
      compileBody(schema, { multipart: encoding._tag === "Multipart", inUrl, sendsNull, isStored })
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

type Encode<A> = (input: Fields) => Result.Result<A, Issues>

const compileEncoder = (schema: Schema.Top | undefined, isStored = false): Encode<unknown> | undefined => {
  if (schema === undefined) return undefined
  const encoder = asCodec<unknown>(schema)
  const encode = Schema.encodeUnknownResult(encoder)
  const encodeAll = Schema.encodeUnknownResult(encoder, allErrors)
  const encodeUnbounded = Schema.encodeUnknownResult(encoder, { ...allErrors, disableChecks: true })
  return (value) => {
    const encoded = encode(value)
    if (Result.isSuccess(encoded)) return Result.succeed(encoded.success)
    return Result.orElse(encodeAll(value), ({ issue }) => {
      if (!isStored) return Result.fail(issuesOf(issue))
      const issues = StoredBounds.withoutBounds(issue).flatMap(issuesOf)
      return issues.length > 0
        ? Result.fail(issues)
        : Result.mapError(encodeUnbounded(value), ({ issue }) => issuesOf(issue))
    })
  }
}

interface Body {
  /** The documented fields of the input that go into it. */
  readonly keys: ReadonlySet<string>
  readonly multipart: boolean
  /** The document is within `data`, as the engine has it. */
  readonly enveloped: boolean
  readonly encode: Encode<unknown>
  readonly write: (encoded: unknown) => HttpBody.HttpBody
}

interface BodyOptions {
  readonly multipart: boolean
  readonly inUrl: ReadonlySet<string>
  /** Sends the fields that came as null. */
  readonly sendsNull: boolean
  /** A stored document: its values may be out of bounds. */
  readonly isStored: boolean
}

const compileBody = (schema: Schema.Top, { inUrl, isStored, multipart, sendsNull }: BodyOptions): Body => {
  const encode = compileEncoder(relaxed(schema), isStored)!
  const sendExtra = ExtraFields.send(schema.ast, multipart ? toFormValue : ExtraFields.toJson, sendsNull)
  // A body with `data` is an envelope. The input has the fields of `data` and those of the envelope.
  const data = fieldOf(schema.ast, "data")
  const envelope = new Set(data === undefined ? [] : namesOf(schema.ast).filter((key) => key !== "data"))
  const inner = data ?? schema.ast
  const names = new Set(namesOf(inner))
  const writeForm = formWriterOf(schema.ast)
  const isOpen = SchemaAST.isObjects(inner) && inner.indexSignatures.length > 0
  const place = (input: Fields, issues: Array<Issue>): Fields => {
    const own: Fields = {}
    const outer: Fields = {}
    for (const [key, value] of Object.entries(input)) {
      if (envelope.has(key)) outer[key] = value
      else if (names.has(key)) own[key] = value
      else if (!inUrl.has(key)) {
        const json = isOpen ? ExtraFields.toJson(value, key, issues, key) : value
        if (json !== undefined) own[key] = json
      }
    }
    Nulls.set(own, Nulls.of(input))
    return data === undefined ? own : { ...outer, data: own }
  }
  return {
    keys: new Set([...names, ...envelope]),
    multipart,
    enveloped: data !== undefined,
    encode: (input) => {
      const issues: Array<Issue> = []
      const placed = place(input, issues)
      const encoded = encode(placed)
      if (Result.isFailure(encoded)) issues.push(...encoded.failure)
      // Without an encoded body, a copy: the walk looks for slips in each object.
      sendExtra(placed, Result.isSuccess(encoded) ? encoded.success : omitUndefinedDeep(placed), issues)
      return issues.length === 0
        ? encoded
        : Result.fail(issues.map((issue) => ({ ...issue, field: issue.field.replace(/^data\.(?=.)/, "") })))
    },
    write: (encoded) =>
      multipart ? writeForm(encoded as FormFields) : HttpBody.text(JSON.stringify(encoded), "application/json")
  }
}

/** The schema of a body in which fields may be missing that the API requires and may not give. */
const relaxed = (schema: Schema.Top): Schema.Top => {
  const { ast } = schema
  const data = fieldOf(ast, "data")
  const relaxed = Clearable.relax(data ?? ast)
  if (relaxed === (data ?? ast)) return schema
  return Schema.make(
    data === undefined
      ? relaxed
      : Clearable.mapFields(ast as SchemaAST.Objects, ({ name, type }) => (name === "data" ? relaxed : type))
  )
}

/** The writer of the form that a file field brings along, else the platform's. */
const formWriterOf = (ast: SchemaAST.AST): FormWriter => {
  for (const name of namesOf(ast)) {
    const field = fieldOf(ast, name)
    const writer = field && SchemaAST.resolve(field)?.[formWriter]
    if (writer !== undefined) return writer as FormWriter
  }
  return (fields) => HttpBody.formDataRecord(fields as HttpBody.FormDataInput)
}

/** An extra field of a form. */
const toFormValue: ExtraFields.Encode = (value, field, issues, key) => {
  if (isFileInput(value)) return value
  if (!Predicate.isObjectOrArray(value) || Redacted.isRedacted(value)) {
    return ExtraFields.toJson(value, field, issues, key)
  }
  issues.push({ field, message: "Expected text, a number, a boolean or a file" })
  return undefined
}

// -----------------------------------------------------------------------------
// schemas
// -----------------------------------------------------------------------------

/** The named fields of an object schema, and of the objects of a union. */
const namesOf = (ast: SchemaAST.AST | undefined): ReadonlyArray<string> => {
  if (ast === undefined) return []
  if (SchemaAST.isUnion(ast)) return ast.types.flatMap(namesOf)
  return SchemaAST.isObjects(ast) ? ast.propertySignatures.map(({ name }) => String(name)) : []
}

/** Matches the names that an index signature takes, such as `filter_owner_id`. */
const matcherOf = (ast: SchemaAST.AST | undefined): ((name: string) => boolean) => {
  const signatures = ast !== undefined && SchemaAST.isObjects(ast) ? ast.indexSignatures : []
  const tests = signatures.map(({ parameter }) => Schema.is(Schema.make<Schema.Codec<string>>(parameter)))
  return (name) => tests.some((test) => test(name))
}

const fieldOf = (ast: SchemaAST.AST | undefined, name: string): SchemaAST.AST | undefined =>
  ast !== undefined && SchemaAST.isObjects(ast)
    ? ast.propertySignatures.find((field) => field.name === name)?.type
    : undefined

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

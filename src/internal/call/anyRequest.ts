/**
 * A request beyond the contract, as an operation of its own: `Audian.request`.
 *
 * @internal
 */
import * as HttpBody from "effect/http/HttpBody"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Issue } from "../../AudianError.ts"
import type { Family } from "../credentials.ts"
import * as ExtraFields from "../schema/extraFields.ts"
import * as PlainEndpoint from "../schema/plainEndpoint.ts"
import { type Operation, TypeId } from "../service.ts"
import type { Codec, Encoded } from "./codec.ts"
import * as Session from "./session.ts"

type Scalar = string | number | boolean

/**
 * Options of `Audian.request`.
 *
 * @category options
 * @since 0.1.0
 */
export interface RequestOptions {
  /** Default `GET`. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined
  /**
   * The path from `/v2` on, without a query. `{account_id}` stands for the account, as of `Audian.withAccount`. Encode other
   * values by `encodeURIComponent`.
   */
  readonly path: string
  /** The query. A list becomes one parameter for each value; `undefined` is left out. */
  readonly query?: Readonly<Record<string, Scalar | ReadonlyArray<Scalar> | undefined>> | undefined
  /** The body, sent as JSON as it is; no envelope is added. Redacted values are sent plain and kept out of errors. */
  readonly body?: unknown
  /** The credential. Default `"account"` for paths under `/v2/accounts/`, else `"flat"`. */
  readonly family?: Family | undefined
  /** Default `"safe"` for `GET`, else `"unsafe"`. */
  readonly replay?: "safe" | "unsafe" | undefined
}

/** The name of every such operation, in errors and for stubs. */
export const name = "Audian.request"

const methods: ReadonlyArray<unknown> = ["GET", "POST", "PUT", "PATCH", "DELETE"]

export const operationOf = (given: RequestOptions | undefined): Operation<RequestOptions, Schema.Json> => {
  // A program that no compiler has checked may give none.
  const options = given ?? ({} as RequestOptions)
  const { method = "GET", path } = options
  const family = options.family ?? (String(path).startsWith("/v2/accounts/") ? "account" : "flat")
  const codec: Codec = {
    method,
    template: String(path),
    ofAccount: typeof path === "string" && path.includes(account),
    encode: (_, defaults) => {
      try {
        return encode(options, defaults)
      } catch {
        // A cycle or a throwing getter. The error may quote a value.
        return Result.fail([{ field: "body", message: "Expected plain data: it could not be read to its end" }])
      }
    },
    readFile: undefined,
    accept: "application/json",
    decode: (json) => Result.succeed(family === "account" ? withoutToken(json) : json),
    bodyless: false,
    hasData: true
  }
  return {
    [TypeId]: TypeId,
    name,
    traits: {
      resource: "Audian",
      family,
      replay: options.replay ?? (method === "GET" ? "safe" : "unsafe"),
      envelope: "bare"
    },
    codec,
    complete: Session.complete,
    get endpoint() {
      return PlainEndpoint.make(method)("request", path as `/${string}`, { success: Schema.Json })
    }
    // Nobody calls it: the client executes it.
  } as unknown as Operation<RequestOptions, Schema.Json>
}

const account = "{account_id}"

/** The engine echoes the token next to `data`. */
const withoutToken = (json: unknown): unknown => {
  if (!Predicate.hasProperty(json, "data") || !Predicate.hasProperty(json, "auth_token")) return json
  const { auth_token: _, ...rest } = json
  return rest
}

const encode = (
  { body, method = "GET", path, query = {} }: RequestOptions,
  defaults: Record<string, unknown> | undefined
): Result.Result<Encoded, ReadonlyArray<Issue>> => {
  const issues: Array<Issue> = []
  if (!methods.includes(method)) issues.push({ field: "method", message: `Expected one of ${methods.join(", ")}` })
  if (typeof path !== "string" || !isPath(path)) issues.push({ field: "path", message: pathIssue })
  if (String(path).includes(account) && defaults?.account_id === undefined) {
    issues.push({ field: "account_id", message: "Expected an account" })
  }
  for (const [name, value] of Object.entries(query)) {
    const values: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value ?? ""]
    if (!values.every(isScalar))
      issues.push({ field: `query.${name}`, message: "Expected text, a number or a boolean" })
  }
  const secret: Array<string> = []
  const json = body === undefined ? undefined : ExtraFields.toJson(reveal(body, secret), "body", issues, "body")
  if (body !== undefined && method === "GET") issues.push({ field: "body", message: "A GET has no body" })
  if (issues.length > 0) return Result.fail(issues)
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.map(String) : String(value)] as const]
  )
  return Result.succeed({
    path: path.replaceAll(account, () => encodeURIComponent(String(defaults?.account_id))),
    query: given.length === 0 ? undefined : Object.fromEntries(given),
    // Redaction looks for names.
    fields: { body: json, secret },
    body: json === undefined ? undefined : HttpBody.text(JSON.stringify(json), "application/json")
  })
}

const isScalar = (u: unknown): boolean =>
  (typeof u === "string" && u.isWellFormed()) || typeof u === "boolean" || (typeof u === "number" && Number.isFinite(u))

const pathIssue = 'Expected a path such as "/v2/numbers", without a query, a fragment and the segments . and ..'

const isPath = (path: string): boolean =>
  /^(?:\/[^/?#\\\s]+)+\/?$/.test(path) &&
  path.isWellFormed() &&
  path.split("/").every((segment) => !/^(?:\.|%2e){1,2}$/i.test(segment))

/** Takes the redacted values of a body out of their wraps, and collects them. */
const reveal = (value: unknown, secrets: Array<string>): unknown => {
  if (Redacted.isRedacted(value)) {
    const plain = Redacted.value(value)
    if (typeof plain === "string") secrets.push(plain)
    return plain
  }
  if (Array.isArray(value)) return value.map((item) => reveal(item, secrets))
  const isPlain = Predicate.isObject(value) && !("toJSON" in value)
  return isPlain ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item, secrets)])) : value
}

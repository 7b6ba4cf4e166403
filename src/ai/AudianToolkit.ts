/**
 * Tools for agents: operations as a `Toolkit` of `effect/ai`, for a language model or an MCP server.
 *
 * A tool has the schema and the description of its operation. Its result is bounded in size, and its errors are data that
 * an agent can act on. A toolkit reads only, unless operations that write are allowed by name.
 *
 * @since 0.1.0
 */
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Audian } from "../Audian.ts"
import * as AudianError from "../AudianError.ts"
import * as Files from "../Files.ts"
import { joinBytes } from "../internal/joinBytes.ts"
import { InvalidOptions } from "../internal/options.ts"
import { lazy } from "../internal/schema/schema.ts"
import type * as Operation from "../Operation.ts"
import type * as Page from "../Page.ts"
import * as Bound from "./bound.ts"
import * as Contract from "./contract.ts"
import * as ContractOf from "./contractOf.ts"
import * as Cost from "./cost.ts"
import * as Failures from "./failure.ts"
import * as Fields from "./fields.ts"
import * as Preview from "./preview.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The Schema of a tool's error: the tag, what to do, whether the server may have acted, how long to wait.
 *
 * **Details**
 *
 * `tag` is that of `AudianError`, or `Refused` for a call that was not allowed. `outcome` is `"unknown"` if the server may
 * have executed the request. `isRetryable` is true only if another attempt is safe.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Failure = Failures.Failure

/**
 * The error of a tool.
 *
 * @category models
 * @since 0.1.0
 */
export type Failure = Failures.Failure

/**
 * The Schema of a tool's result.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Success = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    /** The result of the operation; the items of a page if it lists. Secrets are redacted. */
    result: Schema.Json,
    /** The input of the next page. */
    next: Schema.optionalKey(Schema.Json),
    /** The number of all items, if the API reports it. */
    total: Schema.optionalKey(Schema.Finite),
    /** The part that was left out of a result that is too large, and how to get it. */
    truncated: Schema.optionalKey(Schema.String)
  })
)

/**
 * The result of a tool.
 *
 * @category models
 * @since 0.1.0
 */
export type Success = typeof Success.Type

/**
 * A call that waits for approval.
 *
 * @category models
 * @since 0.1.0
 */
export interface Approval {
  /** The operation, such as `Numbers.purchase`. */
  readonly operation: string
  /** The first sentence of its description. */
  readonly summary: string
  /** The input as the agent gave it, without its secrets. */
  readonly input: Readonly<Record<string, unknown>>
  /**
   * The amounts by name, where they are known: the price of a number or of a minute, the fee of a port, the credit to add,
   * or the charges that the engine wants accepted.
   */
  readonly cost: Option.Option<Schema.Json>
  /**
   * The cost as a sentence: `Cost: 25 USD per number (documented tariff).`, or `Cost not documented.`. `undefined` for a
   * call that only ends, replaces or removes something.
   */
  readonly costNote: string | undefined
}

/**
 * Options of {@link make}.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options<out R = never> {
  /** The operations to make tools of. Those that write are left out, unless `allow` names them. */
  readonly operations: ReadonlyArray<Operation.Any>
  /** The names of operations that write and are allowed, such as `Numbers.purchase`. Default none. */
  readonly allow?: ReadonlyArray<string> | undefined
  /**
   * Decides on a call of an operation that costs money, rings a phone, creates, replaces, ends or removes something, and
   * on charges that the engine wants accepted. `false` rejects it. Required if `allow` names such an operation.
   */
  readonly approve?: ((approval: Approval) => Effect.Effect<boolean, never, R>) | undefined
  /** The largest result, in characters of JSON. Default 20,000. */
  readonly maxResultSize?: number | undefined
}

type AnyTool = ReturnType<typeof makeTool>

/**
 * A toolkit, and the layer of its handlers.
 *
 * @category models
 * @since 0.1.0
 */
export interface AudianToolkit<out R = never> {
  /** The tools by name. A name has `_` in place of the operation's dots: `Numbers_list`. */
  readonly toolkit: Toolkit.Toolkit<Record<string, AnyTool>>
  /** The handlers of the tools. */
  readonly layer: Layer.Layer<Tool.Handler<string>, never, Audian | R>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/**
 * Makes tools of operations.
 *
 * **Details**
 *
 * Without `allow` the toolkit has the operations that only read. A result larger than `maxResultSize` is cut, and says so.
 * A list gives one page, and the input of the next. A file is given and returned as base64.
 *
 * **Gotchas**
 *
 * A tool has no `accept_charges`: the toolkit adds it after `approve` has seen the charges. Invalid options throw
 * `Audian.InvalidOptions`.
 *
 * **Example** (Tools that read, and one that buys)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { AudianToolkit } from "effect-audian/ai"
 *
 * declare const askSomeone: (question: string) => Effect.Effect<boolean>
 *
 * export const audian = AudianToolkit.make({
 *   operations: [Numbers.list, Numbers.search, Numbers.purchase],
 *   allow: ["Numbers.purchase"],
 *   approve: ({ costNote, summary }) => askSomeone(`${summary}. ${costNote ?? ""}`)
 * })
 * ```
 *
 * **Example** (With a language model)
 *
 * ```ts
 * import * as LanguageModel from "effect/ai/LanguageModel"
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { AudianToolkit } from "effect-audian/ai"
 *
 * const { layer, toolkit } = AudianToolkit.make({ operations: [Numbers.list] })
 *
 * export const program = LanguageModel.generateText({
 *   prompt: "Which of our numbers are suspended?",
 *   toolkit
 * }).pipe(Effect.provide(layer))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <R = never>(options: Options<R>): AudianToolkit<R> => {
  const { allow = [], approve, maxResultSize = 20_000, operations } = options
  const contracts = operations.map((operation) => ({ operation, contract: ContractOf.of(operation) }))
  const unknown = allow.filter((name) => !operations.some((operation) => operation.name === name))
  if (unknown.length > 0) throw new InvalidOptions(`allow: not among the operations: ${unknown.join(", ")}`)
  if (!(maxResultSize > 0)) throw new InvalidOptions("maxResultSize: expected a number of characters")
  const tools = contracts.filter(
    ({ contract, operation }) => contract.effect === "read" || allow.includes(operation.name)
  )
  const unsafe = tools.filter(({ contract }) => contract.effect === "unsafe").map(({ contract }) => contract.name)
  if (unsafe.length > 0 && approve === undefined) {
    throw new InvalidOptions(`approve: required, since allow has ${unsafe.join(", ")}`)
  }
  const toolkit = Toolkit.make(...tools.map(({ contract }) => makeTool(contract))) as AudianToolkit["toolkit"]
  const layer = toolkit.toLayer(
    Effect.contextWith((services: Context.Context<Audian | R>) =>
      Effect.succeed(
        Object.fromEntries(
          tools.map(({ contract, operation }) => [
            nameOf(contract.name),
            (params: unknown) =>
              Effect.provideContext(
                handle(operation as Operation.Operation<unknown, unknown>, contract, params, approve, maxResultSize),
                services
              )
          ])
        )
      )
    )
  ) as AudianToolkit<R>["layer"]
  return { toolkit, layer }
}

/** The name of the tool of an operation. */
const nameOf = (operation: string): string => operation.replaceAll(".", "_")

const makeTool = (contract: Contract.Contract) => {
  const tool = Tool.dynamic(nameOf(contract.name), {
    description: `${contract.description} (${contract.name})`,
    parameters: parametersOf(contract),
    success: Success,
    failure: Failure,
    failureMode: "return"
  })
  // An annotated tool keeps its kind, which the type of `annotate` does not say.
  return tool
    .annotate(Tool.Title, contract.summary)
    .annotate(Tool.Readonly, contract.effect === "read")
    .annotate(Tool.Destructive, contract.effect === "unsafe")
    .annotate(Tool.Idempotent, contract.replay === "safe") as typeof tool
}

/** The input's schema, with files as base64. */
const parametersOf = (contract: Contract.Contract): Record<string, unknown> => {
  const { accept_charges: _, ...properties } = contract.input.properties ?? {}
  return replaceFiles(Contract.closed({ ...contract, input: { ...contract.input, properties } })) as Record<
    string,
    unknown
  >
}

const fileSchema = {
  type: "object",
  description: "A file.",
  properties: {
    name: { type: "string", description: "Its name, such as report.pdf." },
    base64: { type: "string", description: "Its bytes." }
  },
  required: ["name", "base64"]
}

const replaceFiles = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(replaceFiles)
  if (!Predicate.isObject(schema)) return schema
  if ("format" in schema && schema.format === "binary") return fileSchema
  return Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, replaceFiles(inner)]))
}

// -----------------------------------------------------------------------------
// calls
// -----------------------------------------------------------------------------

type Approve<R> = Options<R>["approve"]
type Input = Readonly<Record<string, unknown>>

const handle = <R>(
  operation: Operation.Operation<unknown, unknown>,
  contract: Contract.Contract,
  params: unknown,
  approve: Approve<R>,
  maxResultSize: number
): Effect.Effect<Success, Failure, Audian | R> =>
  Effect.gen(function* () {
    const input = yield* inputOf(contract, params)
    if (contract.effect === "unsafe") {
      // Nobody is asked about an input that the call would refuse.
      yield* Effect.mapError(Preview.of(operation, input), failureOf)
      yield* requireApproval(contract, input, yield* Cost.of(contract, input), approve)
    }
    const fetched = yield* call(operation, input).pipe(
      Effect.catch((error) =>
        Effect.gen(function* () {
          if (!AudianError.asksForConsent(error) || approve === undefined) return yield* Effect.fail(failureOf(error))
          yield* requireApproval(contract, input, Cost.ofCharges(AudianError.chargesOf(error)), approve)
          return yield* Effect.mapError(call(operation, { ...input, accept_charges: true }), failureOf)
        })
      )
    )
    return yield* resultOf(fetched, "offset" in (contract.input.properties ?? {}), maxResultSize)
  })

const failureOf = (error: AudianError.AudianError): Failure => {
  const failure = Failures.of(error)
  if (!AudianError.asksForConsent(error)) return failure
  const charges = AudianError.chargesOf(error)
  return {
    ...failure,
    advice: "The call costs money, and nobody who could accept the charges is asked. Tell the user what it costs.",
    ...(Option.isSome(charges) && { charges: charges.value })
  }
}

const requireApproval = <R>(
  contract: Contract.Contract,
  input: Input,
  cost: Cost.Cost,
  approve: Approve<R>
): Effect.Effect<void, Failure, R> => {
  const { name, summary } = contract
  const shown = Fields.redact(contract, input)
  return Effect.flatMap(
    approve?.({ operation: name, summary, input: shown, cost: cost.amounts, costNote: cost.note }) ??
      Effect.succeed(false),
    (agreed) =>
      agreed
        ? Effect.void
        : Effect.fail(
            Failures.refused(
              name,
              `${name} was not approved, nothing was executed`,
              "Do not call it again unless the user asks for it."
            )
          )
  )
}

interface Fetched {
  readonly value: unknown
  readonly page: Page.Page<unknown> | undefined
  readonly input: Input
}

/** Calls the operation; a list is read as one page. */
const call = (
  operation: Operation.Operation<unknown, unknown>,
  input: Input
): Effect.Effect<Fetched, AudianError.AudianError, Audian> => {
  if (isPaged(operation)) {
    return Effect.map(Stream.runHead(operation.pages(input, { maxPages: 1 })), (head) => {
      const page = Option.getOrUndefined(head)
      return { value: page?.items ?? [], page, input }
    })
  }
  return Effect.gen(function* () {
    const value = yield* (yield* Audian).execute(operation, input)
    return { value, page: undefined, input }
  })
}

const isPaged = (
  operation: Operation.Operation<unknown, unknown>
): operation is Operation.Operation<unknown, unknown> & Page.Paged<unknown, unknown> => "pages" in operation

const resultOf = (
  { input, page, value }: Fetched,
  isCounted: boolean,
  maxResultSize: number
): Effect.Effect<Success, Failure> => {
  if (Stream.isStream(value)) {
    return fileOf(value as Stream.Stream<Uint8Array, AudianError.AudianError>, maxResultSize)
  }
  const { kept, omitted, result } = Bound.of(value, maxResultSize)
  const total = page?.total === undefined ? {} : { total: page.total }
  if (omitted === undefined) {
    return Effect.succeed({ result, ...total, ...(page?.next._tag === "Next" && { next: page.next.input }) })
  }
  // The next page of a list that counts begins with the first item that was left out.
  const offset = Number(input.offset ?? 0)
  const next =
    isCounted && kept !== undefined && kept > 0 ? { ...(input as Schema.JsonObject), offset: offset + kept } : undefined
  const advice =
    next === undefined
      ? "Ask for less: a smaller limit or page_size, a filter, or one item."
      : "Call again with next as the input for the others."
  return Effect.succeed({ result, ...total, ...(next !== undefined && { next }), truncated: `${omitted} ${advice}` })
}

const fileOf = (
  bytes: Stream.Stream<Uint8Array, AudianError.AudianError>,
  maxResultSize: number
): Effect.Effect<Success, Failure> => {
  const most = Math.floor((maxResultSize * 3) / 4)
  const chunks: Array<Uint8Array> = []
  let size = 0
  return bytes.pipe(
    Stream.takeUntil((chunk) => {
      if (size + chunk.length <= most) chunks.push(chunk)
      size += chunk.length
      return size > most
    }),
    Stream.runDrain,
    Effect.mapError(failureOf),
    Effect.map(
      (): Success =>
        size > most
          ? { result: null, truncated: `The file has more than ${most} bytes, which is too much for a tool.` }
          : { result: { size, base64: Base64.encode(joinBytes(chunks, size)) } }
    )
  )
}

/** The input of the operation: an object, without `accept_charges`, with files of their base64. */
const inputOf = (contract: Contract.Contract, params: unknown): Effect.Effect<Input, Failure> => {
  if (!Predicate.isObject(params) || Array.isArray(params)) {
    return Effect.fail(
      Failures.refused(contract.name, "the input is no object", "Give an object with the fields of the tool.")
    )
  }
  const { accept_charges: _, ...input } = params as Record<string, unknown>
  for (const { kind, path } of Fields.of(contract)) {
    const [name = "", ...rest] = path
    const value = input[name]
    if (kind !== "file" || rest.length > 0 || !Predicate.hasProperty(value, "base64")) continue
    const bytes = Base64.decode(String(value.base64))
    if (Result.isFailure(bytes)) {
      return Effect.fail(
        Failures.refused(contract.name, `${name}: expected base64`, "Encode the bytes of the file as base64.")
      )
    }
    const fileName = Predicate.hasProperty(value, "name") ? String(value.name) : "file"
    input[name] = Files.fromBytes(bytes.success, { name: fileName })
  }
  return Effect.succeed(input)
}

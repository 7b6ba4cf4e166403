/**
 * The contract of any operation, also of one that a user made.
 *
 * @internal
 */
import * as Context from "effect/Context"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Operation from "../Operation.ts"
import * as Contract from "./contract.ts"

const cache = new WeakMap<Operation.Any, Contract.Contract>()

export const of = (operation: Operation.Any): Contract.Contract => {
  const known = cache.get(operation)
  if (known !== undefined) return known
  const documented = Contract.find(operation.name)
  const contract = documented === undefined ? fromSchema(operation) : { ...documented, ...base(operation) }
  cache.set(operation, contract)
  return contract
}

const base = ({ endpoint: { method, path }, name, traits }: Operation.Any) => ({
  name,
  method,
  path: path.replace(/:(\w+)/g, "{$1}"),
  effect: Contract.effectOf(method, traits),
  replay: traits.replay
})

/** An operation that the document does not have: one of the user's own. */
const fromSchema = (operation: Operation.Any): Contract.Contract => {
  const schema = Operation.inputSchema(operation as Operation.Operation<unknown, unknown>)
  const { definitions, schema: input } = Schema.toJsonSchemaDocument(Schema.toType(schema))
  const { annotations } = operation.endpoint
  const method = base(operation)
  const summary =
    Option.getOrUndefined(Context.getOption(annotations, OpenApi.Summary)) ?? `${method.method} ${method.path}`
  return {
    ...method,
    summary,
    description: Option.getOrElse(Context.getOption(annotations, OpenApi.Description), () => summary),
    url: undefined,
    input: input.type === "object" ? (input as Contract.JsonSchema) : { type: "object" },
    definition: (name) => definitions[name] as Contract.JsonSchema | undefined
  }
}

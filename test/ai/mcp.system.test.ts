import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Client } from "@modelcontextprotocol/client"
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { Api, Audian, Numbers } from "effect-audian"
import * as Bin from "../support/bin.ts"
import * as Cli from "../support/cli.ts"

const deadline = 60_000
const key = "sk_test_embedded"
const number = "+14155550100"

const numbersOf = (baseUrl: string) =>
  Numbers.list().pipe(
    Effect.map(({ numbers }) => numbers.map(({ number }) => String(number))),
    Effect.provide(Layer.provide(Audian.layer({ apiKey: key, baseUrl }), FetchHttpClient.layer))
  )

/** A session of the official client with `effect-audian mcp`, which runs as a process. */
const session = (
  baseUrl: string,
  args: ReadonlyArray<string>,
  answer?: (message: string) => { readonly action: "accept" | "decline" | "cancel"; readonly confirm?: boolean }
) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [Bin.conditions, resolve(Bin.main), "mcp", ...args],
        env: { AUDIAN_API_KEY: key, AUDIAN_BASE_URL: baseUrl, PATH: process.env.PATH ?? "" },
        stderr: "pipe"
      })
      let stderr = ""
      transport.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()))
      const client = new Client(
        { name: "test", version: "1.0.0" },
        { capabilities: answer === undefined ? {} : { elicitation: { form: {} } } }
      )
      if (answer !== undefined) {
        client.setRequestHandler("elicitation/create", ({ params }) => {
          const { action, confirm } = answer(params.message)
          return action === "accept" ? { action, content: { confirm: confirm === true } } : { action }
        })
      }
      await client.connect(transport)
      return { client, stderr: () => stderr }
    }),
    ({ client }) => Effect.promise(() => client.close())
  )

type Session = Effect.Success<ReturnType<typeof session>>

const call = ({ client }: Session, name: string, input: Record<string, unknown>) =>
  Effect.promise(() => client.callTool({ name, arguments: input }))

const textOf = ({ content }: Effect.Success<ReturnType<typeof call>>) => {
  const [first] = content
  assert.strictEqual(first?.type, "text")
  return JSON.parse((first as { readonly text: string }).text) as Record<string, unknown>
}

describe("effect-audian mcp, by the official client", () => {
  it.live(
    "lists every operation that reads, calls one, and returns an error as data",
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* Bin.start("--port", "0", "--seed", "demo")
        const started = yield* session(baseUrl, [])
        const { client } = started
        assert.strictEqual(client.getServerVersion()?.name, "effect-audian")
        assert.include(client.getInstructions(), "outcome")
        const { tools } = yield* Effect.promise(() => client.listTools())
        assert.strictEqual(tools.length, Api.operations().filter(({ endpoint }) => endpoint.method === "GET").length)
        for (const { annotations, inputSchema } of tools) {
          assert.isTrue(annotations?.readOnlyHint)
          assert.strictEqual(inputSchema.type, "object")
        }

        const listed = yield* call(started, "Numbers_list", { limit: 1 })
        assert.isFalse(listed.isError === true)
        const { next, result, total } = listed.structuredContent as Record<string, unknown>
        assert.strictEqual((result as ReadonlyArray<{ readonly number: string }>)[0]!.number, number)
        assert.deepStrictEqual([next, total], [{ limit: 1, offset: 1 }, 3])

        const missing = yield* call(started, "Numbers_getConfig", { number_id: "nope" })
        assert.isTrue(missing.isError)
        assert.deepInclude(textOf(missing), { tag: "NotFound", status: 404, outcome: "not-executed" })
        const invalid = yield* call(started, "Numbers_list", { limit: 5000 })
        assert.isTrue(invalid.isError)
        assert.deepInclude(textOf(invalid), { reason: "InvalidRequest" })

        // An operation that writes is no tool of it.
        const unsafe = yield* Effect.promise(() =>
          client.callTool({ name: "Numbers_purchase", arguments: { number } }).then(
            (result) => (result.isError === true ? "refused" : "executed"),
            (error: Error) => error.message
          )
        )
        assert.match(unsafe, /Numbers_purchase|refused/)
        assert.strictEqual((yield* numbersOf(baseUrl)).length, 3)
        assert.notInclude(started.stderr(), key)
      }).pipe(Effect.scoped),
    deadline
  )

  it.live(
    "asks the user of the client before an unsafe call, and refuses it without a yes",
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* Bin.start("--port", "0")
        const args = ["--only", "Numbers.*", "--allow", "Numbers.purchase"]
        const messages: Array<string> = []
        const answers = ["decline", "cancel", "no", "yes"]
        const asking = yield* session(baseUrl, args, (message) => {
          messages.push(message)
          const answer = answers.shift()!
          return answer === "decline" || answer === "cancel"
            ? { action: answer }
            : { action: "accept", confirm: answer === "yes" }
        })
        for (const _ of ["decline", "cancel", "no"]) {
          const refused = yield* call(asking, "Numbers_purchase", { number })
          assert.isTrue(refused.isError)
          assert.deepInclude(textOf(refused), { tag: "Refused", outcome: "not-executed" })
        }
        assert.deepStrictEqual(yield* numbersOf(baseUrl), [])
        const bought = yield* call(asking, "Numbers_purchase", { number })
        assert.isFalse(bought.isError === true)
        assert.deepStrictEqual(yield* numbersOf(baseUrl), [number])
        assert.match(messages[0]!, /Buys a number \(Numbers\.purchase\)\n.*\nCost: .*monthly/)

        // A client without elicitation gets no approval.
        const silent = yield* session(baseUrl, args)
        const refused = yield* call(silent, "Numbers_purchase", { number: "+14155550101" })
        assert.deepInclude(textOf(refused), { tag: "Refused" })
        assert.deepStrictEqual(yield* numbersOf(baseUrl), [number])
      }).pipe(Effect.scoped),
    deadline
  )

  it.live(
    "reports an unknown operation, and a missing key, before it serves",
    () =>
      Effect.gen(function* () {
        const unknown = yield* Cli.run(["mcp", "--allow", "Numbers.buy"], { AUDIAN_API_KEY: key })
        assert.deepStrictEqual([unknown.code, unknown.stdout], [2, ""])
        assert.match(unknown.stderr, /no operation Numbers\.buy\n.*effect-audian operations/)
        const writes = yield* Cli.run(["mcp", "--only", "Numbers.purchase"], { AUDIAN_API_KEY: key })
        assert.strictEqual(writes.code, 2)
        assert.match(writes.stderr, /--allow/)
        const none = yield* Cli.run(["mcp"], { HOME: "/nonexistent" })
        assert.deepStrictEqual([none.code, none.stdout], [3, ""])
      }),
    deadline
  )
})

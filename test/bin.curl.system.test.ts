import { spawn } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ContractOf from "../src/ai/contractOf.ts"
import * as Fields from "../src/ai/fields.ts"
import { cases } from "./conformance/all.ts"
import * as Bin from "./support/bin.ts"
import * as Cli from "./support/cli.ts"
import * as Flags from "./support/flags.ts"

const isMissing = !Bin.has("curl") || !Bin.has("bash")
if (isMissing) console.log("SKIPPED: commands of --dry-run: bash or curl is not installed")

/** Runs a command in bash. */
const inBash = (command: string, environment: Readonly<Record<string, string>>): Effect.Effect<number | null> =>
  Effect.callback((resume) => {
    const child = spawn("bash", ["-euo", "pipefail", "-c", `${command} --silent --output /dev/null`], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "inherit"]
    })
    child.once("close", (code) => resume(Effect.succeed(code)))
  })

/** Samples without a secret: a printed command has a placeholder in its place. */
const plain = cases.filter(({ input, operation }) =>
  Fields.of(ContractOf.of(operation)).every(
    ({ kind, path }) => kind !== "secret" || !JSON.stringify(input ?? {}).includes(`"${path.at(-1)}"`)
  )
)

describe.skipIf(isMissing)("effect-audian call --dry-run", () => {
  it.live.each(plain.map((sample) => [`${sample.operation.name} ${sample.title ?? ""}`, sample] as const))(
    "%s: prints a curl command that sends what the operation sends",
    ([, sample]) =>
      Effect.gen(function* () {
        const { input, operation } = sample
        const { args } = yield* Flags.argumentsOf(operation, input, yield* Flags.folder)
        const server = yield* Flags.serverOf(sample)
        const environment = Flags.environment(server.baseUrl, operation)
        const { code, stdout } = yield* Cli.run(["call", operation.name, ...args, "--dry-run"], environment)
        assert.deepStrictEqual([code, server.seen.length], [0, 0])
        assert.notMatch(stdout, /sk_test|jwt/)
        assert.strictEqual(yield* inBash(stdout.trimEnd(), environment), 0, stdout)
        Flags.assertSent(server, sample)
        const { traits } = operation
        const token = traits.family === "account" ? "jwt" : traits.family === "flat" ? "sk_test" : undefined
        assert.strictEqual(server.seen[0]!.headers["x-auth-token"], token)
      }).pipe(Effect.scoped)
  )
})

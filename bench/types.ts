// Type-checking cost of a program that calls every operation, compared with one that calls a single operation through
// the same barrel. Uses the built declarations, as users do: run `npm run build` first.
import { execFileSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { Api } from "effect-audian"

const out = ".typebench"
rmSync(out, { recursive: true, force: true })
mkdirSync(out)

const program = (names: ReadonlyArray<string>): string =>
  [
    `import * as Effect from "effect/Effect"`,
    `import { Account, ${modules.join(", ")} } from "effect-audian"`,
    `void [Account, ${modules.join(", ")}]`,
    // Each call uses the result and an error of the operation.
    ...names.map(
      (name, i) =>
        `export const call${i} = (...input: Parameters<typeof ${name}>) =>\n` +
        `  ${name}(...input).pipe(Effect.map((value) => [value] as const), Effect.catchTag("NotFound", (error) => Effect.succeed(error.code)))`
    )
  ].join("\n")

const names = Api.operations().map(({ name }) => name)
const modules = Array.from(new Set(names.map((name) => name.split(".")[0]!).filter((name) => name !== "Account")))

interface Cost {
  readonly seconds: number
  readonly megabytes: number
  readonly instantiations: number
  readonly types: number
}

const check = (title: string, called: ReadonlyArray<string>): Cost => {
  const dir = `${out}/${title}`
  mkdirSync(dir)
  writeFileSync(`${dir}/index.ts`, program(called))
  writeFileSync(
    `${dir}/tsconfig.json`,
    JSON.stringify({
      extends: "../../tsconfig.json",
      compilerOptions: { customConditions: [], types: [], noUnusedLocals: false, plugins: [] },
      include: ["index.ts"]
    })
  )
  const runs = Array.from({ length: 5 }, () => {
    const text = execFileSync("node", ["node_modules/typescript/bin/tsc", "-p", dir, "--extendedDiagnostics"], {
      encoding: "utf8"
    })
    const number = (label: string) => Number(new RegExp(`^${label}:\\s*([\\d.]+)`, "m").exec(text)?.[1])
    return {
      seconds: number("Total time"),
      megabytes: number("Memory used") / 1024,
      instantiations: number("Instantiations"),
      types: number("Types")
    }
  })
  return runs.toSorted((a, b) => a.seconds - b.seconds)[2]!
}

const one = check("one", ["Numbers.list"])
const all = check("all", names)
const row = (title: string, { instantiations, megabytes, seconds, types }: Cost) =>
  console.log(
    `${title.padEnd(22)} ${seconds.toFixed(2)} s  ${megabytes.toFixed(0)} MB  ${types} types  ${instantiations} instantiations`
  )
row("one operation", one)
row(`all ${names.length} operations`, all)
const ratio = all.seconds / one.seconds
console.log(
  `ratio of time ${ratio.toFixed(2)}, of memory ${(all.megabytes / one.megabytes).toFixed(2)}  (aim: at most 2.2)`
)
rmSync(out, { recursive: true, force: true })

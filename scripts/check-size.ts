// Fails when a bundle is more than 2 % larger than its budget, or holds a file of a feature that its program does not use.
// `--update` writes the sizes of now as the budget.
import { readFileSync, writeFileSync } from "node:fs"
import { type Bundler, bundle, program, programs } from "../bench/bundles.ts"

interface Budget {
  /** In bytes, gzipped, by program and bundler. */
  readonly sizes: Record<string, Record<Bundler, number>>
  /** Files that no bundle of a program has that does not use them. A folder stands for its files. */
  readonly unused: ReadonlyArray<string>
  /** Files that a bundler keeps of a namespace that it imports as a whole, by program and bundler. */
  readonly kept: Record<string, Partial<Record<Bundler, ReadonlyArray<string>>>>
}

const file = new URL("../bench/budget.json", import.meta.url)
const budget: Budget = JSON.parse(readFileSync(file, "utf8"))
const update = process.argv.includes("--update")
const tolerance = 1.02
const problems: Array<string> = []
const sizes: Budget["sizes"] = {}

for (const [name, contents] of Object.entries(programs)) {
  for (const bundler of ["esbuild", "rolldown"] as const) {
    const { files, size } = await bundle(bundler, contents)
    sizes[name] = { ...(sizes[name] ?? { esbuild: 0, rolldown: 0 }), [bundler]: size }
    const most = budget.sizes[name]?.[bundler] ?? 0
    console.log(`${bundler.padEnd(9)} ${name.padEnd(30)} ${size} bytes, budget ${most}`)
    if (!update && size > most * tolerance) {
      problems.push(`${name} with ${bundler}: ${size} bytes, ${((size / most - 1) * 100).toFixed(1)} % over the budget`)
    }
    const kept = budget.kept[name]?.[bundler] ?? []
    for (const unused of budget.unused) {
      const found = files.find((file) => file === unused || (unused.endsWith("/") && file.startsWith(unused)))
      if (found !== undefined && !kept.includes(found)) problems.push(`${name} with ${bundler}: has ${found}`)
    }
  }
}

// A list of files that no program bundles would prove nothing: each is there when it is used.
const { files } = await bundle("esbuild", `import * as All from "effect-audian"\nconsole.log(All)`)
for (const unused of budget.unused) {
  if (!files.some((file) => file === unused || (unused.endsWith("/") && file.startsWith(unused)))) {
    problems.push(`bench/budget.json names ${unused}, which is in no bundle`)
  }
}

// The options of a call, priority, tenants and caches cost a program that uses none of them nothing: with one, it grows.
const plain = await bundle("esbuild", programs["one operation, deep"])
const deep = `import * as Audian from "effect-audian/Audian"\nimport * as Numbers from "effect-audian/Numbers"`
const call = `Numbers.getConfig({ number_id: "num_1" })`
const features = {
  "Audian.withTimeout": program(deep, `Audian.withTimeout(${call}, { total: "1 second" })`),
  "Audian.withCredentials": program(deep, `Audian.withCredentials(${call}, { apiKey: "other" })`),
  "RateLimit.withPriority": program(
    `${deep}\nimport * as RateLimit from "effect-audian/RateLimit"`,
    `RateLimit.withPriority(${call}, "high")`
  ),
  "Cached.make": program(
    `${deep}\nimport * as Cached from "effect-audian/Cached"`,
    `Effect.flatMap(Cached.make(Numbers.getConfig, { timeToLive: "1 minute", capacity: 10 }), (cached) => cached.get({ number_id: "num_1" }))`
  )
}
for (const [name, contents] of Object.entries(features)) {
  const { size } = await bundle("esbuild", contents)
  console.log(`esbuild   ${name.padEnd(30)} adds ${size - plain.size} bytes to a program that uses it`)
  if (size <= plain.size) problems.push(`${name} adds nothing: is it in every bundle?`)
}

if (update) writeFileSync(file, `${JSON.stringify({ ...budget, sizes }, undefined, 2)}\n`)
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1

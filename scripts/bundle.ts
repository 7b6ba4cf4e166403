// Builds the modules of the package. A public module keeps its file; the internal ones are put into few files with the
// public ones that they import, since the cost of an import is the number of files. Effect stays outside.
//
//   node scripts/bundle.ts           into dist
//   node scripts/bundle.ts FOLDER
import { globSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"
import { type Plugin, type RolldownOutput, rolldown } from "rolldown"
import { withPureStatements } from "./pureModules.ts"

const source = resolve("src")

const glob = (...patterns: ReadonlyArray<string>): ReadonlyArray<string> =>
  patterns
    .flatMap((pattern) => globSync(pattern, { cwd: source, exclude: ["internal/**"] }))
    .map((file) => resolve(source, file))

const isInternal = (file: string): boolean => file.startsWith(`${source}/internal/`)
const isRelative = (specifier: string): boolean => specifier.startsWith(".")

/** The modules that some modules import, at any depth, and these. */
const reachedFrom = async (input: ReadonlyArray<string>): Promise<ReadonlySet<string>> => {
  const found = new Set<string>()
  const graph: Plugin = {
    name: "graph",
    resolveId: (id, importer) => (importer === undefined || isRelative(id) ? null : { id, external: true }),
    load: (id) => void found.add(id)
  }
  const build = await rolldown({ input: [...input], plugins: [graph], treeshake: false })
  await build.generate()
  await build.close()
  return found
}

const resources = glob("resources/*.ts")

/** The modules that some modules import, at any depth, but for the resources. */
const neededBy = async (...patterns: ReadonlyArray<string>): Promise<ReadonlyArray<string>> =>
  [...(await reachedFrom(glob(...patterns)))].filter((file) => !resources.includes(file))

/** The files that hold more than one module, with the modules that they are for. A module is in the first that needs it. */
const shared: Readonly<Record<string, () => Promise<ReadonlyArray<string>>>> = {
  // A call, and what each operation needs. Each resource keeps its file.
  client: async () => [...(await reachedFrom(glob("Audian.ts"))), ...(await neededBy("resources/Numbers.ts"))],
  wait: () => neededBy("Wait.ts", "resources/Ports.ts"),
  files: () => neededBy("Files.ts"),
  forms: () => neededBy("resources/*.ts"),
  // `Account` is one name of the barrel, and loads all of them.
  account: async () => [...(await reachedFrom(glob("account/[A-Z]*.ts")))],
  guard: async () => [...(await reachedFrom(glob("RateLimit.ts", "CircuitBreaker.ts")))],
  webhook: async () => [...(await reachedFrom(glob("WebhookReceiver.ts", "EngineHookReceiver.ts")))],
  events: async () => [...(await reachedFrom(glob("Events.ts")))]
}

const fileOf = new Map<string, string>()
for (const [name, modules] of Object.entries(shared)) {
  for (const module of await modules()) if (!fileOf.has(module)) fileOf.set(module, name)
}

/** Imports each module of a public one by its path, so that a namespace stays a module that bundlers see through. */
const keepsImports = (importer: string): boolean =>
  importer.endsWith("/index.ts") || importer === `${source}/Api.ts` || importer.startsWith(`${source}/testing/`)

const placeholder = "module:"

const modules: Plugin = {
  name: "modules",
  resolveId: (id, importer) => {
    if (importer === undefined) return null
    if (!isRelative(id)) return { id, external: true }
    const file = resolve(dirname(importer), id)
    if (isInternal(file) || (fileOf.has(file) && !keepsImports(importer))) return { id: file }
    return { id: placeholder + relative(source, file), external: true }
  },
  renderChunk: (code, { fileName }) => {
    const linked = code
      .replace(/"module:([^"]*)"/g, (_, path: string) => JSON.stringify(specifier(dirname(fileName), path)))
      .replace(/(import\(`[^`]*)\.ts`\)/g, "$1.js`)")
    // The entries of the commands are programs.
    return fileName.startsWith("bin/") ? linked : withPureStatements(linked, fileName)
  },
  generateBundle: (_, files) => {
    for (const file of Object.values(files)) {
      // An import of no name has no effect, and bundlers warn of it.
      if (file.type === "chunk") file.code = file.code.replace(/^import "[^"]*";\n/gm, "")
    }
  }
}

const specifier = (folder: string, path: string): string => {
  const built = relative(folder, path.replace(/\.ts$/, ".js"))
  return isRelative(built) ? built : `./${built}`
}

const build = await rolldown({
  input: Object.fromEntries(glob("**/*.ts").map((file) => [relative(source, file).replace(/\.ts$/, ""), file])),
  plugins: [modules],
  preserveEntrySignatures: "strict",
  transform: { target: "es2024" },
  treeshake: { moduleSideEffects: false }
})
const { output }: RolldownOutput = await build.write({
  dir: process.argv[2] ?? "dist",
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "internal/[name].js",
  comments: { annotation: true, jsdoc: false, legal: false },
  minifyInternalExports: false,
  codeSplitting: {
    groups: Object.keys(shared).map((name, i, { length }) => ({
      name,
      priority: length - i,
      test: (file: string) => fileOf.get(file) === name
    }))
  }
})
await build.close()

for (const { fileName } of output) {
  // A namespace that is used as a value becomes an object, which bundlers do not see through.
  if (fileName.includes("rolldown-runtime")) throw new Error("a namespace is used as a value: see keepsImports")
}

/**
 * The bundles: the program as a consumer's bundler makes it, and the tests that need no module of Node.js.
 */
import { globSync } from "node:fs"
import { join } from "node:path"
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild"

const root = join(import.meta.dirname, "../..")

/** Bundles an entry in a folder where the package is installed. */
export const bundleEntry = async (
  folder: string,
  entry: string,
  outfile: string,
  conditions?: Array<string>
): Promise<void> => {
  await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2024",
    ...(conditions !== undefined && { conditions })
  })
}

/** Resolves the package to its sources as a browser does, and `vitest` to a runner of our own. */
const sources: Plugin = {
  name: "sources",
  setup: (build) => {
    build.onResolve({ filter: /^effect-audian\/testing$/ }, () => ({ path: `${root}/src/testing/portable/index.ts` }))
    // package.json says that no file has side effects.
    build.onResolve({ filter: /\/immediate\.ts$/ }, () => ({
      path: `${root}/scripts/runtimes/immediate.ts`,
      sideEffects: true
    }))
    build.onResolve({ filter: /^vitest$/ }, () => ({ path: `${root}/scripts/runtimes/vitest.ts` }))
    build.onResolve({ filter: /^@effect\/vitest$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: `${root}/node_modules/@effect/vitest/dist/index.js` }
    )
    build.onResolve({ filter: /^@effect\/platform-node\/NodeHttpClient$/ }, () => ({
      path: `${root}/scripts/runtimes/bound.ts`
    }))
    // A test fails with `Bound` once it calls one of their functions.
    build.onResolve({ filter: /^node:(?:assert|crypto|fs)$/ }, ({ path }) => ({ path, namespace: "bound" }))
    build.onLoad({ filter: /.*/, namespace: "bound" }, () => ({
      contents: `
        const { Bound } = require("${root}/scripts/runtimes/bound.ts")
        const fail = () => { throw new Error(Bound) }
        // esbuild reads what a module does not have from its prototype.
        module.exports = Object.create(new Proxy({}, { get: (_, name) => (name === "__esModule" ? undefined : fail) }))`,
      resolveDir: root,
      loader: "js"
    }))
    // A file that imports modules of a platform cannot run in others.
    build.onResolve({ filter: /^(?:node:|@effect\/platform-node|esbuild$|@modelcontextprotocol)/ }, ({ path }) => ({
      path,
      external: true
    }))
  }
}

const settings = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2024",
  mainFields: ["module", "main"],
  conditions: ["effect-audian-source", "import", "default"],
  plugins: [sources],
  // A bundle has no files beside it, and no environment.
  define: { "process.env": "{}", "import.meta.url": '"file:///"' },
  logLevel: "error"
} satisfies BuildOptions

export interface TestFiles {
  readonly portable: ReadonlyArray<string>
  /** The others, with the modules that keep them from running elsewhere than on Node.js. */
  readonly bound: ReadonlyMap<string, ReadonlyArray<string>>
}

/** Sorts the files of the unit tests by whether their bundle imports a module of a platform. */
export const testFiles = async (): Promise<TestFiles> => {
  const files = globSync("test/**/*.test.ts", { cwd: root })
    .filter((file) => !file.endsWith(".system.test.ts"))
    .toSorted()
  const { metafile } = await build({
    ...settings,
    entryPoints: files,
    write: false,
    metafile: true,
    outdir: "out",
    splitting: true
  })
  const portable: Array<string> = []
  const bound = new Map<string, ReadonlyArray<string>>()
  for (const file of files) {
    const modules = externalsOf(metafile!, file)
    if (modules.length === 0) portable.push(file)
    else bound.set(file, modules)
  }
  return { portable, bound }
}

const externalsOf = ({ inputs }: Metafile, file: string): ReadonlyArray<string> => {
  const seen = new Set<string>()
  const found = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    for (const { external, path: imported } of inputs[path]?.imports ?? []) {
      if (external === true && !imported.startsWith("<define:")) found.add(imported)
      else visit(imported)
    }
  }
  visit(file)
  return Array.from(found).toSorted()
}

/** Bundles the tests of these files. The bundle exports `runAll`. */
export const bundleTests = async (files: ReadonlyArray<string>, outfile: string): Promise<void> => {
  const lines = files.map((file) => `await file(${JSON.stringify(file)}, () => import("./${file}"))`)
  await build({
    ...settings,
    stdin: {
      contents: `
        import "./scripts/runtimes/immediate.ts"
        import { file, runAll as run } from "./scripts/runtimes/vitest.ts"
        export const runAll = async () => {
          ${lines.join("\n")}
          return run()
        }`,
      resolveDir: root,
      loader: "ts"
    },
    outfile
  })
}

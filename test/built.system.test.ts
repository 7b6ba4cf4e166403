/** The modules that `npm run build` makes, built into a folder of their own. */
import { execFileSync } from "node:child_process"
import { globSync, readFileSync, rmSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Esbuild from "esbuild"

// Effect is found from here.
const folder = join(import.meta.dirname, `../node_modules/.cache/effect-audian-${process.pid}`)
execFileSync(process.execPath, ["scripts/bundle.ts", folder])
afterAll(() => rmSync(folder, { recursive: true }))

const built = globSync("**/*.js", { cwd: folder })
const codeOf = (file: string): string => readFileSync(join(folder, file), "utf8")

/** The files that a program loads of the package. */
const loadedBy = (...entries: ReadonlyArray<string>): ReadonlyArray<string> => {
  const found = new Set<string>()
  const visit = (file: string): void => {
    if (found.has(file)) return
    found.add(file)
    for (const [, specifier = ""] of codeOf(file).matchAll(/(?:from|import) "(\.[^"]*\.js)"/g)) {
      visit(relative(folder, join(folder, dirname(file), specifier)))
    }
  }
  for (const entry of entries) visit(entry)
  return [...found].toSorted()
}

const bundle = async (contents: string, hasSideEffects: boolean): Promise<Esbuild.Metafile["outputs"][string]> => {
  const { metafile } = await Esbuild.build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    platform: "node",
    plugins: [
      {
        name: "side effects",
        setup: ({ onResolve }) => {
          onResolve({ filter: /^\..*\.js$/ }, ({ kind, path, resolveDir }) =>
            kind === "dynamic-import"
              ? { path, external: true }
              : { path: join(resolveDir, path), sideEffects: hasSideEffects }
          )
          onResolve({ filter: /^@effect\/platform-node|\.json$/ }, ({ path }) => ({
            path,
            external: true,
            sideEffects: false
          }))
        }
      }
    ]
  })
  return Object.values(metafile.outputs)[0]!
}

const sizeOf = ({ inputs }: Esbuild.Metafile["outputs"][string]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      file.includes("/.cache/") && bytesInOutput > 0 ? [[file.replace(/^.*\/\.cache\/[^/]*\//, ""), bytesInOutput]] : []
    )
  )

describe("the build", () => {
  it.effect("exports from each public module what its source does", () =>
    Effect.gen(function* () {
      const load = (file: string) =>
        Effect.map(
          Effect.promise((): Promise<object> => import(/* @vite-ignore */ file)),
          (module) => Object.keys(module).toSorted()
        )
      const files = globSync(["*.ts", "resources/*.ts", "account/*.ts", "testing/*.ts"], { cwd: "src" })
      assert.isAbove(files.length, 60)
      for (const file of files) {
        const names = yield* load(join(folder, file.replace(/\.ts$/, ".js")))
        assert.deepStrictEqual(names, yield* load(join(import.meta.dirname, "../src", file)), file)
      }
    })
  )

  it("puts each source into one file, so that its state exists once", () => {
    const sources = built.flatMap((file) =>
      Array.from(codeOf(file).matchAll(/^\/\/ (src\/\S+\.ts)$/gm), ([, name]) => name)
    )
    assert.isAbove(sources.length, 200)
    assert.deepStrictEqual(sources.toSorted(), [...new Set(sources)].toSorted())
  })

  it("loads what a program imports: three files for a client and a resource", () => {
    const client = ["Audian.js", "internal/client.js"]
    assert.deepStrictEqual(loadedBy("Audian.js"), client)
    assert.deepStrictEqual(loadedBy("Audian.js", "resources/Numbers.js"), [...client, "resources/Numbers.js"])
    for (const file of built) assert.notMatch(codeOf(file), /^import "/m, file)
    assert.deepStrictEqual(loadedBy("RateLimit.js"), ["RateLimit.js", "internal/client.js", "internal/guard.js"])
    assert.notMatch(
      codeOf("internal/client.js"),
      /^\/\/ src\/(?:account|internal\/(?:events|webhook|fleet|openapi))\//m
    )
  })

  it.effect("has no statement that a bundler keeps of a module of which nothing is used", () =>
    Effect.gen(function* () {
      const library = built.filter((file) => !file.startsWith("bin/"))
      const program = library.map((file) => `import "./${file}"`).join("\n")
      const kept = yield* Effect.promise(() => bundle(program, true))
      assert.deepStrictEqual(sizeOf(kept), {})
      // The same files, used.
      const used = yield* Effect.promise(() => bundle(`export * from "./internal/client.js"`, true))
      assert.isAbove(sizeOf(used)["internal/client.js"] ?? 0, 100_000)
    })
  )

  it.effect("lets a bundler take one name of a file that holds many", () =>
    Effect.gen(function* () {
      const status = yield* Effect.promise(() => bundle(`export { get } from "./Status.js"`, false))
      const { "internal/client.js": size = 0, ...others } = sizeOf(status)
      assert.isAbove(size, 500)
      assert.isBelow(size, 3000)
      assert.deepStrictEqual(others, {})
    })
  )

  it("keeps the names of its classes, and the name of each source for a stack", () => {
    const client = codeOf("internal/client.js")
    assert.match(client, /class NotFound extends/)
    assert.match(client, /^\/\/ src\/internal\/call\/call\.ts$/m)
  })
})

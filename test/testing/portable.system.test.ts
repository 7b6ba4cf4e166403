import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { build, type Plugin } from "esbuild"

/** Resolves the package's own paths as a consumer's bundler does, without an installed `@effect/platform-node`. */
const consumer = (platform: "browser" | "neutral" | "node"): Plugin => ({
  name: "consumer",
  setup: (build) => {
    const root = process.cwd()
    const index = platform === "node" ? "index.ts" : "portable/index.ts"
    build.onResolve({ filter: /^effect-audian\/testing$/ }, () => ({ path: `${root}/src/testing/${index}` }))
    build.onResolve({ filter: /^effect-audian$/ }, () => ({ path: `${root}/src/index.ts` }))
    build.onLoad({ filter: /src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll("@effect/platform-node/", "@effect/not-installed/"),
      loader: "ts"
    }))
  }
})

const bundle = (contents: string, platform: "browser" | "neutral" | "node") =>
  Effect.tryPromise(() =>
    build({
      stdin: { contents, resolveDir: process.cwd() },
      bundle: true,
      format: "esm",
      splitting: false,
      minify: true,
      write: false,
      logLevel: "silent",
      metafile: true,
      mainFields: ["module", "main"],
      platform,
      plugins: [consumer(platform)]
    })
  )

const programs = {
  "a stub": `
    import * as Effect from "effect/Effect"
    import { Numbers } from "effect-audian"
    import { AudianTest } from "effect-audian/testing"
    globalThis.result = Effect.runPromise(Effect.provide(
      Numbers.list(),
      AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [], total: 3 })))
    )).then(({ total }) => total)`,
  "the server in memory": `
    import * as Effect from "effect/Effect"
    import { Numbers } from "effect-audian"
    import { EmbeddedAudian } from "effect-audian/testing"
    globalThis.result = Effect.runPromise(Effect.provide(
      Effect.andThen(Numbers.purchase({ number: "+14155551234" }), Numbers.list()),
      EmbeddedAudian.layer()
    )).then(({ total }) => total)`
}

describe("effect-audian/testing in a bundle", () => {
  for (const platform of ["browser", "neutral"] as const) {
    for (const [what, program] of Object.entries(programs)) {
      it.effect(`${what} bundles for ${platform} without modules of Node.js, and runs`, () =>
        Effect.gen(function* () {
          const { metafile, outputFiles } = yield* bundle(program, platform)
          const imports = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
          assert.deepStrictEqual(imports, [])
          // Both platforms may give the same bundle, and a module runs once.
          const code = `${outputFiles[0]?.text}\n// ${platform}`
          const url = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`
          yield* Effect.promise(() => import(/* @vite-ignore */ url))
          const { result } = globalThis as unknown as { readonly result: Promise<number> }
          assert.strictEqual(yield* Effect.promise(() => result), what === "a stub" ? 3 : 1)
        })
      )
    }
  }

  it.effect("a stub bundles for Node.js without @effect/platform-node", () =>
    Effect.gen(function* () {
      const { errors } = yield* bundle(programs["a stub"], "node")
      assert.deepStrictEqual(errors, [])
    })
  )
})

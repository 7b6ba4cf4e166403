import { existsSync, globSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Barrel from "effect-audian"
import * as Testing from "effect-audian/testing"
import * as Portable from "../src/testing/portable/index.ts"

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly version: string
  readonly exports: Record<string, string | null | Record<string, string>>
}

const nameOf = (file: string): string => file.replace(/^.*\/|\.ts$/g, "")

const namespaces = (module: object): ReadonlyArray<string> => Object.keys(module).toSorted()

describe("the package", () => {
  it("exports every public module by its own path and through the barrel", () => {
    const flat = [...globSync("src/*.ts"), ...globSync("src/resources/*.ts")]
      .map(nameOf)
      .filter((name) => name !== "index")
    assert.deepStrictEqual(namespaces(Barrel), [...flat, "Account"].toSorted())
    for (const name of [...flat, "Account", "node", "testing"]) assert.isTrue(`./${name}` in manifest.exports, name)
    assert.deepStrictEqual(
      namespaces(Barrel.Account),
      globSync("src/account/*.ts")
        .map(nameOf)
        .filter((name) => name !== "index")
        .toSorted()
    )
    assert.deepStrictEqual(namespaces(Portable), namespaces(Testing))
    assert.deepStrictEqual(namespaces(Portable.EmbeddedAudian), namespaces(Testing.EmbeddedAudian))
    assert.deepStrictEqual(
      namespaces(Testing),
      globSync("src/testing/*.ts")
        .map(nameOf)
        .filter((name) => name !== "index")
        .toSorted()
    )
  })

  it("points each path at a source and at what the build makes of it", () => {
    for (const [path, target] of Object.entries(manifest.exports)) {
      if (target === null || typeof target === "string" || path.includes("*")) continue
      const source = target["effect-audian-source"] ?? ""
      assert.isTrue(existsSync(source), source)
      // The default of `testing` is its portable form, with the same types.
      const built = target.node ?? target.default
      assert.strictEqual(built, source.replace("./src/", "./dist/").replace(/\.ts$/, ".js"))
      assert.strictEqual(target.types, built?.replace(/\.js$/, ".d.ts"))
    }
    assert.isNull(manifest.exports["./internal/*"])
  })

  it.effect("does not let its insides be imported", () =>
    Effect.gen(function* () {
      const load = (specifier: string) => Effect.tryPromise(() => import(/* @vite-ignore */ specifier))
      for (const name of ["Status", "internal/response"]) {
        assert.isTrue(existsSync(`src/${name}.ts`), name)
        const { _tag } = yield* Effect.exit(load(`effect-audian/${name}`))
        assert.strictEqual(_tag, name === "Status" ? "Success" : "Failure", name)
      }
    })
  )
})

// Builds the package as it is published, in `.package`: the files of `npm pack`, a manifest without the parts that only
// this repository needs, and openapi.json without whitespace.
//
//   npm run stage
import { execFileSync } from "node:child_process"
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export const folder = ".package"

interface Manifest {
  readonly exports: Readonly<Record<string, string | null | Readonly<Record<string, string>>>>
  readonly [key: string]: unknown
}

/** The manifest as it is published. */
export const published = ({ exports, ...manifest }: Manifest): object => {
  const { allowScripts: _, devDependencies: __, files: ___, scripts: ____, ...rest } = manifest
  return {
    ...rest,
    exports: Object.fromEntries(
      Object.entries(exports).map(([subpath, target]) => {
        if (target === null || typeof target === "string") return [subpath, target]
        const { "effect-audian-source": _, ...conditions } = target
        return [subpath, conditions]
      })
    )
  }
}

interface Packed {
  readonly files: ReadonlyArray<{ readonly path: string }>
}

/** The files that npm packs. */
const packed = (): ReadonlyArray<string> => {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"]
  })
  // One package by its position, or by its name in later versions of npm.
  const [result] = Object.values(JSON.parse(output) as Readonly<Record<string, Packed>>)
  return result!.files.map(({ path }) => path)
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"))

if (import.meta.main) {
  execFileSync("npm", ["run", "-s", "build"], { stdio: "inherit" })
  rmSync(folder, { recursive: true, force: true })
  for (const path of packed()) cpSync(path, join(folder, path))
  const manifest = published(readJson("package.json") as Manifest)
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(readJson("openapi.json")))
}

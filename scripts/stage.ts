// Builds the package as it is published, in `.package`: the files of `npm pack`, a manifest without the parts that only
// this repository needs, and openapi.json without whitespace.
//
//   npm run stage
import { execFileSync } from "node:child_process"
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { posix } from "node:path"

export const folder = ".package"

interface Manifest {
  readonly repository: { readonly url: string }
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

/**
 * A document with addresses for its links to files that are not packed, such as `docs/operations`. A page is an address of
 * the repository, and a picture that of its bytes.
 */
export const withAddresses = (file: string, text: string, packed: ReadonlyArray<string>, repository: string): string =>
  text.replaceAll(
    // Code first: it has no links.
    /^```[\s\S]*?^```$|(!?)(\[[^\]]*\])\(([^)\s#:]+)(#[^)\s]*)?\)|`[^`\n]*`/gm,
    (all, picture: string, label: string | undefined, to: string, anchor = "") => {
      if (label === undefined) return all
      const path = posix.join(posix.dirname(file), to)
      if (packed.some((name) => name === path || name.startsWith(`${path}/`))) return all
      return `${picture}${label}(${repository}/${picture === "" ? "blob" : "raw"}/main/${path}${anchor})`
    }
  )

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

/** The page of the repository. */
export const address = ({ repository }: Pick<Manifest, "repository">): string =>
  repository.url.replace(/^git\+|\.git$/g, "")

if (import.meta.main) {
  execFileSync("npm", ["run", "-s", "build"], { stdio: "inherit" })
  rmSync(folder, { recursive: true, force: true })
  const files = packed()
  const source = readJson("package.json") as Manifest
  for (const path of files) {
    cpSync(path, posix.join(folder, path))
    if (!/^(?!dist).*\.(?:md|txt)$/.test(path)) continue
    writeFileSync(posix.join(folder, path), withAddresses(path, readFileSync(path, "utf8"), files, address(source)))
  }
  const manifest = published(source)
  writeFileSync(posix.join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(posix.join(folder, "openapi.json"), JSON.stringify(readJson("openapi.json")))
}

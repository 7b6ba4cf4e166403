// Sets the owner of the repository in every file that names it: the manifest, and the documents.
//
//   npm run owner -- NAME
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"

/** The owner until the repository has one. */
export const placeholder = "OWNER"

const repository = /(\bgithub\.com\/)([\w-]+)(\/effect-audian\b)/g

/** The text with the owner in each address of the repository. */
export const withOwner = (text: string, owner: string): string => text.replace(repository, `$1${owner}$3`)

/** The owners that a text names. */
export const ownersOf = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(repository), ([, , name]) => name!)

if (import.meta.main) {
  const owner = process.argv[2]
  if (owner === undefined || !/^[\w-]+$/.test(owner)) throw new Error("usage: npm run owner -- NAME")
  const files = execFileSync("git", ["grep", "-lE", "github\\.com/[A-Za-z0-9_-]+/effect-audian"], { encoding: "utf8" })
  for (const file of files.trim().split("\n")) {
    const text = readFileSync(file, "utf8")
    const changed = withOwner(text, owner)
    if (changed === text) continue
    writeFileSync(file, changed)
    console.log(file)
  }
}

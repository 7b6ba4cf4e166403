// Packages that a check needs and the project does not: from npm, each into a temporary folder of its own.
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Installs a package, unless it has been, and gives the folder whose `node_modules` it is in. */
export const install = (id: string, version: string): string => {
  const folder = join(tmpdir(), `effect-audian-${id.replace(/\W/g, "-")}-${version}`)
  // A folder that is there is whole: it gets its name when the installation is over.
  if (existsSync(folder)) return folder
  const made = mkdtempSync(`${folder}-`)
  const flags = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"]
  execFileSync("npm", ["install", "--prefix", made, `${id}@${version}`, ...flags], { stdio: "inherit" })
  if (existsSync(folder)) rmSync(made, { recursive: true })
  else renameSync(made, folder)
  return folder
}

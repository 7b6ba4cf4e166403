// Installs npm packages that only a check needs, each into its own temporary folder.
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Installs a package unless it is installed. Returns the folder of its `node_modules`. */
export const install = (id: string, version: string): string => {
  const folder = join(tmpdir(), `effect-audian-${id.replace(/\W/g, "-")}-${version}`)
  // An existing folder is complete: it is renamed after the installation.
  if (existsSync(folder)) return folder
  const temporary = mkdtempSync(`${folder}-`)
  const flags = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"]
  execFileSync("npm", ["install", "--prefix", temporary, `${id}@${version}`, ...flags], { stdio: "inherit" })
  if (existsSync(folder)) rmSync(temporary, { recursive: true })
  else renameSync(temporary, folder)
  return folder
}

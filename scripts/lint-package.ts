// Checks a packed tarball with publint, with "Are the types wrong?" and by its size. Both tools are installed from npm.
//
//   node scripts/lint-package.ts TARBALL
import { execFileSync } from "node:child_process"
import { statSync } from "node:fs"
import { join } from "node:path"
import { install } from "./npm.ts"

/** Bytes. Maps, sources and a second copy of the docstrings would double it. */
const maxSize = 623_000

const tarball = process.argv[2]
if (tarball === undefined) throw new Error("usage: node scripts/lint-package.ts TARBALL")

const run = (id: string, version: string, name: string, args: ReadonlyArray<string>): void => {
  const program = join(install(id, version), "node_modules", ".bin", name)
  try {
    execFileSync(program, args, { stdio: ["ignore", "pipe", "inherit"] })
  } catch (error) {
    console.error(String((error as { readonly stdout?: Buffer }).stdout))
    throw new Error(`${name} failed`)
  }
  console.log(`${name} ${version}: no problem`)
}

run("publint", "0.3.25", "publint", ["run", tarball, "--strict"])
run("@arethetypeswrong/cli", "0.18.5", "attw", [tarball, "--profile", "esm-only", "--format", "ascii"])

const { size } = statSync(tarball)
console.log(`the tarball: ${Math.round(size / 1000)} KB of at most ${maxSize / 1000}`)
if (size > maxSize) process.exitCode = 1

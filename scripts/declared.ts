/**
 * Writes one module for each subpath of the installed package, with a constant for each of its values. Declarations are
 * only emitted for them if every type that they name is exported.
 *
 * Usage: node declared.ts <package root> <directory to write to>
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const [root = "", out = ""] = process.argv.slice(2)
const { exports, name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))

const subpaths = Object.keys(exports).flatMap((subpath) => {
  if (exports[subpath] === null || subpath.endsWith(".json")) return []
  if (!subpath.endsWith("/*")) return [subpath]
  const directory = join(root, exports[subpath].default, "..")
  return readdirSync(directory)
    .filter((file) => file.endsWith(".js") && file !== "index.js")
    .map((file) => subpath.replace("*", file.slice(0, -".js".length)))
})

mkdirSync(out, { recursive: true })
for (const subpath of subpaths) {
  const specifier = name + subpath.slice(1)
  const values: Record<string, unknown> = await import(specifier)
  // A namespace has a subpath of its own.
  const names = Object.keys(values).filter((key) => Object.prototype.toString.call(values[key]) !== "[object Module]")
  const lines = names.map((key) => `export const $${key} = Module.${key}`)
  const file = `${subpath.replace(/\W+/g, "_")}.ts`
  writeFileSync(join(out, file), [`import * as Module from "${specifier}"`, ...lines, "export {}", ""].join("\n"))
}

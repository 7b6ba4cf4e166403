/**
 * Writes one module for each subpath of the installed package, with a constant for each of its values, for the fields of
 * its models, and for the call, the streams and the schemas of its operations. Declarations are only emitted for them if
 * every type that they name is exported.
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

/** The constants for a value of a module. */
const constantsOf = (key: string, value: unknown): ReadonlyArray<string> => {
  const constants = [`$${key} = Module.${key}`]
  if (typeof value !== "function") return constants
  if ("fields" in value) constants.push(`$${key}_fields = fieldsOf(Module.${key})`)
  if ("traits" in value) {
    constants.push(
      `$${key}_call = (...input: Parameters<typeof Module.${key}>) => Module.${key}(...input)`,
      `$${key}_input = Operation.inputSchema(Module.${key})`,
      `$${key}_result = Operation.resultSchema(Module.${key})`
    )
  }
  if ("pages" in value) {
    constants.push(
      `$${key}_pages = (...input: Parameters<typeof Module.${key}.pages>) => Module.${key}.pages(...input)`,
      `$${key}_items = (...input: Parameters<typeof Module.${key}.items>) => Module.${key}.items(...input)`
    )
  }
  return constants
}

mkdirSync(out, { recursive: true })
for (const subpath of subpaths) {
  const specifier = name + subpath.slice(1)
  const values: Record<string, unknown> = await import(specifier)
  // A namespace has a subpath of its own.
  const names = Object.keys(values).filter((key) => Object.prototype.toString.call(values[key]) !== "[object Module]")
  const lines = names.flatMap((key) => constantsOf(key, values[key])).map((constant) => `export const ${constant}`)
  const file = `${subpath.replace(/\W+/g, "_")}.ts`
  const head = [
    `import { Operation } from "${name}"`,
    `import * as Module from "${specifier}"`,
    "declare const fieldsOf: <S>(schema: S) => S extends { readonly fields: infer Fields } ? Fields : undefined"
  ]
  writeFileSync(join(out, file), [...head, ...lines, "export {}", ""].join("\n"))
}

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

const isModule = (value: unknown): value is Record<string, unknown> =>
  Object.prototype.toString.call(value) === "[object Module]"

/** The constants for the values of a module, and of its namespaces that have no subpath of their own. */
const constantsOfModule = (module: string, values: Record<string, unknown>): ReadonlyArray<string> =>
  Object.entries(values).flatMap(([key, value]) => {
    if (!isModule(value)) return constantsOf(`${module}.${key}`, value)
    return subpaths.some((subpath) => subpath.endsWith(`/${key}`)) ? [] : constantsOfModule(`${module}.${key}`, value)
  })

const constantsOf = (path: string, value: unknown): ReadonlyArray<string> => {
  const name = `$${path.split(".").slice(1).join("_")}`
  const constants = [`${name} = ${path}`]
  if (typeof value !== "function") return constants
  if ("fields" in value) constants.push(`${name}_fields = fieldsOf(${path})`)
  if ("traits" in value) {
    constants.push(
      `${name}_call = (...input: Parameters<typeof ${path}>) => ${path}(...input)`,
      `${name}_input = Operation.inputSchema(${path})`,
      `${name}_result = Operation.resultSchema(${path})`
    )
  }
  if ("pages" in value) {
    constants.push(
      `${name}_pages = (...input: Parameters<typeof ${path}.pages>) => ${path}.pages(...input)`,
      `${name}_items = (...input: Parameters<typeof ${path}.items>) => ${path}.items(...input)`
    )
  }
  return constants
}

mkdirSync(out, { recursive: true })
for (const subpath of subpaths) {
  const specifier = name + subpath.slice(1)
  const values: Record<string, unknown> = await import(specifier)
  const lines = constantsOfModule("Module", values).map((constant) => `export const ${constant}`)
  const file = `${subpath.replace(/\W+/g, "_")}.ts`
  const head = [
    `import { Operation } from "${name}"`,
    `import * as Module from "${specifier}"`,
    "declare const fieldsOf: <S>(schema: S) => S extends { readonly fields: infer Fields } ? Fields : undefined"
  ]
  writeFileSync(join(out, file), [...head, ...lines, "export {}", ""].join("\n"))
}

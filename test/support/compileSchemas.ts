/**
 * A module that a process loads first: Effect's compiler of schemas, enabled. The file in `COMPILED_SCHEMAS` gets a byte
 * for each function that the compiler makes.
 */
import { appendFileSync } from "node:fs"
import "effect/schema/SchemaJITCompiler/enable"

const { COMPILED_SCHEMAS: file } = process.env

if (file !== undefined) {
  globalThis.Function = new Proxy(Function, {
    apply: (make, self, args) => {
      const made = Reflect.apply(make, self, args)
      appendFileSync(file, ".")
      return made
    }
  })
}

/**
 * Starts a command. Simple enough to run on an old Node.js and report that it is too old.
 *
 * @internal
 */
import * as Module from "node:module"
import process from "node:process"

export const start = (name: string, main: (command: typeof import("./command.ts")) => void): void => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

  const end = (message: string): void => {
    process.stderr.write(`${name}: ${message}\n`)
    process.exitCode = 1
  }

  if (major < 22 || (major === 22 && minor < 19)) {
    end(`Node.js 22.19 or later is needed; this is ${process.versions.node}`)
    return
  }
  // Compiled modules are kept in the folder for temporary files: the next start takes two thirds of the time.
  Module.enableCompileCache()
  import("./command.ts").then(main, (error: { readonly code?: string; readonly message: string }) => {
    const missing = /package '(effect|@effect\/platform-node)'/.exec(error.message)?.[1]
    if (error.code !== "ERR_MODULE_NOT_FOUND" || missing === undefined) throw error
    end(`${missing} is needed, and not installed; npm install effect @effect/platform-node`)
  })
}

// Runs the TypeScript compiler that also reports Effect diagnostics, with the given arguments.
import { execFileSync, spawnSync } from "node:child_process"

const compiler = execFileSync("effect-tsgo", ["get-exe-path"], { encoding: "utf8" }).trim()
process.exitCode = spawnSync(compiler, process.argv.slice(2), { stdio: "inherit" }).status ?? 1

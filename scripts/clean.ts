// Empties the build's folder, so that a module that is gone from the sources is gone from the package.
import { rmSync } from "node:fs"

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true })

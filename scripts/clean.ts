// Removes the build output, so that deleted modules do not stay in the package.
import { rmSync } from "node:fs"

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true })

/** Replaces globals of Node.js by those of jsdom, as Vitest does for a test with this environment. */
import { builtinEnvironments } from "vitest/runtime"

await builtinEnvironments.jsdom.setup(globalThis, {})

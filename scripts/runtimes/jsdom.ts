/** Replaces globals of Node.js by those of jsdom, as Vitest does for a test with this environment. */
import { builtinEnvironments } from "vitest/runtime"

// undici dispatches the events of jsdom's WebSocket, and refuses them outside of any promise.
process.on("uncaughtException", (error) => console.error(error))

await builtinEnvironments.jsdom.setup(globalThis, {})

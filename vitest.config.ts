import { defineConfig } from "vitest/config"

// Tests import the package by its name, as a user does, and get its sources.
const conditions = ["effect-audian-source", "node", "import", "default"]

const all = "test/**/*.test.ts"
// Tests that start processes, use real external programs or big files, or look at the process they run in.
const system = "test/**/*.system.test.ts"

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      // Files share a worker, and so its modules: loading them once a file takes longer than the tests.
      { extends: true, test: { name: "unit", include: [all], exclude: [system], isolate: false } },
      { extends: true, test: { name: "system", include: [system] } }
    ],
    // The default leaves a core idle, which of two is half of the machine.
    maxWorkers: "100%",
    // A busy machine is slow: this only ends what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})

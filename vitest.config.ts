import { defineConfig } from "vitest/config"

// Tests import the package by its name, as a user does, and get its sources.
const conditions = ["effect-audian-source", "node", "import", "default"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // A busy machine is slow: this only ends what hangs.
  test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 }
})

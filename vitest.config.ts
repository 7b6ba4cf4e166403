import { defineConfig } from "vitest/config"

// Tests import the package by its name, as a user does, and get its sources.
const conditions = ["effect-audian-source", "node", "import", "default"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ["test/**/*.test.ts"] }
})

/**
 * Every row of the conformance table.
 */
import { readdirSync } from "node:fs"
import type { Case } from "./Case.ts"

export const cases: ReadonlyArray<Case> = (
  await Promise.all(
    readdirSync(new URL("cases", import.meta.url)).map(
      (file) =>
        import(new URL(`cases/${file}`, import.meta.url).href) as Promise<{ readonly cases: ReadonlyArray<Case> }>
    )
  )
).flatMap((module) => module.cases)

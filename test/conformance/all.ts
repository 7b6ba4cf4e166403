/** Every case there is, in the order of the files' names. */
import { readdirSync } from "node:fs"
import type { Case } from "./Case.ts"

export const cases: ReadonlyArray<Case> = (
  await Promise.all(
    readdirSync(new URL("cases", import.meta.url))
      .toSorted()
      .map(
        (file) =>
          import(new URL(`cases/${file}`, import.meta.url).href) as Promise<{ readonly cases: ReadonlyArray<Case> }>
      )
  )
).flatMap((module) => module.cases)

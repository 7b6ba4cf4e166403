// Reads the fenced TypeScript blocks of a file.
import { readFileSync } from "node:fs"

interface Fence {
  readonly code: string
  /** Fenced as `ts run`: run by a test, not only compiled. */
  readonly isRun: boolean
}

/** The blocks of a Markdown file, or of the docstrings of a source file. */
export const fencesOf = (file: string): ReadonlyArray<Fence> => {
  const text = readFileSync(file, "utf8")
  // Each line of a docstring starts with an asterisk.
  const source = file.endsWith(".ts") ? text.replace(/^ *\* ?/gm, "") : text
  return Array.from(source.matchAll(/^```ts( run)?\n([\s\S]*?)^```/gm), ([, run, code]) => ({
    code: code!,
    isRun: run !== undefined
  }))
}

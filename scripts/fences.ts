// Reads the fenced blocks of TypeScript out of a text.
import { readFileSync } from "node:fs"

export interface Fence {
  readonly code: string
  /** Whether it is to be run, not only compiled: fenced as `ts run`. */
  readonly isRun: boolean
}

/** The blocks of a file of Markdown, or of the docstrings of a source. */
export const fencesOf = (file: string): ReadonlyArray<Fence> => {
  const text = readFileSync(file, "utf8")
  // In a docstring each line starts with an asterisk.
  const source = file.endsWith(".ts") ? text.replace(/^ *\* ?/gm, "") : text
  return Array.from(source.matchAll(/^```ts( run)?\n([\s\S]*?)^```/gm), ([, run, code]) => ({
    code: code!,
    isRun: run !== undefined
  }))
}

// Gzipped size of bundles that call one operation, compared with the same program written by hand.
import { type Bundler, bundle, type Program, programs } from "./bundles.ts"

export interface Row {
  readonly program: Program
  readonly bundler: Bundler
  /** In bytes, gzipped. */
  readonly size: number
  /** Bytes over the program by hand. */
  readonly over: number
}

export const measure = async (): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (const bundler of ["esbuild", "rolldown"] as const) {
    const { size: base } = await bundle(bundler, programs["by hand"])
    for (const [program, contents] of Object.entries(programs) as ReadonlyArray<[Program, string]>) {
      const { size } = await bundle(bundler, contents)
      rows.push({ program, bundler, size, over: size - base })
    }
  }
  return rows
}

export const kb = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`

if (import.meta.main) {
  for (const { bundler, over, program, size } of await measure()) {
    console.log(`${bundler.padEnd(9)} ${program.padEnd(30)} ${kb(size).padStart(8)}  +${kb(over)}`)
  }
}

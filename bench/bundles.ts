// Bundles of small programs with esbuild and rolldown for the browser: their gzipped size, and the files in them.
import { relative } from "node:path"
import { gzipSync } from "node:zlib"
import * as Esbuild from "esbuild"
import * as Rolldown from "rolldown"

export type Bundler = "esbuild" | "rolldown"

export interface Bundle {
  /** In bytes, minified and gzipped. */
  readonly size: number
  /** The files with code in the bundle, relative to the package: `src/Audian.ts`. */
  readonly files: ReadonlyArray<string>
}

const root = new URL("..", import.meta.url).pathname
const conditions = ["effect-audian-source"]

const bundlers: Record<Bundler, (contents: string) => Promise<Bundle>> = {
  esbuild: async (contents) => {
    const { metafile, outputFiles } = await Esbuild.build({
      stdin: { contents, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "browser",
      absWorkingDir: root,
      conditions
    })
    const [output] = Object.values(metafile.outputs)
    const files = Object.entries(output!.inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : []
    )
    return { size: gzip(outputFiles[0]!.contents), files }
  },
  rolldown: async (contents) => {
    const entry = `${import.meta.dirname}/entry.ts`
    const bundle = await Rolldown.rolldown({
      input: entry,
      platform: "browser",
      resolve: { conditionNames: [...conditions, "browser", "import", "default"] },
      plugins: [
        {
          name: "entry",
          resolveId: (id) => (id === entry ? id : null),
          load: (id) => (id === entry ? contents : null)
        }
      ]
    })
    const { output } = await bundle.generate({ format: "esm", minify: true })
    await bundle.close()
    const files = Object.entries(output[0].modules).flatMap(([file, { renderedLength }]) =>
      renderedLength > 0 ? [relative(root, file)] : []
    )
    return { size: gzip(output[0].code), files }
  }
}

const gzip = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).length

export const bundle = (bundler: Bundler, program: string): Promise<Bundle> => bundlers[bundler](program)

const imports = `
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"`

/** A program that calls one operation through the library. */
export const program = (from: string, call = `Numbers.list({ limit: 20, status: "active" })`): string => `${imports}
import * as Layer from "effect/Layer"
${from}
const live = Layer.provide(Audian.layer({ apiKey: "key" }), FetchHttpClient.layer)
Effect.runPromise(${call}.pipe(Effect.provide(live))).then(console.log)`

export const barrel = `import { Audian, Numbers } from "effect-audian"`
export const deep = `import * as Audian from "effect-audian/Audian"\nimport * as Numbers from "effect-audian/Numbers"`

/** The programs whose size is measured. */
export const programs = {
  "by hand": `${imports}
import * as HandWritten from "./handwritten.ts"
const call = HandWritten.make("https://api.audian.com:8443", "key")
Effect.runPromise(call.pipe(Effect.flatMap((f) => f.list({ limit: 20, status: "active" })), Effect.provide(FetchHttpClient.layer))).then(console.log)`,
  "one operation, deep": program(deep, `Numbers.getConfig({ number_id: "num_1" })`),
  "a list with its pages, deep": program(deep),
  "a list with its pages, barrel": program(barrel)
} satisfies Record<string, string>

export type Program = keyof typeof programs

// Gzipped bundle size of a program that calls one operation, compared with the same program written by hand.
import { gzipSync } from "node:zlib"
import { build } from "esbuild"

const program = async (contents: string): Promise<number> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["effect-audian-source"]
  })
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length
}

const imports = `
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"`

const byHand = await program(`${imports}
import * as HandWritten from "./handwritten.ts"
const call = HandWritten.make("https://api.audian.com:8443", "key")
Effect.runPromise(call.pipe(Effect.flatMap((f) => f.list({ limit: 20, status: "active" })), Effect.provide(FetchHttpClient.layer))).then(console.log)`)

const ours = (from: string) =>
  program(`${imports}
import * as Layer from "effect/Layer"
${from}
const live = Layer.provide(Audian.layer({ apiKey: "key" }), FetchHttpClient.layer)
Effect.runPromise(Numbers.list({ limit: 20, status: "active" }).pipe(Effect.provide(live))).then(console.log)`)

const barrel = await ours(`import { Audian, Numbers } from "effect-audian"`)
const deep = await ours(
  `import * as Audian from "effect-audian/Audian"\nimport * as Numbers from "effect-audian/Numbers"`
)

const kb = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`
console.log(`by hand               ${kb(byHand)}`)
console.log(`ours, from the barrel ${kb(barrel)}  (+${kb(barrel - byHand)}; aim: at most +20 KB)`)
console.log(`ours, deep imports    ${kb(deep)}  (+${kb(deep - byHand)})`)

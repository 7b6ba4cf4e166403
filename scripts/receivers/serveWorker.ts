// Serves workers.ts in workerd, the runtime of Cloudflare Workers.
import type { Readable } from "node:stream"
import { build } from "esbuild"
import { Miniflare } from "miniflare"

const { outputFiles } = await build({
  entryPoints: ["workers.ts"],
  bundle: true,
  format: "esm",
  platform: "browser",
  conditions: ["workerd", "worker", "browser"],
  write: false
})

const miniflare = new Miniflare({
  modules: true,
  script: outputFiles[0]!.text,
  compatibilityDate: "2026-01-01",
  host: "127.0.0.1",
  port: Number(process.env.PORT),
  bindings: { AUDIAN_WEBHOOK_SECRET: process.env.AUDIAN_WEBHOOK_SECRET ?? "" },
  handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
    stdout.pipe(process.stdout)
    stderr.pipe(process.stderr)
  }
})
await miniflare.ready

// Without this, workerd would outlive its parent.
process.on("SIGTERM", () => void miniflare.dispose().then(() => process.exit()))

// Takes every ```ts block of the README, the docs and the docstrings, each as a module of its own, and compiles them.
import { execFileSync } from "node:child_process"
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename } from "node:path"

const out = ".snippets"
rmSync(out, { recursive: true, force: true })
mkdirSync(out)

let count = 0
for (const file of ["README.md", ...globSync("docs/*.md"), ...globSync("src/**/*.ts")]) {
  const text = readFileSync(file, "utf8")
  // In a docstring each line starts with an asterisk.
  const source = file.endsWith(".ts") ? text.replace(/^ *\* ?/gm, "") : text
  const fence = /^```ts\n([\s\S]*?)^```/gm
  let index = 0
  for (const [, code] of source.matchAll(fence)) {
    writeFileSync(`${out}/${basename(file).replace(/\W/g, "-")}-${++index}.ts`, `// ${file}\n${code}export {}\n`)
    count++
  }
}

writeFileSync(
  `${out}/tsconfig.json`,
  JSON.stringify({
    extends: "../tsconfig.json",
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    include: ["*.ts"]
  })
)
execFileSync("tsc", ["-p", out], { stdio: "inherit" })
console.log(`${count} snippets compile`)

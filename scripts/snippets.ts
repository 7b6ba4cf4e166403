// Takes every ```ts block of the README, the docs and the docstrings, each as a module of its own, and compiles them.
import { execFileSync } from "node:child_process"
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { basename } from "node:path"
import { fencesOf } from "./fences.ts"

const out = ".snippets"
rmSync(out, { recursive: true, force: true })
mkdirSync(out)

let count = 0
for (const file of ["README.md", ...globSync("docs/*.md"), ...globSync("src/**/*.ts")]) {
  let index = 0
  for (const { code } of fencesOf(file)) {
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

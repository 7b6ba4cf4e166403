// Writes every ```ts block of the documents at the root, the docs and the docstrings to `.snippets`, each as a module of its own.
// `npm run check` compiles them together with the tests.
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { fencesOf } from "./fences.ts"

const out = ".snippets"
rmSync(out, { recursive: true, force: true })
mkdirSync(out)

for (const file of [...globSync("*.md"), ...globSync("docs/*.md"), ...globSync("src/**/*.ts")]) {
  for (const [index, { code }] of fencesOf(file).entries()) {
    // The compiler reports unused declarations. A snippet may end with one, so each is exported.
    const module = code.replace(/^(?=(?:const|function|class|interface|type) )/gm, "export ")
    const name = file.replace(/\.\w+$/, "").replace(/\W/g, "-")
    writeFileSync(`${out}/${name}-${index + 1}.ts`, `// ${file}\n${module}export {}\n`)
  }
}

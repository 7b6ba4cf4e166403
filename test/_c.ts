import { open } from "./support/editor.ts"

const e = open()
const head = `import { Account, Numbers } from "effect-audian"\n`
console.log(e.completions(head + `Numbers.list./**/`).join(" "))

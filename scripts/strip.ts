// Removes the docstrings from the built modules. The declarations have them, and editors show those.
import { globSync, readFileSync, writeFileSync } from "node:fs"

for (const file of globSync("dist/**/*.js")) {
  const code = readFileSync(file, "utf8")
  // A docstring begins a line and ends one. A `/*@__PURE__*/` does not match.
  writeFileSync(file, code.replace(/^ *\/\*\*\n(?: *\*.*\n)*? *\*\/\n|^ *\/\*\* .*\*\/\n/gm, ""))
}

// Draws docs/editor.svg: an editor that lists the errors of a call which are not handled yet, and the type of the program.
// TypeScript's language service gives both texts, that of TypeScript 5: 7 has none for JavaScript.
//
//   npm run pictures
import { strict as assert } from "node:assert"
import { writeFileSync } from "node:fs"
import { resolve } from "node:path"
import ts from "typescript5"

const code = `import * as Effect from "effect/Effect"
import { Numbers } from "effect-audian"

const program = Numbers.purchase({ number: "+14155551234" }).pipe(
  Effect.catchTags({
    PaymentRequired: (error) => Effect.logWarning(error.message),
    
  })
)
`

/** The line of the cursor, from 0. */
const cursorLine = 6

const languageService = (file: string): ts.LanguageService => {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, resolve("."))
  return ts.createLanguageService({
    ...ts.sys,
    getCompilationSettings: () => ({ ...options, noErrorTruncation: true }),
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      if (path === file) return ts.ScriptSnapshot.fromString(code)
      const text = ts.sys.readFile(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => resolve("."),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    useCaseSensitiveFileNames: () => true
  })
}

const lines = code.trimEnd().split("\n")

/** The offset of the end of a line. */
const endOf = (line: number): number => lines.slice(0, line + 1).join("\n").length

/** The tags that the editor proposes at the cursor, and the type of the program. */
const ask = (): { readonly tags: ReadonlyArray<string>; readonly hover: string } => {
  const file = resolve("editor.ts")
  const service = languageService(file)
  const entries = service.getCompletionsAtPosition(file, endOf(cursorLine), {})?.entries ?? []
  const tags = entries.filter(({ kind }) => kind === ts.ScriptElementKind.memberVariableElement).map(({ name }) => name)
  const info = service.getQuickInfoAtPosition(file, code.indexOf("program"))
  const hover = (info?.displayParts ?? []).map(({ text }) => text).join("")
  assert.ok(tags.length > 5 && hover.includes("Effect"), `the language service gave ${tags.length} tags and ${hover}`)
  return { tags, hover: hover.replaceAll(/\bEffect\.Effect\b/g, "Effect") }
}

// -----------------------------------------------------------------------------
// drawing
// -----------------------------------------------------------------------------

const size = 14
const lineHeight = 21
const charWidth = size * 0.602
const left = 56
const top = 52
const width = 900

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const text = (x: number, y: number, content: string, fill = "#d4d4d4"): string =>
  `<text x="${x}" y="${y}" fill="${fill}" xml:space="preserve">${content}</text>`

const colors: ReadonlyArray<readonly [RegExp, string]> = [
  [/^"[^"]*"/, "#ce9178"],
  [/^(?:import|from|as)\b/, "#c586c0"],
  [/^(?:const|type)\b/, "#569cd6"],
  [/^[A-Z]\w*/, "#4ec9b0"],
  [/^\w+(?=\()/, "#dcdcaa"],
  [/^\w+/, "#9cdcfe"],
  [/^\s+|^[^\w\s"]/, "#d4d4d4"]
]

/** A line of code in the colours of an editor. */
const highlight = (line: string): string => {
  let rest = line
  let out = ""
  while (rest !== "") {
    const [pattern, fill] = colors.find(([pattern]) => pattern.test(rest)) ?? [/^./, "#d4d4d4"]
    const [token] = pattern.exec(rest)!
    out += `<tspan fill="${fill}">${escape(token)}</tspan>`
    rest = rest.slice(token.length)
  }
  return out
}

/** Breaks a text into lines, at its spaces. */
const wrap = (content: string, columns: number): ReadonlyArray<string> => {
  const out: Array<string> = []
  for (const word of content.split(" ")) {
    const last = out.at(-1)
    if (last === undefined || last.length + word.length >= columns) out.push(word)
    else out[out.length - 1] = `${last} ${word}`
  }
  return out
}

const draw = (tags: ReadonlyArray<string>, hover: string): string => {
  const y = (line: number) => top + line * lineHeight
  const hoverLines = wrap(hover, 96)
  const listX = left + 4 * charWidth
  const listTop = y(cursorLine) + 8
  const listHeight = tags.length * 20 + 8
  const hoverTop = listTop + listHeight + 16
  const height = hoverTop + hoverLines.length * 19 + 30
  const list = tags.map((tag, index) => {
    const at = listTop + 4 + index * 20
    const selected = index === 0 ? `<rect x="${listX}" y="${at}" width="300" height="20" fill="#04395e"/>` : ""
    const icon = `<rect x="${listX + 8}" y="${at + 5}" width="10" height="10" rx="2" fill="none" stroke="#75beff"/>`
    return selected + icon + text(listX + 28, at + 15, tag)
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${size}">`,
    `<title>An editor lists the errors of a call that are not handled yet</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#1e1e1e"/>`,
    ...["#ff5f57", "#febc2e", "#28c840"].map((fill, i) => `<circle cx="${20 + i * 18}" cy="18" r="6" fill="${fill}"/>`),
    ...lines.map((line, index) =>
      index > cursorLine
        ? ""
        : text(16, y(index), String(index + 1).padStart(2), "#6e7681") + text(left, y(index), highlight(line))
    ),
    `<rect x="${listX}" y="${y(cursorLine) - 14}" width="2" height="18" fill="#aeafad"/>`,
    `<rect x="${listX}" y="${listTop}" width="300" height="${listHeight}" rx="4" fill="#252526" stroke="#454545"/>`,
    ...list,
    `<rect x="${left}" y="${hoverTop}" width="${width - left - 16}" height="${hoverLines.length * 19 + 14}" rx="4" fill="#252526" stroke="#454545"/>`,
    ...hoverLines.map((line, index) => text(left + 10, hoverTop + 20 + index * 19, highlight(line))),
    "</svg>",
    ""
  ]
    .filter((part, index, parts) => part !== "" || index === parts.length - 1)
    .join("\n")
}

const { hover, tags } = ask()
writeFileSync("docs/editor.svg", draw(tags, hover))
console.log(`docs/editor.svg: ${tags.length} tags; ${hover}`)

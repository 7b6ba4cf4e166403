/**
 * TypeScript as an editor shows it, in a project that has installed the package: its declarations, written again, and
 * no sources.
 */
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import ts from "typescript5"

const root = resolve(".editor")

/** Writes the declarations, as `npm run build` does, into the modules of an empty project. */
export const install = (): void => {
  const installed = `${root}/node_modules/effect-audian`
  rmSync(root, { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  writeFileSync(`${root}/package.json`, `{ "name": "program", "type": "module" }`)
  copyFileSync("package.json", `${installed}/package.json`)
  const options = [
    "--emitDeclarationOnly",
    "--declarationMap",
    "false",
    "--composite",
    "false",
    "--incremental",
    "false"
  ]
  const args = ["-p", "tsconfig.build.json", ...options, "--tsBuildInfoFile", "null", "--outDir", `${installed}/dist`]
  execFileSync("node", ["node_modules/typescript/bin/tsc", ...args], { stdio: "inherit" })
}

export const remove = (): void => rmSync(root, { recursive: true, force: true })

const options: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2024.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  skipLibCheck: true,
  noErrorTruncation: false,
  noEmit: true,
  types: ["node"]
}

/** A position in a text is where this stands. */
const caret = "/**/"

export interface Editor {
  /** The hover of the word after the caret: its type, and its comment. */
  readonly hover: (code: string) => string
  /** The names that the editor offers at the caret, by its own order. */
  readonly completions: (code: string) => ReadonlyArray<string>
  /** The errors of a program, as the compiler prints them. */
  readonly errors: (code: string) => ReadonlyArray<string>
  /** The fields of the types of some expressions, at any depth, with their comments and types. */
  readonly fields: (head: string, expressions: ReadonlyArray<string>) => ReadonlyArray<Field>
  /** The types of some expressions, as an editor prints them. */
  readonly names: (head: string, expressions: ReadonlyArray<string>) => ReadonlyArray<string>
}

interface Field {
  /** The expression, and the names down to the field. */
  readonly path: string
  readonly type: string
  readonly comment: string
}

export const open = (): Editor => {
  const name = `${root}/program.ts`
  let text = ""
  let version = 0
  const host: ts.LanguageServiceHost = {
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: ts.sys.realpath!,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [name],
    getScriptVersion: (file) => (file === name ? `${version}` : "1"),
    getScriptSnapshot: (file) => {
      const content = file === name ? text : ts.sys.readFile(file)
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (file) => file === name || ts.sys.fileExists(file),
    readFile: (file) => (file === name ? text : ts.sys.readFile(file))
  }
  const service = ts.createLanguageService(host, ts.createDocumentRegistry())

  const show = (code: string): number => {
    const position = code.indexOf(caret)
    text = code.replace(caret, "")
    version++
    return position
  }

  const typesOf = (head: string, expressions: ReadonlyArray<string>) => {
    show(`${head}\n${expressions.map((expression, i) => `declare const v${i}: ${expression}`).join("\n")}`)
    const program = service.getProgram()!
    const checker = program.getTypeChecker()
    const types = program
      .getSourceFile(name)!
      .statements.filter(ts.isVariableStatement)
      .map(({ declarationList }) => checker.getTypeAtLocation(declarationList.declarations[0]!))
    return { checker, types }
  }

  return {
    hover: (code) => {
      const info = service.getQuickInfoAtPosition(name, show(code))
      if (info === undefined) return "(nothing)"
      const comment = ts.displayPartsToString(info.documentation)
      return ts.displayPartsToString(info.displayParts) + (comment === "" ? "" : `\n\n${comment}`)
    },
    completions: (code) => {
      const found = service.getCompletionsAtPosition(name, show(code), { includeCompletionsWithInsertText: true })
      return found?.entries.map((entry) => entry.name) ?? []
    },
    errors: (code) => {
      show(code)
      return service
        .getSemanticDiagnostics(name)
        .map(({ code, messageText }) => `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`)
    },
    fields: (head, expressions) => {
      const { checker, types } = typesOf(head, expressions)
      return types.flatMap((type, i) => fieldsOf(checker, expressions[i]!, type, []))
    },
    names: (head, expressions) => {
      const { checker, types } = typesOf(head, expressions)
      return types.map((type) => checker.typeToString(type))
    }
  }
}

const fieldsOf = (
  checker: ts.TypeChecker,
  path: string,
  type: ts.Type,
  seen: ReadonlyArray<ts.Type>
): ReadonlyArray<Field> => {
  if (seen.includes(type)) return []
  if (type.isUnion()) return type.types.flatMap((member) => fieldsOf(checker, path, member, [...seen, type]))
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference)
    return fieldsOf(checker, path, item!, [...seen, type])
  }
  if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) return []
  return type.getProperties().flatMap((property) => {
    // A primitive with a brand, a file or a secret has fields of its own, which are none of the API's.
    const files = property.declarations?.map((declaration) => declaration.getSourceFile().fileName) ?? []
    if (files.some((file) => !file.includes("/effect-audian/dist/"))) return []
    const own = checker.getTypeOfSymbol(property)
    const at = `${path}.${property.name}`
    const comment = ts.displayPartsToString(property.getDocumentationComment(checker))
    return [{ path: at, type: checker.typeToString(own), comment }, ...fieldsOf(checker, at, own, [...seen, type])]
  })
}

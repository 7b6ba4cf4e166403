// Makes the reference of every export, from the docstrings, and the pages of docs/ as one static site with search, in
// `.site/out`. TypeDoc makes it, with a TypeScript that it supports; both are installed from npm, in a folder of their
// own. Then the site is checked: every export is there, no link is dead, and the search finds an operation in Chromium.
//
//   npm run docs:site
//   npm run docs:site -- --screenshot FILE      takes a picture of the page of an operation
import { strict as assert } from "node:assert"
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { dirname, join, relative, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Browser from "./browser.ts"
import { install } from "./npm.ts"

const folder = resolve(".site")
const work = join(folder, "work")
const out = join(folder, "out")

/** The name of a module on the site, by its source: `Numbers`, `Account/Users`, `testing/Fault`. */
const moduleName = (file: string): string =>
  relative("src", file)
    .replace(/\.ts$/, "")
    .replace(/^resources\//, "")
    .replace(/^account\//, "Account/")

/** The public modules: those at the top, and those that an index exports. */
const modules = [
  ...globSync("src/*.ts").filter((file) => !file.endsWith("index.ts")),
  ...globSync("src/{resources,account}/*.ts").filter((file) => !file.endsWith("index.ts")),
  ...globSync("src/{testing,node,ai}/index.ts").flatMap((index) =>
    Array.from(readFileSync(index, "utf8").matchAll(/^export \* as \w+ from "\.\/([^"]+)"/gm), ([, file]) =>
      join(dirname(index), file!)
    )
  )
].toSorted()

const documents = [...globSync("docs/**/*.md").toSorted(), "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]

const { repository } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly repository: { readonly url: string }
}
const home = repository.url.replace(/^git\+|\.git$/g, "")

/** The text with links to directories, which the site does not have, as links to the repository. */
const withDirectories = (text: string, from: string): string =>
  text.replaceAll(/\]\(([^)#:\s]+)\)/g, (link, to: string) => {
    const path = join(from, to)
    return existsSync(path) && statSync(path).isDirectory() ? `](${home}/tree/main/${path})` : link
  })

/** Copies the sources and the documents, with the marks that TypeDoc needs. */
const prepare = (): void => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  for (const path of [
    "src",
    "docs",
    "ai-docs",
    "examples",
    "package.json",
    "openapi.json",
    "openapi.d.json.ts",
    "LICENSE",
    ...globSync("*.md")
  ]) {
    cpSync(path, join(work, path), { recursive: true, filter: (from) => !from.includes("node_modules") })
  }
  for (const file of modules) {
    const text = readFileSync(file, "utf8")
    // The first comment of a file is that of the module only with this tag.
    assert.match(text, /^\/\*\*\n/, `${file} has no docstring`)
    writeFileSync(join(work, file), text.replace(/^ \*\//m, ` * @module ${moduleName(file)}\n */`))
  }
  for (const file of ["README.md", ...documents]) {
    const text = withDirectories(readFileSync(file, "utf8"), dirname(file))
    const title = /^# (.+)$/m.exec(text)?.[1] ?? file
    writeFileSync(
      join(work, file),
      file === "README.md" ? text : `---\ntitle: ${JSON.stringify(title)}\n---\n\n${text}`
    )
  }
  const compilerOptions = { plugins: [], typeRoots: [resolve("node_modules/@types")] }
  writeFileSync(
    join(work, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, include: ["src"], exclude: [] })
  )
}

const generate = (typedoc: string): void => {
  const options = {
    name: "effect-audian",
    includeVersion: true,
    entryPoints: modules,
    projectDocuments: documents,
    readme: "README.md",
    out,
    json: join(folder, "site.json"),
    excludeExternals: true,
    excludeInternal: true,
    disableSources: true,
    disableGit: true,
    sort: ["source-order"],
    categoryOrder: ["operations", "layers", "constructors", "*"],
    navigation: { includeCategories: true, includeFolders: true },
    searchInComments: true,
    hideGenerator: true,
    logLevel: "Error",
    validation: { notExported: false, invalidLink: true }
  }
  writeFileSync(join(work, "typedoc.json"), JSON.stringify(options))
  execFileSync("node", [join(typedoc, "node_modules/typedoc/bin/typedoc")], { cwd: work, stdio: "inherit" })
}

/** Values of Effect that a module exports again. Effect documents them. */
const ofEffect = ["CircuitBreaker.consecutive", "CircuitBreaker.rate"]

interface Reflection {
  readonly name: string
  readonly children?: ReadonlyArray<Reflection>
}

/** The values that a module exports and the site lacks. */
const missing = async (): Promise<ReadonlyArray<string>> => {
  const site = JSON.parse(readFileSync(join(folder, "site.json"), "utf8")) as Reflection
  const pages = new Map(site.children?.map((page) => [page.name, page]))
  const found: Array<string> = []
  for (const file of modules) {
    const names = new Set(pages.get(moduleName(file))?.children?.map(({ name }) => name))
    const values = (await import(pathToFileURL(resolve(file)).href)) as object
    for (const name of Object.keys(values)) if (!names.has(name)) found.push(`${moduleName(file)}.${name}`)
  }
  return found
}

/** The links of the site that lead to no page, or to no place on a page. */
const deadLinks = (): ReadonlyArray<string> => {
  const files = globSync(`${out}/**/*.html`)
  const pages = new Map(files.map((file) => [file, readFileSync(file, "utf8")]))
  const found = new Set<string>()
  for (const [file, html] of pages) {
    for (const [, link] of html.matchAll(/ (?:href|src)="([^"]+)"/g)) {
      if (/^(?:[a-z]+:|\/\/)/.test(link!)) continue
      const [path = "", anchor] = decodeURI(link!).split("#")
      const target = path === "" ? file : join(dirname(file), path)
      const isThere =
        existsSync(target) &&
        (anchor === undefined || anchor === "" || !target.endsWith(".html") || hasAnchor(pages.get(target)!, anchor))
      if (!isThere) found.add(`${relative(out, file)}: ${link}`)
    }
  }
  console.log(`the site: ${files.length} pages, ${found.size} dead links`)
  return Array.from(found)
}

const hasAnchor = (html: string, anchor: string): boolean => html.includes(` id="${anchor}"`)

const types: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", css: "text/css" }

/** Serves the site on this machine until the scope closes. */
const serve = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer((request, response) => {
      const file = join(out, decodeURIComponent(new URL(request.url ?? "/", "http://site").pathname))
      if (!existsSync(file)) return response.writeHead(404).end()
      response.writeHead(200, { "content-type": types[file.replace(/^.*\./, "")] ?? "application/octet-stream" })
      return response.end(readFileSync(file))
    }).listen(0, "127.0.0.1", () => {
      const address = server.address()
      assert(typeof address === "object" && address !== null)
      resume(
        Effect.succeed({
          url: `http://127.0.0.1:${address.port}`,
          close: () => {
            server.close()
            server.closeAllConnections()
          }
        })
      )
    })
  }),
  ({ close }) => Effect.sync(close)
)

/** Finds an operation by the search of the site, as a reader would. */
const look = Effect.fnUntraced(function* (chromium: string) {
  const browser = yield* Browser.launch(chromium)
  const { url } = yield* serve
  const at = process.argv.indexOf("--screenshot")
  yield* Effect.promise(async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(`${url}/index.html`)
    await page.locator("#tsd-search-trigger").click()
    await page.locator("#tsd-search-input").fill("purchase")
    await page.locator("#tsd-search-results a", { hasText: "purchase" }).first().click()
    await page
      .getByRole("heading", { name: /purchase/ })
      .first()
      .waitFor()
    if (at !== -1) await page.screenshot({ path: process.argv[at + 1] ?? "site.png" })
  })
  console.log("the site in Chromium: the search finds an operation")
})

const program = Effect.gen(function* () {
  const typedoc = yield* Effect.exit(Effect.try(() => install("typedoc", "0.28.20")))
  if (typedoc._tag === "Failure") {
    console.log("SKIPPED: TypeDoc cannot be installed; the reference was not made")
    return
  }
  prepare()
  generate(typedoc.value)
  assert.deepEqual(yield* Effect.promise(missing), ofEffect, "exports without a page")
  assert.deepEqual(deadLinks(), [], "dead links")
  const chromium = Browser.find()
  if (chromium === undefined) console.log("SKIPPED: no Chromium on this machine; the search was not tried")
  else yield* look(chromium).pipe(Effect.timeout(Duration.minutes(2)))
  console.log("the site is in .site/out")
}).pipe(Effect.scoped)

NodeRuntime.runMain(program)

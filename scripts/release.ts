// Publishes the package with provenance: a signed statement of the commit and the workflow that built it. npm makes it
// only in a CI that identifies itself (GitHub Actions with `id-token: write`, GitLab with a SIGSTORE_ID_TOKEN).
//
//   npm run release -- --dry-run      does everything but the upload, and prints what would stop a release
//   npm run release
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { placeholder } from "./owner.ts"
import { folder } from "./stage.ts"

const isDryRun = process.argv.includes("--dry-run")

const git = (...args: ReadonlyArray<string>): string => execFileSync("git", args, { encoding: "utf8" }).trim()

/** The reasons not to publish. */
const problems = (): ReadonlyArray<string> => {
  const { repository, version } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly repository: { readonly url: string }
    readonly version: string
  }
  const found: Array<string> = []
  if (repository.url.includes(`/${placeholder}/`)) {
    found.push(`the owner of the repository is the placeholder ${placeholder}: npm run owner -- NAME`)
  }
  if (!readFileSync("CHANGELOG.md", "utf8").includes(`\n## ${version}\n`)) found.push(`CHANGELOG.md lacks ${version}`)
  if (!existsSync(".git")) return [...found, "no git repository"]
  if (git("status", "--porcelain") !== "") found.push("files are changed or untracked")
  if (!git("tag", "--points-at", "HEAD").split("\n").includes(`v${version}`))
    found.push(`the tag v${version} is missing`)
  return found
}

const reasons = problems()
for (const reason of reasons) console.log(`stops a release: ${reason}`)
if (reasons.length > 0 && !isDryRun) process.exit(1)

execFileSync("node", ["scripts/stage.ts"], { stdio: "inherit" })
// A dry run needs no account. Its warning about one would be noise.
const flags = isDryRun ? ["--dry-run", "--loglevel=error"] : []
execFileSync("npm", ["publish", `./${folder}`, "--provenance", "--access", "public", ...flags], { stdio: "inherit" })
if (isDryRun) console.log("dry run: nothing was published")

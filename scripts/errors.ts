/**
 * Writes the part of docs/errors.md that comes from the status table: what causes each error, and what to do about it.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { Status } from "effect-audian"

const file = new URL("../docs/errors.md", import.meta.url)
const begin = "<!-- begin: written by scripts/errors.ts -->"
const end = "<!-- end -->"

const list = (items: ReadonlyArray<string>): string => items.map((item) => `- ${item}`).join("\n")

const section = (title: string, tag: Parameters<typeof Status.advice>[0]): string => {
  const { actions, causes } = Status.advice(tag)
  return `### ${title}\n\nCauses:\n\n${list(causes)}\n\nWhat to do:\n\n${list(actions)}\n`
}

/** The generated part, between its marks. */
const render = (): string => {
  const rows = Status.errors.map(
    ({ code, name, retryable, tag }) => `| ${code} | ${name} | \`${tag}\` | ${retryable ? "yes" : "no"} |`
  )
  const sections = [
    ...Status.errors.map(({ code, tag }) => section(`${code} \`${tag}\``, tag)),
    section("`AudianClientError`", "AudianClientError")
  ]
  return [
    begin,
    "",
    "| status | name | tag | retryable |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    ...sections,
    end
  ].join("\n")
}

/** The page with its generated part as it should be. */
export const page = (text: string): string =>
  text.slice(0, text.indexOf(begin)) + render() + text.slice(text.indexOf(end) + end.length)

export const read = (): string => readFileSync(file, "utf8")

if (import.meta.main) writeFileSync(file, page(read()))

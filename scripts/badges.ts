// Draws docs/badges.svg, the badges of the README, from the manifest.
//
//   npm run pictures
import { readFileSync, writeFileSync } from "node:fs"

interface Manifest {
  readonly license: string
  readonly engines: { readonly node: string }
  readonly peerDependencies: { readonly effect: string }
}

export interface Badge {
  readonly label: string
  readonly value: string
  readonly fill: string
}

export const badges = ({ engines, license, peerDependencies }: Manifest): ReadonlyArray<Badge> => [
  { label: "license", value: license, fill: "#3b7dd8" },
  { label: "modules", value: "ESM", fill: "#3b7dd8" },
  { label: "effect", value: peerDependencies.effect.replace(/^\^|\.0$/g, ""), fill: "#5b4bc4" },
  { label: "node", value: `${engines.node.replace(">=", "")} or later`, fill: "#2f8f4e" },
  { label: "typescript", value: "5.7 or later", fill: "#3178c6" },
  { label: "client", value: "unofficial", fill: "#6e7681" }
]

/** The text that stands for the picture. */
export const altOf = (badges: ReadonlyArray<Badge>): string =>
  badges.map(({ label, value }) => `${label}: ${value}`).join(" · ")

const size = 11
const height = 20
const gap = 6
const padding = 6

const widthOf = (text: string): number => Math.round(text.length * size * 0.58) + 2 * padding

export const draw = (badges: ReadonlyArray<Badge>): string => {
  let x = 0
  const drawn = badges.map(({ fill, label, value }) => {
    const [left, right] = [widthOf(label), widthOf(value)]
    const at = x
    x += left + right + gap
    return [
      `<g transform="translate(${at} 0)">`,
      `<rect width="${left + right}" height="${height}" rx="3" fill="#444c56"/>`,
      `<path d="M${left} 0h${right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H${left}z" fill="${fill}"/>`,
      `<text x="${left / 2}" y="14">${label}</text>`,
      `<text x="${left + right / 2}" y="14">${value}</text>`,
      "</g>"
    ].join("")
  })
  const width = x - gap
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Verdana,Geneva,'DejaVu Sans',sans-serif" font-size="${size}" fill="#fff" text-anchor="middle">`,
    `<title>${altOf(badges)}</title>`,
    ...drawn,
    "</svg>",
    ""
  ].join("\n")
}

if (import.meta.main) {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest
  writeFileSync("docs/badges.svg", draw(badges(manifest)))
}

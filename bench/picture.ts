// A picture of bars as SVG.
export interface Bar {
  readonly label: string
  readonly value: number
  /** Drawn in the colour of this library. */
  readonly ours?: boolean
}

const width = 720
const left = 190
const row = 22

/** Bars from left to right, with a line at a value. */
export const bars = (title: string, all: ReadonlyArray<Bar>, line: number, digits = 2): string => {
  const most = Math.max(line, ...all.map(({ value }) => value)) * 1.12
  const x = (value: number) => left + ((width - left - 20) * value) / most
  const height = 44 + all.length * row
  const rows = all.map(({ label, ours = false, value }, i) => {
    const y = 36 + i * row
    const end = x(value).toFixed(1)
    return [
      `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${escape(label)}</text>`,
      `<rect x="${left}" y="${y}" width="${(x(value) - left).toFixed(1)}" height="16" fill="${ours ? "#2563eb" : "#94a3b8"}"/>`,
      `<text x="${end}" dx="5" y="${y + 12}">${value.toFixed(digits)}</text>`
    ].join("\n")
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#334155">
<title>${escape(title)}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="8" y="20" font-weight="bold">${escape(title)}</text>
${rows.join("\n")}
<line x1="${x(line).toFixed(1)}" x2="${x(line).toFixed(1)}" y1="30" y2="${height - 8}" stroke="#dc2626" stroke-dasharray="4 3"/>
</svg>
`
}

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

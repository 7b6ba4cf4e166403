/**
 * The results of calls under faults on the wire. They are the table in docs/reliability.md:
 * `UPDATE_DOCS=1 vitest run test/faults` writes it.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AudianError } from "effect-audian"
import * as Certificates from "./certificates.ts"
import { type Ending, type Endings, endingOf, type Fault, faults, ok } from "./faults.ts"
import { apiKey, audian, type Client, drained, guard, list, nameOf, names, purchase, run, total } from "./run.ts"
import * as Server from "./server.ts"

let certificates: Certificates.Certificates | string

beforeAll(() => {
  certificates = Certificates.make()
  if (typeof certificates === "string") return
  const { "other-name": other, trusted } = certificates
  setDefaultCACertificates([...getCACertificates("default"), trusted.cert, other.cert])
})

afterAll(drained, guard)

/** The server of a fault, its URL, and the server that it redirects to. */
const serve = Effect.fnUntraced(function* ({ baseUrl, certificate: name, redirect, script, tls }: Fault) {
  const other = yield* Server.serve(Server.respond(ok))
  const location = `location: http://127.0.0.1:${other.port}/v2/numbers`
  const certificate = name === undefined || typeof certificates === "string" ? undefined : certificates[name]
  const server = yield* Server.serve(
    redirect === undefined ? script : Server.respond(Server.http(redirect, "", [location])),
    certificate
  )
  const scheme = tls === true || certificate !== undefined ? "https" : "http"
  return { server, other, url: baseUrl ?? `${scheme}://127.0.0.1:${server.port}` }
})

/** Runs both operations on one client and checks the connections. */
const observe = (fault: Fault, client: Client) =>
  Effect.gen(function* () {
    const one = (call: typeof list) =>
      Effect.scoped(
        Effect.gen(function* () {
          const { other, server, url } = yield* serve(fault)
          const context = yield* Layer.build(audian(client, url))
          const seen = yield* Effect.provideContext(run(server, call, fault.lingers), context)
          const { attempts, at, error } = seen
          assert.isAtMost(at, total)
          assert.strictEqual(server.requests.length, fault.reaches === undefined ? attempts : 0)
          if (fault.lingers !== true) {
            assert.strictEqual(server.connections(), fault.reaches === "nothing" ? 0 : attempts)
          }
          assert.strictEqual(other.connections(), 0)
          if (fault.writes !== undefined) assert.isBelow(server.written(), fault.writes * attempts)
          assert.notInclude(JSON.stringify(error ?? {}), apiKey)
          return seen
        })
      )
    const [safe, unsafe] = yield* Effect.all([one(list), one(purchase)], { concurrency: 2 })
    // A purchase whose outcome is unknown is not sent again.
    if (unsafe.error?.outcome !== "not-executed") assert.strictEqual(unsafe.attempts, 1)
    const shown = ({ attempts, error }: typeof safe) => ({ error: nameOf(error), outcome: error?.outcome, attempts })
    const seen = endingOf(shown(safe), shown(unsafe))
    return typeof seen === "string" ? assert.fail(seen) : seen
  })

const rows = new Map<string, Endings>()

const endingsOf = ({ ending }: Fault): Endings =>
  "undici" in ending ? ending : { undici: ending, fetch: ending, "node:http": ending }

describe.concurrent("a call", () => {
  for (const fault of faults()) {
    it.live(
      `ends as documented: ${fault.what}`,
      (context) => {
        if (fault.certificate !== undefined && typeof certificates === "string") return context.skip(certificates)
        return Effect.gen(function* () {
          const seen: Endings = yield* Effect.all(
            {
              undici: observe(fault, "undici"),
              fetch: observe(fault, "fetch"),
              "node:http": observe(fault, "node:http")
            },
            { concurrency: 3 }
          )
          rows.set(fault.what, seen)
          assert.deepStrictEqual(seen, endingsOf(fault))
        })
      },
      guard
    )
  }
})

describe("docs/reliability.md", () => {
  const tags = new Set<string>([...AudianError.clientTags, ...AudianError.serverTags])
  const cell = (seen: Endings, of: (ending: Ending) => string): string => {
    const texts = names.map((name) => of(seen[name]))
    return new Set(texts).size === 1 ? texts[0]! : names.map((name, i) => `${name}: ${texts[i]}`).join("; ")
  }
  const nameOfError = ({ error }: Ending): string =>
    error === undefined ? "none" : tags.has(error) ? `\`${error}\`` : `\`AudianClientError\`, \`${error}\``
  const rowOf = (what: string, seen: Endings): string => {
    const cells = [
      cell(seen, nameOfError),
      cell(seen, ({ acknowledged, outcome }) =>
        outcome === undefined ? "" : `\`${outcome}\`${acknowledged === true ? ", with a 201 `executed`" : ""}`
      ),
      cell(seen, ({ safe }) => String(safe)),
      cell(seen, ({ unsafe }) => String(unsafe))
    ]
    return `| ${what} | ${cells.join(" | ")} |`
  }

  it("has the table of observed results", () => {
    const path = new URL("../../docs/reliability.md", import.meta.url)
    const text = readFileSync(path, "utf8")
    const [begin, end] = ["<!-- faults: begin -->", "<!-- faults: end -->"]
    const [before, table, behind] = text.split(new RegExp(`(?<=${begin}\n)([^]*)(?=\n${end})`))
    assert.isDefined(table)
    const seen = faults().flatMap(({ what }) => {
      const row = rows.get(what)
      return row === undefined ? [] : [rowOf(what, row)]
    })
    const head = [
      "| on the wire | error | `outcome` | times sent, safe | times sent, unsafe |",
      "| --- | --- | --- | --- | --- |"
    ]
    // Without openssl, or when only some tests run, the results are a part of the table.
    const partly = seen.length < faults().length
    if (process.env.UPDATE_DOCS === "1" && !partly) {
      writeFileSync(path, `${before}${[...head, ...seen].join("\n")}${behind}`)
      return
    }
    const lines = table!.split("\n")
    assert.deepStrictEqual(
      partly ? lines.filter((line) => seen.includes(line)) : lines,
      partly ? seen : [...head, ...seen],
      "UPDATE_DOCS=1 vitest run test/faults rewrites it"
    )
  })
})

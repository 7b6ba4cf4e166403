import { assert, describe, it } from "@effect/vitest"
import { AudianError, Status } from "effect-audian"
import { page, read } from "../scripts/errors.ts"

// The summary of https://docs.audian.com/errors/http-status-codes, as it stands there.
const summary = `
| 200 | OK | No |
| 201 | Created | No |
| 202 | Accepted | No |
| 400 | Bad Request | No |
| 401 | Unauthorized | No |
| 402 | Payment Required | No |
| 403 | Forbidden | No |
| 404 | Not Found | No |
| 409 | Conflict | No |
| 422 | Unprocessable Entity | No |
| 429 | Too Many Requests | Yes |
| 500 | Internal Server Error | Yes |
| 502 | Bad Gateway | Yes |
| 503 | Service Unavailable | Yes |
`

const documented = summary
  .trim()
  .split("\n")
  .map((line) => {
    const [code, name, retryable] = line.split("|").slice(1, -1)
    return { code: Number(code), name: name!.trim(), retryable: retryable!.trim() === "Yes" }
  })

describe("Status", () => {
  it("table: has exactly the fourteen rows that the API documents, in their order", () => {
    assert.strictEqual(documented.length, 14)
    assert.deepStrictEqual(
      Status.table.map(({ code, name, retryable }) => ({ code, name, retryable })),
      documented as Array<never>
    )
  })

  it("table: names each error by its documented name, and no success", () => {
    assert.deepStrictEqual<ReadonlyArray<string | undefined>>(
      Status.table.map((row) => ("tag" in row ? row.tag : undefined)),
      documented.map(({ code, name }) => (code < 400 ? undefined : name.replaceAll(" ", "")))
    )
  })

  it("table: the class of each row follows from its code", () => {
    for (const row of Status.table) {
      assert.strictEqual(row.class, row.code < 400 ? "success" : row.code < 500 ? "client" : "server")
    }
  })

  it("errors: lists the rows from 400 on", () => {
    assert.deepStrictEqual<ReadonlyArray<number>>(
      Status.errors.map(({ code }) => code),
      documented.map(({ code }) => code).filter((code) => code >= 400)
    )
  })

  it.each(documented)(
    "get, ofTag: find the row of $code by its code and, for an error, by its tag",
    ({ code, name }) => {
      const row = Status.get(code)
      assert.strictEqual(row?.name, name)
      if (row !== undefined && "tag" in row) assert.strictEqual(Status.ofTag(row.tag), row)
    }
  )

  it.each([0, 199, 203, 204, 301, 405, 418, 501, 504, 599, 999, Number.NaN, 200.5])(
    "get: has no row for %d, which the page does not document",
    (code) => {
      assert.strictEqual(Status.get(code), undefined)
    }
  )

  it.each(documented)("isRetryable: of $code is as documented, $retryable", ({ code, retryable }) => {
    assert.strictEqual(Status.isRetryable(code), retryable)
  })

  it.each([
    { code: 504, retryable: true },
    { code: 501, retryable: true },
    { code: 599, retryable: true },
    { code: 418, retryable: false },
    { code: 408, retryable: false },
    { code: 451, retryable: false },
    { code: 203, retryable: false },
    { code: 301, retryable: false },
    { code: 100, retryable: false },
    { code: 0, retryable: false },
    { code: 999, retryable: false },
    { code: Number.NaN, retryable: false }
  ])("isRetryable: the undocumented $code is like the first of its class, $retryable", ({ code, retryable }) => {
    assert.strictEqual(Status.isRetryable(code), retryable)
  })

  it.each([
    { code: 200, executable: true },
    { code: 302, executable: true },
    { code: 400, executable: false },
    { code: 429, executable: false },
    { code: 499, executable: false },
    { code: 500, executable: true },
    { code: 502, executable: true },
    { code: 503, executable: false },
    { code: 504, executable: true }
  ])("isExecutable: of $code is $executable", ({ code, executable }) => {
    assert.strictEqual(Status.isExecutable(code), executable)
  })
})

describe("Status.advice", () => {
  const tags = [...Status.errors.map(({ tag }) => tag), "AudianClientError"] as const

  it.each(tags)("of %s has causes and actions, in sentences", (tag) => {
    const { actions, causes } = Status.advice(tag)
    for (const sentence of [...causes, ...actions]) assert.match(sentence, /^[A-Z`].*\.$/)
  })

  it.each([
    { tag: "Unauthorized", words: ["Refresh the key"] },
    { tag: "PaymentRequired", words: ["balance"] },
    { tag: "TooManyRequests", words: ["Wait for `retryAfter`", "Back off", "Cache", "support"] },
    { tag: "ServiceUnavailable", words: ["CircuitBreaker", "status page", "`requestId`"] }
  ] as const)("of $tag says what the documentation says", ({ tag, words }) => {
    const { actions } = Status.advice(tag)
    for (const word of words) assert.include(actions.join(" "), word)
  })

  it("names every reason of AudianClientError", () => {
    const causes = Status.advice("AudianClientError").causes.join(" ")
    for (const { fields } of AudianError.Reason.members) {
      assert.include(causes, `\`${fields._tag.schema.literal}\``)
    }
  })

  it("is what docs/errors.md has: scripts/errors.ts writes it", () => {
    assert.strictEqual(page(read()), read())
  })
})

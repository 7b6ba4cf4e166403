/**
 * The documented samples, called by the command through flags alone.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as ContractOf from "../../src/ai/contractOf.ts"
import * as Fields from "../../src/ai/fields.ts"
import type { Case } from "../conformance/Case.ts"
import { type Server, serve } from "../conformance/server.ts"
import * as Cli from "./cli.ts"

interface Json {
  [key: string]: unknown
}

const isRecord = (value: unknown): value is Json => Predicate.isObject(value) && !Array.isArray(value)

const textOf = (value: unknown): string =>
  Redacted.isRedacted(value) ? String(Redacted.value(value)) : typeof value === "string" ? value : JSON.stringify(value)

/** The arguments of an input: a flag for each value, `--set` and `--unset` without one; secrets and files by path. */
export const argumentsOf = (operation: Case["operation"], input: unknown, folder: string) =>
  Effect.promise(async () => {
    const fields = new Map(Fields.of(ContractOf.of(operation)).map((field) => [field.path.join("."), field] as const))
    const args: Array<string> = []
    let flags = 0
    const write = (content: string | Uint8Array, name = `${args.length}.txt`): string => {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    }
    const own = new Set(["format", "input", "profile", "version"])
    const add = async (value: unknown, path: ReadonlyArray<string>): Promise<void> => {
      const name = path.join(".")
      const field = fields.get(name)
      if (value === null) return void args.push("--unset", name)
      const hasFields = isRecord(value) && !Redacted.isRedacted(value) && !(value instanceof Blob)
      if (field === undefined || (hasFields && field.kind !== "json")) {
        if (hasFields) {
          for (const [key, inner] of Object.entries(value)) await add(inner, [...path, key])
        } else args.push("--set", `${name}=${JSON.stringify(value)}`)
        return
      }
      // A field that takes text and numbers takes its flag as text.
      // A list of one is sent as its only item.
      const isSet =
        (field.kind === "text" && typeof value === "number") ||
        (field.list === "one" && Array.isArray(value) && value.length === 1)
      if (isSet) return void args.push("--set", `${name}=${JSON.stringify(value)}`)
      flags++
      const flag = `--${own.has(name) ? `field.${name}` : name}`
      if (field.kind === "boolean") return void args.push(value === true ? flag : `--no-${flag.slice(2)}`)
      for (const item of field.list !== false && Array.isArray(value) ? value : [value]) {
        if (field.kind === "file" && item instanceof Blob) {
          const file = item as File
          args.push(flag, write(new Uint8Array(await file.arrayBuffer()), file.name ?? "blob"))
        } else if (field.kind === "secret") args.push(flag, write(`${textOf(item)}\n`))
        else args.push(flag, field.kind === "json" ? JSON.stringify(item) : textOf(item))
      }
    }
    for (const [key, value] of Object.entries((input ?? {}) as Json)) {
      if (value !== undefined) await add(value, [key])
    }
    return { args, flags }
  })

/** True if the output is the result with its secrets redacted. */
const isPrinted = (printed: unknown, expected: unknown): boolean => {
  if (printed === "<redacted>") return true
  if (Array.isArray(expected)) {
    return (
      Array.isArray(printed) &&
      printed.length === expected.length &&
      expected.every((item, at) => isPrinted(printed[at], item))
    )
  }
  if (!isRecord(expected)) return printed === (expected ?? null)
  const keys = Object.keys(expected).filter((key) => expected[key] !== undefined)
  return (
    isRecord(printed) &&
    Object.keys(printed).length === keys.length &&
    keys.every((key) => isPrinted(printed[key], expected[key]))
  )
}

export const serverOf = ({ response }: Case) =>
  serve({
    status: response.status ?? 200,
    headers: { "content-type": response.bytes === undefined ? "application/json" : "application/octet-stream" },
    body: response.bytes ?? (response.body === undefined ? "" : JSON.stringify(response.body))
  })

export const environment = (baseUrl: string, { traits }: Case["operation"]) => ({
  AUDIAN_BASE_URL: baseUrl,
  AUDIAN_ACCOUNT_ID: "account_abc123",
  ...(traits.family === "account" ? { AUDIAN_AUTH_TOKEN: "jwt" } : { AUDIAN_API_KEY: "sk_test" })
})

/** The server has seen the request of the sample. */
export const assertSent = ({ baseUrl, seen: [seen] }: Server, { sent }: Case): void => {
  const url = new URL(seen!.url, baseUrl)
  assert.strictEqual(`${seen!.method} ${url.pathname}`, `${sent.method} ${sent.path}`)
  for (const [key, value] of Object.entries(sent.query ?? {})) {
    assert.deepStrictEqual(url.searchParams.getAll(key), [value].flat(), key)
  }
  if (sent.form === undefined) {
    assert.deepStrictEqual(seen!.body === "" ? undefined : JSON.parse(seen!.body), sent.body)
    return
  }
  for (const value of Object.values(sent.form)) {
    for (const text of typeof value === "string" ? [value] : "text" in value ? [value.text, value.name] : value) {
      assert.include(seen!.body, text)
    }
  }
}

/** A folder that is removed with the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-call-"))),
  (name) => Effect.sync(() => rmSync(name, { recursive: true }))
)

/** A test for each of the samples. */
export const test = (cases: ReadonlyArray<Case>): void => {
  let directory = ""
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "effect-audian-call-"))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it.live.each(cases.map((sample) => [`${sample.operation.name} ${sample.title ?? ""}`, sample] as const))(
    "%s: sends through flags what the operation sends",
    ([, sample]) =>
      Effect.gen(function* () {
        const { operation } = sample
        const { args } = yield* argumentsOf(operation, sample.input, directory)
        const server = yield* serverOf(sample)
        const output = join(directory, "result")
        const { code, stderr, stdout } = yield* Cli.run(
          [
            "call",
            operation.name,
            ...args,
            "--yes",
            ...(sample.response.bytes === undefined ? [] : ["--output", output])
          ],
          environment(server.baseUrl, operation)
        )
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        assertSent(server, sample)
        if (sample.response.bytes !== undefined) return assert.strictEqual(readFileSync(output, "utf8"), sample.result)
        const printed: unknown = JSON.parse(stdout)
        assert.isTrue(isPrinted(printed, sample.result), stdout)
      }).pipe(Effect.scoped)
  )
}

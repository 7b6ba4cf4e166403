/**
 * Hovers, completions and errors as an editor shows them to a user of the package, kept as files.
 *
 * `npx vitest run test/types -u` writes the files again.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, expect, it } from "@effect/vitest"
import { Api } from "effect-audian"
import * as TypeScript from "../support/editor.ts"
import { mistakes } from "./mistakes.ts"

let editor: TypeScript.Editor
beforeAll(() => {
  TypeScript.install()
  editor = TypeScript.open()
})
afterAll(TypeScript.remove)

const modules = Array.from(new Set(Api.operations().map(({ name }) => name.split(".")[0]!)))
const head = `import * as Effect from "effect/Effect"
import * as Match from "effect/Match"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { Audian, Cached, Events, Operation, Page, RateLimit, Retry, Wait, ${modules.join(", ")} } from "effect-audian"
`

/** The hovers of some words. Of a docstring the first paragraph is kept: examples are checked elsewhere. */
const hovers = (cases: ReadonlyArray<string>): string =>
  cases
    .map((code) => `${code.replace("/**/", "‸")}\n\n${editor.hover(head + code).split("\n\n**")[0]}\n`)
    .join(`\n${"-".repeat(80)}\n\n`)

/** The caret stands before the word that the pointer is on. */
const operations = [
  "Numbers./**/search",
  "Numbers./**/purchase",
  "Numbers./**/list",
  "Numbers./**/getConfig",
  "Numbers./**/updateE911",
  "Calls./**/create",
  "Calls./**/hold",
  "Conferences./**/create",
  "Fax./**/send",
  "Fax./**/downloadReceived",
  "Fax./**/awaitDelivery",
  "Media./**/createPrompt",
  "Ports./**/create",
  "Voicemail./**/remove",
  "Billing./**/getUsage",
  "Account.Devices./**/list",
  "Account.Devices./**/modify",
  "Account.Users./**/patch",
  "Account.Faxes./**/create",
  "Account.PhoneNumbers./**/search"
]

const calls = [
  'const /**/program = Numbers.purchase({ number: "+14155551234" })',
  'Numbers./**/purchase({ number: "+14155551234" })',
  "const /**/numbers = Numbers.list.items({ limit: 100 })",
  "Numbers.list./**/pages({ limit: 100 })",
  "const /**/collected = Numbers.list.collect({}, { maxItems: 50 })",
  'const /**/caught = Numbers.purchase({ number: "+14155551234" }).pipe(Effect.catchTag("Conflict", () => Effect.void))',
  "const /**/both = Effect.all([Numbers.list(), Account.Users.list()])",
  "const /**/withResponse = Audian.withResponse(Numbers.list())",
  'const /**/delivery = Fax.awaitDelivery({ faxId: "fax_1" })',
  'const /**/renamed = Account.Devices.modify({ device_id: "d" }, (device) => ({ ...device, name: "Front desk" }))',
  'const /**/cached = Cached.make(Numbers.list, { timeToLive: "1 minute", capacity: 100 })',
  'const /**/layer = Audian.layer({ apiKey: "key" })',
  'const /**/onFetch = Audian.layerFetch({ apiKey: "key" })',
  "type /**/Input = Operation.InputOf<typeof Numbers.purchase>",
  "Effect.map(Numbers.list(), (/**/page) => page.numbers)",
  'Effect.map(Account.Devices.get({ device_id: "d" }), (/**/device) => device)',
  "Effect.mapError(Numbers.list(), (/**/error) => error)",
  'const /**/events = Events.stream({ bindings: ["call.CHANNEL_CREATE"] })'
]

const fields = [
  'Numbers.purchase({ /**/number: "+14155551234" })',
  "Numbers.list({ /**/limit: 100 })",
  'Numbers.list({ /**/status: "active" })',
  'Numbers.updateConfig({ number_id: "n", voicemail: { /**/delete_after_days: 7 } })',
  'Numbers.updateCallerId({ number_id: "n", caller_id_number: "+14155551234", /**/caller_id_name: "Support" })',
  'Fax.send({ to: "+14155551234", /**/file: new Blob([]) })',
  "Account.Users.list({ /**/page_size: 10 })",
  'Account.Devices.patch({ device_id: "d", /**/call_forward: null })',
  "Effect.map(Numbers.list(), (page) => page./**/total)",
  "Effect.map(Numbers.list(), (page) => page.numbers.map((number) => number./**/purchased_at))",
  "Effect.map(Account.Users.list(), (users) => users.map((user) => user./**/vm_to_email_enabled))",
  'Audian.layer({ apiKey: "key", /**/maxConcurrency: 10 })',
  'Audian.layer({ apiKey: "key", timeout: { /**/attempt: "10 seconds" } })',
  "Retry.make({ /**/attempts: 3 })",
  "Effect.mapError(Numbers.list(), (error) => error./**/requestId)",
  "Effect.mapError(Numbers.list(), (error) => error./**/outcome)"
]

describe("hovers", () => {
  it("operations show their input, result and docstring", () =>
    expect(hovers(operations)).toMatchFileSnapshot("hover/operations.txt"))

  it("calls show the names of results, errors and services", () =>
    expect(hovers(calls)).toMatchFileSnapshot("hover/calls.txt"))

  it("fields show their meaning, unit, default and bounds", () =>
    expect(hovers(fields)).toMatchFileSnapshot("hover/fields.txt"))

  it.each(["InputOf", "SuccessOf"])("the fields of %s have comments and no type called Input", (kind) => {
    const expressions = Api.operations().map(({ name }) => `Operation.${kind}<typeof ${name}>`)
    const all = editor.fields(head, expressions)
    const described = all.filter(({ comment }) => comment !== "")
    console.log(`${kind}: ${described.length} of ${all.length} fields have a comment`)
    assert.isAbove(all.length, 3_900)
    assert.isAtLeast(described.length / all.length, 0.99)
    assert.deepStrictEqual(
      all.filter(({ type }) => /\bInput\b/.test(type)),
      []
    )
  })

  it("the inputs of operations have names, but for those that take any fields", () => {
    const inputs = Api.operations().map(({ name }) => `Operation.InputOf<typeof ${name}>`)
    const inline = editor
      .names(head, inputs)
      .flatMap((type, i) => (/^[\w.]+( \| [\w.]+)*$/.test(type) ? [] : [`${inputs[i]}: ${type}`]))
    return expect(`${inline.join("\n")}\n`).toMatchFileSnapshot("hover/inline-inputs.txt")
  })
})

describe("completions", () => {
  const own = (code: string): ReadonlyArray<string> => {
    const ofFunctions = new Set(editor.completions(`${head}declare const f: () => void\nf./**/`))
    return editor.completions(head + code).filter((name) => !ofFunctions.has(name))
  }

  it("of an operation are its streams and its contract, and no internals", () => {
    assert.deepStrictEqual(own("Numbers.list./**/"), [
      "collect",
      "endpoint",
      "items",
      "pages",
      "resume",
      "traits",
      "TypeId"
    ])
    assert.deepStrictEqual(own("Numbers.purchase./**/"), ["endpoint", "traits", "TypeId"])
  })

  it("of an input are its fields", () => {
    assert.deepStrictEqual(editor.completions(`${head}Numbers.list({ /**/ })`), ["limit", "offset", "status"])
  })

  it("of the cases of catchTags are the tags of the error", () => {
    const code = `${head}Numbers.list().pipe(Effect.catchTags({ /**/ }))`
    assert.includeMembers([...editor.completions(code)], ["AudianClientError", "NotFound"])
  })

  it.each([
    ['Numbers.list({ status: "/**/" })', ["active", "suspended"]],
    ['Numbers.search({ features: ["/**/"] })', ["mms", "sms", "voice"]],
    ['Account.Users.create({ first_name: "A", last_name: "B", priv_level: "/**/" })', ["admin", "user"]]
  ] as const)("of %s are the known values, although others pass", (code, known) => {
    assert.deepStrictEqual(editor.completions(head + code), known)
    assert.deepStrictEqual(editor.errors(head + code.replace("/**/", "new")), [])
  })

  it("of a value whose page lists all are these, and no other passes", () => {
    const code = `${head}Calls.transfer({ call_id: "c", destination: "+14155551234", transfer_type: "/**/" })`
    assert.deepStrictEqual(editor.completions(code), ["attended", "blind"])
    assert.lengthOf(editor.errors(code.replace("/**/", "warm")), 1)
  })
})

describe("errors", () => {
  let compiled: ReadonlyArray<string>
  beforeAll(() => {
    compiled = compile(mistakes.map(({ code }) => head + code))
  })

  it.each(mistakes.map((mistake, i) => ({ ...mistake, i })))("$title", ({ title, code, i }) => {
    const errors = editor.errors(head + code).join("\n")
    assert.notStrictEqual(errors, "")
    const text = [code, "", "TypeScript 7", compiled[i], "", "TypeScript 5.9", errors, ""].join("\n")
    return expect(text).toMatchFileSnapshot(`errors/${title.replace(/\W+/g, "-")}.txt`)
  })
})

/** The errors of each program, by the compiler of the project. */
const compile = (programs: ReadonlyArray<string>): ReadonlyArray<string> => {
  const directory = ".editor/mistakes"
  mkdirSync(directory)
  for (const [i, code] of programs.entries()) writeFileSync(`${directory}/${i}.ts`, code)
  const options =
    "--noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --skipLibCheck --pretty false"
  const target = "--target ES2024 --lib ES2024,DOM,DOM.Iterable --module NodeNext --types node"
  const files = programs.map((_, i) => `${directory}/${i}.ts`)
  const { stdout } = spawnSync("node", [
    "node_modules/typescript/bin/tsc",
    ...options.split(" "),
    ...target.split(" "),
    "--ignoreConfig",
    ...files
  ])
  const errors = programs.map((): Array<string> => [])
  let current = errors[0]!
  for (const line of stdout.toString().trim().split("\n")) {
    const start = /^\S+\/(\d+)\.ts\(\d+,\d+\): error (.*)/.exec(line)
    if (start !== null) current = errors[Number(start[1])]!
    current.push(start?.[2] ?? line)
  }
  return errors.map((lines) => lines.join("\n"))
}

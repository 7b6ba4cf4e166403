/**
 * The example of each operation runs on an embedded server of its own. An id in an example is that of a document that
 * the server was given before.
 */
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { isAbsolute, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import {
  Account,
  Api,
  Audian,
  type AudianError,
  Billing,
  Calls,
  Conferences,
  Fax,
  Media,
  Numbers,
  Ports,
  Voicemail
} from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

type Run<A> = Effect.Effect<A, AudianError.AudianError, Audian.Audian | EmbeddedAudian.EmbeddedAudian>
type IdOf = (placeholder: string) => Run<string>

const { Callflows, Devices, Faxes, SipDevices, TemporalRules, Users, Vmboxes } = Account
const [from, to] = ["+14155551234", "+14155555678"] as const
const files = mkdtempSync(join(tmpdir(), "examples-"))
afterAll(() => rmSync(files, { recursive: true }))

const idIn = <A extends { readonly id?: string | undefined }>(made: Run<A>): Run<string> =>
  Effect.map(made, ({ id }) => id ?? "none")

const address = (number_id: string) =>
  Numbers.updateE911({
    number_id,
    address_line_1: "140 Geary St",
    city: "San Francisco",
    state: "CA",
    postal_code: "94108",
    country: "US",
    customer_name: "Acme"
  })

const owned = Effect.catchTag(Numbers.purchase({ number: from }), "Conflict", () => Effect.void)

const document = () => new File(["%PDF-1.7"], "offer.pdf", { type: "application/pdf" })

const record: Run<string> = Effect.gen(function* () {
  const { seed } = yield* EmbeddedAudian.EmbeddedAudian
  yield* seed({
    cdrs: [{ id: "202406-a", interaction_id: "leg_a", duration_seconds: 30, hangup_cause: "NORMAL_CLEARING" }]
  })
  return "202406-a"
})

const phone: Run<string> = Effect.gen(function* () {
  const { seed } = yield* EmbeddedAudian.EmbeddedAudian
  const id = yield* idIn(SipDevices.create({ name: "Phone", sipUsername: "phone" }))
  yield* seed({
    registrations: [{ authorizing_id: id, username: "phone", expires: 3600, contact: "sip:phone@192.0.2.1" }]
  })
  return id
})

/** The documents behind the ids of the examples. */
const documents: Readonly<Record<string, (idOf: IdOf) => Run<string>>> = {
  num_abc123: () => idIn(Numbers.purchase({ number: from })),
  call_xyz789: () =>
    Effect.gen(function* () {
      yield* owned
      const { call_id } = yield* Calls.create({ from, to })
      yield* TestClock.adjust("5 seconds")
      return call_id
    }),
  conf_abc123: () => idIn(Conferences.create({ name: "Standup" })),
  part_abc123: (idOf) =>
    Effect.flatMap(idOf("conf_abc123"), (conferenceId) =>
      idIn(Conferences.addParticipant({ conferenceId, phone_number: to }))
    ),
  rec_abc123: (idOf) =>
    Effect.gen(function* () {
      const conferenceId = yield* idOf("conf_abc123")
      yield* idOf("part_abc123")
      yield* TestClock.adjust("5 seconds")
      const { id } = yield* Conferences.startRecording({ conferenceId })
      yield* TestClock.adjust("5 seconds")
      yield* Conferences.stopRecording({ conferenceId })
      return id ?? "none"
    }),
  fax_abc123: () => idIn(Fax.send({ to, file: document() })),
  received_abc123: () =>
    Effect.gen(function* () {
      yield* owned
      return yield* (yield* EmbeddedAudian.EmbeddedAudian).receiveFax({ from: to, to: from })
    }),
  port_abc123: () =>
    idIn(
      Ports.create({
        number: "+12125550199",
        account_number: "1",
        billing_phone: from,
        end_user_name: "Acme",
        end_user_address: {
          street: "140 Geary St",
          city: "San Francisco",
          state: "CA",
          postal_code: "94108",
          country: "US"
        }
      })
    ),
  box_abc123: () => idIn(Voicemail.create({ name: "Support", owner: "support@example.com" })),
  note_abc123: (idOf) =>
    Effect.flatMap(idOf("box_abc123"), (boxId) =>
      idIn(
        Voicemail.createNotification({ boxId, type: "email", recipient: "a@example.com", notify_on: ["new_message"] })
      )
    ),
  audio_abc123: () => idIn(Media.createTextToSpeech({ text: "Hello" })),
  inv_abc123: () =>
    Effect.gen(function* () {
      yield* owned
      yield* TestClock.adjust("31 days")
      const { invoices } = yield* Billing.listInvoices()
      return invoices[0]?.id ?? "none"
    }),
  cdr_abc123: () => record,
  leg_abc123: () => record,
  "Account.conf_abc123": () => idIn(Account.Conferences.create({ name: "Board" })),
  "Account.fax_abc123": () => idIn(Faxes.create({ from_number: from, to_number: to, document: document() })),
  account_abc123: () => idIn(Account.Accounts.createSubAccount({ name: "Acme", accept_charges: true })),
  user_abc123: () => idIn(Users.create({ first_name: "Jane", last_name: "Doe", username: "jane" })),
  user_def456: () => idIn(Users.create({ first_name: "John", last_name: "Doe", username: "john" })),
  device_abc123: () => idIn(Devices.create({ name: "Phone", sip: { username: "phone", password: "correct-horse" } })),
  "Account.Registrations.device_abc123": () => phone,
  "Account.SipDevices.device_abc123": () => phone,
  vmbox_abc123: () => idIn(Vmboxes.create({ name: "Support", mailbox: "1002" })),
  cf_abc123: () => idIn(Callflows.create({ numbers: ["1002"], flow: { module: "hangup", data: {} } })),
  rule_abc123: () => idIn(TemporalRules.create({ name: "Office hours", cycle: "daily" })),
  pivot_abc123: () => idIn(Account.Pivots.create({ name: "Orders" }) as Run<{ readonly id?: string }>),
  hook_abc123: () =>
    idIn(Account.Webhooks.create({ name: "Calls", uri: "https://example.com/hooks", hook: "channel_create" }))
}

/** The arguments of the examples that are functions, by their names. An id is that of a document. */
const args: Readonly<Record<string, unknown>> = {
  account_id: "account_abc123",
  parentId: "account_embedded",
  api_key: Redacted.make("sk_test_embedded"),
  audio_id: "audio_abc123",
  boxId: "box_abc123",
  call_id: "call_xyz789",
  callflow_id: "cf_abc123",
  cdr_id: "cdr_abc123",
  city: "Oakland",
  conference_id: "conf_abc123",
  conferenceId: "conf_abc123",
  device_id: "device_abc123",
  email: "a@example.com",
  extension: "1002",
  fax_id: "fax_abc123",
  faxId: "fax_abc123",
  invoice_id: "inv_abc123",
  keep: () => Effect.void,
  leg_id: "leg_abc123",
  name: "Acme",
  notificationId: "note_abc123",
  number_id: "num_abc123",
  numbers: [from, to],
  participantId: "part_abc123",
  pivot_id: "pivot_abc123",
  port_id: "port_abc123",
  recordingId: "rec_abc123",
  secret: Redacted.make("a long secret"),
  self: Effect.void,
  send: () => Effect.void,
  temporal_rule_id: "rule_abc123",
  token: Redacted.make("sk_test_embedded"),
  uri: "https://example.com/hooks",
  user_id: "user_abc123",
  vmbox_id: "vmbox_abc123",
  webhook_id: "hook_abc123"
}

/** The state of an account before an example, where it needs more than the documents that it names. */
const before: Readonly<Record<string, (idOf: IdOf) => Run<unknown>>> = {
  "Account.Conferences.remove": (idOf) => idOf("conf_abc123"),
  "Account.PhoneNumbers.get": () => owned,
  "Account.PhoneNumbers.modify": () => owned,
  "Account.PhoneNumbers.patch": () => owned,
  "Account.PhoneNumbers.update": () => owned,
  "Account.Webhooks.remove": (idOf) => idOf("hook_abc123"),
  "Calls.create": () => owned,
  "Calls.pauseRecording": (idOf) => Effect.flatMap(idOf("call_xyz789"), (call_id) => Calls.startRecording({ call_id })),
  "Calls.resumeRecording": (idOf) =>
    Effect.flatMap(idOf("call_xyz789"), (call_id) =>
      Effect.andThen(Calls.startRecording({ call_id }), Calls.pauseRecording({ call_id }))
    ),
  "Calls.stopRecording": (idOf) => Effect.flatMap(idOf("call_xyz789"), (call_id) => Calls.startRecording({ call_id })),
  "Numbers.getCallerId": (idOf) =>
    Effect.flatMap(idOf("num_abc123"), (number_id) =>
      Numbers.updateCallerId({ number_id, caller_id_number: from, caller_id_name: "Acme" })
    ),
  "Numbers.getE911": (idOf) => Effect.flatMap(idOf("num_abc123"), address),
  "Numbers.updateE911": (idOf) => Effect.flatMap(idOf("num_abc123"), address)
}

const ofExample: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "Fax.downloadReceived": { faxId: "received_abc123" },
  "Fax.getReceived": { faxId: "received_abc123" }
}

/** Examples that show how an error is handled: the status of the response. */
const handled: Readonly<Record<string, { readonly status: number; readonly reason: string }>> = {
  "Account.PhoneNumbers.purchase": {
    status: 402,
    reason: "the engine asks before it charges, and the example does not agree"
  }
}

/** Examples whose call the server does not see. */
const unseen: Readonly<Record<string, string>> = {
  "Media.getAudio": "it makes a client of its own, for another credential: its request ends in a fetch of this test"
}

/** Examples that are no program. */
const values: Readonly<Record<string, string>> = {
  "Account.Callflows.Flow": "a document"
}

// -----------------------------------------------------------------------------
// examples
// -----------------------------------------------------------------------------

interface Example {
  /** The operation, or another export of its module. */
  readonly name: string
  readonly title: string
  readonly code: string
}

/** Every example of every docstring of a resource. */
const examples: ReadonlyArray<Example> = globSync("src/{resources,account}/*.ts")
  .toSorted()
  .flatMap((file) => {
    const module = file.replace("src/resources/", "").replace("src/account/", "Account.").replace(".ts", "")
    const docstrings = readFileSync(file, "utf8").matchAll(
      /\/\*\*\n((?: \*(?!\/).*\n)+) \*\/\nexport (?:const|class|interface|type) (\w+)/g
    )
    return Array.from(docstrings).flatMap(([, comment, key]) =>
      Array.from(comment!.replace(/^ *\* ?/gm, "").matchAll(/^```ts\n([\s\S]*?)^```/gm), ([, code], index) => ({
        name: `${module}.${key}`,
        title: `${module}.${key}${index === 0 ? "" : ` ${index + 1}`}`,
        code: code!
      }))
    )
  })

const out = resolve(".snippets-run-operations")
rmSync(out, { recursive: true, force: true })
mkdirSync(out)
afterAll(() => rmSync(out, { recursive: true }))

const load = async ({ code, title }: Example): Promise<unknown> => {
  const path = join(out, `${title}.ts`)
  writeFileSync(path, code)
  const module: Record<string, unknown> = await import(/* @vite-ignore */ pathToFileURL(path).href)
  const [value] = Object.values(module)
  return value
}

/** The files of an example are those of a directory of its own. */
const fileSystem = Layer.effect(
  FileSystem.FileSystem,
  Effect.map(FileSystem.FileSystem, (disk) => {
    const inside = (value: unknown) => (typeof value === "string" && !isAbsolute(value) ? join(files, value) : value)
    return new Proxy(disk, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key)
        return typeof member === "function"
          ? (...values: ReadonlyArray<unknown>) => member.apply(target, values.map(inside))
          : member
      }
    })
  })
).pipe(Layer.provideMerge(NodeServices.layer))
writeFileSync(join(files, "offer.pdf"), "%PDF-1.7")

/** Replaces the ids of the examples in an input. */
const replace = (value: unknown, ids: ReadonlyMap<string, string>): unknown => {
  if (typeof value === "string") return ids.get(value) ?? value
  if (Array.isArray(value)) return value.map((item) => replace(item, ids))
  return Predicate.isObject(value) && Object.getPrototypeOf(value) === Object.prototype
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, ids)]))
    : value
}

/** The parameters of a function, by name. */
const parametersOf = (value: unknown): ReadonlyArray<string> =>
  typeof value === "function" ? /^\(([^)]*)\)/.exec(String(value))![1]!.split(/,\s*/).filter(Boolean) : []

/** The document that stands for a placeholder in a module, else in its family, else in all. */
const documentOf = (name: string, placeholder: string) =>
  documents[`${name.slice(0, name.lastIndexOf("."))}.${placeholder}`] ??
  (name.startsWith("Account.") ? documents[`Account.${placeholder}`] : undefined) ??
  documents[placeholder]

const turn = Effect.callback<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

const run = Effect.fnUntraced(function* ({ code, name }: Example, value: unknown) {
  const audian = yield* Audian.Audian
  const { requests } = yield* EmbeddedAudian.EmbeddedAudian
  const ids = new Map<string, string>()
  const idOf: IdOf = (placeholder) => {
    const known = ids.get(placeholder)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.tap(documentOf(name, placeholder)!(idOf), (id) => Effect.sync(() => ids.set(placeholder, id)))
  }
  yield* TestClock.setTime(Date.parse("2024-06-15T12:00:00Z"))
  const parameters = parametersOf(value)
  assert.deepStrictEqual(
    parameters.filter((parameter) => !(parameter in args)),
    []
  )
  const given = parameters.map((parameter) => ofExample[name]?.[parameter] ?? args[parameter])
  for (const text of [...given, ...Array.from(code.matchAll(/"(\w+)"/g), ([, text]) => text)]) {
    if (typeof text === "string" && documentOf(name, text) !== undefined) yield* idOf(text)
  }
  yield* before[name]?.(idOf) ?? Effect.void
  const seeded = (yield* requests).length
  const effect = (typeof value === "function" ? value(...given) : value) as Effect.Effect<
    unknown,
    unknown,
    Audian.Audian
  >
  const fiber = yield* effect.pipe(
    Effect.provideService(Audian.Audian, {
      ...audian,
      execute: (operation, input) => audian.execute(operation, replace(input, ids) as typeof input)
    }),
    Effect.exit,
    Effect.forkChild
  )
  if (/\bawait[A-Z]|\bWait\.|\bEffect\.sleep\b/.test(code)) {
    // A file is read before it is sent, which takes no time of the test's clock.
    const isWaiting = () => fiber.pollUnsafe() === undefined
    while (isWaiting() && !(yield* requests).slice(seeded).some(({ status }) => status !== undefined)) yield* turn
    while (isWaiting()) {
      yield* TestClock.adjust("1 minute")
      yield* turn
    }
  }
  return { exit: yield* Fiber.join(fiber), requests: (yield* requests).slice(seeded) }
})

const server = EmbeddedAudian.layer({ numbers: [from, to] })

/** The `fetch` of examples that make a client of their own. */
const fetch = () => Promise.resolve(Response.json({ id: "audio_abc123" }))

const operations = new Set(Api.operations().map(({ name }) => name))

describe("examples of operations", () => {
  it.effect.each(examples)("$title", (example) =>
    Effect.gen(function* () {
      const value = yield* Effect.promise(() => load(example))
      const isProgram = typeof value === "function" || Effect.isEffect(value)
      assert.strictEqual(isProgram, values[example.name] === undefined)
      if (!isProgram) return
      const { exit, requests } = yield* run(example, value)
      yield* exit
      if (!operations.has(example.name) || example.name in unseen) return
      const expected = handled[example.name]?.status
      const statuses = requests.filter(({ operation }) => operation === example.name).map(({ status = 0 }) => status)
      assert.isNotEmpty(statuses)
      for (const status of statuses) {
        if (expected === undefined) assert.isTrue(status >= 200 && status < 300, `${status}`)
        else assert.strictEqual(status, expected)
      }
    }).pipe(Effect.provide([server, fileSystem]), Effect.provideService(FetchHttpClient.Fetch, fetch))
  )

  it("are those of all operations", () => {
    const shown = new Set(examples.map(({ name }) => name))
    assert.deepStrictEqual(
      [...operations].filter((name) => !shown.has(name)),
      []
    )
  })

  it("the exceptions name examples", () => {
    const shown = new Set(examples.map(({ name }) => name))
    const named = [before, ofExample, handled, unseen, values].flatMap((list) => Object.keys(list))
    assert.deepStrictEqual(
      named.filter((name) => !shown.has(name)),
      []
    )
  })
})

import { open } from "./support/editor.ts"

const e = open()
const head = `import { Account, Audian, AudianError, Cached, Calls, Credentials, Fax, Numbers, Ports, Voicemail, Wait, Page, Operation, Files, Retry } from "effect-audian"\nimport * as Effect from "effect/Effect"\nimport * as Stream from "effect/Stream"\nimport * as Layer from "effect/Layer"\nimport * as Match from "effect/Match"\n`
for (const c of [
  `Effect.runPromise(Numbers.list())`,
  `Numbers.purchase({ friendly_name: "Support" })`,
  `const number: string = "415"; export const p = Numbers.purchase({ number })`,
  `Fax.send({ from: "+14155551234", to: "+14155551235", files: ["fax.pdf"] })`,
  `export const p = Fax.send({ to: "+14155551234", file: "fax.pdf" } as never)`,
  `export const p = Numbers.list().pipe(Effect.catchTags({ NotFund: () => Effect.void }))`,
  `export const p = Numbers.list().pipe(Effect.catchTag("NotFund", () => Effect.void))`,
  `export const p = (error: AudianError.AudianError) => Match.value(error).pipe(Match.tag("NotFound", () => 1), Match.exhaustive)`,
  `export const p = (error: AudianError.AudianError): number => { switch (error._tag) { case "NotFound": return 1 } }`,
  `export const p = Account.Webhooks.create({ name: "a", uri: "https://a", http_verb: "pot", hook: "all" })`,
  `export const p = Numbers.list({ limt: 10 })`,
  `export const p = Numbers.list({ limit: "10" })`,
  `export const l = Audian.layer({ apiKey: "key" })`,
  `export const l = Audian.layerFetch({ apiKey: "key" })`,
  `export const c = Cached.make(Numbers.purchase, { timeToLive: "1 minute" })`,
  `export const p = Numbers.purchase({ number: "+14155551234", friendly_name: null })`,
  `export const p = Numbers.list.pages({ number_id: "a" })`,
  `Effect.runPromise(Numbers.list.items())`,
  `export const l = Numbers.list().pipe(Effect.provide(Audian.layer({})))`,
  `Effect.runPromise(Numbers.list().pipe(Effect.provide(Audian.layer({}))))`,
  `export const p = Account.Devices.update({ device_id: "a", name: "b", device_type: null, account_id: null })`,
  `export const p = Effect.gen(function* () { const a = yield* Numbers.list; return a })`,
  `export const p = Numbers.list().pipe(Effect.map((page) => page.numbrs))`,
  `export const p = Numbers.purchase("+14155551234")`,
  `export const p = Audian.withTimeout(Numbers.list(), { totl: "1 minute" })`,
  `export const l = Audian.layerFetch({ retry: 3 })`,
  `export const l = Audian.layer({ apiKey: "key" as never, retries: Retry.none })`,
  `export const p = async () => { const page = await Numbers.list(); return page.numbers }`
]) {
  console.log("###", c)
  console.log(e.errors(head + c).join("\n"))
}

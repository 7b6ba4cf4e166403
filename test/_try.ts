import { install, open } from "./support/editor.ts"

console.time("install")
install()
console.timeEnd("install")
const e = open()
const head = `import { Account, Audian, Calls, Fax, Numbers, Ports, Voicemail, Wait, Page, Operation, Files } from "effect-audian"\nimport * as Effect from "effect/Effect"\n`
for (const c of [
  `Numbers./**/purchase`,
  `Numbers./**/list`,
  `const /**/program = Numbers.purchase({ number: "+14155551234" })`,
  `const /**/x = Numbers.list.items({})`,
  `Numbers./**/purchase({ number: "+14155551234" })`,
  `Numbers.purchase({ /**/number: "+14155551234" })`,
  `Numbers.list({ /**/limit: 1 })`,
  `const /**/input: Numbers.PurchaseInput = { number: "+1" }`,
  `Numbers.list()./**/pipe`,
  `Effect.map(Numbers.list(), (/**/page) => page)`,
  `Effect.map(Numbers.list(), (page) => page.numbers[0]!./**/purchased_at)`,
  `Numbers.list./**/pages({})`,
  `const /**/result = Audian.withResponse(Numbers.list())`,
  `const /**/d = Account.Devices.modify({ device_id: "1" }, (d) => d)`,
  `Account.Devices./**/modify`,
  `Fax./**/awaitDelivery`,
  `const /**/d = Fax.awaitDelivery({ fax_id: "1" })`,
  `Numbers.updateConfig({ number_id: "1", voicemail: { /**/delete_after_days: 2 } })`,
  `Effect.map(Account.Devices.get({ device_id: "1" }), (device) => device./**/call_restriction)`,
  `const /**/caught = Numbers.purchase({ number: "+14155551234" }).pipe(Effect.catchTag("Conflict", () => Effect.void))`
]) {
  console.log("###", c)
  console.log(e.hover(head + c))
}
console.log(e.completions(head + `Numbers.list./**/`))
console.log(e.completions(head + `Numbers.purchase./**/`))
console.log(e.completions(head + `Account.Webhooks.create({ hook: "/**/" })`).slice(0, 30))
console.log(e.completions(head + `Numbers.list({ status: "/**/" })`).slice(0, 30))
console.log(e.completions(head + `Numbers.search({ features: ["/**/"] })`).slice(0, 30))
console.log(e.completions(head + `Numbers.list({ /**/ })`).slice(0, 30))

// Opens the reference page of the embedded server in a browser, sends requests from it as a reader would, and checks
// that it loads nothing from other hosts. Needs Chromium; skipped without it.
//
//   npm run check:reference
//   npm run check:reference -- --screenshot      takes the screenshots of docs/ again
import { strict as assert } from "node:assert"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Bin from "../test/support/bin.ts"
import * as Browser from "./browser.ts"

const withScreenshots = process.argv.includes("--screenshot")

interface Read {
  readonly group: string
  readonly summary: string
  readonly path: string
}

/** Opens an operation from the sidebar. */
const show = async (page: Browser.Page, { group, summary }: Read): Promise<void> => {
  const sidebar = page.locator("aside")
  await sidebar.getByRole("button", { name: `Open Group ${group}`, exact: true }).click()
  await sidebar.getByRole("button", { name: summary }).click()
  await page.getByRole("heading", { name: summary }).waitFor()
}

/** Sends the proposed request of the open operation and waits until its response is displayed. */
const send = async (page: Browser.Page, { path }: Read): Promise<string> => {
  await page.locator("button", { hasText: `Test Request(get ${path})` }).click()
  const pattern = new RegExp(`${path.replace("{account_id}", "[^/{]+")}$`)
  const received = page.waitForResponse((response) => pattern.test(new URL(response.url()).pathname))
  await page.getByRole("button", { name: /^Send/ }).first().click()
  const response = await received
  const body = await response.text()
  assert.equal(response.status(), 200, body)
  await page.getByText("200 OK").first().waitFor()
  return body
}

/** Takes a screenshot after animations have ended. */
const screenshot = async (page: Browser.Page, name: string): Promise<void> => {
  if (!withScreenshots) return
  await page.waitForTimeout(3000)
  await page.screenshot({ path: `docs/${name}.png` })
}

const read = async (page: Browser.Page, baseUrl: string): Promise<void> => {
  await page.goto(`${baseUrl}/docs`)
  await page.getByRole("heading", { name: "Audian API" }).waitFor()
  assert.equal(await page.title(), "Audian API")
  await page.getByText(baseUrl, { exact: true }).first().waitFor()
  assert.ok(
    (await page
      .locator("aside")
      .getByRole("button", { name: /^Open Group / })
      .count()) > 25
  )

  const numbers = { group: "Numbers", summary: "Lists your numbers", path: "/v2/numbers" }
  await show(page, numbers)
  await screenshot(page, "reference")
  assert.match(await send(page, numbers), /"\+14155550100"/)
  await page.getByText('"+14155550100"').first().waitFor()
  await screenshot(page, "reference-answer")
  await page.goto(`${baseUrl}/docs`)

  const users = {
    group: "Account.Users",
    summary: "Lists the users of an account",
    path: "/v2/accounts/{account_id}/users"
  }
  await show(page, users)
  assert.match(await send(page, users), /"ada@acme\.example"/)
}

const program = Effect.gen(function* () {
  const chromium = Browser.find()
  if (chromium === undefined) {
    console.log("SKIPPED: no Chromium on this machine (apt-get install chromium); the reference page was not checked")
    return
  }
  const { baseUrl } = yield* Bin.start("--port", withScreenshots ? "8443" : "0", "--seed", "demo")
  const browser = yield* Browser.launch(chromium)
  const urls: Array<string> = []
  const errors: Array<string> = []
  yield* Effect.promise(async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()))
    page.on("pageerror", (error) => errors.push(error.message))
    page.on("request", (request) => urls.push(request.url()))
    await read(page, baseUrl)
  })
  assert.deepEqual(errors, [], "the page has errors")
  const otherHosts = urls.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== baseUrl)
  assert.deepEqual(otherHosts, [], "the page sends requests to other hosts")
  console.log(`the reference page: ${urls.length} requests, none to other hosts; responses of both families displayed`)
}).pipe(Effect.timeout(Duration.minutes(3)), Effect.scoped)

NodeRuntime.runMain(program)

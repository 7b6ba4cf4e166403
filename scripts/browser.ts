// Chromium for the checks that look at pages, driven by `playwright-core`, which is installed from npm.
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { install } from "./npm.ts"

const playwright = { package: "playwright-core", version: "1.65.1" } as const

/** The part of `playwright-core` that is used here. */
interface Locator {
  readonly click: () => Promise<void>
  readonly count: () => Promise<number>
  readonly fill: (text: string) => Promise<void>
  readonly first: () => Locator
  readonly getByRole: (role: string, options: { readonly name: RegExp | string; readonly exact?: boolean }) => Locator
  readonly getByText: (text: string, options?: { readonly exact: boolean }) => Locator
  readonly locator: (selector: string, options?: { readonly hasText: string }) => Locator
  readonly waitFor: () => Promise<void>
}

interface RawResponse {
  readonly status: () => number
  readonly text: () => Promise<string>
  readonly url: () => string
}

export interface Page extends Pick<Locator, "getByRole" | "getByText" | "locator"> {
  readonly goto: (url: string) => Promise<unknown>
  readonly on: {
    (event: "console", listener: (message: { text: () => string; type: () => string }) => void): void
    (event: "pageerror", listener: (error: Error) => void): void
    (event: "request", listener: (request: { url: () => string }) => void): void
  }
  readonly screenshot: (options: { readonly path: string }) => Promise<unknown>
  readonly title: () => Promise<string>
  readonly waitForTimeout: (millis: number) => Promise<void>
  readonly waitForResponse: (matches: (response: RawResponse) => boolean) => Promise<RawResponse>
}

export interface Browser {
  readonly close: () => Promise<void>
  readonly newPage: (options: {
    readonly viewport: { readonly width: number; readonly height: number }
    readonly deviceScaleFactor?: number
  }) => Promise<Page>
}

interface Playwright {
  readonly chromium: {
    readonly launch: (options: { executablePath: string; args: ReadonlyArray<string> }) => Promise<Browser>
  }
}

/** The path of Chromium on this machine. */
export const find = (): string | undefined => {
  const names = ["chromium", "chromium-browser", "google-chrome"]
  const script = names.map((name) => `command -v ${name}`).join(" || ")
  try {
    return process.env.CHROMIUM ?? execFileSync("sh", ["-c", script], { encoding: "utf8" }).trim()
  } catch {
    return undefined
  }
}

/** Chromium until the scope closes. It reaches this machine only. */
export const launch = (executablePath: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const folder = install(playwright.package, playwright.version)
      const entry = pathToFileURL(join(folder, "node_modules", playwright.package, "index.mjs"))
      const { chromium } = (await import(entry.href)) as Playwright
      // No host name resolves, so requests to other hosts fail.
      const args = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
      return chromium.launch({ executablePath, args })
    }),
    (browser) => Effect.promise(() => browser.close())
  )

/**
 * The loopback server of a run: an embedded server, a URL that controls it, the bundles for browsers, and the URL that
 * takes the results.
 */
import { readFile } from "node:fs/promises"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { EmbeddedAudian } from "effect-audian/testing"
import type { Command, LoggedRequest } from "./program.ts"
import type { Report } from "./report.ts"

const execute = (command: Command) =>
  Effect.flatMap(EmbeddedAudian.EmbeddedAudian, (embedded): Effect.Effect<unknown> => {
    switch (command._tag) {
      case "fault":
        return embedded.fault(command.data)
      case "clearFaults":
        return embedded.clearFaults
      case "balance":
        return embedded.setBalance(command.usd)
      case "fax":
        return embedded.receiveFax({ from: "+14155550100", to: "+14155551234", bytes: new Uint8Array(command.bytes) })
      case "emit":
        return embedded.emit({ name: command.name, data: command.data })
      case "dropSockets":
        return embedded.dropSockets
      case "requests":
        return Effect.map(embedded.requests, (log) =>
          log.map(({ input, operation, status }): LoggedRequest => ({ input, operation, status }))
        )
    }
  })

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const pageOf = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><body><script type="module" ${script}</script></body>`

export interface Host {
  /** The page of this server that runs a bundle, for browsers. */
  readonly url: string
  readonly baseUrl: string
  readonly control: string
  readonly reportUrl: string
  /** Resolves with the next report. */
  readonly report: Promise<Report>
  readonly close: () => Promise<void>
}

/** Starts the servers of one run. `bundles` is a folder whose scripts the page may load. */
export const start = async (bundles: string): Promise<Host> => {
  const embedded = ManagedRuntime.make(EmbeddedAudian.serve())
  const { baseUrl } = await embedded.runPromise(EmbeddedAudian.EmbeddedAudian)
  const { promise: report, resolve } = Promise.withResolvers<Report>()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1")
    const respond = (status: number, type: string, body: string | Buffer) =>
      response.writeHead(status, { "content-type": type, "access-control-allow-origin": "*" }).end(body)
    const handle = async () => {
      if (pathname === "/control") {
        const result = await embedded.runPromise(execute(JSON.parse(await textOf(request)) as Command))
        respond(200, "application/json", JSON.stringify(result ?? null))
      } else if (pathname === "/report") {
        resolve(JSON.parse(await textOf(request)) as Report)
        respond(200, "application/json", "null")
      } else if (/^\/[\w-]+\.js$/.test(pathname)) {
        respond(200, "text/javascript", await readFile(join(bundles, pathname)))
      } else if (pathname === "/page") {
        respond(200, "text/html", pageOf('src="/page.js">'))
      } else if (pathname === "/frame") {
        respond(
          200,
          "text/html",
          pageOf('>import * as tests from "/tests.js"; parent.onTests({ runAll: tests.runAll })')
        )
      } else {
        respond(404, "text/plain", "")
      }
    }
    handle().catch((error: unknown) => respond(500, "text/plain", String(error)))
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/page`,
    baseUrl,
    control: `${origin}/control`,
    reportUrl: `${origin}/report`,
    report,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await embedded.dispose()
    }
  }
}

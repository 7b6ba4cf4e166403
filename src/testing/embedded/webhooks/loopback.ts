/**
 * The receivers of a server on a port: programs on this machine, and those that the options name.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { Receivers } from "./sender.ts"

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\./.test(hostname)

/** `fetch`, to loopback addresses and to the origins of some URLs. */
export const make = (urls: ReadonlyArray<string>): Effect.Effect<Receivers> =>
  Effect.map(Effect.provide(HttpClient.HttpClient, FetchHttpClient.layer), (client): Receivers => {
    const origins = new Set(urls.map((url) => new URL(url).origin))
    return {
      client: client.pipe(
        HttpClient.mapRequest((request) => {
          const url = URL.parse(request.url)
          // An API key registers only HTTPS, for which no program on this machine has a certificate.
          if (url === null || !isLoopback(url) || origins.has(url.origin)) return request
          return HttpClientRequest.setUrl(request, request.url.replace(/^https:/i, "http:"))
        }),
        HttpClient.transformResponse(Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }))
      ),
      refuses: (text) => {
        const url = URL.parse(text)
        if (url !== null && (isLoopback(url) || origins.has(url.origin))) return undefined
        return "it is not an address of this machine, and `receivers` does not name it"
      }
    }
  })

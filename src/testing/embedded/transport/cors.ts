/**
 * Cross-origin requests, as the engine permits them: from any origin, on every response.
 *
 * @internal
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"

/** The headers of every response. A page cannot read a header that is not exposed. */
export const headers = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "content-type, x-auth-token, x-request-id, x-kazoo-cluster-id, location, etag"
}

/** The response to a preflight request, which has no credentials. */
export const preflight: HttpServerResponse.HttpServerResponse = /*@__PURE__*/ HttpServerResponse.empty({
  status: 200,
  headers: {
    ...headers,
    allow: "GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS",
    "access-control-allow-methods": "GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS",
    "access-control-allow-headers": [
      "accept",
      "authorization",
      "cache-control",
      "content-type",
      "depth",
      "if-match",
      "if-modified-since",
      "if-none-match",
      "range",
      "user-agent",
      "x-auth-account-id",
      "x-auth-token",
      "x-file-name",
      "x-file-size",
      "x-http-method-override",
      "x-kazoo-cluster-id",
      "x-pretty-print",
      "x-request-id",
      "x-requested-with"
    ].join(", "),
    "access-control-max-age": "86400"
  }
})

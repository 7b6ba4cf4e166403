/**
 * Stands for the modules of Node.js that many tests import and few of them use. A test that does use one fails with
 * `Bound`, and counts as one that only runs on Node.js.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"

/** Also required by the bundle of the tests, from a text. */
export const Bound = "this test needs a module of Node.js"

const layer = Layer.effect(HttpClient.HttpClient, Effect.die(new Error(Bound)))

export const layerUndici = layer
export const layerFetch = layer
export const layerNodeHttp = layer

/** True for a failure because of what only Node.js has. */
export const isBound = (failure: string): boolean =>
  failure.includes(Bound) || failure.includes("cannot listen on a port")

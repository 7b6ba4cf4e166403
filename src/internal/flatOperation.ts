/**
 * The maker of the resources of the flat family. Their operations send the API key itself, so that a program of only such
 * operations has no exchange of it.
 *
 * @internal
 */
import type * as Operation from "../Operation.ts"
import { fromEndpoint, type Parts } from "./call/operation.ts"
import type { Traits } from "./service.ts"

/** The `Operation.makeIn` of operations that bring some parts, beside those that their endpoints bring. */
export const makerOf = (parts: Parts) =>
  ((shared: Partial<Traits>) => (endpoint: Parameters<typeof fromEndpoint>[0], own: Traits) =>
    fromEndpoint(endpoint, { ...shared, ...own }, parts)) as typeof Operation.makeIn

/** For the families `"flat"` and `"public"`, and paths without an account. */
export const makeIn = /*@__PURE__*/ makerOf({})

/**
 * The maker of the resources of the flat family. Their operations send the API key itself, so that a program of only such
 * operations has no exchange of it.
 *
 * @internal
 */
import type * as Operation from "../Operation.ts"
import { fromEndpoint } from "./call/operation.ts"
import type { Traits } from "./service.ts"

/** As `Operation.makeIn`, for the families `"flat"` and `"public"` and paths without an account. */
export const makeIn = ((shared: Partial<Traits>) => (endpoint: Parameters<typeof fromEndpoint>[0], own: Traits) =>
  fromEndpoint(endpoint, { ...shared, ...own })) as typeof Operation.makeIn

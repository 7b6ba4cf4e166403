/**
 * The parts of a call that not every operation needs. Those of this library bring their own: an endpoint with a body its
 * compiler, a file its reader, an account-scoped operation the exchange of the API key. One of a program's own brings all.
 *
 * @internal
 */
import * as RequestBody from "../schema/requestBody.ts"
import * as FileBody from "./fileBody.ts"
import type { Parts } from "./operation.ts"
import * as Session from "./session.ts"
import * as Supported from "./supported.ts"

export const all: Parts = {
  check: Supported.check,
  complete: Session.complete,
  compileBody: RequestBody.compile,
  readFile: FileBody.reader
}

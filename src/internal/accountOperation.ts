/**
 * The maker of the account-scoped resources. Their operations send a token, and so bring the exchange of the API key.
 *
 * @internal
 */
import * as Session from "./call/session.ts"
import { makerOf } from "./flatOperation.ts"

export const makeIn = /*@__PURE__*/ makerOf({ complete: Session.complete })

/**
 * Requests that bypass caches, such as those that poll.
 *
 * @internal
 */
import * as Context from "effect/Context"

/** True while a program polls: its requests have the header `cache-control: no-cache`. */
export const Fresh = /*@__PURE__*/ Context.Reference<boolean>("effect-audian/Wait/Fresh", { defaultValue: () => false })

/**
 * Assertions about errors.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Audian, AudianError } from "effect-audian"
import { json, script } from "./http.ts"

/** The tag of an error's reason where it has one, or its own. */
export const reasonOf = (error: AudianError.AudianError): string =>
  error._tag === "AudianClientError" ? error.reason._tag : error._tag

/** The fields that an error has details of. */
export const fieldsOf = (error: AudianError.AudianError): ReadonlyArray<string> =>
  error.details.map(({ field }) => field).sort()

/** The invalid fields of an account-scoped call, and the whole error as text; nothing may have been sent. */
export const refused = (call: Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>) =>
  Effect.gen(function* () {
    const http = script(json(200, { data: {}, status: "success" }))
    const error = yield* Effect.flip(call).pipe(Effect.provide(http.account()))
    assert.strictEqual(reasonOf(error), "InvalidRequest", error.message)
    assert.deepStrictEqual(http.sent, [])
    return { fields: fieldsOf(error), text: JSON.stringify(error) + error.message }
  })

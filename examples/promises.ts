// Call the API from code without Effect: operations as functions that return promises, and errors that have a tag.
//
//   npm run example examples/promises.ts
import * as ManagedRuntime from "effect/ManagedRuntime"
import { AudianError, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

// In production `Audian.layerFetch({ apiKey: process.env.AUDIAN_API_KEY })`.
const runtime = ManagedRuntime.make(EmbeddedAudian.layer())

const buy = (input: Numbers.PurchaseInput, signal?: AbortSignal) =>
  runtime.runPromise(Numbers.purchase(input), { signal })

try {
  const { id, number } = await buy({ number: "+14155551234" }, AbortSignal.timeout(10_000))
  console.log(`${number} is ${id}`)
  await buy({ number: "+14155551234" })
} catch (error) {
  if (!AudianError.isAudianError(error)) throw error
  console.log(`${error._tag}: ${error.message}`)
} finally {
  await runtime.dispose()
}

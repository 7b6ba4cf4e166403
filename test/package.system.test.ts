/** In a process of its own: any call makes the endpoint of its operation for the rest of the process. */
import { assert, describe, it } from "@effect/vitest"
import * as Predicate from "effect/Predicate"
import * as Barrel from "effect-audian"

describe("the package", () => {
  it("makes no endpoint at import: each is still a getter", () => {
    const modules: ReadonlyArray<object> = [...Object.values(Barrel), ...Object.values(Barrel.Account)]
    const operations = modules.flatMap((module) => Object.values(module).filter(Barrel.Operation.isOperation))
    assert.isAbove(operations.length, 10)
    for (const operation of operations) {
      assert.isTrue(Predicate.isFunction(Object.getOwnPropertyDescriptor(operation, "endpoint")?.get))
    }
  })
})

// The pages and the items of a list.
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { Account, type Audian, Numbers, type Operation, type Page } from "effect-audian"
import type { Equal, Expect } from "../support/types.ts"

export type Checks = [
  Expect<Equal<Stream.Success<ReturnType<typeof Numbers.list.items>>, Numbers.ListedNumber>>,
  Expect<Equal<Stream.Success<ReturnType<typeof Account.Users.list.pages>>, Page.Page<Account.Users.ListedUser>>>,
  Expect<Equal<Stream.Error<ReturnType<typeof Numbers.list.items>>, Effect.Error<ReturnType<typeof Numbers.list>>>>,
  Expect<Equal<Stream.Services<ReturnType<typeof Numbers.list.items>>, Audian.Audian>>,
  Expect<Equal<Operation.InputOf<typeof Numbers.list>["limit"], number | undefined>>
]

export const calls = [
  // A wrong field of the input does not compile, nor does an operation that does not list have pages.
  // @ts-expect-error
  Numbers.list.pages({ limits: 1 }),
  // @ts-expect-error
  Numbers.purchase.pages,
  // A collection states its bound.
  // @ts-expect-error
  Numbers.list.collect({}),
  // @ts-expect-error
  Numbers.list.collect({}, { maxPages: 1 }),
  Numbers.list.collect({}, { maxItems: 100 }),
  // A cursor is no input, and nothing is no cursor.
  // @ts-expect-error
  Numbers.list.resume(undefined),
  // @ts-expect-error
  Numbers.list.resume({ offset: 20 }),
  // The parameters of the path are as required as for the call.
  // @ts-expect-error
  Account.Cdrs.listLegs.items(),
  Account.Cdrs.listLegs.items({ leg_id: "leg" }, { maxPages: 1 })
]

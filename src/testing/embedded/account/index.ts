/**
 * The account-scoped family of the embedded server.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as AudianTest from "../../AudianTest.ts"
import type { Records } from "../options.ts"
import * as State from "../state.ts"
import * as AccountOperations from "./accountOperations.ts"
import * as Accounts from "./accounts.ts"
import * as Billing from "./billing.ts"
import * as Callflows from "./callflows.ts"
import * as Calls from "./calls.ts"
import * as Devices from "./devices.ts"
import * as DocumentKinds from "./documentKinds.ts"
import * as Faxes from "./faxes.ts"
import * as PhoneNumbers from "./phoneNumbers.ts"
import * as Pivots from "./pivots.ts"
import * as Presence from "./presence.ts"
import * as Registrations from "./registrations.ts"
import * as Seed from "./seed.ts"
import * as Users from "./users.ts"

export interface Family {
  readonly accounts: Accounts.Accounts
  readonly handlers: ReadonlyArray<AudianTest.Handler>
  readonly seed: (records: Records) => Effect.Effect<void>
}

/** The initial accounts with their records. */
export const make = (state: State.State, records: Records | undefined, now: number): Family => {
  const accounts = Accounts.make(state, state.settings.accountId, now)
  if (records !== undefined) Seed.seed(accounts, records, now)
  return {
    accounts,
    handlers: [
      AccountOperations,
      Billing,
      Callflows,
      Calls,
      Devices,
      Faxes,
      PhoneNumbers,
      DocumentKinds,
      Pivots,
      Presence,
      Registrations,
      Users
    ].flatMap((group) => group.handlers(accounts)),
    seed: (records) => Effect.map(State.advance(state), (now) => Seed.seed(accounts, records, now))
  }
}

/**
 * The account-scoped family of the embedded server.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as AudianTest from "../../AudianTest.ts"
import type * as EmbeddedAudian from "../../EmbeddedAudian.ts"
import * as World from "../state.ts"
import * as Accounts from "./accountDocuments.ts"
import * as Tree from "./accounts.ts"
import * as Billing from "./billing.ts"
import * as Callflows from "./callflows.ts"
import * as Calls from "./calls.ts"
import * as Devices from "./devices.ts"
import * as Plain from "./documentKinds.ts"
import * as Faxes from "./faxes.ts"
import * as PhoneNumbers from "./phoneNumbers.ts"
import * as Presence from "./presence.ts"
import * as Registered from "./registrations.ts"
import * as Seed from "./seed.ts"
import * as Users from "./users.ts"

export interface Family {
  readonly handlers: ReadonlyArray<AudianTest.Handler>
  readonly seed: (records: EmbeddedAudian.Records) => Effect.Effect<void>
}

/** The accounts from a time on, with what there is in them from the start. */
export const make = (world: World.World, records: EmbeddedAudian.Records | undefined, now: number): Family => {
  const tree = Tree.make(world, world.settings.accountId, now)
  if (records !== undefined) Seed.seed(tree, records, now)
  return {
    handlers: [
      Accounts,
      Billing,
      Callflows,
      Calls,
      Devices,
      Faxes,
      PhoneNumbers,
      Plain,
      Presence,
      Registered,
      Users
    ].flatMap((group) => group.handlers(tree)),
    seed: (records) => Effect.map(World.present(world), (now) => Seed.seed(tree, records, now))
  }
}

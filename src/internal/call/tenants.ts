/**
 * The credentials of some calls of a client: each has its own session and limiter, and shares all else with the client.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as RcMap from "effect/RcMap"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import type { Issue } from "../../AudianError.ts"
import type { Credentials } from "../credentials.ts"
import type { CredentialSource } from "./currentOptions.ts"

/** The credential of one tenant. */
export interface Tenant {
  readonly apiKey?: Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown> | undefined
  readonly authToken?: Redacted.Redacted | undefined
  readonly accountId?: string | undefined
  readonly service?: Credentials["Service"] | undefined
}

/** The part of a client that makes another one for a tenant. */
interface Client {
  readonly scope: Scope.Scope
  /** The client with the credentials and the limiter of a tenant. The scope is that of the tenant. */
  readonly forTenant: (tenant: Tenant) => Effect.Effect<Client, never, Scope.Scope>
}

/** A tenant that makes no calls for as long as a token lives is forgotten. */
const idleTimeToLive = "1 hour"

type Tenants = RcMap.RcMap<string, Client>

const perClient = /*@__PURE__*/ new WeakMap<Client, { readonly map: Tenants; readonly byKey: Map<string, Tenant> }>()

export const make = (tenant: Tenant, issues: ReadonlyArray<Issue>): CredentialSource => {
  const key = keyOf(tenant)
  return {
    issues,
    key,
    clientOf: <C>(client: C) => get(client as C & Client, key, tenant) as Effect.Effect<C, never, Scope.Scope>
  }
}

const get = (client: Client, key: string, tenant: Tenant): Effect.Effect<Client, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { byKey, map } = perClient.get(client) ?? (yield* begin(client))
    byKey.set(key, tenant)
    return yield* RcMap.get(map, key)
  })

const begin = (client: Client) =>
  Effect.gen(function* () {
    const byKey = new Map<string, Tenant>()
    const map = yield* Scope.provide(
      RcMap.make({
        idleTimeToLive,
        lookup: (key: string) =>
          Effect.andThen(
            Effect.addFinalizer(() => Effect.sync(() => byKey.delete(key))),
            Effect.suspend(() => client.forTenant(byKey.get(key)!))
          )
      }),
      client.scope
    )
    const tenants = { map, byKey }
    perClient.set(client, tenants)
    return tenants
  })

let count = 0
const ids = /*@__PURE__*/ new WeakMap<object, number>()

/** Equal credentials are one tenant. An effect and a service are compared by identity. */
const keyOf = ({ accountId, apiKey, authToken, service }: Tenant): string =>
  JSON.stringify([accountId, idOf(apiKey), idOf(authToken), idOf(service)])

const idOf = (u: object | undefined): unknown => {
  if (u === undefined) return undefined
  if (Redacted.isRedacted(u)) return [Redacted.value(u)]
  const known = ids.get(u) ?? ++count
  ids.set(u, known)
  return known
}

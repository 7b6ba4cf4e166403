/**
 * The options of an embedded server.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Account from "../../account/index.ts"
import type * as AudianTest from "../AudianTest.ts"
import type * as Fault from "../Fault.ts"

/**
 * Options of the embedded server. All have defaults.
 *
 * **Example** (A server with little money and a small quota)
 *
 * ```ts
 * import { EmbeddedAudian } from "effect-audian/testing"
 *
 * export const layer = EmbeddedAudian.layer({ balance: 1, quota: { limit: 10, window: "1 minute" } })
 * ```
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The API key that it accepts. Default `sk_test_embedded`. */
  readonly apiKey?: string | undefined
  /** The account of the key. Default `account_embedded`. */
  readonly accountId?: string | undefined
  /** The lifetime of an exchanged token. Default 1 hour. */
  readonly tokenLife?: Duration.Input | undefined
  /** Numbers to sell in addition to the 201 of the catalogue, in E.164. */
  readonly numbers?: ReadonlyArray<string> | undefined
  /** The initial balance, in USD. Default 100. */
  readonly balance?: number | undefined
  /** The quota of requests. Default 1000 a minute; `false` for none. */
  readonly quota?: Quota | false | undefined
  /** The duration of a port. Default 4 days. */
  readonly portDuration?: Duration.Input | undefined
  /** Returns whether a number can be ported. Default: all but those that end in 0000. */
  readonly isPortable?: ((number: string) => boolean) | undefined
  /** Returns whether a number answers calls and faxes. Default: all but those that end in 0000. */
  readonly isReachable?: ((number: string) => boolean) | undefined
  /** The time from a call's creation to its answer. Default 3 seconds. */
  readonly answerAfter?: Duration.Input | undefined
  /** The duration of an answered call, unless its `max_duration` is shorter. Default 10 minutes. */
  readonly callDuration?: Duration.Input | undefined
  /** The duration of one attempt to deliver a fax. Default 30 seconds. */
  readonly faxDuration?: Duration.Input | undefined
  /** The limit of a request's body in bytes; the response to a larger one is 413. Default 8,000,000. */
  readonly maxBodySize?: number | undefined
  /** The number of requests that the log keeps, the latest ones. Default 10,000. */
  readonly logLimit?: number | undefined
  /**
   * Handlers of operations of your own, and of operations of the contract that the server is to simulate in another way.
   */
  readonly handlers?: ReadonlyArray<AudianTest.Handler> | undefined
  /** Faults from the start. `fault` of the service adds more. */
  readonly faults?: ReadonlyArray<Fault.Data> | undefined
  /**
   * The client that delivers webhooks. By default, a server in memory delivers none, and one on a port delivers with
   * `fetch` to programs on this machine and to `receivers`. `deliverTo` of the service replaces it.
   */
  readonly deliver?: HttpClient.HttpClient | undefined
  /** Records from the start. `seed` of the service adds more. */
  readonly records?: Records | undefined
}

/**
 * A quota: the number of requests in a fixed window of time.
 *
 * @category options
 * @since 0.1.0
 */
export interface Quota {
  readonly limit: number
  readonly window: Duration.Input
}

/**
 * Records of an account that no operation creates.
 *
 * **Details**
 *
 * A missing id is counted, a missing time is the current one.
 *
 * @category options
 * @since 0.1.0
 */
export interface Records {
  /** The account of the records. Default the account of the key. */
  readonly accountId?: string | undefined
  /** Ended calls. Records with the same `interaction_id` are legs of one call. */
  readonly cdrs?: ReadonlyArray<Account.Cdrs.CdrDocument> | undefined
  /** Active calls, by `uuid`. */
  readonly channels?: ReadonlyArray<Account.Channels.Channel> | undefined
  /** Faxes. The attachment of each is an empty PDF. */
  readonly faxes?: ReadonlyArray<Account.Faxes.Fax> | undefined
  /** Presences, by `presence_id`. */
  readonly presences?: ReadonlyArray<Account.Presence.Presence> | undefined
  /** Registrations of phones, for `expires` seconds, an hour by default. `authorizing_id` is the id of the device. */
  readonly registrations?: ReadonlyArray<Account.Registrations.Registration> | undefined
  readonly transactions?: ReadonlyArray<Account.Billing.Transaction> | undefined
}

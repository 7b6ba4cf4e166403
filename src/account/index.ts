/**
 * The account-scoped family: the resources of one account, which the engine behind the API serves.
 *
 * `account_id` is optional everywhere: it defaults to the account of the credential.
 *
 * @since 0.1.0
 */
export * as Accounts from "./Accounts.ts"
export * as Common from "./Common.ts"
export * as Devices from "./Devices.ts"
export * as Presence from "./Presence.ts"
export * as Registrations from "./Registrations.ts"
export * as SipDevices from "./SipDevices.ts"
export * as Users from "./Users.ts"

/**
 * The account-scoped family: the resources of one account, which the engine behind the API serves.
 *
 * `account_id` is optional everywhere: it defaults to the account of the credential.
 *
 * @since 0.1.0
 */
export * as Accounts from "./Accounts.ts"
export * as Billing from "./Billing.ts"
export * as Callflows from "./Callflows.ts"
export * as Cdrs from "./Cdrs.ts"
export * as Channels from "./Channels.ts"
export * as Common from "./Common.ts"
export * as Conferences from "./Conferences.ts"
export * as Devices from "./Devices.ts"
export * as Faxes from "./Faxes.ts"
export * as PhoneNumbers from "./PhoneNumbers.ts"
export * as Pivots from "./Pivots.ts"
export * as Presence from "./Presence.ts"
export * as Registrations from "./Registrations.ts"
export * as Search from "./Search.ts"
export * as SipDevices from "./SipDevices.ts"
export * as TemporalRules from "./TemporalRules.ts"
export * as Users from "./Users.ts"
export * as Vmboxes from "./Vmboxes.ts"
export * as Webhooks from "./Webhooks.ts"

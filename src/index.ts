/**
 * The Effect client for the Audian telephony API.
 *
 * @since 0.1.0
 */

export * as Api from "./Api.ts"
export * as Audian from "./Audian.ts"
export * as AudianError from "./AudianError.ts"
export * as Account from "./account/index.ts"
export * as Bulk from "./Bulk.ts"
export * as Credentials from "./Credentials.ts"
export * as Journal from "./Journal.ts"
export * as Operation from "./Operation.ts"
export * as Page from "./Page.ts"
export * as PhoneNumber from "./PhoneNumber.ts"
export * as RateLimit from "./RateLimit.ts"
export * as Retry from "./Retry.ts"
export * as AccessTokens from "./resources/AccessTokens.ts"
export * as Billing from "./resources/Billing.ts"
export * as CallerIds from "./resources/CallerIds.ts"
export * as CallFlows from "./resources/CallFlows.ts"
export * as Calls from "./resources/Calls.ts"
export * as Conferences from "./resources/Conferences.ts"
export * as Fax from "./resources/Fax.ts"
export * as IvrMenus from "./resources/IvrMenus.ts"
export * as Media from "./resources/Media.ts"
export * as Numbers from "./resources/Numbers.ts"
export * as Ports from "./resources/Ports.ts"
export * as Voicemail from "./resources/Voicemail.ts"
export * as Webhooks from "./resources/Webhooks.ts"
export * as Status from "./Status.ts"
export * as Timestamp from "./Timestamp.ts"

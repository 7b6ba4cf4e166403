/**
 * The Effect client for the Audian telephony API.
 *
 * @since 0.1.0
 */

export * as Api from "./Api.ts"
export * as Audian from "./Audian.ts"
export * as AudianError from "./AudianError.ts"
export * as Account from "./account/index.ts"
export * as Credentials from "./Credentials.ts"
export * as Operation from "./Operation.ts"
export * as PhoneNumber from "./PhoneNumber.ts"
export * as RateLimit from "./RateLimit.ts"
export * as Retry from "./Retry.ts"
export * as AccessTokens from "./resources/AccessTokens.ts"
export * as Numbers from "./resources/Numbers.ts"
export * as Ports from "./resources/Ports.ts"
export * as Status from "./Status.ts"
export * as Timestamp from "./Timestamp.ts"

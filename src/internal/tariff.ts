/**
 * The documented tariff, in USD. `number` and `highestNumber` are the bounds of a month's rental, `minute` is one of an outbound call.
 *
 * @see https://docs.audian.com/billing/usage
 * @internal
 */
export const tariff = {
  number: 0.99,
  highestNumber: 4.99,
  port: 25,
  minute: 0.02,
  sms: 0.01,
  transcription: 0.25
} as const

/**
 * The parts that the documents of accounts, users and devices share.
 *
 * Each has the same type in a request and in a response; in an update null clears a field. A document that is
 * created is checked against the engine's bounds, which the fields name. A stored one is read and changed as it is.
 *
 * @since 0.1.0
 */

export type { AccountFields, ListSchema } from "../internal/schema/accountParams.ts"
export type { AddressesFields, EndpointFields, SharedFields } from "../internal/schema/engineSchemas.ts"
export {
  Addresses,
  CallerId,
  CallerIdOptions,
  CallFailover,
  CallForward,
  CallLimits,
  CallRecording,
  CallRestriction,
  CallWaiting,
  DoNotDisturb,
  EmergencyAddress,
  EndpointMedia,
  MusicOnHold,
  NotifyCallback,
  Profile,
  RecordingParameters,
  Ringtones,
  VoicemailNotification
} from "../internal/schema/engineSchemas.ts"
export type { ChargesFields } from "../internal/schema/envelope.ts"

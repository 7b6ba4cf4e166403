/**
 * The parts that the documents of accounts, users and devices share.
 *
 * Each has the same type on the way in and on the way out. What is sent is checked against the engine's bounds, which
 * the docstrings name; responses pass as they were stored.
 *
 * @since 0.1.0
 */
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

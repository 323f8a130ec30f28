/** What a call status callback says beyond the standard parameters, and when one is due. */
import { formatRfc2822 } from '../../lib/dates.ts'
import type { Instant } from '../../lib/ids.ts'
import { type CallbackEvent, type CallRecord, type CallStatus, durationSec, isFinal } from './call-record.ts'
import type { ToldRecording } from './child-call.ts'
import { answeredByParameter } from './machine-verdict.ts'
import { standardParameters } from './standard-parameters.ts'

/** The event a status belongs to; `initiated` has no status of its own. */
export function callbackEventOf(status: CallStatus): CallbackEvent | null {
  if (status === 'queued') return null
  if (status === 'ringing') return 'ringing'
  return status === 'in-progress' ? 'answered' : 'completed'
}

/** Parameters of the callback for `event`, for the call as it is now. */
export function callbackParameters(
  call: CallRecord,
  event: CallbackEvent,
  sequence: number,
  at: Instant,
): Record<string, string> {
  const parameters = {
    ...standardParameters(call, event === 'initiated' ? 'initiated' : call.status),
    ...answeredByParameter(call),
  } as Record<string, string>
  parameters.Timestamp = formatRfc2822(at)
  parameters.CallbackSource = 'call-progress-events'
  parameters.SequenceNumber = String(sequence)
  if (isFinal(call.status)) {
    const seconds = durationSec(call) ?? 0
    parameters.CallDuration = String(seconds)
    parameters.Duration = String(Math.ceil(seconds / 60))
    if (call.sipResponseCode !== null) parameters.SipResponseCode = String(call.sipResponseCode)
  }
  return parameters
}

/** What the callback of a call's end says of a recording of it, which goes on to that end. */
export function recordingParameters(call: CallRecord, recording: ToldRecording | null): Record<string, string> {
  if (recording === null || call.endedAt === null) return {}
  const { sid, url, startedAt } = recording
  const seconds = Math.ceil(Math.max(0, call.endedAt - startedAt) / 1000)
  return { RecordingUrl: url, RecordingSid: sid, RecordingDuration: String(seconds) }
}

/** The recording status callback: what is sent, and when. */
import { formatRfc2822 } from '../../lib/dates.ts'
import { type RecordingEvent, type RecordingRecord, recordingDurationSec } from './recording-record.ts'

/** The parameters of one callback. It has none of the standard voice parameters. */
export function recordingParameters(
  recording: RecordingRecord,
  status: RecordingEvent,
  url: string,
): Readonly<Record<string, string>> {
  const { accountSid, callSid, conferenceSid, sid, channels, source, track, startedAt, errorCode } = recording
  return {
    AccountSid: accountSid,
    ...(conferenceSid ? { ConferenceSid: conferenceSid } : { CallSid: callSid }),
    RecordingSid: sid,
    RecordingUrl: url,
    RecordingStatus: status,
    ...(status === 'completed' && { RecordingDuration: String(recordingDurationSec(recording) ?? 0) }),
    RecordingChannels: String(channels),
    RecordingStartTime: formatRfc2822(startedAt),
    RecordingSource: source,
    RecordingTrack: track,
    ErrorCode: String(errorCode ?? 0),
  }
}

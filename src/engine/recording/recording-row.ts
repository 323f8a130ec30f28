/** A recording's record as the store keeps it: filter columns beside the whole value. */
import type { Write } from '../../journal/store.ts'
import { isOver, type RecordingRecord } from './recording-record.ts'

export function recordingWrite(recording: RecordingRecord): Write {
  const { sid, accountSid, callSid, conferenceSid, createdAt, deletedAt } = recording
  const live = !isOver(recording)
  return {
    kind: 'recording',
    recording: { sid, accountSid, callSid, conferenceSid, createdAt, live, deletedAt, row: recording },
  }
}

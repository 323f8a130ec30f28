/** What was said in a recording, written down: the state behind the REST resource. A plain JSON value. */
import type { Write } from '../../journal/store.ts'
import type { AccountSid, Instant, RecordingSid, TranscriptionSid } from '../../lib/ids.ts'

export interface TranscriptionRecord {
  readonly sid: TranscriptionSid
  readonly accountSid: AccountSid
  readonly recordingSid: RecordingSid
  readonly status: 'in-progress' | 'completed' | 'failed'
  /** Null until it is completed. */
  readonly text: string | null
  /** Of the recording. */
  readonly lengthMs: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

export const transcriptionWrite = (transcription: TranscriptionRecord): Write => {
  const { sid, accountSid, createdAt } = transcription
  return { kind: 'resource', resource: { type: 'transcription', sid, accountSid, createdAt, row: transcription } }
}

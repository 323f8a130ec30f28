/** What REST may ask of live transcriptions. */
import type { CallSid } from '../../lib/ids.ts'
import type { LiveTranscriptionRecord, NewLiveTranscription } from './live-transcription-record.ts'

/** `name-taken`: a running one of the call has it. `too-many`: the call has as many as it may. */
export type TranscriptionRefusal = 'not-in-progress' | 'name-taken' | 'too-many'

export interface LiveTranscriptionService {
  /** One for an engine that does not exist is alerted, and `stopped` from the beginning. */
  start(callSid: CallSid, transcription: NewLiveTranscription): LiveTranscriptionRecord | TranscriptionRefusal
  /** By SID or name; one that has stopped already is answered as it is. */
  stop(callSid: CallSid, sidOrName: string): LiveTranscriptionRecord | 'not-in-progress' | 'not-found'
}

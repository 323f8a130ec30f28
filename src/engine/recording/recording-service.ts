/** What REST may ask of recordings. Live ones answer from memory, ended ones from the store. */
import type { CallSid, ConferenceSid, RecordingSid } from '../../lib/ids.ts'
import type { RecordingCallback, RecordingRecord, RecordingTrack, RecordingTrim } from './recording-record.ts'

export interface NewCallRecording {
  readonly channels: 1 | 2
  readonly track: RecordingTrack
  readonly trim: RecordingTrim
  readonly callback: RecordingCallback | null
}

/** Names the one recording of the call that runs. */
export const CURRENT = 'Twilio.CURRENT'

export interface RecordingChange {
  readonly status: 'paused' | 'in-progress' | 'stopped'
  /** Beside `paused`: silence fills the gap, or nothing does. */
  readonly pauseBehavior: 'silence' | 'skip'
}

export interface RecordingService {
  /**
   * Starts recording a call (`StartCallRecordingAPI`). Resolves after the commit. While one that the API started runs,
   * that one is the answer.
   */
  start(callSid: CallSid, recording: NewCallRecording): Promise<RecordingRecord | 'not-in-progress'>
  /** `ambiguous`: CURRENT, but several run. `not-possible`: it is over, or not in the state that the change needs. */
  change(
    callSid: CallSid,
    sid: RecordingSid | typeof CURRENT,
    change: RecordingChange,
  ): Promise<RecordingRecord | 'not-found' | 'not-possible' | 'ambiguous'>
  /** The same, of a recording of a conference. */
  changeOfConference(
    sid: RecordingSid,
    change: RecordingChange,
  ): Promise<RecordingRecord | 'not-found' | 'not-possible'>
  /** The one that runs; null when none does. */
  currentOfConference(conferenceSid: ConferenceSid): RecordingRecord | null
  /** As it stands now. Null when there is none, or it belongs to another account. Deleted ones are found too. */
  find(accountSid: string, sid: RecordingSid): Promise<RecordingRecord | null>
  /** The one that runs on the call; null when none or several do. */
  current(callSid: CallSid): RecordingRecord | null
  /** Deletes the audio at once. `live`: it still runs. */
  delete(record: RecordingRecord): Promise<'deleted' | 'live'>
}

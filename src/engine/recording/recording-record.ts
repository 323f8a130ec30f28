/**
 * What the platform knows of one recording: the state behind the REST resource, written to the store with every change,
 * and enough to end the recording honestly after a crash. A plain JSON value; the audio is a file of the same SID.
 */
import {
  type AccountSid,
  type CallSid,
  type ConferenceSid,
  type Instant,
  newSid,
  type RecordingSid,
} from '../../lib/ids.ts'
import type { Fetchable } from '../call/call-record.ts'

/** `stopped`: over, its file not whole yet. */
export type RecordingStatus = 'in-progress' | 'paused' | 'stopped' | 'completed' | 'absent'

export type RecordingSource =
  | 'RecordVerb'
  | 'DialVerb'
  | 'Conference'
  | 'OutboundAPI'
  | 'StartCallRecordingAPI'
  | 'StartConferenceRecordingAPI'
  | 'StartCallRecordingTwiML'
  | 'Trunking'

export type RecordingTrack = 'inbound' | 'outbound' | 'both'
export type RecordingTrim = 'trim-silence' | 'do-not-trim'
export type RecordingEvent = 'in-progress' | 'completed' | 'absent'

export interface RecordingCallback extends Fetchable {
  readonly events: readonly RecordingEvent[]
}

export interface RecordingRecord {
  readonly sid: RecordingSid
  readonly accountSid: AccountSid
  /** The parent leg of a call with two. */
  readonly callSid: CallSid
  readonly conferenceSid: ConferenceSid | null
  readonly status: RecordingStatus
  readonly source: RecordingSource
  readonly channels: 1 | 2
  readonly track: RecordingTrack
  readonly trim: RecordingTrim
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly startedAt: Instant
  /** Of the file, after trimming; null until the recording is over. */
  readonly lengthMs: number | null
  /** Why it is absent: 16101 too short, 16102 silent, 16100 a fault of ours. */
  readonly errorCode: number | null
  readonly callback: RecordingCallback | null
  /** Its audio was deleted then; what is known of it stays 40 days. */
  readonly deletedAt: Instant | null
}

/** One that begins now. */
export function newRecording(
  about: Pick<RecordingRecord, 'accountSid' | 'callSid' | 'conferenceSid'>,
  { channels, track, trim, callback }: Pick<RecordingRecord, 'channels' | 'track' | 'trim' | 'callback'>,
  source: RecordingSource,
  now: Instant,
  sid: RecordingSid = newSid('RE'),
): RecordingRecord {
  return {
    sid,
    ...about,
    status: 'in-progress',
    source,
    // One side alone has one channel.
    channels: track === 'both' ? channels : 1,
    track,
    trim,
    createdAt: now,
    updatedAt: now,
    startedAt: now,
    lengthMs: null,
    errorCode: null,
    callback,
    deletedAt: null,
  }
}

/** The file will not change any more. */
export const isOver = ({ status }: Pick<RecordingRecord, 'status'>): boolean =>
  status === 'completed' || status === 'absent'

/** Whole seconds, rounded up, so that nothing recorded is 0; null until it is over. */
export const recordingDurationSec = ({ lengthMs }: Pick<RecordingRecord, 'lengthMs'>): number | null =>
  lengthMs === null ? null : Math.ceil(lengthMs / 1000)

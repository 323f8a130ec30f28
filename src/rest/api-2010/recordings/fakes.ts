/** For tests: recordings in memory, which do no more than the service's contract says, and their audio as files. */
import { isOver, type RecordingRecord } from '../../../engine/recording/recording-record.ts'
import {
  CURRENT,
  type NewCallRecording,
  type RecordingChange,
  type RecordingService,
} from '../../../engine/recording/recording-service.ts'
import type { RecordingFilter, RecordingRow } from '../../../journal/store.ts'
import { type CallSid, type Instant, newSid, type RecordingSid } from '../../../lib/ids.ts'
import type { RecordingMedia } from '../../deps.ts'
import { type FakeCalls, NOW } from '../fakes.ts'

type Wanted = Parameters<RecordingMedia['media']>[1]

export class FakeRecordings implements RecordingService, RecordingMedia {
  /** In the order of their creation. */
  readonly records = new Map<string, RecordingRecord>()
  readonly started: NewCallRecording[] = []
  readonly changes: RecordingChange[] = []
  readonly mediaAsked: Wanted[] = []
  /** What is answered to whoever asks for audio. */
  file: Awaited<ReturnType<RecordingMedia['media']>> = 'missing'
  readonly #calls: FakeCalls

  constructor(calls: FakeCalls) {
    this.#calls = calls
  }

  put(record: RecordingRecord): RecordingRecord {
    this.records.set(record.sid, record)
    return record
  }

  async start(callSid: CallSid, recording: NewCallRecording): Promise<RecordingRecord | 'not-in-progress'> {
    const call = this.#calls.records.get(callSid)
    if (call?.status !== 'in-progress') return 'not-in-progress'
    this.started.push(recording)
    const running = this.#running(callSid).find(({ source }) => source === 'StartCallRecordingAPI')
    return running ?? this.put(aRecording({ accountSid: call.accountSid, callSid, ...recording }))
  }

  async change(callSid: CallSid, sid: RecordingSid | typeof CURRENT, change: RecordingChange) {
    this.changes.push(change)
    const running = this.#running(callSid)
    if (sid === CURRENT && running.length > 1) return 'ambiguous'
    const record = sid === CURRENT ? running[0] : this.records.get(sid)
    if (record?.callSid !== callSid) return 'not-found'
    if (isOver(record) || record.status === change.status) return 'not-possible'
    return this.put({ ...record, status: change.status })
  }

  async find(accountSid: string, sid: RecordingSid): Promise<RecordingRecord | null> {
    const record = this.records.get(sid)
    return record?.accountSid === accountSid ? record : null
  }

  current(callSid: CallSid): RecordingRecord | null {
    const running = this.#running(callSid)
    return running.length === 1 ? running[0]! : null
  }

  async changeOfConference(sid: RecordingSid, change: RecordingChange) {
    const record = this.records.get(sid)
    return record
      ? this.change(record.callSid, sid, change).then((result) => (result === 'ambiguous' ? 'not-possible' : result))
      : 'not-found'
  }

  currentOfConference(conferenceSid: string): RecordingRecord | null {
    const running = [...this.records.values()].find(
      (record) => record.conferenceSid === conferenceSid && !isOver(record),
    )
    return running ?? null
  }

  async delete(record: RecordingRecord): Promise<'deleted' | 'live'> {
    if (!isOver(record)) return 'live'
    this.put({ ...record, deletedAt: NOW, updatedAt: NOW })
    return 'deleted'
  }

  async media(_sid: RecordingSid, wanted: Wanted) {
    this.mediaAsked.push(wanted)
    return this.file
  }

  /** The store's list. */
  list(filter: RecordingFilter, { after, max }: { after: RecordingSid | null; max: number }): readonly RecordingRow[] {
    const from = filter.createdFrom ?? 0
    const to = filter.createdTo ?? Number.POSITIVE_INFINITY
    const all = [...this.records.values()].reverse().sort((a, b) => b.createdAt - a.createdAt)
    const rest = all.slice(after === null ? 0 : all.findIndex(({ sid }) => sid === after) + 1)
    return rest
      .filter(
        (record) =>
          record.accountSid === filter.accountSid &&
          (filter.callSid ?? record.callSid) === record.callSid &&
          (filter.conferenceSid ?? record.conferenceSid) === record.conferenceSid &&
          record.createdAt >= from &&
          record.createdAt < to &&
          (filter.deleted || record.deletedAt === null),
      )
      .slice(0, max)
      .map((record) => ({ ...record, live: !isOver(record), row: record }))
  }

  #running(callSid: CallSid): RecordingRecord[] {
    return [...this.records.values()].filter((record) => record.callSid === callSid && !isOver(record))
  }
}

export function aRecording(about: Pick<RecordingRecord, 'accountSid' | 'callSid'> & Partial<RecordingRecord>) {
  const record: RecordingRecord = {
    sid: newSid('RE'),
    conferenceSid: null,
    status: 'in-progress',
    source: 'StartCallRecordingAPI',
    channels: 1,
    track: 'both',
    trim: 'do-not-trim',
    createdAt: NOW,
    updatedAt: NOW,
    startedAt: NOW,
    lengthMs: null,
    errorCode: null,
    callback: null,
    deletedAt: null,
    ...about,
  }
  return record
}

/** One that is over, three and a half seconds long. */
export const over = (about: Parameters<typeof aRecording>[0]): RecordingRecord =>
  aRecording({ status: 'completed', lengthMs: 3500, updatedAt: (NOW + 4000) as Instant, ...about })

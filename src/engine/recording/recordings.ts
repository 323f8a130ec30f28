/** All live recordings of this process: begins them, finds them, changes them, and ends those that a crash left behind. */
import type { Store, Write } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import { type AccountSid, type CallSid, type ConferenceSid, newSid, type RecordingSid } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Call } from '../call/call.ts'
import type { ToldRecording } from '../call/child-call.ts'
import { TIME_LIMIT_SEC } from '../call/new-records.ts'
import type { ProgramEnd } from '../ports/leg-media.ts'
import type { MediaRoom } from '../ports/media-engine.ts'
import { lateTeller } from './late-teller.ts'
import { LiveRecording } from './live-recording.ts'
import {
  newRecording,
  type RecordingCallback,
  type RecordingRecord,
  type RecordingSource,
  type RecordingTrim,
} from './recording-record.ts'
import { recordingWrite } from './recording-row.ts'
import { CURRENT, type NewCallRecording, type RecordingChange, type RecordingService } from './recording-service.ts'

export interface RecordingsDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly journal: { append(group: readonly Write[]): Promise<unknown>; readonly store: Store }
  readonly files: {
    /** What a crash left of a file: made valid; null when there is none. */
    recover(sid: RecordingSid): Promise<{ readonly frames: number } | null>
    remove(sid: RecordingSid): Promise<void>
  }
  /** A live call by its SID. */
  readonly liveCall: (sid: CallSid) => Call | null
  /** A call that may be over, until it is let go; null when there is none. */
  readonly callInMemory: (sid: CallSid) => Promise<Call | null>
  /** Where the audio can be fetched, without a suffix. */
  readonly urlOf: (recording: Pick<RecordingRecord, 'accountSid' | 'sid'>) => string
}

/** What a `<Record>` asks for besides its program. */
export interface NewMessage {
  readonly trim: RecordingTrim
  readonly callback: RecordingCallback | null
}

/** A message that a program is about to record. */
export interface PendingMessage {
  readonly sid: RecordingSid
  readonly url: string
  /** The program that was to record it has ended. */
  ended(end: ProgramEnd): void
}

/** A recording that a `<Dial>` began. */
export interface DialledRecording extends ToldRecording {
  stop(): void
}

const SAMPLES_PER_SEC = 8000

const aboutCall = ({ record: { accountSid, sid } }: Call) => ({ accountSid, callSid: sid, conferenceSid: null })

export class Recordings implements RecordingService {
  readonly #deps: RecordingsDeps
  readonly #live = new Map<RecordingSid, LiveRecording>()
  /** Messages whose program has not come to them yet. */
  readonly #pending = new Map<RecordingSid, NewMessage & { readonly call: Call }>()

  constructor(deps: RecordingsDeps) {
    this.#deps = deps
  }

  /** A `<Record>` is about to run. Nothing is written before its recording begins. */
  message(call: Call, message: NewMessage): PendingMessage {
    const sid = newSid('RE')
    this.#pending.set(sid, { ...message, call })
    return {
      sid,
      url: this.#deps.urlOf({ accountSid: call.record.accountSid, sid }),
      ended: ({ recorded }) => {
        this.#pending.delete(sid)
        const live = this.#live.get(sid)
        if (live && recorded) call.during(recorded.audio.then((audio) => live.end(audio)))
      },
    }
  }

  /** The message's program has come to record it. */
  began(sid: RecordingSid): void {
    const pending = this.#pending.get(sid)
    if (!pending) return
    const { call, trim, callback } = pending
    const asked = { channels: 1, track: 'inbound', trim, callback } as const
    const record = newRecording(aboutCall(call), asked, 'RecordVerb', this.#deps.clock.now(), sid)
    call.during(this.#add(new LiveRecording(this.#liveDeps(), call, record, null)).begin())
  }

  /** Records a call from now on, whatever runs on it, until it is over. */
  async recordCall(
    call: Call,
    recording: NewCallRecording,
    source: RecordingSource,
    name: string | null = null,
  ): Promise<RecordingRecord | null> {
    if (!call.leg || call.ended) return null
    const record = newRecording(aboutCall(call), recording, source, this.#deps.clock.now())
    const { sid, channels, track, trim } = record
    const leg = call.leg.media.record({
      sid,
      channels,
      track,
      trim: trim === 'trim-silence',
      maxLengthMs: TIME_LIMIT_SEC * 1000,
    })
    const live = this.#add(new LiveRecording(this.#liveDeps(), call, record, leg, name))
    call.during(leg.over.then((audio) => live.end(audio)))
    await this.#begun(live)
    return live.record
  }

  /**
   * Records a room from now on, until it is closed. The callbacks stand in the story of the call that asked for it, which
   * may be over by then. Resolves when the last one has been answered.
   */
  async recordConference(
    { sid: conferenceSid, accountSid }: { readonly sid: ConferenceSid; readonly accountSid: AccountSid },
    room: Pick<MediaRoom, 'record'>,
    { trim, callback }: Pick<NewCallRecording, 'trim' | 'callback'>,
    callSid: CallSid,
  ): Promise<void> {
    const about = { accountSid, callSid, conferenceSid }
    const asked = { channels: 1, track: 'both', trim, callback } as const
    const record = newRecording(about, asked, 'Conference', this.#deps.clock.now())
    const { sid } = record
    const maxLengthMs = TIME_LIMIT_SEC * 1000
    const leg = room.record({ sid, channels: 1, track: 'both', trim: trim === 'trim-silence', maxLengthMs })
    const live = this.#add(new LiveRecording(this.#liveDeps(), lateTeller(about, this.#deps), record, leg))
    await this.#begun(live)
    await live.end(await leg.over)
  }

  /** Records a call while it dials; `stop` ends that one. */
  async recordDial(call: Call, recording: NewCallRecording): Promise<DialledRecording | null> {
    const record = await this.recordCall(call, recording, 'DialVerb')
    if (!record) return null
    const { sid, createdAt: startedAt } = record
    return { sid, url: this.#deps.urlOf(record), startedAt, stop: () => void this.#live.get(sid)?.stop() }
  }

  /** Ends the recordings of a call that were begun under this name. False when there is none. */
  stopNamed(call: Call, name: string): boolean {
    const found = this.#of(call.record.sid).filter((recording) => recording.name === name)
    for (const recording of found) void recording.stop()
    return found.length > 0
  }

  async start(callSid: CallSid, recording: NewCallRecording): Promise<RecordingRecord | 'not-in-progress'> {
    const running = this.#of(callSid).find(({ record: { source } }) => source === 'StartCallRecordingAPI')
    if (running) return running.record
    const call = this.#deps.liveCall(callSid)
    return (call?.answered && (await this.recordCall(call, recording, 'StartCallRecordingAPI'))) || 'not-in-progress'
  }

  async change(
    callSid: CallSid,
    sid: RecordingSid | typeof CURRENT,
    change: RecordingChange,
  ): Promise<RecordingRecord | 'not-found' | 'not-possible' | 'ambiguous'> {
    const running = this.#of(callSid)
    if (sid === CURRENT && running.length > 1) return 'ambiguous'
    const live = sid === CURRENT ? running[0] : this.#live.get(sid)
    if (!live || live.record.callSid !== callSid) {
      if (sid === CURRENT) return 'not-found'
      const row = await this.#deps.journal.store.recording(sid)
      return row?.callSid === callSid ? 'not-possible' : 'not-found'
    }
    return moveRecording(live, change)
  }

  async changeOfConference(
    sid: RecordingSid,
    change: RecordingChange,
  ): Promise<RecordingRecord | 'not-found' | 'not-possible'> {
    const live = this.#live.get(sid)
    if (live) return moveRecording(live, change)
    return (await this.#deps.journal.store.recording(sid)) ? 'not-possible' : 'not-found'
  }

  currentOfConference(conferenceSid: ConferenceSid): RecordingRecord | null {
    return this.#running(({ record }) => record.conferenceSid === conferenceSid)[0]?.record ?? null
  }

  async find(accountSid: AccountSid, sid: RecordingSid): Promise<RecordingRecord | null> {
    const live = this.#live.get(sid)
    const record = live?.record ?? ((await this.#deps.journal.store.recording(sid))?.row as RecordingRecord | undefined)
    return record?.accountSid === accountSid ? record : null
  }

  current(callSid: CallSid): RecordingRecord | null {
    const [only, ...others] = this.#of(callSid)
    return only && others.length === 0 ? only.record : null
  }

  async delete(record: RecordingRecord): Promise<'deleted' | 'live'> {
    if (this.#live.has(record.sid)) return 'live'
    const now = this.#deps.clock.now()
    await this.#deps.journal.append([recordingWrite({ ...record, deletedAt: now, updatedAt: now })])
    await this.#deps.files.remove(record.sid)
    return 'deleted'
  }

  /** Ends a recording whose process died: what reached the disk is the recording. */
  async endAfterRestart(call: Call, record: RecordingRecord): Promise<void> {
    const left = await this.#deps.files.recover(record.sid)
    const fileMs = Math.round(((left?.frames ?? 0) / SAMPLES_PER_SEC) * 1000)
    const { conferenceSid } = record
    const teller = conferenceSid === null ? call : lateTeller({ ...record, conferenceSid }, this.#deps)
    const live = this.#add(new LiveRecording(this.#liveDeps(), teller, record, null))
    await live.end({ lengthMs: fileMs, fileMs, silent: false, fault: null })
  }

  #of(callSid: CallSid): LiveRecording[] {
    return this.#running(({ record }) => record.callSid === callSid && record.conferenceSid === null)
  }

  #running(matches: (recording: LiveRecording) => boolean): LiveRecording[] {
    return [...this.#live.values()].filter((recording) => matches(recording) && recording.running)
  }

  #add(live: LiveRecording): LiveRecording {
    this.#live.set(live.record.sid, live)
    return live
  }

  /** Resolves when its row is on disk; nobody waits until its callback has been answered. */
  async #begun(live: LiveRecording): Promise<void> {
    const announced = live.begin()
    if (!live.record.callback?.events.includes('in-progress')) return announced
    announced.catch((error: unknown) =>
      this.#deps.logger.error({ err: error, recordingSid: live.record.sid }, 'a recording could not be announced'),
    )
    // Groups are committed in the order in which they come.
    await this.#deps.journal.append([recordingWrite(live.record)])
  }

  #liveDeps() {
    const { journal, clock, urlOf } = this.#deps
    return {
      append: (group: readonly Write[]) => journal.append(group),
      now: () => clock.now(),
      urlOf,
      over: (live: LiveRecording) => void this.#live.delete(live.record.sid),
    }
  }
}

async function moveRecording(
  live: LiveRecording,
  { status, pauseBehavior }: RecordingChange,
): Promise<RecordingRecord | 'not-possible'> {
  const moved =
    status === 'paused'
      ? await live.pause(pauseBehavior)
      : status === 'stopped'
        ? await live.stop()
        : await live.resume()
  return moved ?? 'not-possible'
}

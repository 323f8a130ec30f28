/** The live transcriptions of all live calls: begins them, finds them, ends them. */
import type { Clock } from '../../lib/clock.ts'
import { type CallSid, newSid } from '../../lib/ids.ts'
import { alertByCode } from '../call/alerts.ts'
import { BesideCalls } from '../call/beside-calls.ts'
import type { Call } from '../call/call.ts'
import { LiveTranscription, type LiveTranscriptionOptions } from './live-transcription.ts'
import type { LiveTranscriptionRecord, NewLiveTranscription } from './live-transcription-record.ts'
import type { LiveTranscriptionService, TranscriptionRefusal } from './live-transcription-service.ts'

export interface LiveTranscriptionsDeps {
  readonly clock: Clock
  readonly recognition: LiveTranscriptionOptions['recognition']
  /** A live call by its SID. */
  readonly liveCall: (sid: CallSid) => Call | null
}

/** What the reference calls its engines. Here all are the same. */
const ENGINES: ReadonlySet<string> = new Set(['google', 'deepgram'])
const CONFIGURATION_ERROR = 32650
/** Of a call at a time. */
export const TRANSCRIPTIONS_MAX = 10

type Known = Pick<LiveTranscription, 'record' | 'running' | 'stop'>

export class LiveTranscriptions implements LiveTranscriptionService {
  readonly #deps: LiveTranscriptionsDeps
  readonly #transcriptions = new BesideCalls<Known>()

  constructor(deps: LiveTranscriptionsDeps) {
    this.#deps = deps
  }

  /** Tells what is said on the call from now on, beside whatever runs. */
  begin(call: Call, asked: NewLiveTranscription): LiveTranscriptionRecord | TranscriptionRefusal {
    const { clock, recognition } = this.#deps
    if (!call.leg || call.ended) return 'not-in-progress'
    if (!ENGINES.has(asked.engine)) {
      const shown = JSON.stringify(asked.engine)
      const message = `<Transcription> transcriptionEngine ${shown}: expected google or deepgram; it is not started`
      call.alert(alertByCode(CONFIGURATION_ERROR, 'error', message))
      return this.#keep(call, this.#neverBegun(call, asked))
    }
    const running = this.#transcriptions.running(call.record.sid)
    if (running.some(({ record }) => record.name === asked.name)) return 'name-taken'
    if (running.length >= TRANSCRIPTIONS_MAX) return 'too-many'
    return this.#keep(call, new LiveTranscription({ clock, recognition, call, media: call.leg.media, asked }))
  }

  /** False when none of this name runs. */
  stopNamed(call: Call, name: string): boolean {
    const found = this.#transcriptions.running(call.record.sid).filter(({ record }) => record.name === name)
    for (const live of found) live.stop()
    return found.length > 0
  }

  start(callSid: CallSid, asked: NewLiveTranscription): LiveTranscriptionRecord | TranscriptionRefusal {
    const call = this.#deps.liveCall(callSid)
    return call?.answered ? this.begin(call, asked) : 'not-in-progress'
  }

  stop(callSid: CallSid, sidOrName: string): LiveTranscriptionRecord | 'not-in-progress' | 'not-found' {
    if (!this.#deps.liveCall(callSid)?.answered) return 'not-in-progress'
    const live = this.#transcriptions.find(callSid, sidOrName)
    if (!live) return 'not-found'
    live.stop()
    return live.record
  }

  #neverBegun(call: Call, { name }: NewLiveTranscription): Known {
    const { accountSid, sid: callSid } = call.record
    const sid = newSid('GT')
    const updatedAt = this.#deps.clock.now()
    const record = { sid, accountSid, callSid, name: name ?? sid, status: 'stopped', updatedAt } as const
    return { record, running: false, stop() {} }
  }

  #keep(call: Call, live: Known): LiveTranscriptionRecord {
    this.#transcriptions.keep(call, live)
    return live.record
  }
}

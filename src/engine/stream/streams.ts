/** The Media Streams of all live calls: begins them, finds them, ends them. */
import { type Clock, holding } from '../../lib/clock.ts'
import type { AccountSid, CallSid } from '../../lib/ids.ts'
import { STREAM_TRACKS } from '../../wire/mediastream/index.ts'
import { signRequest } from '../../wire/webhook/signature.ts'
import { BesideCalls } from '../call/beside-calls.ts'
import type { Call } from '../call/call.ts'
import { LiveStream } from './live-stream.ts'
import type { NewStream, StreamRecord } from './stream-record.ts'
import type { StreamRefusal, StreamService } from './stream-service.ts'

export interface StreamsDeps {
  readonly clock: Clock
  readonly authTokenOf: (accountSid: AccountSid) => string | Promise<string>
  /** A live call by its SID. */
  readonly liveCall: (sid: CallSid) => Call | null
}

/** Of streams one way, at a time. */
export const TRACKS_MAX = 4

export class Streams implements StreamService {
  readonly #deps: StreamsDeps
  readonly #streams = new BesideCalls<LiveStream>()
  #droppedFrames = 0

  constructor(deps: StreamsDeps) {
    this.#deps = deps
  }

  /** Frames of 20 ms that apps were too slow to be sent, of all streams that are over. */
  get droppedFrames(): number {
    return this.#droppedFrames
  }

  /** Sends the call's audio to an app from now on, beside whatever runs. */
  async begin(call: Call, stream: NewStream): Promise<StreamRecord | StreamRefusal> {
    const begun = await this.#begin(call, stream, false)
    return begun instanceof LiveStream ? begun.record : begun
  }

  /** The app hears the party and speaks to it. Resolves when either has enough of it, or `stop` is aborted. */
  async connect(call: Call, stream: NewStream, stop: AbortSignal): Promise<StreamRefusal | null> {
    const live = await this.#begin(call, stream, true, stop)
    if (!(live instanceof LiveStream)) return live
    const onStop = () => live.stop()
    stop.addEventListener('abort', onStop, { once: true })
    await live.over
    stop.removeEventListener('abort', onStop)
    return null
  }

  /** False when no stream one way of this name runs. */
  stopNamed(call: Call, name: string): boolean {
    const found = this.#streams
      .running(call.record.sid)
      .filter(({ record }) => record.name === name && !record.bothWays)
    for (const live of found) live.stop()
    return found.length > 0
  }

  async start(callSid: CallSid, stream: NewStream): Promise<StreamRecord | StreamRefusal> {
    const call = this.#deps.liveCall(callSid)
    return call?.answered ? this.begin(call, stream) : 'not-in-progress'
  }

  stop(callSid: CallSid, sidOrName: string): StreamRecord | 'not-in-progress' | 'not-found' | 'both-ways' {
    if (!this.#deps.liveCall(callSid)?.answered) return 'not-in-progress'
    const live = this.#streams.find(callSid, sidOrName)
    if (!live) return 'not-found'
    if (live.record.bothWays && live.running) return 'both-ways'
    live.stop()
    return live.record
  }

  async #begin(
    call: Call,
    stream: NewStream,
    bothWays: boolean,
    stop?: AbortSignal,
  ): Promise<LiveStream | StreamRefusal> {
    const { clock, authTokenOf } = this.#deps
    const { accountSid, sid } = call.record
    const token = await holding(clock, 'a stream', async () => authTokenOf(accountSid))
    if (!call.leg || call.ended || stop?.aborted) return 'not-in-progress'
    const running = this.#streams.running(sid)
    if (running.some(({ record }) => record.name === stream.name)) return 'name-taken'
    const tracks = running
      .filter(({ record }) => !record.bothWays)
      .reduce((sum, { record }) => sum + tracksOf(record), 0)
    if (!bothWays && tracks + tracksOf(stream) > TRACKS_MAX) return 'too-many-tracks'
    const headers = { 'X-Twilio-Signature': signRequest(token, stream.url) }
    const live = new LiveStream({ clock, call, media: call.leg.media, stream, bothWays, headers })
    this.#streams.keep(call, live)
    void live.over.then(({ droppedFrames }) => {
      this.#droppedFrames += droppedFrames
    })
    return live
  }
}

const tracksOf = ({ track }: Pick<StreamRecord, 'track'>): number => STREAM_TRACKS[track].length

/**
 * One Media Stream from its handshake to its last callback. The audio and the socket are its leg's business; one whose
 * address is none fails as one whose app is not reached.
 */
import type { Clock } from '../../lib/clock.ts'
import { newSid } from '../../lib/ids.ts'
import { streamUrlProblem } from '../../wire/mediastream/index.ts'
import { alertByCode, callbackAlert } from '../call/alerts.ts'
import { BesideCall } from '../call/beside-call.ts'
import type { Call } from '../call/call.ts'
import type { LegMedia, LegStream, StreamEvent, StreamOver } from '../ports/leg-media.ts'
import { type StreamCallbackEvent, streamParameters } from './stream-callback.ts'
import type { NewStream, StreamRecord } from './stream-record.ts'

export interface LiveStreamOptions {
  readonly clock: Clock
  readonly call: Call
  readonly media: LegMedia
  readonly stream: NewStream
  readonly bothWays: boolean
  /** Of the handshake. */
  readonly headers: Readonly<Record<string, string>>
}

/** Of an address, in an alert. */
const SHOWN_LENGTH_MAX = 200

export class LiveStream extends BesideCall<StreamRecord> {
  readonly #options: LiveStreamOptions
  readonly #leg: LegStream
  #hasStarted = false
  /** Resolves when no audio flows any more. */
  readonly over: Promise<StreamOver>

  constructor(options: LiveStreamOptions) {
    const { clock, call, media, stream, bothWays, headers } = options
    const { url, name, track, parameters } = stream
    const { accountSid, sid: callSid } = call.record
    const sid = newSid('MZ')
    super(clock, {
      sid,
      accountSid,
      callSid,
      name: name ?? sid,
      track,
      bothWays,
      status: 'in-progress',
      updatedAt: clock.now(),
    })
    this.#options = options
    const order = { streamSid: sid, accountSid, callSid, url, headers, track, bothWays, parameters }
    const problem = streamUrlProblem(url)
    this.#leg = problem
      ? failed({ code: problem.code, message: `The address is none of a stream: ${problem.why}` })
      : media.stream(order, (event) => this.#onEvent(event))
    this.over = this.#leg.over.then((over) => {
      this.#onOver(over)
      return over
    })
    call.during(this.over)
  }

  protected override stopSound(): void {
    this.#leg.stop()
  }

  #onEvent(event: StreamEvent): void {
    const { call } = this.#options
    if (event.event === 'problem') {
      call.alert(alertByCode(event.code, 'warning', `Stream ${this.record.name}: ${event.message}`))
      return
    }
    this.#hasStarted = true
    this.#announce('stream-started')
  }

  #onOver({ fault }: StreamOver): void {
    this.isStopped()
    const { call, stream } = this.#options
    if (fault) {
      const url = JSON.stringify(stream.url.slice(0, SHOWN_LENGTH_MAX))
      const message = `Stream ${this.record.name} to ${url}: ${fault.message}`
      call.alert(alertByCode(fault.code, 'error', message))
      this.#announce('stream-error', fault)
    } else if (this.#hasStarted) this.#announce('stream-stopped')
  }

  #announce(event: StreamCallbackEvent, fault: StreamOver['fault'] = null): void {
    const { call, clock, stream } = this.#options
    if (!stream.callback) return
    const parameters = streamParameters(this.record, event, clock.now(), fault)
    call.during(
      call.exchange({ purpose: 'stream', verb: event, to: stream.callback, parameters }).then(({ exchange }) => {
        if (exchange.error) call.alert(callbackAlert(exchange))
      }),
    )
  }
}

const failed = (fault: NonNullable<StreamOver['fault']>): LegStream => ({
  stop() {},
  over: Promise.resolve({ fault, droppedFrames: 0 }),
})

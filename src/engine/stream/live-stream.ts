/** One Media Stream from its handshake to its last callback. The audio and the socket are its leg's business. */
import type { Clock } from '../../lib/clock.ts'
import { newSid } from '../../lib/ids.ts'
import { alertByCode, callbackAlert } from '../call/alerts.ts'
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

export class LiveStream {
  readonly #options: LiveStreamOptions
  readonly #leg: LegStream
  #record: StreamRecord
  #hasStarted = false
  /** Resolves when no audio flows any more. */
  readonly over: Promise<void>

  constructor(options: LiveStreamOptions) {
    const { clock, call, media, stream, bothWays, headers } = options
    const { url, name, track, parameters } = stream
    const { accountSid, sid: callSid } = call.record
    const sid = newSid('MZ')
    this.#options = options
    this.#record = {
      sid,
      accountSid,
      callSid,
      name: name ?? sid,
      track,
      bothWays,
      status: 'in-progress',
      updatedAt: clock.now(),
    }
    const order = { streamSid: sid, accountSid, callSid, url, headers, track, bothWays, parameters }
    this.#leg = media.stream(order, (event) => this.#onEvent(event))
    this.over = this.#leg.over.then((over) => this.#onOver(over))
    call.during(this.over)
  }

  get record(): StreamRecord {
    return this.#record
  }

  get running(): boolean {
    return this.#record.status === 'in-progress'
  }

  stop(): void {
    if (!this.running) return
    this.#stopped()
    this.#leg.stop()
  }

  #onEvent(event: StreamEvent): void {
    const { call } = this.#options
    if (event.event === 'problem') {
      call.alert(alertByCode(event.code, 'warning', `Stream ${this.#record.name}: ${event.message}`))
      return
    }
    this.#hasStarted = true
    this.#announce('stream-started')
  }

  #onOver({ fault }: StreamOver): void {
    this.#stopped()
    const { call, stream } = this.#options
    if (fault) {
      const message = `Stream ${this.#record.name} to ${stream.url}: ${fault.message}`
      call.alert(alertByCode(fault.code, 'error', message))
      this.#announce('stream-error', fault)
    } else if (this.#hasStarted) this.#announce('stream-stopped')
  }

  #stopped(): void {
    if (this.running) this.#record = { ...this.#record, status: 'stopped', updatedAt: this.#options.clock.now() }
  }

  #announce(event: StreamCallbackEvent, fault: StreamOver['fault'] = null): void {
    const { call, clock, stream } = this.#options
    if (!stream.callback) return
    const parameters = streamParameters(this.#record, event, clock.now(), fault)
    call.during(
      call.exchange({ purpose: 'stream', verb: event, to: stream.callback, parameters }).then(({ exchange }) => {
        if (exchange.error) call.alert(callbackAlert(exchange))
      }),
    )
  }
}

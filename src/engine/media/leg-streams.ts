/** The Media Streams of one leg: begun, told of keys, and ended with it. */
import type { Clock } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { LegStream, StreamEvent, StreamOrder, StreamOver } from '../ports/leg-media.ts'
import type { LegEvents } from '../ports/media-engine.ts'
import type { StreamSockets } from '../ports/stream-sockets.ts'
import type { Outbound } from './outbound.ts'
import { StreamRun, type StreamRunDeps } from './stream-run.ts'
import { StreamSpeech } from './stream-speech.ts'
import type { Track } from './track.ts'

/** At a time. */
const STREAMS_MAX = 16

/** Of a leg that is over, or has too many already. */
export const NO_STREAM: LegStream = { stop() {}, over: Promise.resolve({ fault: null, droppedFrames: 0 }) }

/** Where there are none. */
export const NO_SOCKETS: StreamSockets = {
  open(_url, _headers, { ended }) {
    queueMicrotask(() => ended({ how: 'unreachable', why: 'There are no sockets here' }))
    return { send() {}, bufferedBytes: 0, inStep: async () => {}, close: async () => {} }
  },
}

export interface LegStreamsDeps extends Pick<StreamRunDeps, 'knownUntil'> {
  readonly clock: Clock
  readonly sockets: StreamSockets
  readonly inbound: Track
  readonly outbound: Outbound
  readonly ear: Pick<LegEvents, 'spanStarted' | 'spanEnded'>
  readonly onTick?: (lateMs: number) => void
}

export class LegStreams {
  readonly #deps: LegStreamsDeps
  readonly #running = new Set<StreamRun>()
  /** Sockets that are being closed. */
  readonly #closing = new Set<Promise<unknown>>()

  constructor(deps: LegStreamsDeps) {
    this.#deps = deps
  }

  start(order: StreamOrder, onEvent: (event: StreamEvent) => void): LegStream {
    if (this.#running.size >= STREAMS_MAX) return NO_STREAM
    const { clock, sockets, inbound, outbound, ear, knownUntil, onTick } = this.#deps
    const { promise: over, resolve } = Promise.withResolvers<StreamOver>()
    const run: StreamRun = new StreamRun(
      {
        clock,
        sockets,
        tracks: { inbound, outbound: outbound.track },
        speech: order.bothWays ? (echo) => new StreamSpeech({ clock, outbound, ear, echo }) : null,
        knownUntil,
        onEvent,
        ...(onTick && { onTick }),
        over: (how, closed) => {
          this.#running.delete(run)
          this.#closing.add(closed)
          void closed.finally(() => this.#closing.delete(closed))
          resolve(how)
        },
      },
      order,
    )
    this.#running.add(run)
    return { stop: () => run.end(clock.now()), over }
  }

  key(digit: string): void {
    for (const run of this.#running) run.key(digit)
  }

  end(at: Instant): void {
    for (const run of [...this.#running]) run.end(at)
  }

  /** Resolves when the sockets that are being closed now are closed. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#closing])
  }
}

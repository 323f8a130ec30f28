/** The Media Streams of a leg in the media worker, as the main thread sees them. */
import type { LegStream, StreamEvent, StreamOrder, StreamOver } from '../../ports/leg-media.ts'
import { NO_STREAM } from '../leg-streams.ts'
import type { Command, LegEvent } from './messages.ts'

type TellOfStream = Extract<LegEvent, { readonly told: 'stream' | 'stream-over' }>

interface Running {
  readonly onEvent: (event: StreamEvent) => void
  readonly over: (over: StreamOver) => void
}

export class RemoteStreams {
  readonly #leg: number
  readonly #post: (command: Command) => void
  readonly #running = new Map<number, Running>()
  #nextNumber = 0
  #isGone = false

  constructor(leg: number, post: (command: Command) => void) {
    this.#leg = leg
    this.#post = post
  }

  start(order: StreamOrder, onEvent: (event: StreamEvent) => void): LegStream {
    if (this.#isGone) return NO_STREAM
    const leg = this.#leg
    const stream = this.#nextNumber++
    const { promise, resolve } = Promise.withResolvers<StreamOver>()
    this.#running.set(stream, { onEvent, over: resolve })
    this.#post({ do: 'stream', leg, stream, order })
    return { stop: () => this.#post({ do: 'stop-stream', leg, stream }), over: promise }
  }

  told(event: TellOfStream): void {
    const running = this.#running.get(event.stream)
    if (event.told === 'stream') running?.onEvent(event.event)
    else {
      this.#running.delete(event.stream)
      running?.over(event.over)
    }
  }

  /** The party hung up: no more begin. */
  gone(): void {
    this.#isGone = true
  }

  /** The worker is no more. */
  lost(): void {
    this.#isGone = true
    const fault = { code: 31921, message: 'The media worker ended' }
    for (const { over } of this.#running.values()) over({ fault, droppedFrames: 0 })
    this.#running.clear()
  }
}

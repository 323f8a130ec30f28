/**
 * What follows the sound of a leg in the media worker until it is stopped, as the main thread sees it: its Media Streams, or
 * its transcriptions. Each tells as it goes, and at last how it ended.
 */

import type { StreamEvent, StreamOrder, StreamOver, TrackSpeech, TranscribeOrder } from '../../ports/leg-media.ts'
import { NO_STREAM } from '../leg-streams.ts'
import { NO_TRANSCRIPTION } from '../leg-transcripts.ts'
import type { FollowerCommand } from './messages.ts'

type Post = (command: FollowerCommand) => void
export type RemoteStreams = RemoteFollowers<StreamOrder, StreamEvent, StreamOver>
export type RemoteTranscripts = RemoteFollowers<TranscribeOrder, TrackSpeech, void>

export const remoteStreams = (leg: number, post: Post): RemoteStreams =>
  new RemoteFollowers({
    begin: (stream, order) => post({ do: 'stream', leg, stream, order }),
    stop: (stream) => post({ do: 'stop-stream', leg, stream }),
    none: NO_STREAM,
    lost: { fault: { code: 31921, message: 'The media worker ended' }, droppedFrames: 0 },
  })

export const remoteTranscripts = (leg: number, post: Post): RemoteTranscripts =>
  new RemoteFollowers({
    begin: (transcription, order) => post({ do: 'transcribe', leg, transcription, order }),
    stop: (transcription) => post({ do: 'stop-transcribing', leg, transcription }),
    none: NO_TRANSCRIPTION,
    lost: undefined,
  })

/** A stream, a transcription. */
interface Follower<Over> {
  stop(): void
  readonly over: Promise<Over>
}

/** How those of one kind are ordered, and what stands for one that is not. */
interface Kind<Order, Over> {
  readonly begin: (number: number, order: Order) => void
  readonly stop: (number: number) => void
  /** Of a leg that is over. */
  readonly none: Follower<Over>
  /** How those end whose worker is no more. */
  readonly lost: Over
}

interface Running<Told, Over> {
  readonly onTold: (told: Told) => void
  readonly resolve: (over: Over) => void
}

export class RemoteFollowers<Order, Told, Over> {
  readonly #kind: Kind<Order, Over>
  readonly #running = new Map<number, Running<Told, Over>>()
  #nextNumber = 0
  #isGone = false

  constructor(kind: Kind<Order, Over>) {
    this.#kind = kind
  }

  start(order: Order, onTold: (told: Told) => void): Follower<Over> {
    if (this.#isGone) return this.#kind.none
    const number = this.#nextNumber++
    const { promise: over, resolve } = Promise.withResolvers<Over>()
    this.#running.set(number, { onTold, resolve })
    this.#kind.begin(number, order)
    return { stop: () => this.#kind.stop(number), over }
  }

  told(number: number, told: Told): void {
    this.#running.get(number)?.onTold(told)
  }

  isOver(number: number, over: Over): void {
    const running = this.#running.get(number)
    this.#running.delete(number)
    running?.resolve(over)
  }

  /** The party hung up: no more begin. */
  gone(): void {
    this.#isGone = true
  }

  /** The worker is no more. */
  lost(): void {
    this.#isGone = true
    for (const { resolve } of this.#running.values()) resolve(this.#kind.lost)
    this.#running.clear()
  }
}

/** The transcriptions of a leg in the media worker, as the main thread sees them. */
import type { LegTranscription, TrackSpeech, TranscribeOrder } from '../../ports/leg-media.ts'
import { NO_TRANSCRIPTION } from '../leg-transcripts.ts'
import type { Command, LegEvent } from './messages.ts'

type TellOfTranscription = Extract<LegEvent, { readonly told: 'speech-heard' | 'transcription-over' }>

interface Running {
  readonly onSpeech: (speech: TrackSpeech) => void
  readonly over: () => void
}

export class RemoteTranscripts {
  readonly #leg: number
  readonly #post: (command: Command) => void
  readonly #running = new Map<number, Running>()
  #nextNumber = 0
  #isGone = false

  constructor(leg: number, post: (command: Command) => void) {
    this.#leg = leg
    this.#post = post
  }

  start(order: TranscribeOrder, onSpeech: (speech: TrackSpeech) => void): LegTranscription {
    if (this.#isGone) return NO_TRANSCRIPTION
    const leg = this.#leg
    const transcription = this.#nextNumber++
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#running.set(transcription, { onSpeech, over: resolve })
    this.#post({ do: 'transcribe', leg, transcription, order })
    return { stop: () => this.#post({ do: 'stop-transcribing', leg, transcription }), over: promise }
  }

  told(event: TellOfTranscription): void {
    const running = this.#running.get(event.transcription)
    if (event.told === 'speech-heard') running?.onSpeech(event.speech)
    else {
      this.#running.delete(event.transcription)
      running?.over()
    }
  }

  /** The party hung up: no more begin. */
  gone(): void {
    this.#isGone = true
  }

  /** The worker is no more. */
  lost(): void {
    this.#isGone = true
    for (const { over } of this.#running.values()) over()
    this.#running.clear()
  }
}

/**
 * One utterance of somebody who is listened to all the time. It is followed while it is said, by a recognizer that takes
 * sound live; what any other makes of it is known a while after its end. The next utterance is another.
 */
import type { SpeechPart, TrackSpeech } from '../ports/leg-media.ts'
import type { LiveHearing } from './live-hearing.ts'
import type { HowToHear, Recognition, Transcript } from './recognition.ts'

export interface FollowedUtteranceOptions {
  readonly recognition: Pick<Recognition, 'follow' | 'transcript'>
  /** From the beginning to the end, whatever is set meanwhile. */
  readonly how: HowToHear
  /** All words so far, unmasked, as long as the utterance goes on; null: nobody wants them. */
  readonly onWords: ((words: string) => void) | null
}

export class FollowedUtterance {
  readonly #options: FollowedUtteranceOptions
  readonly #live: LiveHearing
  #isOver = false

  constructor(options: FollowedUtteranceOptions) {
    const { recognition, how, onWords } = options
    this.#options = options
    const { language, hints } = how
    const whileItGoesOn = (words: string) => {
      if (!this.#isOver) onWords?.(words)
    }
    this.#live = recognition.follow({ language, hints }, onWords ? whileItGoesOn : undefined)
  }

  get how(): HowToHear {
    return this.#options.how
  }

  hear(speech: Extract<TrackSpeech, { readonly said: 'words' | 'sound' }>): void {
    const { onWords, onSound } = this.#live.listener
    if (speech.said === 'words') onWords?.(speech.words)
    else onSound?.(speech.sound)
  }

  /** It is over. Never rejects. */
  transcript(parts: readonly SpeechPart[]): Promise<Transcript> {
    this.#isOver = true
    const { recognition, how } = this.#options
    return recognition.transcript({ parts, passedOver: false }, how, this.#live)
  }

  /** Nobody wants to know. */
  drop(): void {
    this.#isOver = true
    this.#live.close()
  }
}

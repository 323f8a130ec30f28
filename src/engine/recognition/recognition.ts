/**
 * Makes text of what a party said. Words that are known, those of simulated phones and of what we speak ourselves, are
 * taken as they are; sound goes to the recognizer, if there is one. Virtual time stands still while it is asked.
 */
import { type Clock, holding } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { HeardSpeech, SpeechPart } from '../ports/leg-media.ts'
import type { ExpectedSpeech, Recognized, SpeechRecognizer } from '../ports/recognition.ts'
import { LiveHearing } from './live-hearing.ts'
import { maskProfanity } from './profanity.ts'

/** Of words that are known. */
const KNOWN_CONFIDENCE = 0.98

/** Why sound was passed over. */
export const NO_RECOGNIZER =
  'the party made sound whose words are not known, and no recognizer is set (recognition.provider)'

export interface RecognitionDeps {
  readonly clock: Clock
  readonly logger: Logger
  /** Null: words are known or not understood. */
  readonly recognizer: SpeechRecognizer | null
}

export interface HowToHear extends ExpectedSpeech {
  readonly profanityFilter: boolean
}

export interface Transcript extends Recognized {
  /** Why some of it could not be understood; null when all was. */
  readonly fault: string | null
}

export class Recognition {
  readonly #deps: RecognitionDeps

  constructor(deps: RecognitionDeps) {
    this.#deps = deps
  }

  /** Whether sound without known words can be understood. */
  get hearsSound(): boolean {
    return this.#deps.recognizer !== null
  }

  /** Whether sound is taken while it is heard. */
  get takesSoundLive(): boolean {
    return this.#deps.recognizer?.open !== undefined
  }

  /**
   * Follows what is said while it is said. To be closed.
   * @param onWords told all words so far, as they come and unmasked
   */
  follow(speech: ExpectedSpeech, onWords: ((words: string) => void) | undefined): LiveHearing {
    const { clock, recognizer } = this.#deps
    return new LiveHearing({ clock, open: recognizer?.open?.bind(recognizer) ?? null, speech, onWords })
  }

  /**
   * Never rejects.
   * @param live has followed the speech: what it has made of it is taken
   */
  async transcript({ parts }: HeardSpeech, how: HowToHear, live?: LiveHearing): Promise<Transcript> {
    const heard: Recognized[] = []
    let fault: string | null = null
    for (const part of parts) {
      try {
        heard.push(await this.#recognize(part, how, live))
      } catch (error) {
        fault = (error as Error).message
        this.#deps.logger.warn({ err: error }, 'speech could not be recognized')
      }
    }
    const spoken = heard.filter(({ text }) => text !== '')
    const text = spoken.map((one) => one.text).join(' ')
    const unsure = spoken.some(({ confidence }) => confidence === null) || spoken.length === 0
    const confidence = unsure ? null : Math.min(...spoken.map((one) => one.confidence ?? 0))
    return { text: how.profanityFilter ? maskProfanity(text) : text, confidence, fault }
  }

  async #recognize(
    part: SpeechPart,
    { language, hints, isAnswer }: HowToHear,
    live: LiveHearing | undefined,
  ): Promise<Recognized> {
    if ('words' in part) return { text: part.words, confidence: KNOWN_CONFIDENCE }
    const followed = live?.result(part.stretch)
    if (followed) return followed
    const { recognizer, clock } = this.#deps
    if (!recognizer) return { text: '', confidence: null }
    return holding(clock, 'recognizing speech', () =>
      recognizer.recognize({ ulaw: part.ulaw, language, hints, ...(isAnswer && { isAnswer }) }),
    )
  }
}

/**
 * Follows what is said while it is said: words that are known come as they are spoken, other sound goes to a recognizer
 * that takes it live. Told are all words so far, in the order in which they were spoken. Virtual time stands still until the
 * recognizer has said what it makes of each piece.
 */
import { type Clock, holding } from '../../lib/clock.ts'
import type { SpeechListener, SpeechSound } from '../ports/leg-media.ts'
import type { ExpectedSpeech, LiveRecognition, Recognized, SpeechRecognizer } from '../ports/recognition.ts'

export interface LiveHearingOptions {
  readonly clock: Clock
  /** Null: sound is not followed. */
  readonly open: NonNullable<SpeechRecognizer['open']> | null
  readonly speech: ExpectedSpeech
  /** All words so far, whenever they have changed. */
  readonly onWords: ((words: string) => void) | undefined
}

/** What is known, or what a stretch of sound is taken for. */
type Piece = { known: string } | { readonly stretch: number; words: string }

interface Stretch {
  readonly live: LiveRecognition
  outcome: Promise<Recognized> | null
}

export class LiveHearing {
  readonly #options: LiveHearingOptions
  readonly #pieces: Piece[] = []
  readonly #stretches = new Map<number, Stretch>()
  #told = ''
  /** What a leg is to tell. */
  readonly listener: SpeechListener

  constructor(options: LiveHearingOptions) {
    this.#options = options
    const { open, onWords } = options
    this.listener = {
      ...(onWords && { onWords: (words) => this.#onKnown(words) }),
      ...(open && { onSound: (sound) => this.#onSound(sound, open) }),
    }
  }

  /** What a stretch turned out to be; null when it was not followed. */
  result(stretch: number | undefined): Promise<Recognized> | null {
    return (stretch !== undefined && this.#stretches.get(stretch)?.outcome) || null
  }

  /** Nobody wants to know any more. */
  close(): void {
    for (const { live } of this.#stretches.values()) live.close()
  }

  #onSound({ stretch: number, ulaw }: SpeechSound, open: NonNullable<SpeechRecognizer['open']>): void {
    const { clock } = this.#options
    if (ulaw) {
      const { live } = this.#stretches.get(number) ?? this.#begin(number, open)
      void holding(clock, 'recognizing speech', () => live.push(ulaw))
      return
    }
    const stretch = this.#stretches.get(number)
    if (!stretch) return
    stretch.outcome = holding(clock, 'recognizing speech', () => stretch.live.end())
    // Whoever asks for it is told.
    stretch.outcome.catch(() => {})
  }

  #begin(number: number, open: NonNullable<SpeechRecognizer['open']>): Stretch {
    const piece = { stretch: number, words: '' }
    this.#pieces.push(piece)
    const onWords = (words: string) => {
      piece.words = words
      this.#tell()
    }
    const stretch: Stretch = { live: opened(() => open(this.#options.speech, onWords)), outcome: null }
    this.#stretches.set(number, stretch)
    return stretch
  }

  #onKnown(words: string): void {
    const before = this.#pieces.flatMap((piece) => ('known' in piece ? [piece.known] : [])).join(' ')
    const more = words.startsWith(before) ? words.slice(before.length).trim() : null
    const last = this.#pieces.at(-1)
    // Texts that sound together grow side by side: then nobody can tell where a word belongs.
    if (more === null) {
      const stretches = this.#pieces.filter((piece) => 'stretch' in piece)
      this.#pieces.splice(0, this.#pieces.length, ...stretches, { known: words })
    } else if (last && 'known' in last) last.known = `${last.known} ${more}`.trim()
    else this.#pieces.push({ known: more })
    this.#tell()
  }

  #tell(): void {
    const words = this.#pieces
      .map((piece) => ('known' in piece ? piece.known : piece.words))
      .filter((some) => some !== '')
      .join(' ')
    if (words === this.#told) return
    this.#told = words
    this.#options.onWords?.(words)
  }
}

/** A recognizer that cannot begin fails at the end, as one that fails on the way. */
function opened(open: () => LiveRecognition): LiveRecognition {
  try {
    return open()
  } catch (error) {
    return { push: async () => {}, end: () => Promise.reject(error as Error), close() {} }
  }
}

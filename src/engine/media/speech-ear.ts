/**
 * Listens to what a party says, from one moment to another. Words that are known are taken as they are, each once it has
 * been spoken; a text that is cut ends with its last whole word. All other sound is watched for speech, and kept for
 * whoever can tell its words, who may have it while it is heard. What the party began to say before is not heard, not even
 * the rest of it.
 */
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { HeardSpeech, SpeechListener, SpeechPart } from '../ports/leg-media.ts'
import { toSample } from './media-time.ts'
import { SoundStretch } from './sound-stretch.ts'
import { SpeechCapture } from './speech-capture.ts'
import { SpeechWatch } from './speech-watch.ts'
import { type TimedWord, timeWords } from './timed-words.ts'
import { Track, TrackSource } from './track.ts'
import type { Utterance, Voice, VoiceListener } from './voice.ts'

/** The watch tells of silence after so much of it. */
const SILENCE_TOLD_MS = 800

export interface SpeechEarOptions extends SpeechListener {
  readonly clock: Clock
  readonly voice: Voice
  /** What the party says. */
  readonly inbound: Track
  readonly at: Instant
  /** Sound whose words nobody knows is speech too. */
  readonly unknownWords: boolean
  /** The party speaks, after silence or at first. Not told from within the constructor. */
  readonly onSpeech?: (at: Instant) => void
  /** It has been silent since then. */
  readonly onQuiet?: (since: Instant) => void
}

/** A text that is being said, or was. */
interface Text {
  readonly utterance: Utterance
  readonly timed: readonly TimedWord[]
  /** How many of its words have been spoken. */
  count: number
  timer: Timer | null
}

type Part = { readonly text: Text } | { readonly stretch: SoundStretch }

export class SpeechEar implements VoiceListener {
  readonly #options: SpeechEarOptions
  readonly #parts: Part[] = []
  /** Texts that are being said, also those that began before. */
  readonly #spoken = new Set<Utterance>()
  /** The party's sound while it says nothing that is known. */
  readonly #unknown = new Track()
  readonly #watch: SpeechWatch
  readonly #capture: SpeechCapture | null
  /** Unknown words are being said. */
  #stretch: SoundStretch | null = null
  #stretches = 0
  #passedOver = false

  constructor(options: SpeechEarOptions) {
    const { clock, voice, at, unknownWords } = options
    this.#options = options
    for (const utterance of voice.saying) if (utterance.isSpoken) this.#spoken.add(utterance)
    this.#carry(at)
    voice.listen(this)
    this.#capture = unknownWords ? new SpeechCapture(this.#unknown, toSample(at)) : null
    this.#watch = new SpeechWatch(clock, this.#unknown, at, (speaking, from) => this.#onSound(speaking, from))
  }

  began(utterance: Utterance): void {
    if (!utterance.isSpoken) return
    const { words, startedAt } = utterance
    this.#spoken.add(utterance)
    this.#carry(startedAt)
    const timed = timeWords(words.text ?? '', words.lengthMs)
    const text: Text = { utterance, timed, count: 0, timer: null }
    this.#parts.push({ text })
    if (this.#options.onWords) this.#awaitWord(text)
    this.#options.onSpeech?.(startedAt)
  }

  ended(utterance: Utterance, at: Instant): void {
    if (!this.#spoken.delete(utterance)) return
    this.#carry(at)
    this.#endText(utterance, at)
    this.#tellQuiet(at)
  }

  /** Listens no longer. @returns null when nothing was heard */
  end(at: Instant): HeardSpeech | null {
    this.#options.voice.unlisten(this)
    for (const part of this.#parts) {
      if (!('text' in part)) continue
      const { text } = part
      text.timer?.cancel()
      if (this.#spoken.has(text.utterance)) text.count = spokenBy(text, at)
    }
    this.#endStretch(at)
    this.#watch.end(at)
    this.#capture?.end()
    this.#unknown.change(null, toSample(at))
    if (this.#parts.length === 0 && !this.#passedOver) return null
    return { parts: this.#parts.flatMap(toSpeech), passedOver: this.#passedOver }
  }

  /** Whether the party's sound is looked at: not while its words are known. */
  #carry(at: Instant): void {
    this.#unknown.change(this.#spoken.size > 0 ? null : new TrackSource(this.#options.inbound), toSample(at))
  }

  #onSound(speaking: boolean, at: Instant): void {
    if (!this.#capture) {
      this.#passedOver ||= speaking
      return
    }
    if (speaking === (this.#stretch !== null)) return
    if (speaking) {
      this.#beginStretch(this.#capture, at)
      this.#options.onSpeech?.(at)
    } else {
      this.#endStretch(at)
      this.#tellQuiet((at - SILENCE_TOLD_MS) as Instant)
    }
  }

  #beginStretch(capture: SpeechCapture, at: Instant): void {
    const { clock, onSound = null } = this.#options
    const stretch = new SoundStretch({ clock, capture, number: this.#stretches++, onSound }, at)
    this.#stretch = stretch
    this.#parts.push({ stretch })
    stretch.follow(at)
  }

  #endStretch(at: Instant): void {
    const stretch = this.#stretch
    this.#stretch = null
    stretch?.end(at)
  }

  #tellQuiet(since: Instant): void {
    if (this.#spoken.size === 0 && !this.#stretch) this.#options.onQuiet?.(since)
  }

  #endText(utterance: Utterance, at: Instant): void {
    const text = this.#parts
      .map((part) => ('text' in part ? part.text : null))
      .find((one) => one?.utterance === utterance)
    if (!text) return
    text.timer?.cancel()
    this.#reach(text, spokenBy(text, at))
  }

  /** The last word is told by the end of the text, which comes in the same moment. */
  #awaitWord(text: Text): void {
    const next = text.timed[text.count]
    if (!next || text.count === text.timed.length - 1) return
    const { clock } = this.#options
    text.timer = clock.after(text.utterance.startedAt + next.spokenMs - clock.now(), () => {
      this.#reach(text, text.count + 1)
      this.#awaitWord(text)
    })
  }

  #reach(text: Text, count: number): void {
    const isMore = count > text.count
    text.count = Math.max(count, text.count)
    if (isMore) this.#options.onWords?.(this.#words())
  }

  #words(): string {
    return this.#parts
      .flatMap(toSpeech)
      .flatMap((part) => ('words' in part ? [part.words] : []))
      .join(' ')
  }
}

function spokenBy({ timed, utterance }: Text, at: Instant): number {
  const spokenMs = at - utterance.startedAt
  const next = timed.findIndex((word) => word.spokenMs > spokenMs)
  return next === -1 ? timed.length : next
}

function toSpeech(part: Part): SpeechPart[] {
  if ('stretch' in part) return part.stretch.parts()
  const { timed, count } = part.text
  const words = timed.slice(0, count).map(({ word }) => word)
  return words.length === 0 ? [] : [{ words: words.join(' ') }]
}

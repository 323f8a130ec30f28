/**
 * Follows what is said on one track, and cuts it into utterances: one ends at a pause, or when it has lasted a minute.
 * Words that are known are taken as they are, each once it has been spoken; a text that is cut ends with its last whole
 * word, and one that had begun before begins with the next. All other sound is watched for speech, and kept for whoever
 * can tell its words, who may have it while it is heard; not while known words sound over it, nor under music and tones of
 * our own.
 */
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { SpeechPart, SpeechSound } from '../ports/leg-media.ts'
import { toSample } from './media-time.ts'
import { SoundStretch } from './sound-stretch.ts'
import type { SoundingListener, Speakers } from './sounding.ts'
import { SpeechCapture } from './speech-capture.ts'
import { SpeechWatch } from './speech-watch.ts'
import { type TimedWord, timeWords } from './timed-words.ts'
import { Track, TrackSource } from './track.ts'
import type { Utterance } from './voice.ts'

/** So much silence ends an utterance unless told otherwise; the watch tells of silence after just as much. */
export const PAUSE_MS = 800
/** A longer utterance is told in pieces. */
export const UTTERANCE_MS_MAX = 60_000

export interface TrackEarOptions {
  readonly clock: Clock
  readonly speakers: Speakers
  readonly track: Track
  readonly at: Instant
  /** All known words of the utterance so far, whenever there is one more. */
  readonly onWords: ((words: string) => void) | null
  readonly pauseMs?: number
  /** Something new is being said, at first or after silence. Not told of what began before. */
  readonly onBeginning?: () => void
  /** Sound whose words nobody knows, while it is heard. What of it belongs to an utterance is told before that one. */
  readonly onSound: ((sound: SpeechSound) => void) | null
  /** An utterance is over. */
  readonly onUtterance: (parts: readonly SpeechPart[]) => void
  /** There is sound whose words are not known. Told once, and not if it is captured. */
  readonly onUnknown: (() => void) | null
}

/** A text that sounds, or did. */
interface Text {
  readonly utterance: Utterance
  readonly timed: readonly TimedWord[]
  /** Words before this were not heard, or told already. */
  from: number
  /** So many of its words have been spoken. */
  count: number
  timer: Timer | null
}

type Part = { readonly text: Text } | { readonly stretch: SoundStretch }

export class TrackEar implements SoundingListener {
  readonly #options: TrackEarOptions
  readonly #unlisten: () => void
  /** What sounds and needs nobody to tell its words; null: it has none. */
  readonly #known = new Map<Utterance, Text | null>()
  /** The track while nothing of that sounds. */
  readonly #unknown = new Track()
  readonly #watch: SpeechWatch
  readonly #capture: SpeechCapture | null
  /** Unknown words are being said. */
  #stretch: SoundStretch | null = null
  #stretches = 0
  /** Of the utterance that is heard, in the order in which they began. */
  #parts: Part[] = []
  #quietSince = 0 as Instant
  #pause: Timer | null = null
  #limit: Timer | null = null
  #isOver = false

  constructor(options: TrackEarOptions) {
    const { clock, speakers, track, at, onUnknown } = options
    this.#options = options
    this.#unknown.change(new TrackSource(track), toSample(at))
    this.#capture = onUnknown ? null : new SpeechCapture(this.#unknown, toSample(at))
    this.#watch = new SpeechWatch(clock, this.#unknown, at, (speaking, from) => this.#onSound(speaking, from))
    this.#unlisten = speakers.listen(this)
    for (const utterance of speakers.utterances) this.#begin(utterance, at)
  }

  began(utterance: Utterance, at: Instant): void {
    this.#begin(utterance, at)
    if (utterance.isSpoken) this.#options.onBeginning?.()
  }

  #begin(utterance: Utterance, at: Instant): void {
    const { said, words, startedAt } = utterance
    if (said === 'unknown') return
    if (said === 'none') {
      this.#known.set(utterance, null)
      this.#carry(at)
      return
    }
    const timed = timeWords(words.text ?? '', words.lengthMs)
    const from = wordsBegun(timed, at - startedAt)
    const text: Text = { utterance, timed, from, count: from, timer: null }
    this.#known.set(utterance, text)
    this.#carry(at)
    this.#add({ text }, at)
    if (this.#options.onWords) this.#awaitWord(text)
  }

  ended(utterance: Utterance, at: Instant): void {
    const text = this.#known.get(utterance)
    if (text === undefined) return
    this.#known.delete(utterance)
    this.#carry(at)
    if (!text) return
    text.timer?.cancel()
    this.#reach(text, wordsSpoken(text, at))
    this.#awaitPause(at)
  }

  /** Listens no longer; what was said until now is told. */
  end(at: Instant): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unlisten()
    this.#finish(at)
    this.#watch.end(at)
    this.#capture?.end()
    this.#unknown.change(null, toSample(at))
  }

  #carry(at: Instant): void {
    this.#unknown.change(this.#known.size > 0 ? null : new TrackSource(this.#options.track), toSample(at))
  }

  #onSound(speaking: boolean, at: Instant): void {
    const { onUnknown } = this.#options
    if (onUnknown) {
      if (this.#isOver || !speaking) return
      this.#watch.end(at)
      onUnknown()
      return
    }
    if (speaking) {
      this.#beginStretch(at)
      this.#options.onBeginning?.()
      this.#stretch?.follow(at)
    } else if (this.#stretch) {
      this.#endStretch(at)
      this.#awaitPause((at - PAUSE_MS) as Instant)
    }
  }

  #beginStretch(at: Instant): void {
    if (!this.#capture) return
    const { clock, onSound } = this.#options
    this.#stretch = new SoundStretch({ clock, capture: this.#capture, number: this.#stretches++, onSound }, at)
    this.#add({ stretch: this.#stretch }, at)
  }

  #endStretch(at: Instant): void {
    const stretch = this.#stretch
    this.#stretch = null
    stretch?.end(at)
  }

  #add(part: Part, at: Instant): void {
    this.#pause?.cancel()
    if (this.#parts.length === 0) {
      const until = (at + UTTERANCE_MS_MAX) as Instant
      this.#limit = this.#wakeAt(until, () => this.#finish(until))
    }
    this.#parts.push(part)
  }

  #awaitPause(since: Instant): void {
    this.#quietSince = Math.max(this.#quietSince, since) as Instant
    const isSpoken = [...this.#known.values()].some((text) => text !== null)
    if (isSpoken || this.#stretch || this.#parts.length === 0) return
    this.#pause?.cancel()
    const until = (this.#quietSince + (this.#options.pauseMs ?? PAUSE_MS)) as Instant
    this.#pause = this.#wakeAt(until, () => this.#finish(until))
  }

  /** The utterance is over; what still sounds belongs to the next. */
  #finish(at: Instant): void {
    this.#pause?.cancel()
    this.#limit?.cancel()
    const sounding = [...this.#known.values()].filter((text) => text !== null)
    for (const text of sounding) text.count = Math.max(text.count, wordsSpoken(text, at))
    const goesOn = this.#stretch !== null
    this.#endStretch(at)
    const parts = this.#parts.splice(0).flatMap(toSpeech)
    for (const text of sounding) text.from = text.count
    if (parts.length > 0) this.#options.onUtterance(parts)
    // Whoever was told may have ended it, too.
    if (this.#isOver) {
      for (const text of sounding) text.timer?.cancel()
      return
    }
    for (const text of sounding) this.#add({ text }, at)
    if (!goesOn) return
    this.#beginStretch(at)
    this.#stretch?.follow(at)
  }

  /** The last word is told by the end of the text, which comes in the same moment. */
  #awaitWord(text: Text): void {
    const next = text.timed[text.count]
    if (!next || text.count === text.timed.length - 1) return
    const count = text.count + 1
    text.timer = this.#wakeAt((text.utterance.startedAt + next.spokenMs) as Instant, () => {
      this.#reach(text, count)
      this.#awaitWord(text)
    })
  }

  #reach(text: Text, count: number): void {
    if (count <= text.count) return
    text.count = count
    const { onWords } = this.#options
    if (!onWords) return
    const parts = this.#parts.flatMap(toSpeech)
    onWords(parts.flatMap((part) => ('words' in part ? [part.words] : [])).join(' '))
  }

  #wakeAt(at: Instant, wake: () => void): Timer {
    const { clock } = this.#options
    return clock.after(at - clock.now(), wake)
  }
}

/** Of a text, so far: the one that is being spoken counts. */
function wordsBegun(timed: readonly TimedWord[], elapsedMs: number): number {
  const next = timed.findIndex((_, index) => (timed[index - 1]?.spokenMs ?? 0) >= elapsedMs)
  return next === -1 ? timed.length : next
}

function wordsSpoken({ timed, utterance }: Text, at: Instant): number {
  const next = timed.findIndex(({ spokenMs }) => spokenMs > at - utterance.startedAt)
  return next === -1 ? timed.length : next
}

function toSpeech(part: Part): SpeechPart[] {
  if ('stretch' in part) return part.stretch.parts()
  const { timed, from, count } = part.text
  const words = timed.slice(from, count).map(({ word }) => word)
  return words.length === 0 ? [] : [{ words: words.join(' ') }]
}

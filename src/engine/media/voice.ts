/**
 * What a party says, as words with a beginning and an end, beside the sound of it. Whoever hears the party listens and is
 * told. What began before somebody came to listen is not told to them: nobody can tell which words of it they heard.
 */
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { SpanStart } from '../ports/media-engine.ts'

/** Text or address, sound and length. */
export type Words = Omit<SpanStart, 'verb' | 'kind'>

/** `words`: its text is what is said, word by word. `unknown`: it is a name for the sound. `none`: music, a tone. */
export type Said = 'words' | 'unknown' | 'none'

/** Something said once, from its beginning until it ends or is cut. */
export class Utterance {
  readonly words: Words
  readonly startedAt: Instant
  /** Itself, or what it passes on: the same words may come to an ear on two ways. */
  readonly origin: Utterance
  readonly said: Said
  over = false

  constructor(words: Words, startedAt: Instant, origin?: Utterance, said: Said = origin?.said ?? 'words') {
    this.words = words
    this.startedAt = startedAt
    this.origin = origin ?? this
    this.said = said === 'words' && words.text === undefined ? 'unknown' : said
  }

  get isSpoken(): boolean {
    return this.said === 'words'
  }
}

/** What a prompt of this kind says. */
export const saidIn = (kind: SpanStart['kind']): Said =>
  kind === 'say' ? 'words' : kind === 'tone' || kind === 'music' ? 'none' : 'unknown'

export interface VoiceListener {
  began(utterance: Utterance): void
  ended(utterance: Utterance, at: Instant): void
}

export class Voice {
  readonly #clock: Clock
  readonly #listeners = new Set<VoiceListener>()
  readonly #saying = new Set<Utterance>()
  /** The end of what the party itself says. */
  #timer: Timer | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get saying(): Iterable<Utterance> {
    return this.#saying
  }

  listen(listener: VoiceListener): void {
    this.#listeners.add(listener)
  }

  unlisten(listener: VoiceListener): void {
    this.#listeners.delete(listener)
  }

  /** Says something that ends by itself. */
  speak(words: Words, at: Instant, isSpoken: boolean = true): void {
    const utterance = this.#begin(new Utterance(words, at, undefined, isSpoken ? 'words' : 'unknown'))
    if (!utterance) return
    const endsAt = (at + words.lengthMs) as Instant
    this.#timer = this.#clock.after(endsAt - this.#clock.now(), () => this.end(utterance, endsAt))
  }

  /** @returns null when a listener has ended it */
  begin(words: Words, at: Instant, origin?: Utterance): Utterance | null {
    return this.#begin(new Utterance(words, at, origin))
  }

  end(utterance: Utterance, at: Instant): void {
    if (!this.#saying.delete(utterance)) return
    utterance.over = true
    for (const listener of this.#listeners) listener.ended(utterance, at)
  }

  /** Cuts whatever is being said. */
  hush(at: Instant): void {
    this.#timer?.cancel()
    for (const utterance of this.#saying) this.end(utterance, at)
  }

  #begin(utterance: Utterance): Utterance | null {
    this.#saying.add(utterance)
    for (const listener of this.#listeners) {
      // Who was told first may have ended it.
      if (utterance.over) break
      listener.began(utterance)
    }
    return utterance.over ? null : utterance
  }
}

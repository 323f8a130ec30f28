/**
 * What sounds on a track and is known by its words or its name, moment by moment. Unlike those who tell a ledger it takes
 * in what began before it could be heard here: whoever knows a text's words in time knows which of them are still to come.
 */
import type { Instant } from '../../lib/ids.ts'
import type { Utterance, Voice } from './voice.ts'

export interface SoundingListener {
  /** It is heard from `at` on, though it may have begun before. */
  began(utterance: Utterance, at: Instant): void
  /** It is heard no longer. */
  ended(utterance: Utterance, at: Instant): void
}

export interface Speakers {
  /** What is heard now. */
  readonly utterances: Iterable<Utterance>
  /** @returns ends it */
  listen(listener: SoundingListener): () => void
}

/** What a leg is played: its own prompt, which covers all else, or what those say whom it hears. */
export class Sounding implements Speakers {
  #own: Utterance | null = null
  /** By origin: the same words may come on two ways. */
  readonly #others = new Map<Utterance, Utterance>()
  readonly #listeners = new Set<SoundingListener>()

  get utterances(): Iterable<Utterance> {
    return this.#own ? [this.#own] : [...this.#others.values()]
  }

  listen(listener: SoundingListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Somebody can be heard from `at` on. */
  begin(utterance: Utterance, at: Instant): void {
    if (utterance.over || this.#others.has(utterance.origin)) return
    this.#others.set(utterance.origin, utterance)
    if (!this.#own) this.#tellBegin(utterance, at)
  }

  end(utterance: Utterance, at: Instant): void {
    if (this.#others.get(utterance.origin) !== utterance) return
    this.#others.delete(utterance.origin)
    if (!this.#own) this.#tellEnd(utterance, at)
  }

  /** A prompt begins. */
  cover(own: Utterance, at: Instant): void {
    for (const before of this.utterances) this.#tellEnd(before, at)
    this.#own = own
    this.#tellBegin(own, at)
  }

  /** It is over: what goes on under it is heard again. */
  uncover(at: Instant): void {
    const own = this.#own
    if (!own) return
    this.#own = null
    this.#tellEnd(own, at)
    for (const other of this.#others.values()) this.#tellBegin(other, at)
  }

  #tellBegin(utterance: Utterance, at: Instant): void {
    for (const listener of this.#listeners) listener.began(utterance, at)
  }

  #tellEnd(utterance: Utterance, at: Instant): void {
    for (const listener of this.#listeners) listener.ended(utterance, at)
  }
}

/** What a party says. */
export const speakersOf = (voice: Voice): Speakers => ({
  get utterances() {
    return voice.saying
  },
  listen: (listener) => {
    const own = {
      began: (utterance: Utterance) => listener.began(utterance, utterance.startedAt),
      ended: (utterance: Utterance, at: Instant) => listener.ended(utterance, at),
    }
    voice.listen(own)
    return () => voice.unlisten(own)
  },
})

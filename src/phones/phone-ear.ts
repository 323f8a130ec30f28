/**
 * What a phone has heard, as text with a time for every character: words are understood as they are spoken, and so is
 * what the span now playing will have said if nothing cuts it. A file is recognised by its URL as soon as it begins;
 * tones are recognised when they end.
 */
import type { Ear, SpanStart } from '../engine/media/ear.ts'
import { spokenAfterMs } from '../engine/media/timed-voice.ts'
import type { Clock } from '../lib/clock.ts'
import type { Instant } from '../lib/ids.ts'

/** Older text is forgotten beyond this. */
const TEXT_CHARS_MAX = 32_768

export class PhoneEar implements Ear {
  readonly #clock: Pick<Clock, 'now'>
  /** Single spaces; spans are set apart by one. */
  #text = ''
  /** For each UTF-16 unit of the text when it was spoken, or will be. Never decreases. */
  #spokenAt: Instant[] = []
  #startedAt: Instant
  /** Called when there is more text, and when text to come will not be spoken after all. */
  onChange: (() => void) | null = null

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#startedAt = clock.now()
  }

  /** Everything since the last `forget`, including what the span now playing has yet to say. */
  get text(): string {
    return this.#text
  }

  /** When the first `length` units of the text have been spoken; may lie ahead. */
  spokenAt(length: number): Instant {
    return this.#spokenAt[length - 1] ?? this.#clock.now()
  }

  /** Forgets the first `length` units of the text. */
  forget(length: number): void {
    this.#text = this.#text.slice(length)
    this.#spokenAt = this.#spokenAt.slice(length)
  }

  /** Forgets what has been spoken up to now. */
  forgetSpoken(): void {
    const now = this.#clock.now()
    const next = this.#spokenAt.findIndex((at) => at > now)
    this.forget(next === -1 ? this.#text.length : next)
  }

  spanStarted(span: SpanStart): void {
    this.#startedAt = this.#clock.now()
    this.#add(' ', this.#startedAt)
    let index = 0
    for (const char of span.text ?? span.url ?? '') {
      this.#add(char, (this.#startedAt + delayMs(span, index)) as Instant)
      index += 1
    }
    if (this.#text.length > TEXT_CHARS_MAX) this.forget(this.#text.length - TEXT_CHARS_MAX)
    this.onChange?.()
  }

  spanEnded(playedMs: number, cut: boolean): void {
    const endedAt = (this.#startedAt + playedMs) as Instant
    if (cut) this.#cutAfter(endedAt)
    else {
      // A timer of the machine's clock may be a millisecond early: what has ended has been spoken.
      const now = this.#clock.now()
      for (let at = this.#spokenAt.length - 1; at >= 0 && this.#spokenAt[at]! > now; at--) this.#spokenAt[at] = now
    }
    this.onChange?.()
  }

  #add(char: string, at: Instant): void {
    const added = /\s/.test(char) ? ' ' : char
    if (added === ' ' && (this.#text === '' || this.#text.endsWith(' '))) return
    this.#text += added
    for (let unit = 0; unit < added.length; unit++) this.#spokenAt.push(at)
  }

  #cutAfter(last: Instant): void {
    let length = this.#spokenAt.length
    while (length > 0 && this.#spokenAt[length - 1]! > last) length -= 1
    this.#text = this.#text.slice(0, length)
    this.#spokenAt.length = length
  }
}

/** From the start of the span until the character with this index is understood. */
function delayMs(span: SpanStart, index: number): number {
  switch (span.kind) {
    case 'say':
    case 'party':
      return Math.min(span.lengthMs, spokenAfterMs(index))
    case 'tone':
      return span.lengthMs
    case 'play':
    case 'stream':
    case 'music':
      return 0
  }
}

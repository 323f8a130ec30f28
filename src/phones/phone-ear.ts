/**
 * What a phone has heard, as text with a time for every character: words are understood as they are spoken, and so is
 * what the span now playing will have said if nothing cuts it. A file is recognised by its URL as soon as it begins;
 * tones are recognised when they end.
 */
import type { SpanStart } from '../engine/ports/media-engine.ts'
import type { HeardSpan } from '../journal/entry.ts'
import type { Clock } from '../lib/clock.ts'
import type { Instant } from '../lib/ids.ts'
import type { Ear } from './network-leg.ts'

/** Older text is forgotten beyond this. */
const TEXT_CHARS_MAX = 32_768

export class PhoneEar implements Ear {
  readonly #clock: Pick<Clock, 'now'>
  /** Single spaces; spans are set apart by one. */
  #text = ''
  /** For each UTF-16 unit of the text when it was spoken, or will be. Never decreases. */
  #spokenAt: Instant[] = []
  /** Called when there is more text, and when text to come will not be spoken after all. */
  onChange: (() => void) | null = null

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
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

  spanStarted(span: SpanStart, startedAt: Instant): void {
    this.#add(' ', startedAt)
    const chars = [...(span.text ?? span.url ?? '')]
    for (const [index, char] of chars.entries())
      this.#add(char, (startedAt + delayMs(span, (index + 1) / chars.length)) as Instant)
    if (this.#text.length > TEXT_CHARS_MAX) this.forget(this.#text.length - TEXT_CHARS_MAX)
    this.onChange?.()
  }

  spanEnded({ playedMs, cut }: HeardSpan, startedAt: Instant): void {
    const endedAt = (startedAt + playedMs) as Instant
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

/** From the start of the span until this part of its text, 0 to 1, is understood: words evenly over their length. */
function delayMs({ kind, lengthMs }: SpanStart, part: number): number {
  switch (kind) {
    case 'say':
    case 'party':
      return Math.round(lengthMs * part)
    case 'tone':
      return lengthMs
    case 'play':
    case 'stream':
    case 'music':
      return 0
  }
}

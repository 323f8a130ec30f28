/**
 * One strand of what a phone hears: spans that follow one another, as text with a time for every character. Words are
 * understood as they are spoken, and so is what the span now speaking will have said if nothing cuts it. A file is
 * recognised by its URL as soon as it begins; tones are recognised when they end.
 */
import type { SpanStart } from '../engine/ports/media-engine.ts'
import type { HeardSpan } from '../journal/entry.ts'
import type { Instant } from '../lib/ids.ts'

/** Older text is forgotten beyond this. */
const TEXT_CHARS_MAX = 32_768

export class Strand {
  /** Single spaces; spans are set apart by one. */
  #text = ''
  /** For each UTF-16 unit of the text when it was spoken, or will be. Never decreases. */
  #spokenAt: Instant[] = []
  #speaking: { readonly span: SpanStart; readonly startedAt: Instant } | null = null
  #endedAt = 0

  /** Everything that was not forgotten, including what the span now speaking has yet to say. */
  get text(): string {
    return this.#text
  }

  /** When the last span ended; null while one speaks. */
  get endedAt(): number | null {
    return this.#speaking ? null : this.#endedAt
  }

  /** When the first `length` units of the text, at least one, have been spoken; may lie ahead. */
  spokenAt(length: number): Instant | undefined {
    return this.#spokenAt[length - 1]
  }

  /** Forgets the first `length` units of the text. */
  forget(length: number): void {
    this.#text = this.#text.slice(length)
    this.#spokenAt = this.#spokenAt.slice(length)
  }

  /** Forgets what has been spoken up to then; a word that is half spoken is not. */
  forgetUntil(last: Instant): void {
    const next = this.#spokenAt.findIndex((at) => at > last)
    if (next === -1) this.forget(this.#text.length)
    else if (this.#text[next] === ' ') this.forget(next)
    else this.forget(this.#text.lastIndexOf(' ', next) + 1)
  }

  begin(span: SpanStart, startedAt: Instant): void {
    this.#speaking = { span, startedAt }
    this.#add(' ', startedAt)
    const chars = [...(span.text ?? span.url ?? '')]
    for (const [index, char] of chars.entries())
      this.#add(char, (startedAt + delayMs(span, (index + 1) / chars.length)) as Instant)
    if (this.#text.length > TEXT_CHARS_MAX) this.forget(this.#text.length - TEXT_CHARS_MAX)
  }

  /** Whether this is the span that speaks. */
  speaks({ kind, text, url }: SpanStart, startedAt: Instant): boolean {
    const speaking = this.#speaking
    if (speaking?.startedAt !== startedAt) return false
    // A stream's text may come with its end.
    return (
      speaking.span.kind === kind && (kind === 'stream' || (speaking.span.text === text && speaking.span.url === url))
    )
  }

  end({ playedMs, cut }: HeardSpan, startedAt: Instant, now: Instant): void {
    this.#speaking = null
    const endedAt = (startedAt + playedMs) as Instant
    this.#endedAt = endedAt
    let length = this.#spokenAt.length
    while (length > 0 && this.#spokenAt[length - 1]! > (cut ? endedAt : now)) length -= 1
    // A timer of the machine's clock may be a millisecond early: what has ended has been spoken.
    if (!cut) this.#spokenAt.fill(now, length)
    else {
      this.#text = this.#text.slice(0, length)
      this.#spokenAt.length = length
    }
  }

  #add(char: string, at: Instant): void {
    const added = /\s/.test(char) ? ' ' : char
    if (added === ' ' && (this.#text === '' || this.#text.endsWith(' '))) return
    this.#text += added
    for (let unit = 0; unit < added.length; unit++) this.#spokenAt.push(at)
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

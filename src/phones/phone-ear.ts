/**
 * What a phone has heard. Usually one speaks after the other; parties of a conference may speak at once, and then each
 * is followed by itself, so that words are found in what one of them says and never across two.
 */
import type { SpanStart } from '../engine/ports/media-engine.ts'
import type { HeardSpan } from '../journal/entry.ts'
import type { Clock } from '../lib/clock.ts'
import type { Instant } from '../lib/ids.ts'
import type { Ear } from './network-leg.ts'
import { Strand } from './strand.ts'
import type { Matcher } from './wanted.ts'

/** Voices that are followed at once; those who begin to speak beside so many are not understood. */
const STRANDS_MAX = 16

/** Words that were found. */
export interface Found {
  /** When the last of them has been spoken; may lie ahead. */
  readonly at: Instant
  /** Forgets them, and everything before them. */
  readonly forget: () => void
}

export class PhoneEar implements Ear {
  readonly #clock: Pick<Clock, 'now'>
  readonly #strands: Strand[] = []
  /** Called when there is more text, and when text to come will not be spoken after all. */
  onChange: (() => void) | null = null

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Looks in everything that was not forgotten, including what those who speak now have yet to say. */
  find(match: Matcher): Found | null {
    let first: Found | null = null
    for (const strand of this.#strands) {
      const end = match(strand.text)
      if (end === null) continue
      const at = strand.spokenAt(end) ?? this.#clock.now()
      if (!first || at < first.at) first = { at, forget: () => this.#forget(strand, end, at) }
    }
    return first
  }

  /** Forgets what has been spoken up to now. */
  forgetSpoken(): void {
    for (const strand of this.#strands) strand.forgetUntil(this.#clock.now())
  }

  spanStarted(span: SpanStart, startedAt: Instant): void {
    const strand = this.#strandFor()
    if (!strand) return
    strand.begin(span, startedAt)
    this.onChange?.()
  }

  spanEnded(span: HeardSpan, startedAt: Instant): void {
    const strand = this.#strands.find((one) => one.speaks(span, startedAt))
    if (!strand) return
    strand.end(span, startedAt, this.#clock.now())
    this.onChange?.()
  }

  /** The one that was heard last and is silent now, so that what follows it is found together with it. */
  #strandFor(): Strand | null {
    let last: Strand | null = null
    for (const strand of this.#strands)
      if (strand.endedAt !== null && (last === null || strand.endedAt > last.endedAt!)) last = strand
    if (last || this.#strands.length >= STRANDS_MAX) return last
    const strand = new Strand()
    this.#strands.push(strand)
    return strand
  }

  #forget(strand: Strand, length: number, at: Instant): void {
    strand.forget(length)
    for (const other of this.#strands) if (other !== strand) other.forgetUntil(at)
  }
}

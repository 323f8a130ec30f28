/** Whoever listens at the far end of a leg: a simulated phone, or the other leg of a joined pair. */
import type { HeardSpan } from '../../journal/entry.ts'

/** A span as it begins: how long it would be if nothing cut it. */
export type SpanStart = Omit<HeardSpan, 'playedMs' | 'cut'>

/** Silence is not told. Spans do not overlap: each is ended before the next begins. */
export interface Ear {
  spanStarted(span: SpanStart): void
  /** `playedMs` is what was heard of it; `cut` when there was more to come. */
  spanEnded(playedMs: number, cut: boolean): void
}

export const deafEar: Ear = { spanStarted() {}, spanEnded() {} }

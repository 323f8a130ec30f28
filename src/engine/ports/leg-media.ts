/**
 * The media port: the engine hands a leg a *program* (prompts to play, keys to collect) and the leg runs it beside the
 * audio, answering once in media time. The engine never sees a frame.
 */

import type { HeardSpan } from '../../journal/entry.ts'
import type { Instant } from '../../lib/ids.ts'

export type Prompt =
  | { readonly kind: 'say'; readonly verb: string; readonly text: string }
  | { readonly kind: 'play'; readonly verb: string; readonly url: string; readonly lengthMs: number }
  /** DTMF or other tones towards the party; `text` is what the ledger shows. */
  | { readonly kind: 'tone'; readonly verb: string; readonly text: string; readonly lengthMs: number }
  | { readonly kind: 'silence'; readonly lengthMs: number }

export interface Collect {
  /** Ends the program as soon as this many keys are in; null = unlimited. */
  readonly numDigits: number | null
  /** The key that ends collecting once at least one other is in; "" = none. */
  readonly finishOnKey: string
  /** Wait for the first key after the prompts, and between keys. */
  readonly timeoutMs: number
}

export interface Program {
  /** A lazy sequence: `loop="0"` prompts are never spelt out. Keys cut what is left of it when `collect` is set. */
  readonly play: Iterable<Prompt>
  readonly collect?: Collect
}

export interface ProgramEnd {
  /** `played`: prompts are over (and collecting timed out without a key); `collected`: keys came; `stopped`: by `stop`; `gone`: the party hung up. */
  readonly outcome: 'played' | 'collected' | 'stopped' | 'gone'
  /** Keys without the finishing one. */
  readonly digits: string
  readonly finishedOnKey: string
  /** Media time of the outcome; the engine takes it as now. */
  readonly at: Instant
}

export interface LegMedia {
  /** One program at a time. Resolves, never rejects; `stop` cuts it at once. */
  run(program: Program, stop: AbortSignal): Promise<ProgramEnd>
  /** The span being played now, as far as it has got; null in silence. */
  hearing(): { readonly span: HeardSpan; readonly startedAt: Instant } | null
}

/** Told of every span a leg was played, when it ended or was cut; the leg passes it on as its `heard` input. */
export type SpanListener = (span: HeardSpan, startedAt: Instant) => void

/**
 * The media port: the engine hands a leg a *program* (prompts to play, then keys to collect or a message to record) and
 * the leg runs it beside the audio, answering once in media time. The engine never sees a frame.
 */

import type { HeardSpan } from '../../journal/entry.ts'
import type { Instant, RecordingSid } from '../../lib/ids.ts'
import type { Sound } from './sound.ts'

export type Prompt =
  | { readonly kind: 'say'; readonly verb: string; readonly text: string; readonly sound: Sound }
  | { readonly kind: 'play'; readonly verb: string; readonly url: string; readonly sound: Sound }
  /** DTMF or other tones towards the party; `text` is what the ledger shows. */
  | { readonly kind: 'tone'; readonly verb: string; readonly text: string; readonly sound: Sound }
  /** Hold music of our own; `text` is what the ledger shows. */
  | { readonly kind: 'music'; readonly verb: string; readonly text: string; readonly sound: Sound }
  | { readonly kind: 'silence'; readonly lengthMs: number }

/** A prompt and how often it is played in a row. */
export interface Rounds {
  readonly prompt: Prompt
  readonly times: number
}

export interface Collect {
  /** Ends the program as soon as this many keys are in; null = unlimited. */
  readonly numDigits: number | null
  /** The key that ends collecting once at least one other is in; "" = none. */
  readonly finishOnKey: string
  /** Wait for the first key after the prompts, and between keys. */
  readonly timeoutMs: number
}

/** Records the party once the prompts are over. */
export interface RecordMessage {
  readonly sid: RecordingSid
  /** Any of these keys ends it; "" = none. */
  readonly finishOnKey: string
  /** So much silence of the party in a row ends it; null = never. */
  readonly silenceMs: number | null
  readonly maxLengthMs: number
  /** Silence at the beginning and the end is left out of the file. */
  readonly trim: boolean
}

export interface Program {
  readonly play: readonly Rounds[]
  /** Keys cut what is left of the prompts. */
  readonly collect?: Collect
  /** Not beside `collect`. */
  readonly record?: RecordMessage
}

export interface ProgramEnd {
  /**
   * `played`: prompts are over (and collecting timed out without a key); `collected`: keys came; `recorded`: the message
   * is over; `stopped`: by `stop`; `gone`: the party hung up.
   */
  readonly outcome: 'played' | 'collected' | 'recorded' | 'stopped' | 'gone'
  /** Keys without the finishing one. */
  readonly digits: string
  readonly finishedOnKey: string
  /** Media time of the outcome; the engine takes it as now. */
  readonly at: Instant
  /** Set when recording had begun: its length, and what comes once the file is whole. */
  readonly recorded: { readonly lengthMs: number; readonly audio: Promise<RecordedAudio> } | null
}

/** A recording that is over. */
export interface RecordedAudio {
  /** Before trimming, without what was skipped. */
  readonly lengthMs: number
  /** Of the file: 0 when nothing is left, and there is no file. */
  readonly fileMs: number
  /** No sound was heard in it. */
  readonly silent: boolean
  /** Why the file is not whole; null when it is. */
  readonly fault: string | null
}

/** Records both sides of the call, or one, whatever programs run. */
export interface RecordCall {
  readonly sid: RecordingSid
  /** Two: what the party says first, what it is played second. */
  readonly channels: 1 | 2
  readonly track: 'inbound' | 'outbound' | 'both'
  readonly trim: boolean
  /** It ends by itself then. */
  readonly maxLengthMs: number
}

export interface LegRecording {
  /** `silence`: the gap is silence in the file; `skip`: it is not in the file. */
  pause(gap: 'silence' | 'skip'): void
  resume(): void
  stop(): void
  /** Resolves, never rejects, when it was stopped, the party hung up or the length was reached. */
  readonly over: Promise<RecordedAudio>
}

/** What a leg is being played now, as far as it has got. */
export interface Hearing {
  readonly span: HeardSpan
  readonly startedAt: Instant
}

export interface LegMedia {
  /** One program at a time. Resolves, never rejects; `stop` cuts it at once. */
  run(program: Program, stop: AbortSignal): Promise<ProgramEnd>
  /** Null in silence. */
  hearing(): Hearing | null
  record(order: RecordCall): LegRecording
}

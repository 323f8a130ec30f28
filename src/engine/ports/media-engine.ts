/**
 * The engine of sound as the networks see it: it gives each leg its media, and the party at the far end a voice. Where
 * it runs, in this thread or in workers, nobody can tell.
 */
import type { HeardSpan } from '../../journal/entry.ts'
import type { Instant, RecordingSid } from '../../lib/ids.ts'
import type { LegMedia } from './leg-media.ts'
import type { Sound } from './sound.ts'

/** A span as it begins: how long it would be if nothing cut it. */
export type SpanStart = Omit<HeardSpan, 'playedMs' | 'cut'>

/** Told by a leg's media. Silence is not told. Spans do not overlap: each is ended before the next begins. */
export interface LegEvents {
  spanStarted(span: SpanStart, at: Instant): void
  /** `playedMs` is what was heard of it; `cut` when there was more to come. */
  spanEnded(span: HeardSpan, startedAt: Instant): void
  /** A key was found in the party's sound; told once, as soon as it is certain. `at`: when its tone began. */
  keyHeard(key: string, at: Instant): void
  /** The message that a program records has begun, after its prompts. */
  recordingBegan(sid: RecordingSid, at: Instant): void
  /** The leg has no media any more, through a fault of ours. Whatever ran on it has ended as `gone`. */
  lost(): void
}

/** A leg's media together with what its party does to it. */
export interface PartyMedia extends LegMedia {
  /** The party pressed a key, told beside the sound. */
  press(key: string): void
  /** The party begins to make a sound, instead of the one before. */
  sound(sound: Sound): void
  /** From here on keys are looked for in the party's sound. */
  listenForKeys(): void
  /** The party hung up, or was hung up on: the running program ends, and later ones at once; recordings end. */
  gone(): void
  /** Resolves when everything about the leg has been told and written, after `gone`. */
  readonly closed: Promise<void>
}

export interface MediaEngine {
  /** `near`: a leg that this one may be joined with. */
  open(events: LegEvents, near?: PartyMedia): PartyMedia
  /** Two legs on one line: each one's party makes the sound that the other is played. Until one of them is gone. */
  join(one: PartyMedia, other: PartyMedia): void
  /** Legs still open are gone. Resolves when their files are whole. */
  stop(): Promise<void>
}

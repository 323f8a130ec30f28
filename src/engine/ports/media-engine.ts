/**
 * The engine of sound as the networks and the calls see it: it gives each leg its media, the party at the far end a voice,
 * and lets parties hear each other. Where it runs, in this thread or in another, nobody can tell.
 */
import type { HeardSpan } from '../../journal/entry.ts'
import type { Instant, RecordingSid } from '../../lib/ids.ts'
import type { LegMedia, LegRecording, Program, ProgramEnd, RecordCall } from './leg-media.ts'
import type { LineEvents, LineMedia } from './line.ts'
import type { Sound } from './sound.ts'

/** A span as it begins: how long it would be if nothing cut it. */
export type SpanStart = Omit<HeardSpan, 'playedMs' | 'cut'>

/**
 * Told by a leg's media. Silence is not told. A prompt of the leg's own program covers everything else: what is heard when
 * it begins is cut, and what begins meanwhile is not told. Else spans of other parties (`kind: 'party'`) may overlap with
 * each other and with a room's prompts; `startedAt`, kind and text tell which one ended. Nobody is told of what began
 * before they came to hear it.
 */
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

/** What is said in a sound, or a name for the sound. */
export type WordsOrName = string | { readonly name: string }

/** A leg's media together with what its party does to it. */
export interface PartyMedia extends LegMedia {
  /** The party pressed a key, told beside the sound. */
  press(key: string): void
  /**
   * The party begins to make a sound, instead of the one before. `words` is what it says in it, if anything, or what to
   * call it where nobody knows its words: whoever hears the party is told that as a span of the kind `party`.
   */
  sound(sound: Sound, words?: WordsOrName): void
  /** From here on keys are looked for in the party's sound. */
  listenForKeys(): void
  /** The party hung up, or was hung up on: the running program ends, and later ones at once; recordings end. */
  gone(): void
  /** Resolves when everything about the leg has been told and written, after `gone`. */
  readonly closed: Promise<void>
}

/** Two legs whose parties hear each other. A leg is in one bridge or room at a time: with the next it leaves the last. */
export interface MediaBridge {
  /** Idempotent. It also ends when one of the legs is gone; the other then hears silence. */
  end(): void
}

/** How a leg stands in a room. */
export interface RoomPlace {
  /** Hears all, is not heard. */
  readonly muted: boolean
  /** Neither hears nor is heard. */
  readonly held: boolean
  /** Hears all, is heard by this leg alone; null: by all. */
  readonly coaches: LegMedia | null
}

/** A mixer: every leg in it hears all others that may be heard, never itself. */
export interface MediaRoom {
  /** `verb` names what the leg hears of the others in the ledger: `Conference`. Of a leg in the room: as `change`. */
  enter(leg: LegMedia, place: RoomPlace, verb: string): void
  /** Of a leg that is not in the room: nothing happens. */
  change(leg: LegMedia, place: RoomPlace): void
  leave(leg: LegMedia): void
  /**
   * For all who hear, besides what they hear: beeps, announcements. Prompts only, one program at a time; resolves, never
   * rejects. `gone`: the room was closed.
   */
  run(program: Program, stop: AbortSignal): Promise<ProgramEnd>
  /** What the room hears, in one channel, without coaches. `track` and `channels` of the order do not count. */
  record(order: RecordCall): LegRecording
  /**
   * Told when a leg that is heard in the room has begun to speak (200 ms of sound) and has stopped (800 ms of silence, or
   * heard no longer). One listener.
   */
  onSpeech(listener: (leg: LegMedia, speaking: boolean, at: Instant) => void): void
  /** Everybody leaves. Resolves when its recordings are whole. */
  close(): Promise<void>
}

export interface MediaEngine {
  open(events: LegEvents): PartyMedia
  /** A leg with a line to a real phone. @param near one that it is likely to hear */
  openLine(events: LineEvents, near?: LegMedia | null): LineMedia
  /** Two legs on one line: each one's party makes the sound that the other is played. Until one of them is gone. */
  join(one: PartyMedia, other: PartyMedia): void
  /**
   * The parties of two legs hear each other from now on. A program that runs on one of them is heard instead of the other
   * party while it plays. `verb` names their spans in the ledger: `Dial`.
   */
  bridge(one: LegMedia, other: LegMedia, verb: string): MediaBridge
  room(): MediaRoom
  /** Legs still open are gone. Resolves when their files are whole. */
  stop(): Promise<void>
}

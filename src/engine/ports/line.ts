/**
 * Lines to real phones. The media engine gives a leg a line instead of a simulated party, and knows it by frames of 20 ms;
 * what carries them (RTP, encrypted or not) is the adapter's business.
 */
import type { LineStatistics } from '../../journal/entry.ts'
import type { MediaAddress as LineAddress, AudioAgreement as LineAgreement } from '../../wire/sdp/agreement.ts'
import type { LegEvents, PartyMedia } from './media-engine.ts'

export type { LineAddress, LineAgreement, LineStatistics }

/** µ-law samples of a frame: 20 ms. */
export const FRAME_BYTES = 160

export interface MediaLineEvents {
  /** The party pressed a key, told beside the sound; once for each. */
  key(digit: string): void
  /** Nothing at all has come for a minute, while something should have. Told once. */
  silent(): void
}

export interface MediaLine {
  readonly local: LineAddress
  /** From the first time on packets flow; again when the parties agree on something else. */
  connect(agreement: LineAgreement): void
  /**
   * The next 20 ms of what the party says; to be asked for every 20 ms, from the first agreement on.
   * @param into takes `FRAME_BYTES` µ-law samples @returns false when it says nothing: what `into` holds then means nothing
   */
  take(into: Uint8Array): boolean
  /** The next 20 ms of what the party is played: `FRAME_BYTES` µ-law samples, read before it returns; null is silence. */
  give(frame: Uint8Array | null): void
  /**
   * Sends a key as an event of this length, instead of whatever sound is given meanwhile. False when the agreement has no
   * events: nothing is sent then.
   */
  sendKey(digit: string, lengthMs: number): boolean
  statistics(): LineStatistics
  /** Idempotent. */
  close(): void
}

export interface MediaLines {
  /** Takes a pair of ports. Resolves with null when none is free. */
  open(events: MediaLineEvents): Promise<MediaLine | null>
}

export interface LineEvents extends LegEvents {
  /** Nothing has come from the party for a minute: it is gone without a word. */
  lineSilent(): void
}

/** A leg's media with a line at its far end. What `press`, `sound` and `listenForKeys` would tell it comes from the line. */
export interface LineMedia extends PartyMedia {
  /** Where the party is to send; null when no port is free. Never rejects. */
  readonly local: Promise<LineAddress | null>
  connect(agreement: LineAgreement): void
  /**
   * Keys towards the party, one after the other; `w` waits half a second, `W` a whole one. As events, and then without the
   * sound that it would hear meanwhile; else as tones. Keys that a program plays go of themselves.
   */
  sendKeys(digits: string): void
  /** What went over the line so far; null before anything did. */
  statistics(): Promise<LineStatistics | null>
}

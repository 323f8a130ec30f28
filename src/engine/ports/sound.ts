/**
 * Sounds as the engine knows them: made once, kept as the telephone carries them, and copied from then on. Who makes
 * them (a synthesizer, a decoder) and where they are kept is the business of adapters.
 */

import type { Say } from '../../wire/twiml/index.ts'

/** Ready for a leg: G.711 µ-law, 8 kHz, one channel. */
export interface Sound {
  /** 32 hex digits, the same for the same sound made the same way. */
  readonly id: string
  /** Whole milliseconds: the last one is filled up with silence. */
  readonly lengthMs: number
  /** 8 bytes a millisecond, in shared memory so that threads can read it without a copy. Never written again. */
  readonly ulaw: Uint8Array<SharedArrayBuffer>
}

/** A sound that cannot be played, and why: a sentence without the file's name. */
export interface Unplayable {
  readonly unplayable: string
}

/** Linear samples of one channel. */
export interface Pcm {
  readonly samples: Int16Array
  readonly sampleRate: number
}

/** Turns audio files into the telephone's code. Off the main thread. */
export interface SoundDecoder {
  /**
   * @param mediaType of the answer, lower case without parameters; the file's own beginning has the last word
   * @returns µ-law at 8 kHz, all channels mixed, at most 40 minutes
   */
  decode(file: Uint8Array, mediaType: string): Promise<Uint8Array | Unplayable>
  /** Linear samples at any rate to µ-law at 8 kHz. */
  encode(pcm: Pcm): Promise<Uint8Array>
  close(): Promise<void>
}

/** Makes the sounds that are played, each once. */
export interface Sounds {
  /** What `<Say>` speaks. Never rejects: when its voice fails another stands in. */
  say(speech: Pick<Say, 'content' | 'voice' | 'language'>): Promise<Sound>
  /** Plain words, in `voice` as `<Say>` names it. Never rejects. */
  words(text: string, voice?: string): Promise<Sound>
  /** A file that was fetched or uploaded. */
  file(bytes: Uint8Array, mediaType: string): Promise<Sound | Unplayable>
  /** DTMF keys with their gaps; `w` waits half a second, `W` a whole one. */
  keys(digits: string): Sound
  /** A tone by its cadence (`1000/400`: 1 kHz for 400 ms). */
  tone(cadence: string, lengthMs: number, levelDbfs: number): Sound
  /** What callers wait with when no other music is named: one minute that can be repeated without a seam. */
  holdMusic(): Sound | Promise<Sound>
}

/** Makes MP3 files of recordings. Off the main thread. */
export interface Mp3Encoder {
  /**
   * At 32 kbit/s a channel. The file appears under its name when it is whole, in place of one that was there.
   * @param wavPath of a finished WAV file with 16-bit PCM
   * @param options.channels two channels stay two (`as-is`, the default) or become one; three and more always do
   * @throws Error with a sentence when it cannot be read or written
   */
  encodeMp3(wavPath: string, mp3Path: string, options?: { readonly channels?: 'mixed' | 'as-is' }): Promise<void>
}

/** Where finished sounds are kept over a restart. Never rejects: a cache that cannot be read or written is no cache. */
export interface SoundCache {
  read(id: string): Promise<Uint8Array<SharedArrayBuffer> | null>
  write(id: string, ulaw: Uint8Array): Promise<void>
}

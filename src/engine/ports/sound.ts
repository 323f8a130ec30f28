/**
 * Sounds as the engine knows them: made once, kept as the telephone carries them, and copied from then on. Who makes
 * them (a synthesizer, a decoder) and where they are kept is the business of adapters.
 */

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

/** Where finished sounds are kept over a restart. Never rejects: a cache that cannot be read or written is no cache. */
export interface SoundCache {
  read(id: string): Promise<Uint8Array<SharedArrayBuffer> | null>
  write(id: string, ulaw: Uint8Array): Promise<void>
}

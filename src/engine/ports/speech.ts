/**
 * The speech port: words in, linear samples out. A provider speaks one stretch of plain words at a time; pauses, loudness
 * and everything that speech markup asks for beyond a voice, a rate and a pitch has been taken care of before.
 */
import type { Pcm } from './sound.ts'

/** Who is to speak, as far as the reference's voice names tell. */
export interface Voice {
  /** As asked for: `man`, `Polly.Joanna-Neural`, `Google.en-US-Chirp3-HD-Aoede`. */
  readonly name: string
  readonly gender: 'female' | 'male'
  /** BCP-47, such as `en-US`. */
  readonly language: string
}

export interface Words {
  /** Plain text, not empty, single spaces. */
  readonly text: string
  readonly voice: Voice
  /** 1 is the voice's own; 0.5 half as fast. 0.2 to 4. */
  readonly rate: number
  /** 1 is the voice's own; 1.2 a fifth higher. 0.5 to 2. */
  readonly pitch: number
}

export interface SpeechSynthesizer {
  /** Part of the cache key of what it says: provider, model and version, such as `flite-2.2`. */
  readonly id: string
  /** Off the main thread. @throws Error with a sentence when it cannot speak. */
  synthesize(words: Words): Promise<Pcm>
  close(): Promise<void>
}

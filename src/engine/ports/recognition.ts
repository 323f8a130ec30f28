/** The recognition port: somebody's speech in, its words out. It is asked for sound whose words nobody knows. */

export interface SpokenSound {
  /** µ-law at 8 kHz, one channel, at most two minutes. */
  readonly ulaw: Uint8Array
  /** BCP-47, such as `en-US`. */
  readonly language: string
  /** Phrases that may come. */
  readonly hints: readonly string[]
}

export interface Recognized {
  /** "" when no words were found. */
  readonly text: string
  /** 0 to 1; null when the recognizer does not say. */
  readonly confidence: number | null
}

export interface SpeechRecognizer {
  /** @throws Error with a sentence when it cannot tell */
  recognize(speech: SpokenSound): Promise<Recognized>
  close(): Promise<void>
}

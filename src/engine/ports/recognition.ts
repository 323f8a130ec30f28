/** The recognition port: somebody's speech in, its words out. It is asked for sound whose words nobody knows. */

/** What is known of speech before it is heard. */
export interface ExpectedSpeech {
  /** BCP-47, such as `en-US`. */
  readonly language: string
  /** Phrases that may come. */
  readonly hints: readonly string[]
  /** Somebody was asked something: one of the hints comes, or where there are none yes, no or a number, or so it is likely. */
  readonly isAnswer?: true
}

export interface SpokenSound extends ExpectedSpeech {
  /** µ-law at 8 kHz, one channel, at most two minutes. */
  readonly ulaw: Uint8Array
}

export interface Recognized {
  /** "" when no words were found. */
  readonly text: string
  /** 0 to 1; null when the recognizer does not say. */
  readonly confidence: number | null
}

/** Speech that is recognized while it is spoken. */
export interface LiveRecognition {
  /**
   * What was said next: µ-law at 8 kHz. Nobody has to wait; resolves when the recognizer has had it and said what it makes
   * of it, or after a bounded wait. Never rejects: what goes wrong is told by `end`.
   */
  push(ulaw: Uint8Array): Promise<void>
  /**
   * Nothing more is said. Once.
   * @throws Error with a sentence when it cannot tell
   */
  end(): Promise<Recognized>
  /** Nobody wants to know. Idempotent; does nothing after the end. */
  close(): void
}

export interface SpeechRecognizer {
  /** @throws Error with a sentence when it cannot tell */
  recognize(speech: SpokenSound): Promise<Recognized>
  /**
   * For recognizers that take speech while it is spoken.
   * @param onWords told all words so far whenever they change, also those before the last; never before this has returned,
   *   nor once the end is known
   */
  open?(speech: ExpectedSpeech, onWords: (words: string) => void): LiveRecognition
  close(): Promise<void>
}

/**
 * A stretch of sound whose words nobody knows, from the moment it is speech: kept for whoever can tell its words, who may
 * have it piece by piece while it is heard.
 */
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { SpeechPart, SpeechSound } from '../ports/leg-media.ts'
import { toSample } from './media-time.ts'
import type { SpeechCapture } from './speech-capture.ts'

/** It is told of so often. */
const TELL_EVERY_MS = 100

export interface SoundStretchOptions {
  readonly clock: Clock
  /** Nobody else's until the stretch has ended. */
  readonly capture: SpeechCapture
  /** Of those who hear: each stretch has another. */
  readonly number: number
  /** Null: it is not told of. */
  readonly onSound: ((sound: SpeechSound) => void) | null
}

export class SoundStretch {
  readonly #options: SoundStretchOptions
  /** Null until it is over. */
  #ulaw: Uint8Array<SharedArrayBuffer> | null = null
  /** The next piece is told of. */
  #timer: Timer | null = null

  constructor(options: SoundStretchOptions, at: Instant) {
    this.#options = options
    options.capture.begin(toSample(at))
  }

  /** Tells what was heard until `at`, and from then on what follows. */
  follow(at: Instant): void {
    const { clock, capture, number, onSound } = this.#options
    if (!onSound || this.#ulaw) return
    const ulaw = capture.more(toSample(at))
    if (ulaw.length > 0) onSound({ stretch: number, ulaw })
    // Whoever was told may have ended it.
    if (this.#ulaw) return
    const next = (at + TELL_EVERY_MS) as Instant
    this.#timer = clock.after(next - clock.now(), () => this.follow(next))
  }

  end(at: Instant): void {
    if (this.#ulaw) return
    this.#timer?.cancel()
    const { capture, number, onSound } = this.#options
    const rest = onSound && capture.more(toSample(at))
    this.#ulaw = capture.take(toSample(at))
    if (rest?.length) onSound?.({ stretch: number, ulaw: rest })
    onSound?.({ stretch: number, ulaw: null })
  }

  /** Nothing before the end, nor of sound of no length. */
  parts(): SpeechPart[] {
    const { number, onSound } = this.#options
    return this.#ulaw?.length ? [{ ulaw: this.#ulaw, ...(onSound && { stretch: number }) }] : []
  }
}

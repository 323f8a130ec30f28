/**
 * Answering machine detection: listens to the called party from the answer on and says once who it is. Audio comes in
 * as it comes; it is looked at in frames of 20 ms from the beginning, so that the verdict does not depend on how it was
 * cut.
 */
import { FRAME } from '../../wire/codec/energy.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import {
  type AnsweredBy,
  type DetectionInput,
  type DetectionMode,
  type DetectionState,
  stepDetection,
} from './detection-table.ts'
import { Foreground, SOUND_FRAMES } from './foreground.ts'
import { classifyFrame, energyOf, levelOf } from './frame-classifier.ts'
import { ToneTracker } from './tone-tracker.ts'

export interface DetectionOptions {
  readonly mode: DetectionMode
  /** Of the whole detection. */
  readonly timeoutMs: number
  /** Speech shorter than this is a person's. */
  readonly speechThresholdMs: number
  /** Silence that ends the speech. */
  readonly speechEndThresholdMs: number
  /** Silence from the beginning after which nobody is there. */
  readonly silenceTimeoutMs: number
}

export interface Verdict {
  readonly answeredBy: AnsweredBy
  /** When it became certain: the end of a frame, in samples since the answer. */
  readonly atSample: number
}

/** How long a beep is waited for after a greeting has ended in silence. */
export const LOOK_AHEAD_MS = 400
const FRAME_MS = FRAME / SAMPLES_PER_MS

export class MachineDetector {
  readonly #options: DetectionOptions
  readonly #frame = new Float64Array(FRAME)
  #filled = 0
  /** Samples of complete frames. */
  #position = 0
  readonly #tones = new ToneTracker()
  #state: DetectionState = 'initial'
  #verdict: Verdict | null = null
  readonly #foreground = new Foreground()

  constructor(options: DetectionOptions) {
    this.#options = options
  }

  /** @param samples 8 kHz @returns the verdict when these samples made it certain; null before, and ever after */
  push(samples: Int16Array, from: number = 0, to: number = samples.length): Verdict | null {
    if (this.#verdict) return null
    for (let at = from; at < to; ) {
      const count = Math.min(FRAME - this.#filled, to - at)
      for (let offset = 0; offset < count; offset++) this.#frame[this.#filled + offset] = samples[at + offset]!
      this.#filled += count
      at += count
      if (this.#filled < FRAME) break
      this.#filled = 0
      this.#position += FRAME
      this.#hear()
      if (this.#verdict) return this.#verdict
    }
    return null
  }

  /**
   * If nothing but silence follows: the first sample, counted from the answer, whose frame may bring the verdict. Never
   * too late; what it means is told by hearing it.
   */
  get silentUntil(): number {
    const next = this.#position + FRAME
    if (this.#tones.listening || !this.#foreground.isSettled) return next
    const { soundTo } = this.#foreground.found
    const { timeoutMs, silenceTimeoutMs, speechEndThresholdMs } = this.#options
    let until = timeoutMs * SAMPLES_PER_MS
    const mayBe = (sample: number) => {
      if (sample > this.#position && sample < until) until = sample
    }
    mayBe(silenceTimeoutMs * SAMPLES_PER_MS)
    if (soundTo !== null) {
      mayBe(soundTo * FRAME + speechEndThresholdMs * SAMPLES_PER_MS)
      mayBe(soundTo * FRAME + (speechEndThresholdMs + LOOK_AHEAD_MS) * SAMPLES_PER_MS)
    }
    return Math.max(next, Math.ceil(until / FRAME) * FRAME)
  }

  /** Hears the frame, which ends at the position, and steps with all that it means, in this order. */
  #hear(): void {
    const energy = energyOf(this.#frame)
    const frame = classifyFrame(this.#frame, energy)
    const signal = this.#tones.push(frame)
    if (this.#tones.sure) this.#foreground.pushTone()
    else this.#foreground.push(levelOf(energy), frame.sound === 'voice')
    const { voiceFrom, soundTo, sounding, voiceFrames } = this.#foreground.found
    const { speechThresholdMs, speechEndThresholdMs, silenceTimeoutMs, timeoutMs } = this.#options

    if (signal) this.#step(signal)
    if (voiceFrom === null) this.#step('noise')
    // Who has ceased to speak must speak again.
    else if (this.#state !== 'hushed' || voiceFrames >= SOUND_FRAMES) this.#step('voice')
    if (soundTo !== null) {
      if (voiceFrom !== null && (soundTo - voiceFrom) * FRAME_MS >= speechThresholdMs) this.#step('long-speech')
      const pauseMs = this.#since(soundTo * FRAME)
      if (pauseMs >= speechEndThresholdMs) this.#step('pause')
      if (pauseMs >= speechEndThresholdMs + LOOK_AHEAD_MS && sounding === 0) this.#step('long-pause')
    }
    if (this.#since(0) >= silenceTimeoutMs && sounding === 0 && !this.#tones.listening) this.#step('no-speech')
    if (this.#since(0) >= timeoutMs) this.#step('timeout')
  }

  #since(sample: number): number {
    return (this.#position - sample) / SAMPLES_PER_MS
  }

  #step(input: DetectionInput): void {
    if (this.#verdict) return
    const step = stepDetection(this.#options.mode, this.#state, input)
    if (!step) return
    if ('answeredBy' in step) this.#verdict = { answeredBy: step.answeredBy, atSample: this.#position }
    else this.#state = step.state
  }
}

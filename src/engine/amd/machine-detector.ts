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
import { classifyFrame, type Frame } from './frame-classifier.ts'
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
/** So many frames in a row are more than a click; so many of them a voice. */
const SOUND_FRAMES = 3

export class MachineDetector {
  readonly #options: DetectionOptions
  readonly #frame = new Float64Array(FRAME)
  #filled = 0
  /** Samples of complete frames. */
  #position = 0
  readonly #tones = new ToneTracker()
  #state: DetectionState = 'initial'
  #verdict: Verdict | null = null
  /** Frames in a row that are not silent. */
  #sounding = 0
  /** Of them, since the last tone: how many are a voice, and where they began. */
  #voiceFrames = 0
  #voiceFrom = 0
  #speechFrom = 0
  /** Where the last sound ended that was more than a click. */
  #soundTo: number | null = null

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
      this.#hear(classifyFrame(this.#frame))
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
    if (this.#tones.listening) return next
    const { timeoutMs, silenceTimeoutMs, speechEndThresholdMs } = this.#options
    let until = timeoutMs * SAMPLES_PER_MS
    const mayBe = (sample: number) => {
      if (sample > this.#position && sample < until) until = sample
    }
    mayBe(silenceTimeoutMs * SAMPLES_PER_MS)
    if (this.#soundTo !== null) {
      mayBe(this.#soundTo + speechEndThresholdMs * SAMPLES_PER_MS)
      mayBe(this.#soundTo + (speechEndThresholdMs + LOOK_AHEAD_MS) * SAMPLES_PER_MS)
    }
    return Math.max(next, Math.ceil(until / FRAME) * FRAME)
  }

  /** Hears a frame that ends at the position, and steps with all that it means, in this order. */
  #hear(frame: Frame): void {
    const signal = this.#tones.push(frame)
    this.#follow(frame)
    if (signal) this.#step(signal)
    if (frame.sound === 'voice' && this.#voiceFrames === SOUND_FRAMES) this.#step('voice')
    if (this.#soundTo === this.#position) {
      if (this.#since(this.#speechFrom) >= this.#options.speechThresholdMs) this.#step('long-speech')
    } else if (this.#soundTo !== null) {
      const pauseMs = this.#since(this.#soundTo)
      if (pauseMs >= this.#options.speechEndThresholdMs) this.#step('pause')
      if (pauseMs >= this.#options.speechEndThresholdMs + LOOK_AHEAD_MS && frame.sound === 'silence')
        this.#step('long-pause')
    }
    if (this.#since(0) >= this.#options.silenceTimeoutMs && frame.sound === 'silence' && !this.#tones.listening)
      this.#step('no-speech')
    if (this.#since(0) >= this.#options.timeoutMs) this.#step('timeout')
  }

  #since(sample: number): number {
    return (this.#position - sample) / SAMPLES_PER_MS
  }

  /** Keeps account of where sound and voice begin and end. */
  #follow({ sound }: Frame): void {
    if (sound === 'silence') {
      this.#sounding = 0
      this.#voiceFrames = 0
      return
    }
    this.#sounding += 1
    if (this.#sounding >= SOUND_FRAMES) this.#soundTo = this.#position
    if (this.#tones.sure) {
      this.#voiceFrames = 0
      this.#voiceFrom = this.#position
    } else {
      if (this.#sounding === 1) this.#voiceFrom = this.#position - FRAME
      if (sound === 'voice') this.#voiceFrames += 1
    }
  }

  #step(input: DetectionInput): void {
    if (this.#verdict) return
    const step = stepDetection(this.#options.mode, this.#state, input)
    if (!step) return
    if ('answeredBy' in step) this.#verdict = { answeredBy: step.answeredBy, atSample: this.#position }
    else {
      if (step.state === 'speech') this.#speechFrom = this.#voiceFrom
      this.#state = step.state
    }
  }
}

/**
 * How loud audio is, and where something is heard in it: for trimming silence and for waiting until somebody has stopped
 * speaking. 0 dBFS is a sine at full scale.
 */
import { SAMPLES_PER_MS } from './g711.ts'

/** Mean square of a sine at full scale. */
const FULL_SCALE_SQUARE = 32_767 ** 2 / 2
/** 20 ms at 8 kHz. */
export const FRAME = 20 * SAMPLES_PER_MS
/** A frame is active from this level on: below quiet speech, above the hum and hiss of a line. */
export const ACTIVE_DBFS = -45
const ACTIVE_ENERGY = FRAME * FULL_SCALE_SQUARE * 10 ** (ACTIVE_DBFS / 10)
/** So many active frames in a row are a voice. What lasts less than 20 ms, a click, touches two at most. */
const VOICE_FRAMES = 3

/** RMS level of `samples[from..to)`; -Infinity for digital silence and for no samples. */
export function levelDbfs(samples: Int16Array, from: number = 0, to: number = samples.length): number {
  const energy = energyOf(samples, from, to)
  return energy === 0 ? -Infinity : 10 * Math.log10(energy / (to - from) / FULL_SCALE_SQUARE)
}

function energyOf(samples: Int16Array, from: number, to: number): number {
  let energy = 0
  for (let at = from; at < to; at++) energy += samples[at]! * samples[at]!
  return energy
}

/**
 * Where a voice, or any other sound, is in 8 kHz audio. Counts in frames of 20 ms from its own beginning, so that the
 * answer does not depend on how the audio is cut; a frame counts once it is complete.
 */
export class VoiceActivity {
  #frames = 0
  /** Of the frame that is not complete. */
  #energy = 0
  #filled = 0
  /** Active frames in a row. */
  #active = 0
  #firstActive: number | null = null
  #lastActiveEnd: number | null = null

  /** Where the first active frame began, in samples since the beginning; null while nothing was heard. */
  get firstActive(): number | null {
    return this.#firstActive
  }

  /** The sample after the last active frame; null while nothing was heard. */
  get lastActiveEnd(): number | null {
    return this.#lastActiveEnd
  }

  push(samples: Int16Array, from: number = 0, to: number = samples.length): void {
    for (let at = from; at < to; ) {
      const count = Math.min(FRAME - this.#filled, to - at)
      this.#energy += energyOf(samples, at, at + count)
      this.#filled += count
      at += count
      if (this.#filled === FRAME) this.#endFrame()
    }
  }

  #endFrame(): void {
    this.#frames += 1
    this.#active = this.#energy >= ACTIVE_ENERGY ? this.#active + 1 : 0
    this.#energy = 0
    this.#filled = 0
    if (this.#active < VOICE_FRAMES) return
    this.#firstActive ??= (this.#frames - VOICE_FRAMES) * FRAME
    this.#lastActiveEnd = this.#frames * FRAME
  }
}

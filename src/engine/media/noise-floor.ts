/**
 * How loud a frame has to be to stand out of what a real line carries all the time: a car, a café, hiss. Told by the softest
 * tenth of the last three seconds, since nobody speaks so long without a pause. What is as loud as that, or little louder,
 * is nobody's speech, so that speech in front of it has an end. On a quiet line every frame stands out that is active. Of a
 * line's first half second nobody can tell yet: there only what is loud stands out.
 */
import { ACTIVE_DBFS } from '../../wire/codec/energy.ts'

/** Frames of 20 ms. */
export const NOISE_WINDOW = 150
/** Fewer tell nothing: half a second. */
const FRAMES_MIN = 25
const LOUD_DBFS = -30
/** Silence before any sound, as of a line that does not flow yet, tells something about it only after so many frames: 1 s. */
const BEFORE_SOUND_MAX = 50
const SOFTEST = 0.1
const MARGIN_DB = 8
/** Levels are whole decibels; below is silence. */
const LOWEST_DBFS = -60
const LEVELS = 1 - LOWEST_DBFS

export class NoiseFloor {
  readonly #levels = new Uint8Array(NOISE_WINDOW)
  /** How many frames of the window have each level. */
  readonly #withLevel = new Uint8Array(LEVELS)
  #count = 0
  #beforeSound = 0

  /** The next frame. */
  push(levelDbfs: number): void {
    if (this.#count > 0 || levelDbfs > -Infinity) this.#add(levelDbfs)
    else if (++this.#beforeSound === BEFORE_SOUND_MAX)
      for (let frame = 0; frame < BEFORE_SOUND_MAX; frame++) this.#add(levelDbfs)
  }

  /** Nothing is heard for so many frames. */
  pushSilence(frames: number): void {
    for (let left = Math.min(frames, NOISE_WINDOW); left > 0; left--) this.push(-Infinity)
  }

  /** From this level on a frame stands out. */
  get thresholdDbfs(): number {
    const frames = Math.min(this.#count, NOISE_WINDOW)
    if (frames < FRAMES_MIN) return LOUD_DBFS
    let level = 0
    for (let softer = this.#withLevel[0]!; softer < frames * SOFTEST; softer += this.#withLevel[level]!) level += 1
    return Math.max(ACTIVE_DBFS, level + LOWEST_DBFS + MARGIN_DB)
  }

  #add(levelDbfs: number): void {
    const level = Math.max(0, Math.min(LEVELS - 1, Math.floor(levelDbfs - LOWEST_DBFS)))
    const slot = this.#count % NOISE_WINDOW
    if (this.#count >= NOISE_WINDOW) this.#withLevel[this.#levels[slot]!]!--
    this.#levels[slot] = level
    this.#withLevel[level]!++
    this.#count += 1
  }
}

/**
 * What of a call stands out of its background, a voice or any other sound, and where it began and ended. On a quiet line
 * that is what is loud enough; in front of noise it is what is clearly louder than the noise. How loud the noise is, is
 * told by the softest moments of the last three seconds, which nobody speaks through without a pause. So it is not known
 * at once: what was taken for a voice may turn out to be the background, and the other way round. What is older than three
 * seconds stays as it was found.
 */
import { ACTIVE_DBFS } from '../../wire/codec/energy.ts'

/** So many frames in a row are more than a click; so many of them a voice. */
export const SOUND_FRAMES = 3

/** Frames that are heard again when the noise turns out to be otherwise: 3 s. */
const WINDOW = 150
/** The part of them that is softer than the noise is said to be: above the gaps of lost packets. */
const SOFTEST = 0.1
/** By how much a voice is louder than the noise. */
const MARGIN_DB = 8

/** Levels are counted in steps of one decibel from here on. */
const LOWEST_DBFS = -60
const LEVELS = 1 - LOWEST_DBFS
const QUIET_LINE = ACTIVE_DBFS - LOWEST_DBFS

/** All positions are numbers of frames since the answer. */
export interface Found {
  /** Where the first voice began; null while there was none. */
  voiceFrom: number | null
  /** After the last sound that was more than a click. */
  soundTo: number | null
  /** Frames in a row up to now that stand out. */
  sounding: number
  /** How many of them are a voice, and where they began. */
  voiceFrames: number
  from: number
}

export class Foreground {
  #at = 0
  /** Since the last tone. */
  #from = 0
  readonly #levels = new Uint8Array(WINDOW)
  readonly #voices = new Uint8Array(WINDOW)
  /** How many frames of the window have each level. */
  readonly #counts = new Uint8Array(LEVELS)
  #threshold = QUIET_LINE
  /** From what is older than the window, for good; and from everything. */
  readonly #settled: Found = { voiceFrom: null, soundTo: null, sounding: 0, voiceFrames: 0, from: 0 }
  readonly #found: Found = { ...this.#settled }

  get found(): Readonly<Found> {
    return this.#found
  }

  /** Whether silence from now on will not change what was found. */
  get isQuiet(): boolean {
    return this.#threshold === QUIET_LINE
  }

  /** @param levelDbfs of a frame; @param isVoice false when it may be a tone */
  push(levelDbfs: number, isVoice: boolean): void {
    const at = this.#at++
    const slot = at % WINDOW
    if (at - this.#from >= WINDOW) {
      step(this.#settled, at - WINDOW, this.#levels[slot]! >= this.#threshold, this.#voices[slot] === 1)
      this.#counts[this.#levels[slot]!]!--
    }
    const level = Math.max(0, Math.min(LEVELS - 1, Math.floor(levelDbfs - LOWEST_DBFS)))
    this.#levels[slot] = level
    this.#voices[slot] = isVoice ? 1 : 0
    this.#counts[level]!++

    const threshold = this.#standsOutFrom()
    if (threshold === this.#threshold) return this.#hear(at)
    this.#threshold = threshold
    Object.assign(this.#found, this.#settled)
    for (let again = Math.max(this.#from, this.#at - WINDOW); again <= at; again++) this.#hear(again)
  }

  /** A frame of a tone, for sure: a sound, no background, and a voice begins anew after it. */
  pushTone(): void {
    this.#at += 1
    this.#from = this.#at
    this.#counts.fill(0)
    this.#threshold = QUIET_LINE
    this.#found.soundTo = this.#at
    this.#found.sounding += 1
    this.#found.voiceFrames = 0
    this.#found.from = this.#at
    Object.assign(this.#settled, this.#found)
  }

  #standsOutFrom(): number {
    const softest = SOFTEST * Math.min(WINDOW, this.#at - this.#from)
    let noise = 0
    for (let softer = this.#counts[0]!; softer <= softest; softer += this.#counts[noise]!) noise += 1
    return Math.max(QUIET_LINE, noise + MARGIN_DB)
  }

  #hear(at: number): void {
    const slot = at % WINDOW
    step(this.#found, at, this.#levels[slot]! >= this.#threshold, this.#voices[slot] === 1)
  }
}

function step(found: Found, at: number, standsOut: boolean, isVoice: boolean): void {
  if (!standsOut) {
    found.sounding = 0
    found.voiceFrames = 0
    return
  }
  if (found.sounding === 0) found.from = at
  found.sounding += 1
  if (isVoice) found.voiceFrames += 1
  if (found.sounding >= SOUND_FRAMES) found.soundTo = at + 1
  if (found.voiceFrames >= SOUND_FRAMES) found.voiceFrom ??= found.from
}

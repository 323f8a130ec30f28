/**
 * What of a call stands out of its background, a voice or any other sound, and where it begins and ends. On a quiet line
 * that is what is loud enough. In front of noise it is what is clearly louder than the noise, which the softest moments of
 * the last three seconds tell: nobody speaks so long without a pause, and of a line's first sound nobody can tell yet. So
 * what was taken for a voice may turn out to be background, and the other way round; what is older stays as it was found.
 * So does noise that was heard alone for a second, when it becomes softer or is gone.
 */
import { ACTIVE_DBFS } from '../../wire/codec/energy.ts'

/** So many frames in a row are more than a click; so many of them a voice. */
export const SOUND_FRAMES = 3

/** Frames that are heard again when the noise turns out to be otherwise: 3 s. */
const WINDOW = 150
/** The softest part of them is noise: more than the gaps of lost packets. */
const SOFTEST = 0.1
/** By how much a voice is louder. */
const MARGIN_DB = 8
/** Noise has been heard alone for 200 ms, and keeps within so much of its level. Between syllables a voice is shorter. */
const ALONE_FRAMES = 10
const ALONE_WITHIN_DB = 6
/** After a second of noise alone, it was noise. */
const STAYS_FRAMES = 50

/** Levels are whole decibels from here on; below is silence. */
const LOWEST_DBFS = -60
const LEVELS = 1 - LOWEST_DBFS
const QUIET_LINE = ACTIVE_DBFS - LOWEST_DBFS

/** All positions are numbers of frames since the answer. */
export interface Found {
  /** Where the first voice began; null while there was none. */
  readonly voiceFrom: number | null
  /** After the last sound that was more than a click; null while there was none. */
  readonly soundTo: number | null
  /** Frames in a row up to now that stand out, and how many of them are a voice. */
  readonly sounding: number
  readonly voiceFrames: number
}

interface Finding {
  voiceFrom: number | null
  soundTo: number | null
  sounding: number
  voiceFrames: number
  /** Where the frames begin that stand out in a row. */
  from: number
  /** Frames in a row that do not. */
  resting: number
}

export class Foreground {
  /** Frames heard. */
  #count = 0
  /** The first that tells something about the noise: no tone, nor the quiet before the first sound. */
  #first = 0
  readonly #levels = new Uint8Array(WINDOW)
  readonly #voices = new Uint8Array(WINDOW)
  /** How many frames of the window have each level. */
  readonly #withLevel = new Uint8Array(LEVELS)
  #threshold = QUIET_LINE
  /** In what will not be heard again, which is all before a frame; and in everything. */
  readonly #settled: Finding = { voiceFrom: null, soundTo: null, sounding: 0, voiceFrames: 0, from: 0, resting: 0 }
  #settledTo = 0
  readonly #found: Finding = { ...this.#settled }

  get found(): Found {
    return this.#found
  }

  /** Whether nothing that was found can change by silence from now on. */
  get isSettled(): boolean {
    return this.#softest + MARGIN_DB <= QUIET_LINE
  }

  /** @param isVoice false when the frame may belong to a tone */
  push(levelDbfs: number, isVoice: boolean): void {
    const level = Math.max(0, Math.min(LEVELS - 1, Math.floor(levelDbfs - LOWEST_DBFS)))
    const at = this.#count++
    const slot = at % WINDOW
    if (at === this.#first && level < QUIET_LINE) {
      this.#first = this.#count
      step(this.#found, at, false, false)
      this.#found.resting = 0
      this.#settle(this.#count)
      return
    }
    if (this.#settledTo === at - WINDOW) this.#stepOver(this.#settled, this.#settledTo++)
    if (at - this.#first >= WINDOW) this.#withLevel[this.#levels[slot]!]!--
    this.#levels[slot] = level
    this.#voices[slot] = isVoice ? 1 : 0
    this.#withLevel[level]!++

    const threshold = this.#thresholdNow()
    let from = at
    const noiseWouldStandOut = threshold <= this.#threshold - MARGIN_DB
    if (noiseWouldStandOut && this.#found.resting >= STAYS_FRAMES) this.#settle(at)
    else if (threshold !== this.#threshold) {
      Object.assign(this.#found, this.#settled)
      from = this.#settledTo
    }
    this.#threshold = threshold
    for (let again = from; again <= at; again++) this.#stepOver(this.#found, again)
  }

  /** A frame that belongs to a tone for sure: a sound, neither noise nor voice. */
  pushTone(): void {
    this.#first = ++this.#count
    this.#withLevel.fill(0)
    this.#threshold = QUIET_LINE
    this.#found.soundTo = this.#count
    this.#found.sounding += 1
    this.#found.voiceFrames = 0
    this.#found.from = this.#count
    this.#found.resting = 0
    this.#settle(this.#count)
  }

  #settle(to: number): void {
    Object.assign(this.#settled, this.#found)
    this.#settledTo = to
  }

  get #oldest(): number {
    return Math.max(this.#first, this.#count - WINDOW)
  }

  /** The level that the softest part of the window does not go beyond. */
  get #softest(): number {
    const wanted = SOFTEST * (this.#count - this.#oldest)
    let level = 0
    for (let softer = this.#withLevel[0]!; softer < wanted; softer += this.#withLevel[level]!) level += 1
    return level
  }

  #thresholdNow(): number {
    const noise = this.#softest
    return noise + MARGIN_DB > QUIET_LINE && this.#wasAlone(noise) ? noise + MARGIN_DB : QUIET_LINE
  }

  #wasAlone(noise: number): boolean {
    let alone = 0
    for (let at = this.#oldest; at < this.#count && alone < ALONE_FRAMES; at++)
      alone = Math.abs(this.#levels[at % WINDOW]! - noise) <= ALONE_WITHIN_DB ? alone + 1 : 0
    return alone === ALONE_FRAMES
  }

  #stepOver(finding: Finding, at: number): void {
    const slot = at % WINDOW
    step(finding, at, this.#levels[slot]! >= this.#threshold, this.#voices[slot] === 1)
  }
}

function step(finding: Finding, at: number, standsOut: boolean, isVoice: boolean): void {
  if (!standsOut) {
    finding.sounding = 0
    finding.voiceFrames = 0
    finding.resting += 1
    return
  }
  finding.resting = 0
  if (finding.sounding === 0) finding.from = at
  finding.sounding += 1
  if (isVoice) finding.voiceFrames += 1
  if (finding.sounding >= SOUND_FRAMES) finding.soundTo = at + 1
  if (finding.voiceFrames >= SOUND_FRAMES) finding.voiceFrom ??= finding.from
}

const T = (globalThis as any).TUNE ?? {}
import { ACTIVE_DBFS } from '../../wire/codec/energy.ts'

/** So many frames in a row are more than a click; so many of them a voice. */
export const SOUND_FRAMES = 3
const WINDOW = T.window ?? 60
const QUANTILE = T.quantile ?? 0.2
const MARGIN_MIN = T.min ?? 6
const MARGIN_MAX = T.max ?? 12
const SLOPE = T.slope ?? 0.5
const LOWEST_DBFS = -60
const BINS = 61

interface Found {
  sounding: number
  voiceFrames: number
  runFrom: number
  voiceFrom: number | null
  soundTo: number | null
}
const nothing = (): Found => ({ sounding: 0, voiceFrames: 0, runFrom: 0, voiceFrom: null, soundTo: null })

export class Foreground {
  #at = 0
  #start = 0
  readonly #levels = new Uint8Array(WINDOW)
  readonly #voices = new Uint8Array(WINDOW)
  readonly #counts = new Uint8Array(BINS)
  #settled = nothing()
  #found = nothing()
  #threshold = ACTIVE_DBFS - LOWEST_DBFS
  #peak = 0
  get found(): Readonly<Found> { return this.#found }
  get isQuiet(): boolean { return this.#threshold === ACTIVE_DBFS - LOWEST_DBFS }

  restart(): void {
    this.#at += 1
    this.#start = this.#at
    this.#counts.fill(0)
    this.#settled = { ...nothing(), voiceFrom: this.#found.voiceFrom, soundTo: this.#at }
    Object.assign(this.#found, this.#settled)
    this.#threshold = ACTIVE_DBFS - LOWEST_DBFS
    this.#peak = 0
  }

  push(levelDbfs: number, isVoice: boolean): void {
    const level = Math.max(0, Math.min(BINS - 1, Math.floor(levelDbfs - LOWEST_DBFS)))
    const at = this.#at++
    const slot = at % WINDOW
    if (at - this.#start >= WINDOW) {
      this.#step(this.#settled, at - WINDOW)
      this.#counts[this.#levels[slot]!]!--
    }
    this.#levels[slot] = level
    this.#voices[slot] = isVoice ? 1 : 0
    this.#counts[level]!++
    const sustained = at - this.#start < 2 ? 0 : Math.min(level, this.#levels[(at - 1) % WINDOW]!, this.#levels[(at - 2) % WINDOW]!)
    if (sustained > this.#peak) this.#peak = sustained
    const threshold = this.#aim()
    if (threshold === this.#threshold) return this.#step(this.#found, at)
    this.#threshold = threshold
    Object.assign(this.#found, this.#settled)
    for (let again = Math.max(this.#start, this.#at - WINDOW); again <= at; again++) this.#step(this.#found, again)
  }

  #aim(): number {
    const size = Math.min(WINDOW, this.#at - this.#start)
    let below = 0
    let floor = -1
    while (below <= QUANTILE * size) below += this.#counts[++floor]!
    const margin = Math.max(MARGIN_MIN, Math.min(MARGIN_MAX, SLOPE * (this.#peak - floor)))
    return Math.max(ACTIVE_DBFS - LOWEST_DBFS, floor + Math.round(margin))
  }

  #step(found: Found, at: number): void {
    const slot = at % WINDOW
    if (this.#levels[slot]! < this.#threshold) {
      found.sounding = 0
      found.voiceFrames = 0
      return
    }
    if (found.sounding++ === 0) found.runFrom = at
    if (this.#voices[slot] === 1) found.voiceFrames++
    if (found.sounding >= SOUND_FRAMES) found.soundTo = at + 1
    if (found.voiceFrames >= SOUND_FRAMES) found.voiceFrom ??= found.runFrom
  }
}

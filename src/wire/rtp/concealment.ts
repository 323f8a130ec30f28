/**
 * What is heard where packets are missing: the last pitch period of the voice, repeated and faded out over 60 ms (the idea
 * of G.711 Appendix I, without its delay: a step at the beginning is smoothed forwards instead of backwards). When sound is
 * back, the repetition is blended into it.
 */
import { encodeUlaw, SAMPLES_PER_MS, ULAW_SILENCE, ULAW_TO_LINEAR } from '../codec/g711.ts'

/** Pitch of voices: 67 to 200 Hz. A higher one is found as a multiple of its period. */
const PERIOD_MIN = 5 * SAMPLES_PER_MS
const PERIOD_MAX = 15 * SAMPLES_PER_MS
/** So much of the past is compared with what was a period before. */
const COMPARED = 20 * SAMPLES_PER_MS
/** More periods are repeated the longer it takes, or it would sound like a machine. */
const PERIODS_MAX = 3
const PERIOD_ADDED_EVERY = 10 * SAMPLES_PER_MS
const FADE_FROM = 10 * SAMPLES_PER_MS
const FADE_TO = 60 * SAMPLES_PER_MS
/** How long a blend into sound that is back takes, and how much longer for each sample that was missing. */
const BLEND_MIN = 4 * SAMPLES_PER_MS
const BLEND_MAX = 10 * SAMPLES_PER_MS
const BLEND_PER_MISSING = 0.4
/** Three periods and the quarter before them that their end is blended with. */
const PAST = PERIODS_MAX * PERIOD_MAX + PERIOD_MAX / 4
const PAST_KEPT = 512
/** Mean sample below which there is nothing worth repeating. */
const QUIET = 8

export class Concealment {
  /** The last that was heard, oldest first. */
  readonly #past = new Uint8Array(PAST_KEPT).fill(ULAW_SILENCE)
  readonly #linear = new Float32Array(PAST)
  /** The periods that are repeated. */
  readonly #cycle = new Float32Array(PERIODS_MAX * PERIOD_MAX)
  #cycleLength = 0
  #period = 0
  #periods = 0
  #phase = 0
  /** Samples made since the last sound; 0 while sound comes. */
  #missing = 0
  /** A step is smoothed out over this many samples. */
  #step = 0
  #stepLeft = 0
  #last = 0

  /** Told of sound in `into[from..to)`. Its beginning is changed when something was missing before it. */
  heard(into: Uint8Array, from: number, to: number): void {
    if (this.#missing > 0) this.#blend(into, from, to)
    this.#remember(into, from, to)
  }

  /** Told of a pause in `into[from..to)`. */
  paused(into: Uint8Array, from: number, to: number): void {
    this.#missing = 0
    this.#remember(into, from, to)
  }

  /** Fills `into[from..to)`. @returns whether there is something to hear */
  conceal(into: Uint8Array, from: number, to: number): boolean {
    if (this.#missing === 0) this.#begin()
    if (this.#missing >= FADE_TO || this.#cycleLength === 0) {
      into.fill(ULAW_SILENCE, from, to)
      this.#missing += to - from
      this.#remember(into, from, to)
      return false
    }
    for (let at = from; at < to; at++) into[at] = encodeUlaw(Math.round(this.#next()))
    this.#remember(into, from, to)
    return true
  }

  #remember(into: Uint8Array, from: number, to: number): void {
    const count = to - from
    this.#past.copyWithin(0, count)
    for (let at = from, last = PAST_KEPT - count; at < to; at++, last++) this.#past[last] = into[at]!
  }

  #begin(): void {
    const first = PAST_KEPT - PAST
    let loudness = 0
    for (let at = 0; at < PAST; at++) {
      const sample = ULAW_TO_LINEAR[this.#past[first + at]!]!
      this.#linear[at] = sample
      if (at >= PAST - COMPARED) loudness += Math.abs(sample)
    }
    this.#cycleLength = 0
    this.#phase = 0
    this.#periods = 0
    this.#stepLeft = 0
    this.#last = this.#linear[PAST - 1]!
    if (loudness < QUIET * COMPARED) return
    this.#period = findPeriod(this.#linear)
    this.#repeat(1)
  }

  /** Repeats so many periods from here on; their end is blended with what came before them, so that they join. */
  #repeat(periods: number): void {
    const length = periods * this.#period
    const overlap = this.#period >> 2
    const first = PAST - length
    for (let at = 0; at < length; at++) this.#cycle[at] = this.#linear[first + at]!
    for (let at = 0; at < overlap; at++) {
      const weight = (at + 1) / (overlap + 1)
      const end = length - overlap + at
      this.#cycle[end] = this.#cycle[end]! * (1 - weight) + this.#linear[first - overlap + at]! * weight
    }
    this.#periods = periods
    this.#cycleLength = length
    // Periods are alike, so it goes on at the same point of the first of them.
    this.#phase %= this.#period
    const before = this.#phase > 0 ? this.#cycle[this.#phase - 1]! : this.#linear[first - 1]!
    this.#step = this.#last - before
    this.#stepLeft = overlap
  }

  /** One sample of the repetition. */
  #next(): number {
    const periods = Math.min(PERIODS_MAX, 1 + Math.floor(this.#missing / PERIOD_ADDED_EVERY))
    if (periods > this.#periods) this.#repeat(periods)
    let sample = this.#cycle[this.#phase]!
    this.#phase = this.#phase + 1 === this.#cycleLength ? 0 : this.#phase + 1
    if (this.#stepLeft > 0) {
      sample += (this.#step * this.#stepLeft) / (this.#period >> 2)
      this.#stepLeft -= 1
    }
    this.#last = sample
    const faded = (FADE_TO - this.#missing) / (FADE_TO - FADE_FROM)
    this.#missing += 1
    return sample * Math.max(0, Math.min(1, faded))
  }

  #blend(into: Uint8Array, from: number, to: number): void {
    const blend = Math.min(BLEND_MAX, BLEND_MIN + Math.floor(this.#missing * BLEND_PER_MISSING), to - from)
    const ofRepetition = this.#cycleLength > 0 && this.#missing < FADE_TO
    for (let at = 0; at < blend; at++) {
      const weight = (at + 1) / (blend + 1)
      const sample = ULAW_TO_LINEAR[into[from + at]!]! * weight
      into[from + at] = encodeUlaw(Math.round(sample + (ofRepetition ? this.#next() * (1 - weight) : 0)))
    }
    this.#missing = 0
  }
}

/** The distance at which the last 20 ms are most like what was before them: coarsely on every other sample, then exactly. */
function findPeriod(linear: Float32Array): number {
  let best = PERIOD_MIN
  let likeness = -Infinity
  const look = (from: number, to: number, step: number) => {
    likeness = -Infinity
    for (let period = from; period <= to; period += step) {
      const found = likenessAt(linear, period, step)
      if (found <= likeness) continue
      likeness = found
      best = period
    }
  }
  look(PERIOD_MIN, PERIOD_MAX, 2)
  look(Math.max(PERIOD_MIN, best - 1), Math.min(PERIOD_MAX, best + 1), 1)
  return best
}

/** Correlation, by the energy of what is compared with. */
function likenessAt(linear: Float32Array, period: number, step: number): number {
  let product = 0
  let energy = 1
  for (let at = PAST - COMPARED; at < PAST; at += step) {
    const before = linear[at - period]!
    product += linear[at]! * before
    energy += before * before
  }
  return product / Math.sqrt(energy)
}

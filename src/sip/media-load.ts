/**
 * Whether the media threads keep up. When their ticks come late, packets do too, and everybody on the line hears it: then no
 * more calls are taken until it is better. It follows the lateness of ticks as they are reported, about once a second.
 */

/** So many reports in a row decide: one stall of a busy machine is no overload. */
const REPORTS = 2
/** Of a report's ticks so many may be later. */
const QUANTILE = 0.95
/** It is over when they are this much better. */
const RELIEF = 0.5

export class MediaLoad {
  readonly #lateMsMax: number
  #bad = 0
  #good = 0
  #isOverloaded = false

  /** @param lateMsMax ticks that are later are heard */
  constructor(lateMsMax: number) {
    this.#lateMsMax = lateMsMax
  }

  get isOverloaded(): boolean {
    return this.#isOverloaded
  }

  /** @returns whether that has changed */
  report(lateMs: readonly number[]): boolean {
    if (lateMs.length === 0) return false
    const late = lateMs.toSorted((a, b) => a - b)[Math.floor((lateMs.length - 1) * QUANTILE)]!
    const limit = this.#isOverloaded ? this.#lateMsMax * RELIEF : this.#lateMsMax
    this.#bad = late > limit ? this.#bad + 1 : 0
    this.#good = late > limit ? 0 : this.#good + 1
    const was = this.#isOverloaded
    if (this.#bad >= REPORTS) this.#isOverloaded = true
    if (this.#good >= REPORTS) this.#isOverloaded = false
    return this.#isOverloaded !== was
  }
}

/**
 * Sound that leads back to where it is being read, as when both ends of one line of ours are in one room: the second time
 * round it is silence. What was read on the way holds for that one reader only, since another, who comes in elsewhere on
 * the loop, hears more; so it must not be kept.
 */

/** How many guarded places are being read, one inside the other. Reading never waits, so one count is enough. */
let depth = 0
/** The outermost place that has been led back to since it was entered. */
let ledBackTo = Number.POSITIVE_INFINITY

export class LoopGuard {
  /** 0 when nobody is inside. */
  #depth = 0

  /** Nothing else is being read around it. */
  get isOutermost(): boolean {
    return this.#depth === 1
  }

  /** False when it is being read already, further out. Else `leave` must follow. */
  enter(): boolean {
    if (this.#depth > 0) {
      ledBackTo = Math.min(ledBackTo, this.#depth)
      return false
    }
    depth += 1
    this.#depth = depth
    return true
  }

  /** @returns true when what was read is not all there is: a place further out was led back to */
  leave(): boolean {
    const partial = ledBackTo < this.#depth
    if (!partial) ledBackTo = Number.POSITIVE_INFINITY
    depth -= 1
    this.#depth = 0
    return partial
  }
}

/** Which of a sink's failures its owner is alerted to: the first, the 10th, 100th, 1000th …, and one every 20 minutes. */
import type { Instant } from '../../lib/ids.ts'

const EVERY_MS = 20 * 60_000

export class ErrorGroups {
  #count = 0
  #toldAt: Instant | null = null

  /** Counts one; how many there are when it is to be told, else null. */
  count(now: Instant): number | null {
    this.#count++
    const isRound = /^10*$/.test(String(this.#count))
    if (!isRound && this.#toldAt !== null && now < this.#toldAt + EVERY_MS) return null
    this.#toldAt = now
    return this.#count
  }

  /** It works again. */
  clear(): void {
    this.#count = 0
    this.#toldAt = null
  }
}

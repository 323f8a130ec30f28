/**
 * Transactions that are over and lie there for repeats, tens of thousands of them: by the second in which they end, one timer for all.
 * Nobody waits for them, so virtual time does not either.
 */
import type { Clock, Timer } from '../../../lib/clock.ts'

export const BUCKET_MS = 1000

export interface Lingerer {
  /** Its time has come; up to a bucket's width late, never early. */
  lingeredOut(): void
}

export type Bucket = Set<Lingerer>

export class Lingering {
  readonly #clock: Clock
  /** By the number of the bucket's end since the epoch. */
  readonly #buckets = new Map<number, Bucket>()
  #timer: Timer | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns the bucket: deleting itself from there is how one leaves early */
  add(lingerer: Lingerer, afterMs: number): Bucket {
    const ends = Math.ceil((this.#clock.now() + afterMs) / BUCKET_MS)
    let bucket = this.#buckets.get(ends)
    if (bucket === undefined) {
      bucket = new Set()
      this.#buckets.set(ends, bucket)
    }
    bucket.add(lingerer)
    this.#timer ??= this.#clock.daemon(BUCKET_MS, this.#sweep)
    return bucket
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#buckets.clear()
  }

  readonly #sweep = () => {
    const now = this.#clock.now()
    for (const [ends, bucket] of this.#buckets) {
      if (ends * BUCKET_MS > now) continue
      this.#buckets.delete(ends)
      for (const lingerer of bucket) lingerer.lingeredOut()
    }
    this.#timer = this.#buckets.size > 0 ? this.#clock.daemon(BUCKET_MS, this.#sweep) : null
  }
}

/**
 * Wakes every line each 20 ms. All lines of a phase of those 20 ms share a timer, and few lines share few phases, since
 * waking costs more than what there is to do: with up to 50 the machine wakes 50 times a second, with any number 200 times.
 * What a late timer has missed is made up for.
 */
import type { Clock, Timer } from '../../../lib/clock.ts'
import type { Instant } from '../../../lib/ids.ts'

const PERIOD_MS = 20
const PHASES = 4
const PHASE_MS = PERIOD_MS / PHASES
/** Lines of a phase before the next is begun; when all have so many, they grow alike. The last of them waits about 1 ms. */
const SHARE = 50
/** A longer stall is not made up for: 100 ms of packets at once would only be thrown away by the party. */
const MISSED_MAX = 5

export type Tick = (due: Instant) => void

export class Pacer {
  readonly #phases: readonly Phase[]

  /** @param onTick told how late each wake-up was */
  constructor(clock: Clock, onTick: (lateMs: number) => void = () => {}) {
    this.#phases = Array.from({ length: PHASES }, (_, index) => new Phase(clock, index * PHASE_MS, onTick))
  }

  /** @returns stops it */
  start(tick: Tick): () => void {
    const phase = this.#phases.find(({ size }) => size < SHARE) ?? this.#smallest()
    phase.add(tick)
    return () => phase.delete(tick)
  }

  #smallest(): Phase {
    return this.#phases.reduce((least, phase) => (phase.size < least.size ? phase : least))
  }
}

class Phase {
  readonly #clock: Clock
  readonly #offsetMs: number
  readonly #onTick: (lateMs: number) => void
  readonly #ticks = new Set<Tick>()
  #timer: Timer | null = null
  #due = 0

  constructor(clock: Clock, offsetMs: number, onTick: (lateMs: number) => void) {
    this.#clock = clock
    this.#offsetMs = offsetMs
    this.#onTick = onTick
  }

  get size(): number {
    return this.#ticks.size
  }

  add(tick: Tick): void {
    this.#ticks.add(tick)
    if (this.#timer) return
    const now = this.#clock.now()
    this.#due = (Math.floor((now - this.#offsetMs) / PERIOD_MS) + 1) * PERIOD_MS + this.#offsetMs
    this.#arm()
  }

  delete(tick: Tick): void {
    this.#ticks.delete(tick)
    if (this.#ticks.size > 0) return
    this.#timer?.cancel()
    this.#timer = null
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#due - this.#clock.now(), () => this.#wake())
  }

  #wake(): void {
    const now = this.#clock.now()
    this.#onTick(now - this.#due)
    const missed = Math.floor((now - this.#due) / PERIOD_MS)
    if (missed > MISSED_MAX) this.#due += (missed - MISSED_MAX) * PERIOD_MS
    for (; this.#due <= now; this.#due += PERIOD_MS) for (const tick of this.#ticks) tick(this.#due as Instant)
    if (this.#ticks.size > 0) this.#arm()
    else this.#timer = null
  }
}

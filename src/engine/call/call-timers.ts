/** What wakes one call: its turn to be dialled, the end of its ringing, its time limit. */
import type { Clock, Timer } from '../../lib/clock.ts'

export class CallTimers {
  readonly #clock: Clock
  #timers: Timer[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wakeAfter(ms: number, wake: () => void): void {
    this.#timers.push(this.#clock.after(ms, wake))
  }

  cancel(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers = []
  }
}

/** One daemon timer that is set anew as often as its owner's plans change. */
import type { Clock, Timer } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'

export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #set: { readonly at: Instant; readonly timer: Timer } | null = null

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Instead of whatever was set before; null: for never. */
  setFor(at: Instant | null): void {
    if (this.#set?.at === at) return
    this.cancel()
    if (at === null) return
    const timer = this.#clock.daemon(Math.max(0, at - this.#clock.now()), () => {
      this.#set = null
      this.#ring()
    })
    this.#set = { at, timer }
  }

  cancel(): void {
    this.#set?.timer.cancel()
    this.#set = null
  }
}

/**
 * How long before they were needed the packets of the last seconds came. The least of it tells what a jitter buffer has to
 * spare, the most how long it holds back a packet that came by the fastest way. One packet that was slower than all
 * others is left out, so that a single hiccup decides nothing. In ticks; below 0 is too late.
 */

/** Two halves of so many takes each: the window is 2 to 4 s long. */
const TAKES_PER_HALF = 100
/** With fewer packets, in a pause, a half is kept until more have come. */
const PACKETS_PER_HALF = 25
/** Nothing is concluded from fewer. */
const PACKETS_MIN = 50

class Half {
  packets = 0
  least = Infinity
  /** The least but one. */
  second = Infinity
  most = -Infinity

  add(slack: number): void {
    this.packets += 1
    if (slack < this.least) {
      this.second = this.least
      this.least = slack
    } else if (slack < this.second) this.second = slack
    if (slack > this.most) this.most = slack
  }

  shift(ticks: number): void {
    this.least += ticks
    this.second += ticks
    this.most += ticks
  }

  clear(): void {
    this.packets = 0
    this.least = Infinity
    this.second = Infinity
    this.most = -Infinity
  }
}

export class SlackWindow {
  #now = new Half()
  #before = new Half()
  #takes = 0

  add(slack: number): void {
    this.#now.add(slack)
  }

  /** Told every 20 ms. */
  take(): void {
    this.#takes += 1
    if (this.#takes < TAKES_PER_HALF || this.#now.packets < PACKETS_PER_HALF) return
    this.#takes = 0
    const oldest = this.#before
    this.#before = this.#now
    this.#now = oldest
    oldest.clear()
  }

  /** Play-out was delayed by so many ticks: what came would have been that much earlier. Below 0 for the contrary. */
  shift(ticks: number): void {
    this.#now.shift(ticks)
    this.#before.shift(ticks)
  }

  clear(): void {
    this.#now.clear()
    this.#before.clear()
    this.#takes = 0
  }

  /** Enough to go by. */
  get isTelling(): boolean {
    return this.#now.packets + this.#before.packets >= PACKETS_MIN
  }

  /** The least but one; Infinity with fewer than two packets. */
  get spare(): number {
    const { least, second } = this.#now
    const before = this.#before
    return least < before.least ? Math.min(second, before.least) : Math.min(before.second, least)
  }

  /** -Infinity without a packet. */
  get most(): number {
    return Math.max(this.#now.most, this.#before.most)
  }
}

/**
 * Callbacks that go out one after the other, so that they arrive in the order of their numbers. While an app is slow to
 * answer, a hypothesis gives way to what is newer on its track, and beyond a limit content is left out. A virtual clock
 * stands still until the line is empty.
 */
import { type Clock, holding } from '../../lib/clock.ts'

/** Finals that wait for the callback before them. */
const WAITING_MAX = 100

export interface LinedUp {
  /** Of content, which may give way; null: it is none. */
  readonly track: string | null
  readonly isPartial: boolean
  readonly send: () => Promise<void>
}

export class CallbackLine {
  readonly #clock: Clock
  /** Keeps the call in memory. */
  readonly #during: (work: Promise<void>) => void
  #waiting: LinedUp[] = []
  #isSending = false

  constructor(clock: Clock, during: (work: Promise<void>) => void) {
    this.#clock = clock
    this.#during = during
  }

  get isFull(): boolean {
    return this.#waiting.filter(({ isPartial }) => !isPartial).length >= WAITING_MAX
  }

  add(callback: LinedUp): void {
    const { track } = callback
    if (track !== null) this.#waiting = this.#waiting.filter((one) => !(one.isPartial && one.track === track))
    this.#waiting.push(callback)
    if (!this.#isSending) this.#during(holding(this.#clock, 'callbacks of a transcription', () => this.#send()))
  }

  /** What waits is not sent any more, but for what is no content. */
  dropContent(): void {
    this.#waiting = this.#waiting.filter(({ track }) => track === null)
  }

  async #send(): Promise<void> {
    this.#isSending = true
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await next.send()
    } finally {
      this.#isSending = false
    }
  }
}

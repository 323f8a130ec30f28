/**
 * Sends something again until it is acknowledged: first after T1, then twice as long each time. So go the 2xx of an INVITE (RFC 3261
 * section 13.3.1.4) and reliable provisional answers (RFC 3262 section 3).
 */
import type { Clock, Timer } from '../../../lib/clock.ts'

export interface RepeatTimes {
  readonly t1Ms: number
  /** The longest time between two; Infinity: it doubles on and on. */
  readonly everyMsMax: number
}

export class Repeats {
  readonly #clock: Clock
  readonly #everyMsMax: number
  readonly #send: () => void
  readonly #givenUp: () => void
  readonly #endAt: number
  #everyMs: number
  #timer: Timer | null = null

  /** The first has been sent. `givenUp`: 64*T1 later there was no acknowledgement. */
  constructor(clock: Clock, times: RepeatTimes, send: () => void, givenUp: () => void) {
    this.#clock = clock
    this.#everyMs = times.t1Ms
    this.#everyMsMax = times.everyMsMax
    this.#send = send
    this.#givenUp = givenUp
    this.#endAt = clock.now() + 64 * times.t1Ms
    this.#arm()
  }

  /** Idempotent. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #arm(): void {
    const leftMs = this.#endAt - this.#clock.now()
    if (this.#everyMs >= leftMs) this.#timer = this.#clock.after(leftMs, this.#givenUp)
    else
      this.#timer = this.#clock.after(this.#everyMs, () => {
        this.#everyMs = Math.min(this.#everyMs * 2, this.#everyMsMax)
        this.#arm()
        this.#send()
      })
  }
}

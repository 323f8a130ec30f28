/**
 * The session timer of one dialog (RFC 4028 section 10): tells when to refresh, and when the other end is to be taken for dead. Idle
 * calls are not worth turning virtual time for, so its timers do not. Therefore time may jump past them, as it also does on a machine
 * that slept: then the other end gets a while to show itself before it is given up.
 */
import type { Clock, Timer } from '../../../lib/clock.ts'
import type { SessionTimerTerms } from './session-timer-terms.ts'

export interface SessionTimerOwner {
  /** Half the time is over: send a re-INVITE or UPDATE. */
  refresh(): void
  /** Nobody has refreshed: send BYE. */
  expired(): void
}

/** BYE goes out this long before the end, or a third of the time, so that no proxy has forgotten the call by then. */
const BEFORE_END_MS = 32_000
/** As long as a request waits for its answer. */
const GRACE_MS = 40_000
/** A timer that fires later than this was jumped over. */
const LATE_MS = 5000

export class SessionTimer {
  readonly #clock: Clock
  readonly #owner: SessionTimerOwner
  #terms: SessionTimerTerms | null = null
  #timer: Timer | null = null

  constructor(clock: Clock, owner: SessionTimerOwner) {
    this.#clock = clock
    this.#owner = owner
  }

  get terms(): SessionTimerTerms | null {
    return this.#terms
  }

  /** A 2xx to an INVITE or UPDATE has begun the time anew; null: without a timer from now on. */
  restart(terms: SessionTimerTerms | null): void {
    this.stop()
    this.#terms = terms
    if (terms === null) return
    const lengthMs = terms.seconds * 1000
    const expiryAt = this.#clock.now() + lengthMs - Math.min(BEFORE_END_MS, lengthMs / 3)
    if (!terms.weRefresh) {
      this.#expireAt(expiryAt)
      return
    }
    this.#timer = this.#clock.daemon(lengthMs / 2, () => {
      this.#expireAt(Math.max(expiryAt, this.#clock.now() + GRACE_MS))
      this.#owner.refresh()
    })
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #expireAt(at: number): void {
    this.#timer = this.#clock.daemon(at - this.#clock.now(), () => {
      const now = this.#clock.now()
      if (now - at > LATE_MS) this.#expireAt(now + GRACE_MS)
      else this.#owner.expired()
    })
  }
}

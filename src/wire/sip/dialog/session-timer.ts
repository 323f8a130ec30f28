/**
 * The session timer of one dialog (RFC 4028 section 10): tells when to refresh, and when the other end is to be taken for dead. Idle
 * calls are not worth turning virtual time for, so its timers do not.
 */
import type { Clock, Timer } from '../../../lib/clock.ts'
import type { SessionTimerTerms } from './session-timer-terms.ts'

export interface SessionTimerOwner {
  /** Half the time is over: send a re-INVITE or UPDATE. */
  refresh(): void
  /** Nobody has refreshed: send BYE. */
  expired(): void
}

export class SessionTimer {
  readonly #clock: Clock
  readonly #owner: SessionTimerOwner
  #terms: SessionTimerTerms | null = null
  #refresh: Timer | null = null
  #expiry: Timer | null = null

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
    const expiryMs = terms.seconds * 1000
    if (terms.weRefresh) this.#refresh = this.#clock.daemon(expiryMs / 2, () => this.#owner.refresh())
    // BYE goes out a little before the end, so that no proxy has forgotten the call by then.
    const earlierMs = Math.min(32_000, expiryMs / 3)
    this.#expiry = this.#clock.daemon(expiryMs - earlierMs, () => this.#owner.expired())
  }

  stop(): void {
    this.#refresh?.cancel()
    this.#expiry?.cancel()
    this.#refresh = null
    this.#expiry = null
  }
}

/**
 * The call that a SIP phone makes because it was asked to (RFC 3515): how the phone it rings takes it, as the codes that
 * the asked one reports. The platform is not in it, so nothing else of it matters here.
 */
import type { Referral } from '../engine/ports/leg.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Answer } from './phone.ts'
import { REFUSALS, REFUSES_AFTER_MS, RINGS_AFTER_MS } from './ring-times.ts'

const ACCEPTED = 202
const RINGING = 180
const ANSWERED = 200
/** A phone lets another ring for this long, then gives up. */
const GIVES_UP_AFTER_MS = 60_000
const NOT_ANSWERED = 408

export class ReferredCall {
  /** Resolves with its last code. */
  readonly outcome: Promise<Referral>
  readonly #resolve: (referral: Referral) => void
  readonly #clock: Clock
  #timer: Timer
  #code: number | null = null

  constructor(clock: Clock, answer: Answer) {
    const { promise, resolve } = Promise.withResolvers<Referral>()
    this.outcome = promise
    this.#resolve = resolve
    this.#clock = clock
    this.#timer = clock.after(RINGS_AFTER_MS, () => this.#ring(answer))
  }

  /** Its phone is no longer on the line that asked for it. */
  giveUp(): void {
    this.#timer.cancel()
    this.#resolve({ sipResponseCode: ACCEPTED, notifyCode: this.#code })
  }

  #ring(answer: Answer): void {
    if (answer === 'unreachable') {
      this.#end(REFUSALS.unreachable.sipResponseCode)
      return
    }
    this.#code = RINGING
    if (answer === 'no-answer') this.#endAfter(GIVES_UP_AFTER_MS, NOT_ANSWERED)
    else if (answer === 'busy' || answer === 'reject')
      this.#endAfter(REFUSES_AFTER_MS, REFUSALS[answer].sipResponseCode)
    else this.#endAfter(answer.afterMs, ANSWERED)
  }

  #endAfter(ms: number, code: number): void {
    this.#timer = this.#clock.after(ms, () => this.#end(code))
  }

  #end(code: number): void {
    this.#code = code
    this.giveUp()
  }
}

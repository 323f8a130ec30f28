/**
 * Whether a sink may be sent to now: its breaker, its rate limit, and what its owner is told when it fails. The breaker's
 * wake-up is a daemon timer.
 */
import type { Instant } from '../../lib/ids.ts'
import { ALLOWED, type Breaker, type BreakerInput, type BreakerState, CLOSED_BREAKER, stepBreaker } from './breaker.ts'
import type { Delivery, DeliveryCode } from './delivery.ts'
import { ErrorGroups } from './error-groups.ts'
import type { SinkRow } from './ports.ts'
import { type Bucket, fullBucket, takeToken } from './rate-limit.ts'
import type { SenderDeps } from './sender-parts.ts'

type HealthDeps = Pick<SenderDeps, 'clock' | 'setStatus' | 'alert'>

export class SinkHealth {
  readonly #row: SinkRow
  readonly #perSecond: number | null
  readonly #deps: HealthDeps
  /** A probe is due. */
  readonly #onOpened: () => void
  readonly #errors = new ErrorGroups()
  #breaker: Breaker
  #bucket: Bucket | null = null

  constructor(row: SinkRow, perSecond: number | null, deps: HealthDeps, onOpened: () => void) {
    this.#row = row
    this.#perSecond = perSecond
    this.#deps = deps
    this.#onOpened = onOpened
    this.#breaker = row.status === 'failed' ? { ...CLOSED_BREAKER, state: 'failed' } : CLOSED_BREAKER
  }

  get state(): BreakerState {
    return this.#breaker.state
  }

  /** How many requests may be under way. */
  get allowed(): (typeof ALLOWED)[BreakerState] {
    return ALLOWED[this.#breaker.state]
  }

  /** As the last run left it. */
  failsSince(at: Instant | null): void {
    this.#breaker = { ...this.#breaker, failingSince: at }
  }

  /** @returns since when it fails, if that has changed. */
  judge(delivery: Delivery, now: Instant): Instant | null | undefined {
    const before = this.#breaker.failingSince
    this.#step(toInput(delivery), now)
    if (this.#breaker.state === 'closed' && delivery.outcome === 'delivered') this.#errors.clear()
    return before === this.#breaker.failingSince ? undefined : this.#breaker.failingSince
  }

  /** Tells the owner, unless it was told of the like a while ago. */
  tell(code: DeliveryCode, why: string, now: Instant): void {
    const count = this.#errors.count(now)
    if (count === null) return
    const times = count === 1 ? '' : ` (${count} times since it last worked)`
    this.#deps.alert(this.#row.accountSid, code, `Event Streams sink ${this.#row.sid}: ${why}${times}`)
  }

  /** Until the rate limit allows a request; 0: now. */
  tokenWaitMs(now: Instant): number {
    if (this.#perSecond === null) return 0
    this.#bucket ??= fullBucket(this.#perSecond, now)
    return takeToken(this.#bucket, this.#perSecond, now).waitMs
  }

  takeToken(now: Instant): void {
    if (this.#perSecond === null) return
    this.#bucket = takeToken(this.#bucket ?? fullBucket(this.#perSecond, now), this.#perSecond, now).bucket
  }

  #step(input: BreakerInput, now: Instant): void {
    const { breaker, effects } = stepBreaker(this.#breaker, input, now)
    this.#breaker = breaker
    for (const effect of effects) {
      if (effect.effect === 'sink-status') this.#deps.setStatus(this.#row, effect.status)
      else this.#deps.clock.daemon(effect.at - now, () => this.#opened())
    }
  }

  #opened(): void {
    this.#step({ input: 'opened-long-enough' }, this.#deps.clock.now())
    this.#onOpened()
  }
}

/** What the breaker is to think of it. */
function toInput(delivery: Delivery): BreakerInput {
  switch (delivery.outcome) {
    case 'delivered':
    case 'partly':
      return { input: 'delivered' }
    case 'give-up':
      return { input: 'refused' }
    case 'try-again':
      return { input: 'failed' }
    case 'broken-sink':
      return { input: 'failed', failAfterMs: delivery.failAfterMs }
  }
}

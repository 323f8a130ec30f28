/**
 * What strangers may cost: calls begun per second from one address, and answers to those who have no business here. Beyond
 * that nothing is said to them for the rest of the minute, and the log has each of them once.
 */
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'

/** Refusals that a stranger gets in a minute. */
export const REFUSALS_PER_MINUTE = 10
/** Addresses that are remembered; the oldest are forgotten. */
const SOURCES_MAX = 10_000
const MINUTE_MS = 60_000

interface Source {
  /** Calls that may still begin, as a bucket that fills up. */
  calls: number
  callsAt: number
  refusals: number
  refusalsFrom: number
  isLogged: boolean
}

export class SourceLimits {
  readonly #clock: Pick<Clock, 'now'>
  readonly #logger: Logger
  readonly #callsPerSecond: number
  readonly #sources = new Map<string, Source>()

  constructor(clock: Pick<Clock, 'now'>, logger: Logger, callsPerSecond: number) {
    this.#clock = clock
    this.#logger = logger
    this.#callsPerSecond = callsPerSecond
  }

  /** Whether one more call may begin from there now. */
  mayCall(address: string): boolean {
    const source = this.#sourceOf(address)
    const now = this.#clock.now()
    const filled = source.calls + ((now - source.callsAt) / 1000) * this.#callsPerSecond
    source.calls = Math.min(this.#callsPerSecond, filled)
    source.callsAt = now
    if (source.calls < 1) return false
    source.calls -= 1
    return true
  }

  /** Somebody is refused. `why`: for the log, once. */
  refused(address: string, why: string): void {
    const source = this.#sourceOf(address)
    const now = this.#clock.now()
    if (now - source.refusalsFrom >= MINUTE_MS) {
      source.refusalsFrom = now
      source.refusals = 0
    }
    source.refusals += 1
    if (source.isLogged || source.refusals < REFUSALS_PER_MINUTE) return
    source.isLogged = true
    this.#logger.warn({ address, why }, 'SIP requests of a stranger are not answered for a minute')
  }

  /** Whether requests from there that begin something are not even looked at. */
  isMuted(address: string): boolean {
    const source = this.#sources.get(address)
    return (
      source !== undefined &&
      source.refusals >= REFUSALS_PER_MINUTE &&
      this.#clock.now() - source.refusalsFrom < MINUTE_MS
    )
  }

  #sourceOf(address: string): Source {
    const known = this.#sources.get(address)
    if (known) return known
    const now = this.#clock.now()
    const fresh = { calls: this.#callsPerSecond, callsAt: now, refusals: 0, refusalsFrom: now, isLogged: false }
    if (this.#sources.size >= SOURCES_MAX) this.#sources.delete(this.#sources.keys().next().value!)
    this.#sources.set(address, fresh)
    return fresh
  }
}

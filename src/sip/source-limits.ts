/**
 * What strangers may cost: calls begun per second from one address, and answers to those who have no business here. Beyond
 * that nothing is said to them, and the log has each of them once.
 */
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'

/** Refusals that a stranger gets in a minute. */
export const REFUSALS_PER_MINUTE = 10
/** Questions who it is, without a right answer, that an address gets in a minute: phones of a whole office may be behind it. */
export const CHALLENGES_PER_MINUTE = 500
/** Addresses that are remembered; the oldest are forgotten. */
export const SOURCES_MAX = 10_000
const MINUTE_MS = 60_000

/** So many a second, and as many at once. */
interface Bucket {
  left: number
  at: number
}

interface Source {
  /** Calls that may begin. */
  readonly calls: Bucket
  /** Calls beyond those that are told that there are too many. */
  readonly told: Bucket
  refusals: number
  challenges: number
  /** When the minute of these two began. */
  since: number
  isLogged: boolean
}

export interface SourceLimitsOptions {
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Logger
  readonly callsPerSecond: number
  /** How much more than a stranger may be refused that address; Infinity: it may be as often as it likes. */
  readonly patience: (address: string) => number
}

export class SourceLimits {
  readonly #options: SourceLimitsOptions
  /** By address; oldest first. */
  readonly #sources = new Map<string, Source>()

  constructor(options: SourceLimitsOptions) {
    this.#options = options
  }

  /** Whether one more call may begin from there now. */
  mayCall(address: string): boolean {
    const { calls, told } = this.#sourceOf(address)
    if (this.#left(calls) >= 1) {
      calls.left -= 1
      return true
    }
    told.left = Math.max(0, this.#left(told) - 1)
    return false
  }

  /** Somebody is refused. `why`: for the log, once. */
  refused(address: string, why: string): void {
    const source = this.#thisMinute(address)
    source.refusals += 1
    if (source.isLogged || !this.#isTooMuch(address, source)) return
    source.isLogged = true
    this.#options.logger.warn({ address, why }, 'SIP requests of a stranger are not answered for a minute')
  }

  /** Somebody is asked who they are. */
  challenged(address: string): void {
    this.#thisMinute(address).challenges += 1
  }

  /** Somebody was asked, and has answered rightly. */
  proved(address: string): void {
    const source = this.#sources.get(address)
    if (source && source.challenges > 0) source.challenges -= 1
  }

  /** Whether requests from there that begin something are not even looked at. */
  isMuted(address: string): boolean {
    const source = this.#sources.get(address)
    if (!source) return false
    const isNow = this.#options.clock.now() - source.since < MINUTE_MS
    return (isNow && this.#isTooMuch(address, source)) || this.#left(source.told) < 1
  }

  #isTooMuch(address: string, { refusals, challenges }: Source): boolean {
    if (refusals < REFUSALS_PER_MINUTE && challenges < CHALLENGES_PER_MINUTE) return false
    const patience = this.#options.patience(address)
    return refusals >= REFUSALS_PER_MINUTE * patience || challenges >= CHALLENGES_PER_MINUTE * patience
  }

  #thisMinute(address: string): Source {
    const source = this.#sourceOf(address)
    const now = this.#options.clock.now()
    if (now - source.since >= MINUTE_MS) Object.assign(source, { refusals: 0, challenges: 0, since: now })
    return source
  }

  #left(bucket: Bucket): number {
    const { clock, callsPerSecond } = this.#options
    const now = clock.now()
    bucket.left = Math.min(callsPerSecond, bucket.left + ((now - bucket.at) / 1000) * callsPerSecond)
    bucket.at = now
    return bucket.left
  }

  #sourceOf(address: string): Source {
    const known = this.#sources.get(address)
    if (known) return known
    const now = this.#options.clock.now()
    const full = () => ({ left: this.#options.callsPerSecond, at: now })
    const fresh = { calls: full(), told: full(), refusals: 0, challenges: 0, since: now, isLogged: false }
    if (this.#sources.size >= SOURCES_MAX) this.#sources.delete(this.#sources.keys().next().value!)
    this.#sources.set(address, fresh)
    return fresh
  }
}

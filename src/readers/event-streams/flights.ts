/**
 * What one sender has under way: its requests, with the calls they are about, and everything else that has to be done
 * before it may stop. A fault in one is logged and ends nothing else.
 */
import { AssertionError } from '../../lib/assert.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { SinkSid } from './ports.ts'

export interface FlightsDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly sinkSid: SinkSid
  /** A virtual clock stands still while a request is under way. */
  readonly holdClock: boolean
  /** After each request, however it went. */
  readonly landed: () => void
  /** We are wrong: nothing more may be sent. */
  readonly broken: () => void
}

export class Flights {
  readonly #deps: FlightsDeps
  #size = 0
  readonly #lanes = new Map<string, number>()
  readonly #work = new Set<Promise<void>>()

  constructor(deps: FlightsDeps) {
    this.#deps = deps
  }

  /** Requests under way. */
  get size(): number {
    return this.#size
  }

  /** A request with events of this lane is under way. */
  readonly isFlying = (lane: string): boolean => this.#lanes.has(lane)

  /** Runs one request's work with its lanes taken and, while it lasts, the clock held. */
  start(lanes: readonly string[], work: () => Promise<void>): void {
    const { clock, holdClock } = this.#deps
    const hold = holdClock ? clock.hold('a delivery to a sink') : null
    this.#size++
    for (const lane of lanes) this.#lanes.set(lane, (this.#lanes.get(lane) ?? 0) + 1)
    const flight = async () => {
      try {
        await work()
      } catch (error) {
        this.#faulted(error)
      } finally {
        this.#size--
        this.#leave(lanes)
        this.#deps.landed()
        hold?.release()
      }
    }
    this.track(flight())
  }

  /** Writing that belongs to no request. */
  track(work: Promise<void>): void {
    const { logger, sinkSid } = this.#deps
    const tracked = work.catch((error: unknown) => {
      logger.error({ err: error, sinkSid }, 'a delivery could not be written down')
    })
    this.#work.add(tracked)
    void tracked.then(() => this.#work.delete(tracked))
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work)
  }

  #leave(lanes: readonly string[]): void {
    for (const lane of lanes) {
      const left = (this.#lanes.get(lane) ?? 1) - 1
      if (left > 0) this.#lanes.set(lane, left)
      else this.#lanes.delete(lane)
    }
  }

  #faulted(error: unknown): void {
    const { logger, sinkSid, broken } = this.#deps
    logger.error({ err: error, sinkSid }, 'a delivery ended in a fault of ours; its events stay where they are')
    // Unless the store itself has failed, which ends the process, nothing was written about it.
    if (error instanceof AssertionError) broken()
  }
}

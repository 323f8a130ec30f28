/**
 * Makes batches of what is in a sink's queue. While a request is under way small ones grow a little; else nothing waits.
 * What cannot go is given away: events behind others of their call, and events that no request can carry.
 */
import type { Instant } from '../../lib/ids.ts'
import type { WrittenEvent } from '../../wire/cloudevents/index.ts'
import type { Channel } from './channel.ts'
import type { Flights } from './flights.ts'
import type { SinkQueue } from './sink-queue.ts'
import type { Item, Unsendable } from './sinks/sink.ts'
import { WAITING_MAX, type WaitingLine } from './waiting-line.ts'

export interface BatchingDeps {
  readonly queue: SinkQueue
  readonly line: WaitingLine
  readonly channel: Channel
  readonly flights: Flights
  readonly setAside: (blocked: readonly WrittenEvent[], unsendable: readonly Unsendable[], now: Instant) => void
}

export class Batching {
  readonly #deps: BatchingDeps
  /** Planned and not yet sent. */
  readonly #ready: (readonly Item[])[] = []
  /** When the oldest event in the queue came. */
  #queuedAt: Instant | null = null

  constructor(deps: BatchingDeps) {
    this.#deps = deps
  }

  /** Events have come into the queue. */
  queued(now: Instant): void {
    this.#queuedAt ??= now
  }

  /** Null: nothing may go now, or nothing is worth a request yet. */
  next(now: Instant): readonly Item[] | null {
    return this.#ready.shift() ?? this.#take(now)
  }

  /** When what is in the queue will have waited long enough; null when nothing makes it wait. */
  dueAfter(now: Instant): Instant | null {
    const { channel, flights } = this.#deps
    if (this.#queuedAt === null || flights.size === 0 || flights.size >= channel.requestsMax) return null
    const at = (this.#queuedAt + channel.limits.waitMs) as Instant
    return at > now ? at : null
  }

  #take(now: Instant): readonly Item[] | null {
    const { queue, line, channel, flights } = this.#deps
    const { limits, order } = channel
    if (queue.size === 0 || line.size >= WAITING_MAX || !this.#isWorthSending(now)) return null
    const isWaiting = (lane: string) => line.hasLane(lane)
    const { batch, blocked } = queue.take({ ...limits, order, isFlying: flights.isFlying, isWaiting })
    this.#queuedAt = queue.size === 0 ? null : now
    const { batches, unsendable } = channel.plan(batch)
    if (blocked.length > 0 || unsendable.length > 0) this.#deps.setAside(blocked, unsendable, now)
    this.#ready.push(...batches)
    return this.#ready.shift() ?? null
  }

  #isWorthSending(now: Instant): boolean {
    const { queue, channel, flights } = this.#deps
    const { eventsMax, bytesMax, waitMs } = channel.limits
    if (flights.size === 0 || queue.size >= eventsMax || queue.bytes >= bytesMax) return true
    return this.#queuedAt !== null && now >= this.#queuedAt + waitMs
  }
}

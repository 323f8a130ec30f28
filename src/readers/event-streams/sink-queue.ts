/**
 * The events that one sink is still to be sent, and how far its cursor may go. Bounded: when it is full the sink stops
 * reading, its cursor stands still, and the journal keeps what is behind it, whatever the number. Pure state, no effects.
 */
import type { WrittenEvent } from '../../wire/cloudevents/index.ts'

export const QUEUE_EVENTS_MAX = 1000
/** One event may go over it. */
export const QUEUE_BYTES_MAX = 2 * 1024 * 1024

interface Queued {
  readonly seq: number
  readonly written: WrittenEvent
  readonly lane: string
}

/** What a lane is: the call an event is about, else the event alone. */
export function laneOf({ event }: WrittenEvent): string {
  const { sid } = (event.data ?? {}) as { readonly sid?: unknown }
  return typeof sid === 'string' && sid !== '' ? sid : event.id
}

export interface Taking {
  readonly eventsMax: number
  readonly bytesMax: number
  /** `none`: in the order they came. `lane`: an event waits for those of its lane. `lane-alone`: and no two go together. */
  readonly order: 'none' | 'lane' | 'lane-alone'
  /** A request with events of this lane is under way. */
  isFlying(lane: string): boolean
  /** A delivery of this lane waits for another try; what follows has to line up behind it. */
  isWaiting(lane: string): boolean
}

export interface Taken {
  readonly batch: readonly WrittenEvent[]
  /** Have to wait behind earlier ones of their lane. */
  readonly blocked: readonly WrittenEvent[]
}

export class SinkQueue {
  /** The last place that was looked at: every event up to it was offered. */
  readTo: number
  #events: Queued[] = []
  #bytes = 0
  /** Events not settled, by place, in the order of places. */
  readonly #open = new Map<number, number>()
  readonly #seqs = new Map<WrittenEvent, number>()

  constructor(readTo: number) {
    this.readTo = readTo
  }

  get size(): number {
    return this.#events.length
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Everything up to here is settled. */
  get cursor(): number {
    const first = this.#open.keys().next()
    return first.done ? this.readTo : first.value - 1
  }

  get isIdle(): boolean {
    return this.#open.size === 0
  }

  get hasRoom(): boolean {
    return this.#events.length < QUEUE_EVENTS_MAX / 2 && this.#bytes < QUEUE_BYTES_MAX / 2
  }

  /** The oldest event that has not been taken. */
  get first(): WrittenEvent | undefined {
    return this.#events[0]?.written
  }

  /** All events of one place, or none of them: false when there is no room. Places only grow. */
  offer(seq: number, events: readonly WrittenEvent[]): boolean {
    if (this.#open.size >= QUEUE_EVENTS_MAX || this.#bytes >= QUEUE_BYTES_MAX) return false
    for (const written of events) {
      this.#events.push({ seq, written, lane: laneOf(written) })
      this.#seqs.set(written, seq)
      this.#bytes += written.bytes
    }
    this.#open.set(seq, events.length)
    return true
  }

  take(taking: Taking): Taken {
    const batch: WrittenEvent[] = []
    const blocked: WrittenEvent[] = []
    const left: Queued[] = []
    const passed = new Set<string>()
    let bytes = 0
    let full = false
    let at = 0
    for (; at < this.#events.length && !full; at++) {
      const queued = this.#events[at]!
      const { written, lane } = queued
      const fits = batch.length === 0 || (batch.length < taking.eventsMax && bytes + written.bytes <= taking.bytesMax)
      if (taking.order !== 'none' && taking.isWaiting(lane)) blocked.push(written)
      else if (taking.order !== 'none' && (passed.has(lane) || taking.isFlying(lane))) {
        passed.add(lane)
        left.push(queued)
      } else if (fits) {
        batch.push(written)
        bytes += written.bytes
        if (taking.order === 'lane-alone') passed.add(lane)
        full = batch.length >= taking.eventsMax
      } else {
        left.push(queued)
        full = true
      }
    }
    this.#events = left.length === 0 ? this.#events.slice(at) : [...left, ...this.#events.slice(at)]
    for (const { bytes: taken } of [...batch, ...blocked]) this.#bytes -= taken
    return { batch, blocked }
  }

  /** Delivered, waiting in a row of its own, or a dead letter. */
  settle(events: readonly WrittenEvent[]): void {
    for (const written of events) {
      const seq = this.#seqs.get(written)
      if (seq === undefined) continue
      this.#seqs.delete(written)
      const left = (this.#open.get(seq) ?? 1) - 1
      if (left > 0) this.#open.set(seq, left)
      else this.#open.delete(seq)
    }
  }
}

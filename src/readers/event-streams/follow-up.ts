/** From an attempt's outcome to rows: what waits for another try, what is a dead letter, what is done. Pure but for ids. */
import { type Instant, newUuid } from '../../lib/ids.ts'
import type { WrittenEvent } from '../../wire/cloudevents/index.ts'
import { type Delivery, halves } from './delivery.ts'
import type { DeliveryWrites, Trigger, WaitingRow } from './delivery-store.ts'
import { failureOf, type NextStep } from './next-step.ts'
import type { SinkRow } from './ports.ts'
import { toDeadLetter } from './sender-parts.ts'
import { laneOf } from './sink-queue.ts'
import type { Item } from './sinks/sink.ts'

/** What goes out as one request. */
export interface Outgoing {
  readonly id: string
  readonly trigger: Trigger
  /** Made so far. */
  readonly attempts: number
  readonly firstAt: Instant | null
  /** Of its waiting row; null when it comes from the queue. */
  readonly place: number | null
  readonly testId: string | null
  readonly batch: readonly Item[]
}

export interface Attempted {
  readonly step: NextStep
  readonly delivery: Delivery
  /** Including this one. */
  readonly attempts: number
  readonly firstAt: Instant
  readonly now: Instant
}

export interface Line {
  readonly sink: SinkRow
  readonly isOrdered: boolean
  readonly nextPlace: () => number
}

/** A part of a row keeps its order among the others: each event has a place of its own within its row's. */
export const PLACES_PER_ROW = 1024

/** The events of the batch that have not arrived. */
export function undelivered({ batch }: Outgoing, step: NextStep): readonly WrittenEvent[] {
  if (step.step === 'done') return []
  const events = batch.map(({ written }) => written)
  return step.step === 'halve' || step.places === null ? events : step.places.flatMap((at) => events[at] ?? [])
}

export function followUp(
  outgoing: Outgoing,
  { step, delivery, attempts, firstAt, now }: Attempted,
  line: Line,
): Pick<DeliveryWrites, 'waiting' | 'done' | 'deadLetters'> {
  const { id, place, trigger, testId } = outgoing
  const done = place === null ? [] : [id]
  const failure = failureOf(delivery)
  const left = undelivered(outgoing, step)
  if (!failure || left.length === 0) return { done }
  const { code, why } = failure
  const about = { sinkSid: line.sink.sid, trigger, attempts, firstAt, testId, code, why }
  const rowOf = (row: Pick<WaitingRow, 'id' | 'place' | 'dueAt'>, events: readonly WrittenEvent[]): WaitingRow => ({
    ...about,
    ...row,
    lanes: line.isOrdered ? [...new Set(events.map(laneOf))] : [],
    events: events.map(({ json }) => json),
  })
  if (step.step === 'again') return { waiting: [rowOf({ id, place: place ?? line.nextPlace(), dueAt: step.at }, left)] }
  if (step.step === 'halve') {
    const first = place ?? line.nextPlace()
    const [front = [], back = []] = halves(left)
    const second = first + front.length / PLACES_PER_ROW
    const waiting = [
      rowOf({ id: newUuid(), place: first, dueAt: now }, front),
      rowOf({ id: newUuid(), place: second, dueAt: now }, back),
    ]
    return { waiting, done }
  }
  // Nobody misses a test.
  const lost = trigger === 'test' ? [] : left
  return {
    done,
    deadLetters: lost.map((written) => toDeadLetter(line.sink, written, { at: now, code, why, attempts })),
  }
}

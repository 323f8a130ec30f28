/** What a sender is given, what it tells, and the rows it makes of events. */
import type { Clock } from '../../lib/clock.ts'
import { type AccountSid, type Instant, isSid, newSid, newUuid } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { WrittenEvent } from '../../wire/cloudevents/index.ts'
import type { BreakerState } from './breaker.ts'
import type { Transports } from './channel.ts'
import type { DeliveryCode } from './delivery.ts'
import type {
  AttemptedEvent,
  AttemptOutcome,
  DeadLetter,
  DeliveryStore,
  WaitingMeta,
  WaitingRow,
} from './delivery-store.ts'
import type { SinkRow, SinkSid } from './ports.ts'
import { laneOf } from './sink-queue.ts'

/** For metrics. */
export interface DeliveryReport {
  attempted(sink: SinkRow, outcome: AttemptOutcome, durationMs: number): void
  /** From the event's own time to its acceptance, on the platform's clock. */
  delivered(sink: SinkRow, latencyMs: number): void
}

export interface SenderDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly store: Pick<DeliveryStore, 'commit' | 'waitingEvents'>
  readonly transports: Transports
  readonly authTokenOf: (accountSid: AccountSid) => string | Promise<string>
  /** Of this software. */
  readonly version: string
  readonly newAttemptId: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** A virtual clock stands still while a request is under way. */
  readonly holdClock: boolean
  readonly report: DeliveryReport
  readonly setStatus: (sink: SinkRow, status: 'active' | 'failed') => void
  readonly alert: (accountSid: AccountSid, code: DeliveryCode, message: string) => void
  /** The queue has room again. */
  readonly needsMore: (sinkSid: SinkSid) => void
}

export interface SenderStats {
  readonly sink: SinkRow
  /** Events in memory and deliveries in line. */
  readonly depth: number
  /** When the oldest of them happened or was first tried; null when there is none. */
  readonly oldestAt: Instant | null
  readonly breaker: BreakerState
  /** Up to where every event is settled. */
  readonly cursor: number
}

export const callSidOf = (written: WrittenEvent): string | null => {
  const lane = laneOf(written)
  return isSid('CA', lane) ? lane : null
}

export const toAttempted = (written: WrittenEvent): AttemptedEvent => ({
  id: written.event.id,
  type: written.event.type,
  callSid: callSidOf(written),
})

export const timeOf = ({ event }: WrittenEvent): Instant => Date.parse(event.time ?? '') as Instant

export function toDeadLetter(
  sink: SinkRow,
  written: WrittenEvent,
  why: { readonly at: Instant; readonly code: DeliveryCode; readonly why: string; readonly attempts: number },
): DeadLetter {
  return {
    sid: newSid('DL'),
    accountSid: sink.accountSid,
    sinkSid: sink.sid,
    time: timeOf(written),
    type: written.event.type,
    eventId: written.event.id,
    callSid: callSidOf(written),
    event: written.json,
    ...why,
  }
}

/** A delivery that has not been tried. */
export function toWaiting(
  row: Pick<WaitingRow, 'sinkSid' | 'place' | 'trigger' | 'dueAt'> & { readonly testId?: string | null },
  events: readonly WrittenEvent[],
  ordered: boolean,
): WaitingRow {
  return {
    id: newUuid(),
    attempts: 0,
    firstAt: null,
    code: null,
    why: null,
    testId: null,
    ...row,
    lanes: ordered ? [...new Set(events.map(laneOf))] : [],
    events: events.map(({ json }) => json),
  }
}

/** Without the events, which lie in the store. */
export const toMeta = ({ events: _, ...meta }: WaitingRow): WaitingMeta => meta

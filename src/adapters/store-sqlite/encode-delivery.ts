/** What delivering writes and reads ⇄ the tuples and rows that cross to the worker. */
import type {
  AttemptedEvent,
  AttemptRow,
  DeadLetter,
  DeliveryWrites,
  WaitingMeta,
  WaitingRow,
} from '../../readers/event-streams/delivery-store.ts'
import type { SinkSid } from '../../readers/event-streams/ports.ts'
import type { Row } from './delivery-reader.ts'
import type { BegunTuple, DeliveryOp, DeliveryRest, EndedTuple } from './delivery-writer.ts'

export function encodeWrites(writes: DeliveryWrites): DeliveryOp {
  const { begun, ended, cursor } = writes
  return [
    'delivery',
    begun ? encodeBegun(begun) : null,
    ended ? encodeEnded(ended) : null,
    cursor ? [cursor.sinkSid, cursor.seq] : null,
    encodeRest(writes),
  ]
}

function encodeBegun(begun: NonNullable<DeliveryWrites['begun']>): BegunTuple {
  const { id, at, accountSid, sinkSid, deliveryId, attempt, trigger, url, testId, events } = begun
  const calls = new Set<string>()
  for (const { callSid } of events) if (callSid !== null) calls.add(callSid)
  const log = JSON.stringify(events.map((event) => [event.id, event.type, event.callSid]))
  return [id, at, accountSid, sinkSid, deliveryId, attempt, trigger, url, testId, log, [...calls]]
}

function encodeEnded(ended: NonNullable<DeliveryWrites['ended']>): EndedTuple {
  const { id, outcome, code, status, durationMs, why, answer, nextAt } = ended
  return [outcome, code, status, Math.round(durationMs), why, answer, nextAt, id]
}

function encodeRest({ failing, waiting, done, deadLetters, redriven, job }: DeliveryWrites): DeliveryRest | null {
  if (!failing && !waiting?.length && !done?.length && !deadLetters?.length && !redriven?.length && !job) return null
  return {
    failing: failing ? [failing.sinkSid, failing.since] : null,
    waiting: (waiting ?? []).map(encodeWaiting),
    done: done ?? [],
    deadLetters: (deadLetters ?? []).map(encodeDeadLetter),
    redriven: redriven ?? [],
    job: job
      ? [job.sid, job.accountSid, job.kind, job.status === 'running' ? 1 : 0, job.createdAt, JSON.stringify(job)]
      : null,
  }
}

function encodeWaiting(row: WaitingRow): DeliveryRest['waiting'][number] {
  const { id, sinkSid, place, trigger, attempts, firstAt, dueAt, lanes, code, why, testId, events } = row
  const [calls, texts] = [JSON.stringify(lanes), JSON.stringify(events)]
  return [id, sinkSid, place, trigger, attempts, firstAt, dueAt, calls, code, why, testId, texts]
}

function encodeDeadLetter(letter: DeadLetter): DeliveryRest['deadLetters'][number] {
  const { sid, accountSid, sinkSid, at, time, type, eventId, callSid, code, why, attempts, event } = letter
  return [sid, accountSid, sinkSid, at, time, type, eventId, callSid, code, why, attempts, event]
}

export const toWaiting = (row: Row, sinkSid: SinkSid): WaitingMeta =>
  ({
    id: row.id,
    sinkSid,
    place: row.place,
    trigger: row.trigger,
    attempts: row.attempts,
    firstAt: row.first_at,
    dueAt: row.due_at,
    lanes: JSON.parse(String(row.lanes)),
    code: row.code,
    why: row.why,
    testId: row.test_id,
  }) as unknown as WaitingMeta

export const toDeadLetter = (row: Row): DeadLetter =>
  ({
    sid: row.sid,
    accountSid: row.account,
    sinkSid: row.sink,
    at: row.at,
    time: row.time,
    type: row.type,
    eventId: row.event_id,
    callSid: row.call_sid,
    code: row.code,
    why: row.why,
    attempts: row.attempts,
    event: row.event,
  }) as unknown as DeadLetter

export function toAttempt(row: Row): AttemptRow {
  const events = (JSON.parse(String(row.events)) as [string, string, string | null][]).map(
    ([id, type, callSid]): AttemptedEvent => ({ id, type, callSid }),
  )
  const { outcome, code, status, why, answer } = row
  const end = outcome === null ? null : { outcome, code, status, durationMs: row.ms, why, answer, nextAt: row.next_at }
  return {
    id: row.id,
    at: row.at,
    accountSid: row.account,
    sinkSid: row.sink,
    deliveryId: row.delivery,
    attempt: row.attempt,
    trigger: row.trigger,
    url: row.url,
    testId: row.test_id,
    events,
    end,
  } as unknown as AttemptRow
}

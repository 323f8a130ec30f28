/** Rows for events that are not attempted: they line up behind others, are cut up, or are dead letters. Pure but for ids. */
import { type Instant, newUuid } from '../../lib/ids.ts'
import type { WrittenEvent } from '../../wire/cloudevents/index.ts'
import type { DeliveryWrites, WaitingMeta } from './delivery-store.ts'
import { type Line, PLACES_PER_ROW } from './follow-up.ts'
import { toDeadLetter, toWaiting } from './sender-parts.ts'
import type { Plan, Unsendable } from './sinks/sink.ts'

type Rows = Pick<DeliveryWrites, 'waiting' | 'done' | 'deadLetters'>

/** Events that line up behind earlier ones of their call, and events that no request can carry. */
export const setAside = (
  blocked: readonly WrittenEvent[],
  unsendable: readonly Unsendable[],
  { sink, nextPlace }: Line,
  now: Instant,
): Rows => ({
  waiting: blocked.map((written) =>
    toWaiting({ sinkSid: sink.sid, place: nextPlace(), trigger: 'event', dueAt: now }, [written], true),
  ),
  deadLetters: deadLetters(unsendable, sink, { at: now, attempts: 0 }),
})

/** A row that does not fit into one request, such as a redrive of many. */
export function cutUp(row: WaitingMeta, { batches, unsendable }: Plan, { sink, isOrdered }: Line, now: Instant): Rows {
  let before = 0
  const waiting = batches.map((batch) => {
    const place = row.place + before / PLACES_PER_ROW
    before += batch.length
    const events = batch.map(({ written }) => written)
    return { ...toWaiting({ ...row, place, dueAt: now }, events, isOrdered), id: newUuid() }
  })
  return {
    done: [row.id],
    waiting,
    deadLetters: deadLetters(unsendable, sink, { at: now, attempts: row.attempts }),
  }
}

/** A row whose time is over while nothing may be sent. */
export function bury(row: WaitingMeta, events: readonly WrittenEvent[], { sink }: Line, at: Instant): Rows {
  const { attempts, code, why } = row
  const about = { at, attempts, code: code ?? 91300, why: why ?? 'the sink was not tried in time' } as const
  return { done: [row.id], deadLetters: events.map((written) => toDeadLetter(sink, written, about)) }
}

const deadLetters = (
  unsendable: readonly Unsendable[],
  sink: Line['sink'],
  about: { readonly at: Instant; readonly attempts: number },
) => unsendable.map(({ written, refusal: { code, why } }) => toDeadLetter(sink, written, { ...about, code, why }))

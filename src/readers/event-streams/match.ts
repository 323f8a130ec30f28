/**
 * Which sinks an entry's events go to. Subscriptions are indexed once; each entry is then decoded once and matched
 * against all of them in memory, whatever the number of sinks.
 */
import type { AccountSid } from '../../lib/ids.ts'
import type { WrittenEvent } from '../../wire/cloudevents/index.ts'
import type { StreamEvent } from './events-of.ts'
import { type Expression, parseFilter, passes } from './filter/index.ts'
import type { SinkSid, SubscribedRange, SubscriptionRow, SubscriptionSid } from './ports.ts'

export interface Match {
  readonly sinkSid: SinkSid
  readonly subscriptionSid: SubscriptionSid
  readonly written: WrittenEvent
}

export interface Matcher {
  /** @param seq place of the entry that the events are of */
  match(seq: number, events: readonly StreamEvent[]): readonly Match[]
}

interface IndexedRange extends Pick<SubscribedRange, 'schemaVersion' | 'from' | 'to'> {
  readonly sinkSid: SinkSid
  readonly subscriptionSid: SubscriptionSid
  readonly filter: Expression | null
}

/** @param rows of any accounts. Rebuild when one changes. */
export function compileSubscriptions(rows: readonly SubscriptionRow[]): Matcher {
  const index = new Map<string, IndexedRange[]>()
  for (const row of rows) {
    for (const range of row.ranges) {
      const key = keyOf(row.accountSid, range.type)
      const ranges = index.get(key) ?? []
      index.set(key, ranges)
      ranges.push({
        sinkSid: row.sinkSid,
        subscriptionSid: row.sid,
        schemaVersion: range.schemaVersion,
        filter: range.filter === null ? null : parseFilter(range.filter),
        from: range.from,
        to: range.to,
      })
    }
  }
  return {
    match: (seq, events) =>
      events.flatMap((event) => {
        const ranges = index.get(keyOf(event.accountSid, event.type)) ?? []
        return ranges.flatMap((range) => matchRange(range, seq, event))
      }),
  }
}

function matchRange(range: IndexedRange, seq: number, event: StreamEvent): readonly Match[] {
  if (seq < range.from || (range.to !== null && seq >= range.to)) return []
  const written = event.written(range.schemaVersion)
  if (range.filter && !passes(range.filter, written.event)) return []
  return [{ sinkSid: range.sinkSid, subscriptionSid: range.subscriptionSid, written }]
}

const keyOf = (accountSid: AccountSid, type: string): string => `${accountSid} ${type}`

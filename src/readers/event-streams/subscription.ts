/**
 * Changes to what a subscription receives, as changes to its ranges: a change ends a range now and begins another now.
 * Pure; the store fills in which place of the journal `now` is.
 */
import type { DraftRange, SubscribedRange, SubscriptionDraft, SubscriptionRow } from './ports.ts'

/** Closed ranges leave as cursors pass them; a subscription that is changed faster than that is refused. */
export const RANGES_MAX = 2000

export interface SubscribedType {
  readonly type: string
  readonly schemaVersion: number
}

/** The types that are subscribed now, in alphabetical order. */
export function subscribedTypes(row: Pick<SubscriptionRow, 'ranges'>): readonly SubscribedRange[] {
  return row.ranges.filter(isOpen).toSorted((a, b) => (a.type < b.type ? -1 : 1))
}

export const findSubscribed = (row: Pick<SubscriptionRow, 'ranges'>, type: string): SubscribedRange | undefined =>
  row.ranges.find((range) => isOpen(range) && range.type === type)

export const beginRange = (subscribed: SubscribedType, filter: string | null): DraftRange => ({
  type: subscribed.type,
  schemaVersion: subscribed.schemaVersion,
  filter,
  from: 'now',
  to: null,
})

export function addType(row: SubscriptionRow, subscribed: SubscribedType): SubscriptionDraft {
  return { ...row, ranges: [...row.ranges, beginRange(subscribed, row.filter)] }
}

export function removeType(row: SubscriptionRow, type: string): SubscriptionDraft {
  return { ...row, ranges: row.ranges.map((range) => (isOpen(range) && range.type === type ? ended(range) : range)) }
}

export function changeVersion(row: SubscriptionRow, subscribed: SubscribedType): SubscriptionDraft {
  return restarted(row, (range) =>
    range.type === subscribed.type ? { ...range, schemaVersion: subscribed.schemaVersion } : range,
  )
}

export function changeFilter(row: SubscriptionRow, filter: string | null): SubscriptionDraft {
  return { ...restarted(row, (range) => ({ ...range, filter })), filter }
}

/** Without the closed ranges that every cursor has passed: `seq` is the last entry that all of them have read. */
export function withoutPassedRanges(row: SubscriptionRow, seq: number): SubscriptionRow {
  const ranges = row.ranges.filter(({ to }) => to === null || to > seq + 1)
  return ranges.length === row.ranges.length ? row : { ...row, ranges }
}

const isOpen = (range: SubscribedRange): boolean => range.to === null
const ended = (range: SubscribedRange): DraftRange => ({ ...range, to: 'now' })

/** Ends each open range that `change` changes and begins the changed one. */
function restarted(row: SubscriptionRow, change: (range: SubscribedRange) => SubscribedRange): SubscriptionDraft {
  const ranges = row.ranges.flatMap((range): DraftRange[] => {
    const next = isOpen(range) ? change(range) : range
    if (next.schemaVersion === range.schemaVersion && next.filter === range.filter) return [range]
    return [ended(range), { ...next, from: 'now', to: null }]
  })
  return { ...row, ranges }
}

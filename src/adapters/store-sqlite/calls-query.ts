/**
 * The one list with many optional filters. Which index serves it is decided here, not by the planner, which knows
 * nothing of how the values are spread: a list with a time filter walks that time, newest first; any other walks the
 * order of creation, along the party, parent or status asked for. Either way a page costs what it shows, plus the
 * rows that the remaining filters pass over.
 */
import type { CallFilter } from '../../journal/store.ts'
import type { CallSid } from '../../lib/ids.ts'

export interface CallsQuestion {
  readonly filter: CallFilter
  readonly after: CallSid | null
  readonly max: number
}

/**
 * @returns everything behind WHERE, and its values. The text depends on which filters are there, not on their values.
 *
 * A unary `+` keeps a column from choosing the index (SQLite, "Query Planning", §4).
 */
export function callsQuery({ filter, after, max }: CallsQuestion): { where: string; values: (string | number)[] } {
  const terms: string[] = []
  const values: (string | number)[] = []
  const where = (term: string, value: string | number | null | undefined) => {
    if (value === undefined || value === null) return
    terms.push(term)
    values.push(value)
  }
  const time =
    filter.startedFrom !== undefined || filter.startedTo !== undefined
      ? 'started_at'
      : filter.endedFrom !== undefined || filter.endedTo !== undefined
        ? 'ended_at'
        : null
  const free = time === null ? '' : '+'
  where('account = ?', filter.accountSid)
  where(`${free}parent = ?`, filter.parentCallSid)
  where(`${free}to_party = ?`, filter.to)
  where(`${free}from_party = ?`, filter.from)
  where(`${free}status = ?`, filter.status)
  where('started_at >= ?', filter.startedFrom)
  where('started_at < ?', filter.startedTo)
  const ended = time === 'started_at' ? '+ended_at' : 'ended_at'
  where(`${ended} >= ?`, filter.endedFrom)
  where(`${ended} < ?`, filter.endedTo)
  if (time === null) where('id < (SELECT id FROM calls WHERE sid = ?)', after)
  else where(`(${time}, id) < (SELECT ${time}, id FROM calls WHERE sid = ?)`, after)
  const order = time === null ? 'id DESC' : `${time} DESC, id DESC`
  values.push(max)
  return { where: `${terms.join(' AND ')} ORDER BY ${order} LIMIT ?`, values }
}

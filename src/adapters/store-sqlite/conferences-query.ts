/**
 * The list of conferences, newest first by creation. Which index serves it is decided here, as for calls: that of live
 * ones if a status is asked for that only they have, else the name's, whose conferences are few, else the whole account's.
 */
import type { ConferenceFilter } from '../../journal/store.ts'
import type { ConferenceSid } from '../../lib/ids.ts'

export interface ConferencesQuestion {
  readonly filter: ConferenceFilter
  readonly after: ConferenceSid | null
  readonly max: number
}

/** @returns everything behind FROM, and its values. The text depends on which filters are there, not on their values. */
export function conferencesQuery({ filter, after, max }: ConferencesQuestion): {
  from: string
  values: (string | number)[]
} {
  const terms: string[] = []
  const values: (string | number)[] = []
  const where = (term: string, value: string | number | null | undefined) => {
    if (value === undefined || value === null) return
    terms.push(term)
    values.push(value)
  }
  where('account = ?', filter.accountSid)
  where('friendly_name = ?', filter.friendlyName)
  where('status = ?', filter.status)
  where('created_at >= ?', filter.createdFrom)
  where('created_at < ?', filter.createdTo)
  where('updated_at >= ?', filter.updatedFrom)
  where('updated_at < ?', filter.updatedTo)
  where('(created_at, id) < (SELECT created_at, id FROM conferences WHERE sid = ?)', after)
  const live = isLive(filter)
  if (live) terms.push('live = 1')
  values.push(max)
  const rows = `conferences INDEXED BY ${live ? 'conferences_live' : filter.friendlyName === undefined ? 'conferences_of_account' : 'conferences_of_name'}`
  return { from: `${rows} WHERE ${terms.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT ?`, values }
}

const isLive = ({ status }: ConferenceFilter): boolean => status !== undefined && status !== 'completed'

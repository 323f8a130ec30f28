/**
 * The list of recordings, newest first by creation. Which index serves it is decided here, as for calls: the call's or
 * the conference's if one is asked for, whose recordings are few, else that of the whole account.
 */
import type { RecordingFilter } from '../../journal/store.ts'
import type { RecordingSid } from '../../lib/ids.ts'

export interface RecordingsQuestion {
  readonly filter: RecordingFilter
  readonly after: RecordingSid | null
  readonly max: number
}

/** @returns everything behind FROM, and its values. The text depends on which filters are there, not on their values. */
export function recordingsQuery({ filter, after, max }: RecordingsQuestion): {
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
  where('call_sid = ?', filter.callSid)
  where('conference_sid = ?', filter.conferenceSid)
  where('created_at >= ?', filter.createdFrom)
  where('created_at < ?', filter.createdTo)
  where('(created_at, id) < (SELECT created_at, id FROM recordings WHERE sid = ?)', after)
  if (!filter.deleted) terms.push('deleted_at IS NULL')
  values.push(max)
  const rows = `recordings INDEXED BY ${indexFor(filter)}`
  return { from: `${rows} WHERE ${terms.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT ?`, values }
}

function indexFor({ callSid, conferenceSid, deleted }: RecordingFilter): string {
  if (callSid !== undefined) return 'recordings_of_call'
  if (conferenceSid !== undefined) return 'recordings_of_conference'
  return deleted ? 'recordings_of_account' : 'recordings_kept'
}

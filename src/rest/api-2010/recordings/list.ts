/** Lists of recordings, of a call or of the account: newest first, current to the last commit. */
import type { RecordingRecord } from '../../../engine/recording/recording-record.ts'
import type { RecordingFilter, RecordingRow, Store } from '../../../journal/store.ts'
import { type AccountSid, isSid, type RecordingSid } from '../../../lib/ids.ts'
import type { Form } from '../../form.ts'
import type { Answer, ApiRequest } from '../answer.ts'
import { readRange } from '../dates.ts'
import { type ListSource, listAnswer } from '../paging.ts'
import { flag, given, readParameters } from '../parameters.ts'

const FILTERS = { IncludeSoftDeleted: flag(false) } as const

export function listRecordings(
  request: ApiRequest,
  filter: RecordingFilter,
  { store, view }: { readonly store: Pick<Store, 'recordings'>; readonly view: (recording: RecordingRecord) => object },
): Promise<Answer> {
  const source: ListSource<RecordingRow> = {
    read: (after, max) => store.recordings(filter, { after: after as RecordingSid | null, max }),
    markOf: (row) => row.sid,
    // Whoever deletes recordings page by page goes on behind one that was deleted: the store still knows its place.
    knows: async (mark) => isSid('RE', mark),
  }
  return listAnswer(request, 'recordings', source, (row) => view(row.row as RecordingRecord))
}

/** Of the account's list. @throws Refusal */
export function readFilter(query: Form, accountSid: AccountSid): RecordingFilter {
  const callSid = given(query, 'CallSid')
  const conferenceSid = given(query, 'ConferenceSid')
  return {
    accountSid,
    ...(callSid === null ? {} : { callSid }),
    ...(conferenceSid === null ? {} : { conferenceSid }),
    ...readCreated(query),
    deleted: wantsDeleted(query),
  }
}

/** `DateCreated`, bare and with `<` and `>`. @throws Refusal */
export function readCreated(query: Form): Pick<RecordingFilter, 'createdFrom' | 'createdTo'> {
  const { from, to } = readRange(query, 'DateCreated')
  return { ...(from === undefined ? {} : { createdFrom: from }), ...(to === undefined ? {} : { createdTo: to }) }
}

/** @throws Refusal */
export const wantsDeleted = (query: Form): boolean => readParameters(FILTERS, query).IncludeSoftDeleted

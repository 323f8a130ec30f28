/** Conferences list: newest first, filtered by name, status and time. The store is current to the last commit. */
import type { ConferenceRecord } from '../../../engine/conference/conference-record.ts'
import type { ConferenceFilter, ConferenceRow, Store } from '../../../journal/store.ts'
import { type AccountSid, type ConferenceSid, isSid } from '../../../lib/ids.ts'
import type { Form } from '../../form.ts'
import type { Answer, ApiRequest } from '../answer.ts'
import { readRange } from '../dates.ts'
import { type ListSource, listAnswer } from '../paging.ts'
import { choice, given, readParameters } from '../parameters.ts'
import { conferenceView } from './conference-view.ts'

const FILTERS = { Status: choice(['init', 'in-progress', 'completed'], null) } as const

export async function listConferences(request: ApiRequest, store: Pick<Store, 'conferences'>): Promise<Answer> {
  const filter = readFilter(request.query, request.accountSid)
  const source: ListSource<ConferenceRow> = {
    read: (after, max) => store.conferences(filter, { after: after as ConferenceSid | null, max }),
    markOf: (row) => row.sid,
    knows: async (mark) => isSid('CF', mark),
  }
  return listAnswer(request, 'conferences', source, (row) => conferenceView(row.row as ConferenceRecord))
}

/** @throws Refusal */
function readFilter(query: Form, accountSid: AccountSid): ConferenceFilter {
  const { Status: status } = readParameters(FILTERS, query)
  const friendlyName = given(query, 'FriendlyName')
  const created = readRange(query, 'DateCreated')
  const updated = readRange(query, 'DateUpdated')
  return {
    accountSid,
    ...(friendlyName === null ? {} : { friendlyName }),
    ...(status === null ? {} : { status }),
    ...(created.from === undefined ? {} : { createdFrom: created.from }),
    ...(created.to === undefined ? {} : { createdTo: created.to }),
    ...(updated.from === undefined ? {} : { updatedFrom: updated.from }),
    ...(updated.to === undefined ? {} : { updatedTo: updated.to }),
  }
}

/** Calls list: newest first, filtered by party, parent, status and time. The store is current to the last commit. */
import type { CallRecord } from '../../../engine/call/call-record.ts'
import type { CallFilter, CallRow, Store } from '../../../journal/store.ts'
import { type AccountSid, type CallSid, isSid } from '../../../lib/ids.ts'
import type { Form } from '../../form.ts'
import type { Answer, ApiRequest } from '../answer.ts'
import { readRange } from '../dates.ts'
import { type ListSource, listAnswer } from '../paging.ts'
import { choice, given, readParameters } from '../parameters.ts'
import { toE164 } from '../phone-number.ts'
import { callView } from './call-view.ts'

const STATUSES = ['queued', 'ringing', 'in-progress', 'completed', 'busy', 'failed', 'no-answer', 'canceled'] as const
const FILTERS = { Status: choice(STATUSES, null) } as const

export async function listCalls(request: ApiRequest, store: Pick<Store, 'calls'>): Promise<Answer> {
  const filter = readFilter(request.query, request.accountSid)
  const source: ListSource<CallRow> = {
    read: (after, max) => store.calls(filter, { after: after as CallSid | null, max }),
    markOf: (row) => row.sid,
    // Whoever deletes calls page by page goes on behind a call that is gone: the store still knows its place.
    knows: async (mark) => isSid('CA', mark),
  }
  return listAnswer(request, 'calls', source, (row) => callView(row.row as CallRecord))
}

function readFilter(query: Form, accountSid: AccountSid): CallFilter {
  const { Status: status } = readParameters(FILTERS, query)
  const to = party(query, 'To')
  const from = party(query, 'From')
  const parentCallSid = given(query, 'ParentCallSid')
  const started = readRange(query, 'StartTime')
  const ended = readRange(query, 'EndTime')
  return {
    accountSid,
    ...(to === null ? {} : { to }),
    ...(from === null ? {} : { from }),
    ...(parentCallSid === null ? {} : { parentCallSid }),
    ...(status === null ? {} : { status }),
    ...(started.from === undefined ? {} : { startedFrom: started.from }),
    ...(started.to === undefined ? {} : { startedTo: started.to }),
    ...(ended.from === undefined ? {} : { endedFrom: ended.from }),
    ...(ended.to === undefined ? {} : { endedTo: ended.to }),
  }
}

/** Numbers may be written in any way that a create accepts; other addresses match as they are. */
function party(query: Form, name: string): string | null {
  const text = given(query, name)
  return text === null ? null : (toE164(text) ?? text)
}

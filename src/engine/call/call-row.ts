/** A call's record as the store keeps it: filter columns beside the whole value. */
import type { Write } from '../../journal/store.ts'
import { type CallRecord, isFinal } from './call-record.ts'

export function callWrite(call: CallRecord): Write {
  const { sid, accountSid, parentCallSid, to, from, status, createdAt, startedAt, endedAt } = call
  const live = !isFinal(status)
  return {
    kind: 'call',
    call: { sid, accountSid, parentCallSid, to, from, status, live, createdAt, startedAt, endedAt, row: call },
  }
}

/** The stream status callback: what is sent, and when. */
import { formatIso } from '../../lib/dates.ts'
import type { Instant } from '../../lib/ids.ts'
import type { StreamOver } from '../ports/leg-media.ts'
import type { StreamRecord } from './stream-record.ts'

export type StreamCallbackEvent = 'stream-started' | 'stream-stopped' | 'stream-error'

/** The parameters of one callback. It has none of the standard voice parameters. */
export function streamParameters(
  { accountSid, callSid, sid, name }: StreamRecord,
  event: StreamCallbackEvent,
  at: Instant,
  fault: StreamOver['fault'] = null,
): Readonly<Record<string, string>> {
  return {
    AccountSid: accountSid,
    CallSid: callSid,
    StreamSid: sid,
    StreamName: name,
    StreamEvent: event,
    ...(fault && { StreamError: fault.message, StreamErrorCode: String(fault.code) }),
    Timestamp: formatIso(at),
  }
}

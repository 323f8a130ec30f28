/** What a REST update changes on a call's record; what it sets off is the call's business. */
import type { CallRecord } from './call-record.ts'
import type { CallChange } from './call-service.ts'

/** The members that differ. A status callback given late keeps the events asked for at creation, else only the end is told. */
export function changed(call: CallRecord, change: CallChange): Partial<CallRecord> {
  const { document, fallback, statusCallback, timeLimitSec } = change
  return {
    ...((document || fallback) && {
      voice: { document: document ?? call.voice.document, fallback: fallback ?? call.voice.fallback },
    }),
    ...(statusCallback && {
      statusCallback: { ...statusCallback, events: call.statusCallback?.events ?? (['completed'] as const) },
    }),
    ...(timeLimitSec !== undefined && { options: { ...call.options, timeLimitSec } }),
  }
}

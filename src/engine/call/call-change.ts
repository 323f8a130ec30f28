/** What changes on a call's record, and by what; what it sets off is the call's business. */
import type { FactBody } from '../../journal/entry.ts'
import type { Instant } from '../../lib/ids.ts'
import type { SipDetails } from '../ports/leg.ts'
import { type CallRecord, type CallStatus, isFinal } from './call-record.ts'
import type { CallChange } from './call-service.ts'
import { headerParameters } from './new-records.ts'

/** What the far end's final answer was, for calls whose leg did not say. */
const SIP_RESPONSE_CODES: Readonly<Partial<Record<CallStatus, number>>> = {
  completed: 200,
  busy: 486,
  'no-answer': 487,
  canceled: 487,
  failed: 404,
}

/** By a REST update. A status callback given late keeps the events asked for at creation, else only the end is told. */
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

/** By a new status. @param sipResponseCode the far end's final answer, if its leg said it */
export const inStatus = (status: CallStatus, at: Instant, sipResponseCode?: number): Partial<CallRecord> => ({
  status,
  ...(status === 'in-progress' && { answeredAt: at }),
  ...(isFinal(status) && { endedAt: at, sipResponseCode: sipResponseCode ?? SIP_RESPONSE_CODES[status] ?? null }),
})

/** What tells of that. */
export const statusFact = ({ status, sipResponseCode }: CallRecord): FactBody => ({
  fact: 'call-status',
  status,
  ...(sipResponseCode !== null && { sipResponseCode }),
})

/** By what the party that was dialled tells with its answer: apps are told of it from then on. */
export const toldWithAnswer = ({ extraParameters }: CallRecord, sip: SipDetails): Partial<CallRecord> => ({
  sip,
  extraParameters: { ...extraParameters, SipCallId: sip.callId, ...headerParameters(sip.headers) },
})

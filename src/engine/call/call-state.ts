/**
 * A call's life as a table: status by input. docs/states/call.svg is drawn from it. Late and repeated signalling is
 * normal, so a missing cell means "dropped", never an error.
 */
import type { CallStatus } from './call-record.ts'

export type CallInput =
  | 'rang'
  | 'answered'
  | 'busy'
  /** The far end or the network refuses: unreachable, no route, no document to run. */
  | 'refused'
  /** Nobody picked up in time, or the caller gave up before we did. */
  | 'unanswered'
  | 'hung-up'
  | 'canceled'

export const CALL_TABLE: Readonly<Record<CallStatus, Readonly<Partial<Record<CallInput, CallStatus>>>>> = {
  queued: {
    rang: 'ringing',
    answered: 'in-progress',
    busy: 'busy',
    refused: 'failed',
    unanswered: 'no-answer',
    canceled: 'canceled',
  },
  ringing: { answered: 'in-progress', busy: 'busy', refused: 'failed', unanswered: 'no-answer', canceled: 'canceled' },
  'in-progress': { 'hung-up': 'completed' },
  completed: {},
  busy: {},
  'no-answer': {},
  failed: {},
  canceled: {},
}

/** The status an input leads to, or null when the table has no cell for it. */
export function stepCall(status: CallStatus, input: CallInput): CallStatus | null {
  return CALL_TABLE[status][input] ?? null
}

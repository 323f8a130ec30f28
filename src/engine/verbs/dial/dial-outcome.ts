/** What a `<Dial>` of several legs tells of them all. */
import { type CallRecord, durationSec, isFinal } from '../../call/call-record.ts'
import { headerParameters } from '../../call/new-records.ts'
import type { DialResult } from './dial-result.ts'

/** When nobody was connected, the first of these that any leg came to. */
const PRECEDENCE = ['completed', 'no-answer', 'busy', 'failed', 'canceled'] as const

type Status = (typeof PRECEDENCE)[number]

/** A leg that was dialled, as far as it got. */
export interface DialledLeg {
  readonly record: CallRecord
  readonly isSip: boolean
  /** It lives on with a document of its own. */
  readonly redirected: boolean
}

/** @param winner the leg that answered first @param legs all, in the order they were dialled */
export function dialOutcome(
  legs: readonly DialledLeg[],
  winner: DialledLeg | null,
): Pick<DialResult, 'status' | 'childCallSid' | 'durationSec' | 'more'> {
  const told = winner ?? legs.at(-1)
  // Nobody could be dialled at all.
  if (!told) return { status: 'failed' }
  const { record, isSip, redirected } = told
  const code = redirected ? 200 : record.sipResponseCode
  return {
    status: winner
      ? 'completed'
      : (PRECEDENCE.find((status) => legs.some((leg) => statusOf(leg) === status)) ?? 'failed'),
    childCallSid: record.sid,
    ...(!redirected && { durationSec: durationSec(record) ?? 0 }),
    ...(isSip && { more: sipParameters(record, code) }),
  }
}

const statusOf = ({ record }: DialledLeg): Status | null => (isFinal(record.status) ? (record.status as Status) : null)

function sipParameters({ sip }: CallRecord, code: number | null): Record<string, string> {
  return {
    ...(sip && { DialSipCallId: sip.callId }),
    ...(code !== null && { DialSipResponseCode: String(code) }),
    ...(sip && headerParameters(sip.headers, 'DialSipHeader_')),
  }
}

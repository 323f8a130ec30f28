/** What a final answer other than 2xx means for a call: the table of docs/compat/sip.md. */
import type { LegInput, SipDetails } from '../engine/ports/leg.ts'

type Refused = Extract<LegInput, { readonly sipResponseCode: number }>['input']

const MEANINGS: ReadonlyMap<number, Refused> = new Map([
  [486, 'busy'],
  [600, 'busy'],
  [603, 'rejected'],
  [408, 'unanswered'],
  [480, 'unanswered'],
  [487, 'unanswered'],
])

export function refusalInput(status: number, sip?: SipDetails): LegInput {
  return { input: MEANINGS.get(status) ?? 'failed', sipResponseCode: status, ...(sip && { sip }) }
}

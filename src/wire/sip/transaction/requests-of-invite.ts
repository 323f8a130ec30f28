/** The two requests that belong to an INVITE's own transaction: the ACK of a refusal, and CANCEL. */
import { parseCSeq } from '../cseq.ts'
import { SipHeaders } from '../headers.ts'
import { NO_BODY, type SipRequest, type SipResponse } from '../message.ts'

/** RFC 3261 section 17.1.1.3. The ACK of a 2xx is another thing: a request of the dialog. */
export function ackOfRefusal(invite: SipRequest, refusal: SipResponse): SipRequest {
  return ofInvite('ACK', invite, refusal.headers.get('To') ?? invite.headers.get('To')!)
}

/** RFC 3261 section 9.1. `reasons`: values of Reason (RFC 3326), such as `SIP;cause=200;text="Call completed elsewhere"`. */
export function cancelOf(invite: SipRequest, reasons: readonly string[]): SipRequest {
  const cancel = ofInvite('CANCEL', invite, invite.headers.get('To')!)
  for (const reason of reasons) cancel.headers.append('Reason', reason)
  return cancel
}

function ofInvite(method: 'ACK' | 'CANCEL', { uri, headers: of }: SipRequest, to: string): SipRequest {
  const headers = new SipHeaders()
    .append('Via', of.get('Via')!)
    .append('Max-Forwards', '70')
    .append('From', of.get('From')!)
    .append('To', to)
    .append('Call-ID', of.get('Call-ID')!)
    .append('CSeq', `${parseCSeq(of.get('CSeq')!)!.number} ${method}`)
  for (const route of of.all('Route')) headers.append('Route', route)
  return { kind: 'request', method, uri, headers, body: NO_BODY }
}

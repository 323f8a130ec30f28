/** The response to a request (RFC 3261 section 8.2.6), as far as it follows from the request alone. */
import { SipHeaders } from './headers.ts'
import { NO_BODY, type SipRequest, type SipResponse } from './message.ts'
import { parseNameAddr } from './name-addr.ts'
import { reasonPhrase } from './reason-phrases.ts'

/** Requests whose success begins a dialog, which goes the way that Record-Route says (RFC 3261 section 12.1.1, RFC 6665). */
const DIALOG_MAKING: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY'])
const COPIED = ['Via', 'From', 'To', 'Call-ID', 'CSeq'] as const

/**
 * @param reason the usual phrase when left out
 * @param toTag put on To when it has no tag yet; every response but 100 needs one
 */
export function makeResponse(request: SipRequest, status: number, reason?: string, toTag?: string): SipResponse {
  const headers = new SipHeaders()
  for (const name of COPIED) for (const value of request.headers.all(name)) headers.append(name, value)
  const to = toTag === undefined ? undefined : headers.get('To')
  // What cannot be read goes back as it came: it is a refusal then, and whoever sent it knows it again.
  if (to !== undefined && parseNameAddr(to)?.parameters.has('tag') === false) headers.set('To', `${to};tag=${toTag}`)
  if (status === 100) for (const value of request.headers.all('Timestamp')) headers.append('Timestamp', value)
  if (status > 100 && status < 300 && DIALOG_MAKING.has(request.method))
    for (const value of request.headers.all('Record-Route')) headers.append('Record-Route', value)
  return { kind: 'response', status, reason: reason ?? reasonPhrase(status), headers, body: NO_BODY }
}

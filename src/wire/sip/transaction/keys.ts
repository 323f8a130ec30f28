/** What a message's transaction is found by (RFC 3261 sections 17.1.3, 17.2.3 and 8.2.2.2). */
import { parseCSeq } from '../cseq.ts'
import type { SipRequest } from '../message.ts'
import { MAGIC_COOKIE, type Via } from '../via.ts'
import { tagOf } from './tag-of.ts'

/** The client's: our own branches name one transaction each, but for the CANCEL of an INVITE. */
export const clientKey = (branch: string, method: string): string => `${branch} ${method}`

/** @param method the request's own; INVITE for what is looked for by its ACK or CANCEL */
export function serverKey(method: string, request: SipRequest, via: Via): string {
  const branch = via.parameters.get('branch')
  const isUnique = branch?.startsWith(MAGIC_COOKIE) && branch.length > MAGIC_COOKIE.length
  if (isUnique) return `${branch} ${via.host.toLowerCase()}:${via.port ?? ''} ${method}`
  // Clients of RFC 2543 make their branches as they like. One call, one number, one method and one way here are one transaction; the
  // To tag, which the RFC compares too, follows from these as long as we answer for one end only.
  const { headers } = request
  const number = parseCSeq(headers.get('CSeq') ?? '')?.number
  return `2543 ${request.uri} ${tagOf(headers.get('From') ?? '')} ${headers.get('Call-ID')} ${number} ${headers.get('Via')} ${method}`
}

/** Equal for copies of a request that went different ways. */
export function mergedKey({ headers }: SipRequest): string {
  return `${headers.get('Call-ID')} ${headers.get('CSeq')} ${tagOf(headers.get('From') ?? '')}`
}

/** What a dialog is found by (RFC 3261 section 12): Call-ID and both tags, as its own end sees them. */
import type { SipHeaders } from '../headers.ts'
import type { SipRequest } from '../message.ts'
import { tagOf } from '../transaction/tag-of.ts'

export function dialogKey(ends: {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
}): string {
  return `${ends.callId} ${ends.localTag} ${ends.remoteTag}`
}

/** Of a request that came. @returns null when it belongs to no dialog: its To has no tag */
export function keyOfRequest({ headers }: SipRequest): string | null {
  const localTag = tagOf(headers.get('To') ?? '')
  return localTag === null ? null : keyOf(headers, localTag, tagOf(headers.get('From') ?? ''))
}

/** Of a response to a request of ours. */
export function keyOfResponse(headers: SipHeaders): string {
  return keyOf(headers, tagOf(headers.get('From') ?? ''), tagOf(headers.get('To') ?? ''))
}

/** Ends of RFC 2543 may have no tag: that counts as an empty one (section 12.2.2). */
function keyOf(headers: SipHeaders, localTag: string | null, remoteTag: string | null): string {
  return dialogKey({ callId: headers.get('Call-ID') ?? '', localTag: localTag ?? '', remoteTag: remoteTag ?? '' })
}

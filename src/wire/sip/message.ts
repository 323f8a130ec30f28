/**
 * SIP messages as values (RFC 3261 section 7): what every other part of SIP here takes and gives. `parse-message.ts` makes them of
 * bytes, `write-message.ts` makes bytes of them.
 */
import type { SipHeaders } from './headers.ts'

export interface SipRequest {
  readonly kind: 'request'
  /** As it stands in the start line; methods are case-sensitive. */
  readonly method: string
  /** The Request-URI as it stands; `uri.ts` reads it. */
  readonly uri: string
  readonly headers: SipHeaders
  readonly body: Uint8Array
}

export interface SipResponse {
  readonly kind: 'response'
  /** 100 to 699. */
  readonly status: number
  readonly reason: string
  readonly headers: SipHeaders
  readonly body: Uint8Array
}

export type SipMessage = SipRequest | SipResponse

export const NO_BODY: Uint8Array = new Uint8Array(0)

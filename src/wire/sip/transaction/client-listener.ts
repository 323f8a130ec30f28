/** What becomes of a request, for whoever sent it. */
import type { SipResponse } from '../message.ts'
import type { Hop } from '../transport.ts'

/** The request has no final answer and will get none: a timeout counts as 408, a failed transport as 503 (RFC 3261 section 8.1.3.1). */
export type NoAnswer = { readonly kind: 'timeout' } | { readonly kind: 'transport'; readonly why: string }

export interface ClientListener {
  /** Provisional answers, then a final one, once. Of an INVITE each further 2xx too: repeats, and other ends of a fork. */
  onResponse(response: SipResponse, from: Hop): void
  /** In place of a final answer, once. */
  onNoAnswer(why: NoAnswer): void
}

/** What a session tells its owner, and what it asks of it. */
import type { Body } from '../dialog/body.ts'
import { makeResponse } from '../make-response.ts'
import type { SipRequest } from '../message.ts'
import type { OtherServerTransaction } from '../transaction/other-server.ts'
import type { IncomingOffer } from './incoming-offer.ts'
import type { IncomingRefer } from './incoming-refer.ts'

export type SessionEnd =
  /** The other end's BYE; its Reason may say why. */
  | { readonly by: 'remote'; readonly bye: SipRequest }
  | { readonly by: 'local' }
  /** The other end is gone, or does not know the dialog any more. BYE has been sent all the same. */
  | { readonly by: 'failure'; readonly why: string }

export interface SessionListener {
  /** The other end wants to change the session (re-INVITE, UPDATE): to be accepted or refused, now or later. */
  onOffer(offer: IncomingOffer): void
  /** The other end asks us to call somebody. */
  onRefer(refer: IncomingRefer): void
  /** INFO, MESSAGE, NOTIFY and others: to be answered by `session.answer`. */
  onRequest(transaction: OtherServerTransaction, request: SipRequest): void
  /** Our side of the session as it is, to be offered again unchanged (RFC 4028 section 7.4); null: there is none. */
  currentOffer(): Body | null
  /** What the other end has answered to that. */
  onRefreshed(answer: Body): void
  /** Once. Nothing comes after it. */
  onEnded(end: SessionEnd): void
}

/** Until somebody listens, nothing is agreed to. */
export const NOBODY_LISTENS: SessionListener = {
  onOffer: (offer) => offer.refuse(488),
  onRefer: (refer) => refer.refuse(603),
  onRequest: (transaction, request) => void transaction.respond(makeResponse(request, 501)),
  currentOffer: () => null,
  onRefreshed() {},
  onEnded() {},
}

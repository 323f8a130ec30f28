/** What the layer above transactions takes from them. */
import type { SipRequest, SipResponse } from '../message.ts'
import type { Hop } from '../transport.ts'
import type { InviteServerTransaction } from './invite-server.ts'
import type { OtherServerTransaction } from './other-server.ts'

export interface TransactionUser {
  /** A new INVITE, within a dialog or not. The user answers it; until then its peer gets 100. */
  onInvite(transaction: InviteServerTransaction, request: SipRequest, from: Hop): void
  /** A new request of another method; CANCEL and ACK do not come here. */
  onRequest(transaction: OtherServerTransaction, request: SipRequest, from: Hop): void
  /** The ACK of a 2xx: whose it is only dialogs tell. */
  onAck(ack: SipRequest, from: Hop): void
  /** A 2xx to an INVITE whose transaction is over: to be acknowledged, or its repeats go on. */
  onStraySuccess(response: SipResponse, from: Hop): void
}

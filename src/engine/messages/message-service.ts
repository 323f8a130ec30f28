/** What REST may ask of user-defined messages. */
import type { CallSid, MessageSubscriptionSid } from '../../lib/ids.ts'
import type { Fetchable } from '../call/call-record.ts'
import type { MessageSubscription, SentMessage } from './user-message.ts'

/** `not-active`: the call neither rings nor is up. `not-a-client`: its party takes no messages. */
export type MessageRefusal = 'not-active' | 'not-a-client'

export interface MessageService {
  /** With a key that a message of the call already had, nothing is sent and that message is answered. */
  send(
    callSid: CallSid,
    message: { readonly content: string; readonly idempotencyKey: string | null },
  ): Promise<SentMessage | MessageRefusal>
  /** With a key that a subscription of the call already has, that one is answered. */
  subscribe(
    callSid: CallSid,
    wanted: { readonly callback: Fetchable; readonly idempotencyKey: string | null },
  ): MessageSubscription | MessageRefusal | 'too-many'
  /** False when the call has none of this SID. */
  unsubscribe(callSid: CallSid, sid: MessageSubscriptionSid): boolean
}

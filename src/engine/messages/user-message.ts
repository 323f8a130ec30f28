/**
 * User-defined messages: JSON that an app and the party of a call send each other beside the sound, when the party is a
 * client of the Voice SDK. What was sent stands in the call's facts; subscriptions live in memory, as long as their call.
 */
import type { Write } from '../../journal/store.ts'
import type { AccountSid, CallSid, Instant, MessageSubscriptionSid, UserMessageSid } from '../../lib/ids.ts'
import type { Fetchable } from '../call/call-record.ts'

export interface UserMessage {
  readonly sid: UserMessageSid
  /** JSON text. */
  readonly content: string
}

/** `because` is committed with whatever is done about the message. */
export type MessageListener = (message: UserMessage, because: readonly Write[]) => void

/** What is known of a message to the party. */
export interface SentMessage {
  readonly sid: UserMessageSid
  readonly accountSid: AccountSid
  readonly callSid: CallSid
  readonly createdAt: Instant
}

export interface MessageSubscription {
  readonly sid: MessageSubscriptionSid
  readonly accountSid: AccountSid
  readonly callSid: CallSid
  readonly callback: Fetchable
  readonly createdAt: Instant
}

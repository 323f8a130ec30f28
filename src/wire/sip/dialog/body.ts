/** A message's body with its type: for dialogs opaque, mostly SDP. */
import type { SipHeaders } from '../headers.ts'
import type { SipMessage } from '../message.ts'

export interface Body {
  /** `application/sdp` */
  readonly type: string
  readonly bytes: Uint8Array
}

/** @returns null when there is none, or nothing says what it is */
export function bodyOf(message: SipMessage): Body | null {
  const type = message.headers.get('Content-Type')
  return message.body.length === 0 || type === undefined ? null : { type, bytes: message.body }
}

/** A copy of the message with this body; its header fields stay the same ones. */
export function withBody<Message extends SipMessage>(message: Message, body: Body | null): Message {
  if (body === null) return message
  const headers: SipHeaders = message.headers
  headers.set('Content-Type', body.type)
  return { ...message, body: body.bytes }
}

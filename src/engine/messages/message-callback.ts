/** The callback of a subscription: what is sent, and the alert when the app does not take it. */
import type { Alert, Exchange } from '../../journal/entry.ts'
import { alertByName, exchangeContext } from '../call/alerts.ts'
import type { MessageSubscription, UserMessage } from './user-message.ts'

/** The parameters of one callback. It has none of the standard voice parameters. */
export function messageParameters(
  { accountSid, callSid }: Pick<MessageSubscription, 'accountSid' | 'callSid'>,
  { sid, content }: UserMessage,
  sequence: number,
): Readonly<Record<string, string>> {
  return {
    AccountSid: accountSid,
    CallSid: callSid,
    Content: content,
    ContentType: 'application/json',
    SequenceNumber: String(sequence),
    Sid: sid,
  }
}

/** The reference has one code for all that can go wrong. */
export function messageCallbackAlert(exchange: Exchange): Alert {
  const { response, error } = exchange
  const what = response
    ? `answered with ${response.code}`
    : `not answered: ${error ? `${error.code}, ${error.message}` : 'no response'}`
  return alertByName('messageCallback', `The callback of a user-defined message was ${what}`, exchangeContext(exchange))
}

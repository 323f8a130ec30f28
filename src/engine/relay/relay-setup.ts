/** What an app is told first: who is on the line. */
import type { RelaySessionSid } from '../../lib/ids.ts'
import { encodeSetup } from '../../wire/conversationrelay/index.ts'
import type { ConversationRelay } from '../../wire/twiml/index.ts'
import type { CallRecord } from '../call/call-record.ts'

export function setupMessage(
  sessionId: RelaySessionSid,
  call: CallRecord,
  { parameters }: Pick<ConversationRelay, 'parameters'>,
): string {
  const { sid: callSid, status: callStatus } = call
  const { accountSid, parentCallSid, from, to, forwardedFrom, callerName, direction } = call
  const parties = { accountSid, callSid, parentCallSid, from, to, forwardedFrom, callerName, direction, callStatus }
  return encodeSetup({ sessionId, ...parties, parameters })
}

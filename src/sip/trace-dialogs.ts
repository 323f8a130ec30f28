/** Whether all that a leg's messages began has come to its end: requests by their answers, dialogs by BYE. */
import type { TracedMessage } from './trace.ts'
import { type Reading, readTraced } from './trace-reading.ts'

/** A message is read once, however often it is looked at. */
export function readingOf(message: TracedMessage): Reading {
  message.reading ??= readTraced(message.bytes)
  return message.reading
}

/**
 * No request waits for its final answer, no INVITE for its ACK, and no dialog that an INVITE made for the answer to its BYE. A
 * challenge does not answer a BYE: it comes again. What did not go out waits for nothing.
 */
export function isSettled(messages: readonly TracedMessage[]): boolean {
  const requests = new Set<string>()
  const dialogs = new Set<string>()
  const ended = new Set<string>()
  for (const message of messages) {
    const { method, status, cseq, fromTag, toTag } = readingOf(message)
    const isSent = message.direction === 'sent'
    const request = `${method === null ? !isSent : isSent} ${fromTag} ${cseq}`
    const dialog = fromTag < toTag ? `${fromTag} ${toTag}` : `${toTag} ${fromTag}`
    const isFinal = status !== null && status >= 200
    if (method === 'ACK') requests.delete(request.replace(/ACK$/, 'INVITE'))
    else if (method !== null && message.notSent === null) requests.add(request)
    else if (isFinal && !cseq.endsWith(' INVITE')) requests.delete(request)
    else if (isFinal && status < 300 && !ended.has(dialog)) dialogs.add(dialog)

    const isByeAnswered = isFinal && status !== 401 && status !== 407 && cseq.endsWith(' BYE')
    if (isByeAnswered || (method === 'BYE' && message.notSent !== null)) {
      dialogs.delete(dialog)
      ended.add(dialog)
    }
  }
  return requests.size === 0 && dialogs.size === 0
}

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
 * challenge does not answer a BYE: it comes again.
 */
export function isSettled(messages: readonly TracedMessage[]): boolean {
  const requests = new Set<string>()
  const dialogs = new Set<string>()
  const ended = new Set<string>()
  for (const message of messages) {
    const { method, status, cseq, fromTag, toTag } = readingOf(message)
    const isSent = message.direction === 'sent'
    if (method === 'ACK') requests.delete(`${isSent} ${fromTag} ${cseq.replace(/ACK$/, 'INVITE')}`)
    else if (method !== null) requests.add(`${isSent} ${fromTag} ${cseq}`)
    else if (status !== null && status >= 200) {
      const dialog = fromTag < toTag ? `${fromTag} ${toTag}` : `${toTag} ${fromTag}`
      if (!cseq.endsWith(' INVITE')) requests.delete(`${!isSent} ${fromTag} ${cseq}`)
      else if (status < 300 && !ended.has(dialog)) dialogs.add(dialog)
      if (cseq.endsWith(' BYE') && status !== 401 && status !== 407) {
        dialogs.delete(dialog)
        ended.add(dialog)
      }
    }
  }
  return requests.size === 0 && dialogs.size === 0
}

/** What comes out of the sockets: read, and let through to calls and users, unless it is a muted stranger's. */
import { keyOfRequest } from '../wire/sip/dialog/dialog-key.ts'
import { makeResponse } from '../wire/sip/make-response.ts'
import type { SipMessage } from '../wire/sip/message.ts'
import { parseMessage } from '../wire/sip/parse-message.ts'
import type { SessionCore } from '../wire/sip/session/session-core.ts'
import { newTag } from '../wire/sip/transaction/tokens.ts'
import type { Hop, SendBytes } from '../wire/sip/transport.ts'
import { writeMessage } from '../wire/sip/write-message.ts'
import type { SourceLimits } from './source-limits.ts'

export interface IntakeDeps {
  readonly core: Pick<SessionCore, 'receive' | 'find'>
  readonly limits: SourceLimits
  readonly send: SendBytes
  /** A message has come in that is let through. */
  readonly trace: (message: SipMessage, bytes: Uint8Array, hop: Hop) => void
}

export class Intake {
  readonly #deps: IntakeDeps

  constructor(deps: IntakeDeps) {
    this.#deps = deps
  }

  receive(bytes: Uint8Array, hop: Hop): void {
    const { core, limits, send, trace } = this.#deps
    const parsed = parseMessage(bytes, hop.transport === 'tcp' || hop.transport === 'tls' ? 'stream' : 'datagram')
    if (parsed.ok) {
      const { message } = parsed
      if (this.#beginsSomething(message) && limits.isMuted(hop.address)) return
      trace(message, bytes, hop)
      core.receive(message, hop)
      return
    }
    const { answer, why } = parsed
    if (!answer || limits.isMuted(hop.address)) return
    limits.refused(hop.address, why)
    send(hop, writeMessage(makeResponse(answer.request, answer.status, answer.reason, newTag())), () => {})
  }

  /** ACK and CANCEL are of something that is there; other requests are when their dialog is. */
  #beginsSomething(message: SipMessage): boolean {
    if (message.kind === 'response' || message.method === 'ACK' || message.method === 'CANCEL') return false
    const key = keyOfRequest(message)
    return key === null || this.#deps.core.find(key) === undefined
  }
}

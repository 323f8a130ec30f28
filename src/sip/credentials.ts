/** Who we say we are when a request of ours is challenged: by the call it belongs to. */
import { randomHex32 } from '../lib/ids.ts'
import { answerChallenge, chooseChallenge } from '../wire/sip/digest.ts'
import type { SipRequest, SipResponse } from '../wire/sip/message.ts'

export interface User {
  readonly username: string
  readonly password: string
}

const CNONCE_LENGTH = 16

export class Credentials {
  readonly #users = new Map<string, User>()

  /** For all requests with this Call-ID. @returns forgets it */
  know(callId: string, user: User): () => void {
    this.#users.set(callId, user)
    return () => this.#users.delete(callId)
  }

  /** The header field that answers; null: nobody is known for that call, or the password was wrong. */
  answer({ status, headers }: SipResponse, request: SipRequest): readonly [name: string, value: string] | null {
    const user = this.#users.get(request.headers.get('Call-ID') ?? '')
    const isProxy = status === 407
    const challenge = chooseChallenge(headers.all(isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate'))
    if (!user || !challenge) return null
    const name = isProxy ? 'Proxy-Authorization' : 'Authorization'
    // The same answer would be refused again; only a nonce that is too old is answered anew.
    if (request.headers.has(name) && !challenge.stale) return null
    const { method, uri } = request
    const cnonce = randomHex32().slice(0, CNONCE_LENGTH)
    return [name, answerChallenge(challenge, user, { method, uri, cnonce, count: 1 })]
  }
}

/**
 * The ACKs of 2xx that one end of a dialog has sent (RFC 3261 section 13.2.2.4): made once for each INVITE, sent each time its 2xx comes
 * again.
 */
import type { Body } from '../dialog/body.ts'
import { withBody } from '../dialog/body.ts'
import type { OneWay } from '../transaction/one-way.ts'
import { findWay, type Way } from './send-in-dialog.ts'
import { addStanding, type Header, type SessionGround } from './session-ground.ts'

export class Acks {
  readonly #ground: SessionGround
  /** Only the last INVITE's: there is no next one before it is acknowledged. */
  #number: number | null = null
  #ack: OneWay | null = null

  constructor(ground: SessionGround) {
    this.#ground = ground
  }

  /** `credentials`: of the INVITE; its ACK has the same (section 22.1). */
  send(way: Way, number: number, answer: Body | null, credentials: readonly Header[]): void {
    const { request, nextUri } = way.dialog.ack(number)
    for (const [name, value] of credentials) request.headers.append(name, value)
    addStanding(this.#ground, request)
    this.#number = number
    this.#ack = null
    findWay(this.#ground, way, nextUri, NOBODY, (hop) => {
      if (this.#number !== number) return
      this.#ack = this.#ground.layer.oneWay(withBody(request, answer), hop)
      this.#ack.send()
    })
  }

  /** @returns false when that INVITE was not acknowledged yet */
  again(number: number): boolean {
    if (this.#number !== number) return false
    this.#ack?.send()
    return true
  }
}

/** An ACK that finds no way is missed by the other end, which hangs up then. */
const NOBODY = { onResponse() {}, onNoAnswer() {} }

/** The header fields with credentials. */
export function credentialsOf(headers: Iterable<Header>): Header[] {
  const credentials: Header[] = []
  for (const field of headers) if (/^(proxy-)?authorization$/i.test(field[0])) credentials.push(field)
  return credentials
}

/** A re-INVITE or UPDATE of the other end that is to be answered (RFC 3261 section 14.2, RFC 3311 section 5.2). */
import { type Body, bodyOf } from '../dialog/body.ts'
import { type SessionTimerTerms, writeTerms } from '../dialog/session-timer-terms.ts'
import { makeResponse } from '../make-response.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import { addAbilities, type Header, type SessionGround } from './session-ground.ts'

/** How its answer gets out; for the session alone. */
export interface OfferDoor {
  readonly ground: SessionGround
  readonly contact: string
  readonly terms: SessionTimerTerms | null
  succeed(success: SipResponse, onAnswer: ((answer: Body | null) => void) | null): void
  refuse(refusal: SipResponse): void
}

export class IncomingOffer {
  readonly request: SipRequest
  /** Null in an INVITE: the offer is to be ours, in the 2xx, and the answer comes with ACK. */
  readonly offer: Body | null
  readonly #door: OfferDoor
  #isAnswered = false

  constructor(request: SipRequest, door: OfferDoor) {
    this.request = request
    this.offer = bodyOf(request)
    this.#door = door
  }

  get isAnswered(): boolean {
    return this.#isAnswered
  }

  /**
   * By 200. Without effect once it is answered, or the session over.
   * @param onAnswer to what we have offered, when the other end did not offer
   */
  accept(body: Body | null, onAnswer?: (answer: Body | null) => void): void {
    if (this.#isAnswered) return
    this.#isAnswered = true
    const { ground, contact, terms } = this.#door
    const success = { ...makeResponse(this.request, 200), body: body?.bytes ?? new Uint8Array(0) }
    success.headers.append('Contact', contact)
    if (terms !== null) writeTerms(success.headers, terms)
    addAbilities(ground, success)
    if (body !== null) success.headers.append('Content-Type', body.type)
    this.#door.succeed(success, onAnswer ?? null)
  }

  /** Mostly by 488, or 606: what was before stays. */
  refuse(status: number, headers: readonly Header[] = []): void {
    if (this.#isAnswered) return
    this.#isAnswered = true
    const refusal = makeResponse(this.request, status)
    for (const [name, value] of headers) refusal.headers.append(name, value)
    this.#door.refuse(refusal)
  }
}

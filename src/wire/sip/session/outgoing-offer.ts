/** A re-INVITE or UPDATE of ours, sent again after a challenge or a timer that was too short (RFC 3261 section 14.1). */
import { parseCSeq } from '../cseq.ts'
import { type Body, bodyOf, withBody } from '../dialog/body.ts'
import { askForLonger, askForTimer, termsOfSuccess } from '../dialog/session-timer-terms.ts'
import type { SipHeaders } from '../headers.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { ClientListener, NoAnswer } from '../transaction/client-listener.ts'
import type { InviteClientTransaction } from '../transaction/invite-client.ts'
import { credentialsOf } from './acks.ts'
import { answerChallenge, findWay } from './send-in-dialog.ts'
import type { Session } from './session.ts'
import { addAbilities, CHALLENGES_MAX, type SessionGround } from './session-ground.ts'

export interface OfferListener {
  /** Accepted. */
  onAnswer(answer: Body | null, response: SipResponse): void
  /** What was before stays. */
  onRefused(response: SipResponse): void
  /** Nor will there be; after a timeout the session is over, too. */
  onNoAnswer(why: NoAnswer): void
}

export interface Offer {
  readonly method: 'INVITE' | 'UPDATE'
  /** Null only in an UPDATE: nothing changes, but for target and timer. */
  readonly body: Body | null
  readonly listener: OfferListener
}

export interface Outgoing {
  /** Answered, or never to be: the next may follow. */
  done(): void
  /** Refused because both ends offered at once. @returns whether it is tried again later, as another one */
  glare(): boolean
}

export class OutgoingOffer implements ClientListener {
  readonly #ground: SessionGround
  readonly #session: Session
  readonly #offer: Offer
  readonly #outgoing: Outgoing
  #request: SipRequest | null = null
  #nextUri = ''
  #transaction: InviteClientTransaction | null = null
  #tries = 0
  #isOver = false

  constructor(ground: SessionGround, session: Session, offer: Offer, outgoing: Outgoing) {
    this.#ground = ground
    this.#session = session
    this.#offer = offer
    this.#outgoing = outgoing
  }

  start(): void {
    const { method, body } = this.#offer
    const { dialog, contact } = this.#session
    const routed = dialog.request(method)
    const { headers } = routed.request
    headers.append('Contact', contact)
    // Without reliable provisional answers: nobody rings who is up already.
    addAbilities(this.#ground, routed.request, '100rel')
    askForTimer(headers, this.#ground.timerWishes, this.#session.timerTerms)
    this.#nextUri = routed.nextUri
    this.#send(withBody(routed.request, body))
  }

  /** The session is over. */
  stop(): void {
    if (this.#isOver) return
    this.#isOver = true
    // The other end may have forgotten it with the session; so it is not waited for beyond 64*T1.
    this.#transaction?.cancel()
    this.#offer.listener.onNoAnswer({ kind: 'transport', why: 'The session has ended.' })
  }

  #send(request: SipRequest): void {
    this.#request = request
    findWay(this.#ground, this.#session, this.#nextUri, this, (hop) => {
      if (this.#isOver) return
      const { layer } = this.#ground
      if (request.method === 'INVITE') this.#transaction = layer.invite(request, hop, this)
      else layer.request(request, hop, this)
    })
  }

  onResponse(response: SipResponse): void {
    const { status } = response
    if (status < 200) return
    if (status < 300) this.#succeed(response)
    else if (!this.#isOver) this.#refused(response)
  }

  onNoAnswer(why: NoAnswer): void {
    if (this.#isOver) return
    this.#end()
    this.#offer.listener.onNoAnswer(why)
    // RFC 3261 section 12.2.1.2: who does not answer within a dialog is gone. Where only the transport failed, there may be another.
    if (why.kind === 'timeout') this.#session.fail(`${this.#offer.method} was not answered.`)
  }

  #succeed(success: SipResponse): void {
    const { dialog, acks } = this.#session
    const number = parseCSeq(success.headers.get('CSeq') ?? '')!.number
    if (this.#offer.method === 'INVITE' && !acks.again(number))
      acks.send(this.#session, number, null, credentialsOf(this.#request!.headers))
    if (this.#isOver) return
    this.#end()
    dialog.refreshTarget(success.headers)
    this.#session.restartTimer(termsOfSuccess(success.headers))
    this.#offer.listener.onAnswer(bodyOf(success), success)
  }

  #refused(response: SipResponse): void {
    const { status, headers } = response
    const request = this.#request!
    const { dialog } = this.#session
    if (status === 491 && this.#outgoing.glare()) {
      this.#isOver = true
      return
    }
    if (this.#tries < CHALLENGES_MAX) {
      this.#tries += 1
      const changed =
        status === 422 ? this.#longer(request, headers) : answerChallenge(this.#ground, dialog, response, request)
      if (changed !== null) {
        this.#send(changed)
        return
      }
    }
    this.#end()
    this.#offer.listener.onRefused(response)
    if (status === 481 || status === 408)
      this.#session.fail(`${request.method} was answered by ${status} ${response.reason}.`)
  }

  #longer(request: SipRequest, refusal: SipHeaders): SipRequest | null {
    const headers = request.headers.copy()
    return askForLonger(headers, refusal) ? this.#session.dialog.again({ ...request, headers }) : null
  }

  #end(): void {
    this.#isOver = true
    this.#outgoing.done()
  }
}

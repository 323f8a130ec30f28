/**
 * Offers of one session, ours and theirs, one at a time (RFC 3264 section 4): what we want to offer waits for its turn, and what comes
 * at the wrong moment is refused, so that it is tried again (RFC 3261 section 14, RFC 3311 section 5).
 */
import type { Timer } from '../../../lib/clock.ts'
import { type Body, bodyOf } from '../dialog/body.ts'
import { retryAfterBusySec, retryAfterGlareMs } from '../dialog/glare.ts'
import { answerTimer, type SessionTimerTerms, type TimerAnswer } from '../dialog/session-timer-terms.ts'
import { makeResponse } from '../make-response.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import { InviteServerTransaction } from '../transaction/invite-server.ts'
import type { OtherServerTransaction } from '../transaction/other-server.ts'
import { IncomingOffer } from './incoming-offer.ts'
import { type Offer, OutgoingOffer } from './outgoing-offer.ts'
import type { Session } from './session.ts'
import type { SessionGround } from './session-ground.ts'
import { SuccessUntilAck } from './success-until-ack.ts'

/** More that wait are refused at once. */
export const WAITING_OFFERS_MAX = 8
/** How often one is tried again when both ends offer at once. */
export const GLARES_MAX = 5

interface Waiting {
  readonly offer: Offer
  readonly glares: number
}

type Transaction = InviteServerTransaction | OtherServerTransaction

export class Offers {
  readonly #ground: SessionGround
  readonly #session: Session
  readonly #waiting: Waiting[] = []
  #outgoing: OutgoingOffer | null = null
  /** After glare: until then theirs have the turn. */
  #glareOver: Timer | null = null
  #incoming: IncomingOffer | null = null
  /** Our 2xx to a re-INVITE. */
  #success: SuccessUntilAck | null = null
  /** Of the INVITE that makes the session. */
  #isFirstAnswered = false

  constructor(ground: SessionGround, session: Session) {
    this.#ground = ground
    this.#session = session
  }

  get isFirstAnswered(): boolean {
    return this.#isFirstAnswered
  }

  /** The offer of the first INVITE, or of the answer to it, is answered. */
  firstAnswered(): void {
    this.#isFirstAnswered = true
    this.next()
  }

  /** @returns false when there is no room for it */
  want(offer: Offer): boolean {
    if (this.#waiting.length === WAITING_OFFERS_MAX) return false
    this.#waiting.push({ offer, glares: 0 })
    this.next()
    return true
  }

  /** Sends what waits, when it may go. */
  next(): void {
    const next = this.#waiting[0]
    if (next === undefined || this.#outgoing !== null || this.#glareOver !== null) return
    if (this.#theirsIsOpen || !this.#isFirstAnswered) return
    const { dialog, isAcknowledged } = this.#session
    if (next.offer.method === 'INVITE' && (dialog.state === 'early' || !isAcknowledged)) return
    this.#waiting.shift()
    this.#outgoing = new OutgoingOffer(this.#ground, this.#session, next.offer, {
      done: () => {
        this.#outgoing = null
        this.next()
      },
      glare: () => this.#glare(next),
    })
    this.#outgoing.start()
  }

  #glare({ offer, glares }: Waiting): boolean {
    if (glares === GLARES_MAX) return false
    const { clock, randomBelow } = this.#ground
    this.#outgoing = null
    this.#waiting.unshift({ offer, glares: glares + 1 })
    this.#glareOver = clock.after(retryAfterGlareMs(this.#session.dialog.isCaller, randomBelow), () => {
      this.#glareOver = null
      this.next()
    })
    return true
  }

  get #theirsIsOpen(): boolean {
    return this.#incoming?.isAnswered === false || this.#success?.isOver === false
  }

  /** A re-INVITE or UPDATE of theirs that is in order. */
  take(transaction: Transaction, request: SipRequest): void {
    const isInvite = transaction instanceof InviteServerTransaction
    const timer = answerTimer(request.headers, this.#ground.timerWishes)
    const refusal = this.#refusalOf(request, isInvite, timer)
    if (refusal !== null) {
      transaction.respond(refusal)
      return
    }
    const offer = this.#door(transaction, request, timer.kind === 'agreed' ? timer.terms : null)
    // An UPDATE without an offer refreshes target and timer, nobody has to be asked.
    if (!isInvite && offer.offer === null) {
      offer.accept(null)
      return
    }
    this.#incoming = offer
    if (isInvite)
      transaction.listen({
        onAck: (ack) => this.ack(ack),
        onCancel: () => offer.refuse(487),
        onFailure() {},
      })
    this.#session.listener.onOffer(offer)
  }

  #refusalOf(request: SipRequest, isInvite: boolean, timer: TimerAnswer): SipResponse | null {
    const inTheWay = isInvite || bodyOf(request) !== null ? this.#inTheWay(isInvite) : null
    if (inTheWay === 'ours') return makeResponse(request, 491)
    if (inTheWay === 'theirs') {
      const busy = makeResponse(request, 500)
      busy.headers.append('Retry-After', `${retryAfterBusySec(this.#ground.randomBelow)}`)
      return busy
    }
    if (timer.kind !== 'too-short') return null
    const tooShort = makeResponse(request, 422)
    tooShort.headers.append('Min-SE', `${timer.minSeSec}`)
    return tooShort
  }

  /** Whose offer stands in the way of a new one of theirs. */
  #inTheWay(isInvite: boolean): 'ours' | 'theirs' | null {
    const { dialog, isAcknowledged } = this.#session
    if (this.#outgoing !== null || this.#success?.isOver === false) return 'ours'
    if (!this.#isFirstAnswered || (isInvite && dialog.state === 'early')) return dialog.isCaller ? 'ours' : 'theirs'
    // The ACK of our 200 is lost or still on its way: after 491 they come again when it is here.
    if (isInvite && !isAcknowledged) return 'ours'
    return this.#theirsIsOpen ? 'theirs' : null
  }

  #door(transaction: Transaction, request: SipRequest, terms: SessionTimerTerms | null): IncomingOffer {
    const session = this.#session
    return new IncomingOffer(request, {
      ground: this.#ground,
      contact: session.contact,
      terms,
      succeed: (success, onAnswer) => {
        session.dialog.refreshTarget(request.headers)
        session.restartTimer(terms)
        if (transaction instanceof InviteServerTransaction) this.#untilAck(transaction, success, onAnswer)
        else transaction.respond(success)
        this.next()
      },
      refuse: (refusal) => {
        transaction.respond(refusal)
        this.next()
      },
    })
  }

  #untilAck(
    transaction: InviteServerTransaction,
    success: SipResponse,
    onAnswer: ((answer: Body | null) => void) | null,
  ): void {
    this.#success = new SuccessUntilAck(this.#ground, transaction, success, {
      onAck: (ack) => {
        onAnswer?.(bodyOf(ack))
        this.next()
      },
      onNoAck: () => this.#session.fail('The 200 to a re-INVITE was not acknowledged.'),
    })
  }

  /** @returns whether it was waited for */
  ack(ack: SipRequest): boolean {
    return this.#success?.takes(ack) ?? false
  }

  /** The session is over. */
  stop(): void {
    this.#success?.stop()
    this.#incoming?.refuse(487)
    this.#outgoing?.stop()
    this.#glareOver?.cancel()
    for (const { offer } of this.#waiting.splice(0))
      offer.listener.onNoAnswer({ kind: 'transport', why: 'The session has ended.' })
  }
}

/**
 * A session that an INVITE makes, as one end sees it (RFC 3261 sections 13 to 15): its dialog, the offers that change it, its timer, and
 * the requests within it. `UacInvite` and `UasInvite` make sessions; whoever gets one listens, and ends it by `bye`.
 */
import { type Body, withBody } from '../dialog/body.ts'
import type { Dialog, Routed } from '../dialog/dialog.ts'
import { listsToken } from '../dialog/option-tags.ts'
import { SessionTimer } from '../dialog/session-timer.ts'
import type { SessionTimerTerms } from '../dialog/session-timer-terms.ts'
import type { SipHeaders } from '../headers.ts'
import { makeResponse } from '../make-response.ts'
import type { SipRequest } from '../message.ts'
import type { ClientListener } from '../transaction/client-listener.ts'
import type { InviteServerTransaction } from '../transaction/invite-server.ts'
import type { OtherServerTransaction } from '../transaction/other-server.ts'
import type { Hop } from '../transport.ts'
import { Acks } from './acks.ts'
import { Offers } from './offers.ts'
import type { OfferListener } from './outgoing-offer.ts'
import type { ReferListener } from './outgoing-refer.ts'
import { Refers } from './refers.ts'
import { sendInDialog } from './send-in-dialog.ts'
import { addStanding, type Header, type SessionGround } from './session-ground.ts'
import { NOBODY_LISTENS, type SessionEnd, type SessionListener } from './session-listener.ts'

/** The INVITE of the other end that made the session. */
export interface FirstInvite {
  /** It may come after the answer, too. */
  prack(transaction: OtherServerTransaction, request: SipRequest): void
  ended(end: SessionEnd): void
}

export class Session {
  readonly dialog: Dialog
  /** The value of our Contact. */
  readonly contact: string
  readonly acks: Acks
  readonly offers: Offers
  readonly #ground: SessionGround
  readonly #timer: SessionTimer
  readonly #refers: Refers
  #listener: SessionListener = NOBODY_LISTENS
  #peer: Hop | null
  #peerTakesUpdate = false
  #isAcknowledged: boolean
  /** Header fields of a BYE that waits for the ACK. */
  #byeWaiting: readonly Header[] | null = null
  #first: FirstInvite | null = null

  constructor(ground: SessionGround, dialog: Dialog, contact: string, peer: Hop | null) {
    this.#ground = ground
    this.dialog = dialog
    this.contact = contact
    this.#peer = peer
    this.#isAcknowledged = dialog.isCaller
    this.acks = new Acks(ground)
    this.offers = new Offers(ground, this)
    this.#refers = new Refers(ground, this)
    this.#timer = new SessionTimer(ground.clock, {
      refresh: () => this.#refresh(),
      expired: () => this.fail('The session was not refreshed.'),
    })
    ground.joined(this)
  }

  get listener(): SessionListener {
    return this.#listener
  }

  get peer(): Hop | null {
    return this.#peer
  }

  get timerTerms(): SessionTimerTerms | null {
    return this.#timer.terms
  }

  /** The other end knows that the session is there: a callee waits for that before it changes or ends it (section 15). */
  get isAcknowledged(): boolean {
    return this.#isAcknowledged
  }

  get isOver(): boolean {
    return this.dialog.state === 'terminated'
  }

  listen(listener: SessionListener): void {
    this.#listener = listener
  }

  // What the owner does.

  /** Offers a change by re-INVITE, in its turn. @returns false when too many wait, or the session is over */
  offer(body: Body, listener: OfferListener): boolean {
    return !this.isOver && this.offers.want({ method: 'INVITE', body, listener })
  }

  /** By UPDATE, which may come before the session is answered (RFC 3311); null: only target and timer are refreshed. */
  update(body: Body | null, listener: OfferListener): boolean {
    return !this.isOver && this.offers.want({ method: 'UPDATE', body, listener })
  }

  /** Any other request within the dialog: INFO, MESSAGE, NOTIFY. The listener may be told before this returns. */
  send(method: string, headers: readonly Header[], body: Body | null, listener: ClientListener): void {
    if (this.isOver) {
      listener.onNoAnswer({ kind: 'transport', why: 'The session has ended.' })
      return
    }
    sendInDialog(this.#ground, this, this.#compose(method, headers, body), {
      onResponse: (response, from) => {
        listener.onResponse(response, from)
        // To PRACK it says only that the answer that it is for is settled (RFC 3262 section 3).
        if (response.status === 481 && method !== 'PRACK')
          this.fail(`${method} was answered by 481 ${response.reason}.`)
      },
      onNoAnswer: (why) => listener.onNoAnswer(why),
    })
  }

  /** @param referTo as `writeReferTo` makes it. @returns false when too many are under way, or the session is over */
  refer(referTo: string, headers: readonly Header[], listener: ReferListener): boolean {
    return !this.isOver && this.#refers.ask(referTo, headers, listener)
  }

  /** Answers a request that `onRequest` told of. */
  answer(
    transaction: OtherServerTransaction,
    request: SipRequest,
    status: number,
    headers: readonly Header[] = [],
    body: Body | null = null,
  ): void {
    const response = makeResponse(request, status)
    for (const [name, value] of headers) response.headers.append(name, value)
    addStanding(this.#ground, response)
    transaction.respond(withBody(response, body))
  }

  /**
   * Ends the session; a callee that is not acknowledged yet, as soon as it is. One that has not answered rejects instead.
   * @param headers such as Reason
   */
  bye(headers: readonly Header[] = []): void {
    if (this.isOver || this.#byeWaiting !== null) return
    if (!this.#isAcknowledged) {
      this.#byeWaiting = headers
      return
    }
    this.#sendBye(headers)
    this.#end({ by: 'local' })
  }

  // What those who made it, and its parts, tell it.

  /** The other end does not answer, or not as one that has this session. */
  fail(why: string): void {
    if (this.isOver) return
    if (this.dialog.state === 'confirmed') this.#sendBye(this.#byeWaiting ?? [])
    else this.#ground.left(this)
    this.#end(this.#byeWaiting === null ? { by: 'failure', why } : { by: 'local' })
  }

  /** It was answered after all, when nobody wanted it any more; it is acknowledged. */
  hangUp(): void {
    if (this.isOver) this.#sendBye([])
    else this.bye()
  }

  /** It never came to be: another end answered, or none. */
  fade(): void {
    if (this.isOver) return
    this.#ground.left(this)
    this.#end({ by: 'local' })
  }

  /** The stack has stopped. */
  drop(): void {
    this.#listener = NOBODY_LISTENS
    this.fade()
  }

  beganBy(first: FirstInvite): void {
    this.#first = first
  }

  acknowledged(): void {
    if (this.isOver) return
    this.#isAcknowledged = true
    if (this.#byeWaiting !== null) {
      this.#sendBye(this.#byeWaiting)
      this.#end({ by: 'local' })
    } else this.offers.next()
  }

  restartTimer(terms: SessionTimerTerms | null): void {
    if (!this.isOver) this.#timer.restart(terms)
  }

  /** A message of the other end: where it comes from, and what it can. */
  learn(headers: SipHeaders, from: Hop): void {
    this.#peer = from
    if (headers.has('Allow')) this.#peerTakesUpdate = listsToken(headers, 'Allow', 'update')
  }

  // What comes in.

  receiveInvite(transaction: InviteServerTransaction, request: SipRequest, from: Hop): void {
    if (!this.#isInOrder(transaction, request, from)) return
    this.offers.take(transaction, request)
  }

  receive(transaction: OtherServerTransaction, request: SipRequest, from: Hop): void {
    if (!this.#isInOrder(transaction, request, from)) return
    switch (request.method) {
      case 'BYE':
        transaction.respond(makeResponse(request, 200))
        this.#ground.left(this)
        this.#end({ by: 'remote', bye: request })
        return
      case 'UPDATE':
        this.offers.take(transaction, request)
        return
      case 'PRACK':
        if (this.#first === null) transaction.respond(makeResponse(request, 481))
        else this.#first.prack(transaction, request)
        return
      case 'REFER':
        this.#refers.take(transaction, request)
        return
      case 'NOTIFY':
        this.#takeNotify(transaction, request)
        return
      default:
        this.#listener.onRequest(transaction, request)
    }
  }

  #isInOrder(transaction: InviteServerTransaction | OtherServerTransaction, request: SipRequest, from: Hop): boolean {
    const refusal = this.isOver
      ? request.method === 'BYE'
        ? 200
        : 481
      : this.dialog.judge(request) === 'late'
        ? 500
        : null
    if (refusal === null) this.learn(request.headers, from)
    else transaction.respond(makeResponse(request, refusal))
    return refusal === null
  }

  #takeNotify(transaction: OtherServerTransaction, request: SipRequest): void {
    if (this.#refers.takesNotify(request)) transaction.respond(makeResponse(request, 200))
    else this.#listener.onRequest(transaction, request)
  }

  #compose(method: string, headers: readonly Header[], body: Body | null): Routed {
    const routed = this.dialog.request(method)
    for (const [name, value] of headers) routed.request.headers.append(name, value)
    addStanding(this.#ground, routed.request)
    return { ...routed, request: withBody(routed.request, body) }
  }

  /** It is known until BYE is answered, so that the other end's BYE is, too, when both hang up at once. */
  #sendBye(headers: readonly Header[]): void {
    sendInDialog(this.#ground, this, this.#compose('BYE', headers, null), {
      onResponse: ({ status }) => {
        if (status >= 200) this.#ground.left(this)
      },
      onNoAnswer: () => this.#ground.left(this),
    })
  }

  #refresh(): void {
    // Refused, but alive: the time goes on, and at its end the session is over.
    const again: OfferListener = { onAnswer() {}, onRefused() {}, onNoAnswer() {} }
    const reinvite = () => {
      const body = this.#listener.currentOffer()
      // The same offer may have another answer: the other end has moved, or holds the line.
      const onAnswer = (answer: Body | null) => {
        if (answer !== null) this.#listener.onRefreshed(answer)
      }
      if (body !== null) this.offer(body, { ...again, onAnswer })
    }
    // Some say that they take UPDATE, and do not.
    if (this.#peerTakesUpdate) this.update(null, { ...again, onRefused: reinvite })
    else reinvite()
  }

  #end(end: SessionEnd): void {
    this.dialog.terminate()
    const first = this.#first
    this.#first = null
    first?.ended(end)
    this.#timer.stop()
    this.offers.stop()
    this.#refers.stop()
    const listener = this.#listener
    this.#listener = NOBODY_LISTENS
    listener.onEnded(end)
  }
}

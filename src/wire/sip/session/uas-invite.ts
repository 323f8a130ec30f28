/**
 * An INVITE that came, until it is answered for good (RFC 3261 sections 13.3 and 9.2, RFC 3262): rings, reliably where asked for, answers
 * and waits for the ACK, or refuses. The session is there from the beginning.
 */
import type { Timer } from '../../../lib/clock.ts'
import { type Body, bodyOf, withBody } from '../dialog/body.ts'
import { listsToken } from '../dialog/option-tags.ts'
import { type SessionTimerTerms, writeTerms } from '../dialog/session-timer-terms.ts'
import { makeResponse } from '../make-response.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { NoAnswer } from '../transaction/client-listener.ts'
import type { InviteServerTransaction } from '../transaction/invite-server.ts'
import type { OtherServerTransaction } from '../transaction/other-server.ts'
import { ReliableSender } from './reliable-sender.ts'
import type { Session } from './session.ts'
import { addAbilities, addStanding, type Header, type SessionGround } from './session-ground.ts'
import type { SessionEnd } from './session-listener.ts'
import { SuccessUntilAck } from './success-until-ack.ts'

export interface UasListener {
  /**
   * The caller has given up, by CANCEL or by BYE, or its `Expires` has run out (null); the INVITE is answered by 487. In place of it
   * one of the two below.
   */
  onCancelled(request: SipRequest | null): void
  /** The answer has arrived. `answer`: to our offer, when the caller had none. */
  onAcknowledged(answer: Body | null): void
  /** It has not; the session ends. Also when a reliable provisional answer never arrived. */
  onFailed(why: string): void
}

/** Section 13.3.1.1: proxies on the way give up an INVITE of which they hear nothing for three minutes. */
const RING_AGAIN_MS = 60_000
/** A caller who would wait longer has no limit: nobody lets it ring for a day. */
const EXPIRES_SEC_MAX = 86_400

export interface Ringing {
  readonly headers?: readonly Header[]
  readonly body?: Body | null
  /** Also when the caller only can, not must (100rel in Supported). */
  readonly reliable?: boolean
  /** What came with PRACK: the answer to our offer. */
  readonly onPrack?: (answer: Body | null) => void
}

export class UasInvite {
  readonly request: SipRequest
  /** Null: ours is to come with the answer, theirs with ACK. */
  readonly offer: Body | null
  readonly session: Session
  readonly #ground: SessionGround
  readonly #transaction: InviteServerTransaction
  readonly #terms: SessionTimerTerms | null
  readonly #reliable: ReliableSender
  #listener: UasListener | null = null
  #state: 'asked' | 'answering' | 'answered' | 'over' = 'asked'
  #success: SuccessUntilAck | null = null
  #expiry: Timer | null = null
  #ringAgain: Timer | null = null

  constructor(
    ground: SessionGround,
    session: Session,
    transaction: InviteServerTransaction,
    request: SipRequest,
    terms: SessionTimerTerms | null,
  ) {
    this.#ground = ground
    this.session = session
    this.#transaction = transaction
    this.request = request
    this.#terms = terms
    this.offer = bodyOf(request)
    this.#reliable = new ReliableSender(ground, transaction, request, () => this.#noPrack())
    session.beganBy({
      prack: (transaction, prack) => this.#prack(transaction, prack),
      ended: (end) => this.#ended(end),
    })
    const expiresSec = expiresOf(request)
    if (expiresSec !== null) this.#expiry = ground.clock.after(expiresSec * 1000, () => this.#cancelled(null))
    transaction.listen({
      onAck: (ack) => this.takes(ack),
      onCancel: (cancel) => this.#cancelled(cancel),
      onFailure: (why) => this.#failed(why),
    })
  }

  /** To be called before the one who made it returns to the network. */
  listen(listener: UasListener): void {
    this.#listener = listener
  }

  /** 180, 183 and other provisional answers. The last one goes out again every minute, without its body. */
  ring(status: number, { headers = [], body = null, reliable = false, onPrack }: Ringing = {}): void {
    if (this.#state !== 'asked') return
    const response = this.#compose(status, headers)
    response.headers.append('Contact', this.session.contact)
    addAbilities(this.#ground, response)
    const { headers: asked } = this.request
    const isReliable =
      status > 100 && (listsToken(asked, 'Require', '100rel') || (reliable && listsToken(asked, 'Supported', '100rel')))
    const whole = withBody(response, body)
    if (!isReliable) this.#transaction.respond(whole)
    else
      this.#reliable.send(whole, (prack) => {
        if (body !== null) this.session.offers.firstAnswered()
        onPrack?.(bodyOf(prack))
      })
    this.#ringAgain?.cancel()
    this.#ringAgain = this.#ground.clock.daemon(RING_AGAIN_MS, () => this.ring(status, { headers, reliable }))
  }

  /** By 200; waits for the PRACK of an answer with a body before. `body`: null when it went out with a reliable ringing. */
  answer(body: Body | null, headers: readonly Header[] = []): void {
    if (this.#state !== 'asked') return
    this.#state = 'answering'
    this.#reliable.afterBodies(() => {
      if (this.#state !== 'answering') return
      this.#state = 'answered'
      const success = this.#compose(200, headers)
      success.headers.append('Contact', this.session.contact)
      if (this.#terms !== null) writeTerms(success.headers, this.#terms)
      addAbilities(this.#ground, success)
      this.#stopRinging()
      this.session.dialog.confirm()
      this.session.restartTimer(this.#terms)
      this.#success = new SuccessUntilAck(this.#ground, this.#transaction, withBody(success, body), {
        onAck: (ack) => this.#acknowledged(ack),
        onNoAck: () => this.#lost('The 200 to the INVITE was not acknowledged.'),
      })
    })
  }

  /** 3xx to 6xx. Without effect once it is answered. */
  reject(status: number, headers: readonly Header[] = [], reason?: string): void {
    if (this.#state !== 'asked' && this.#state !== 'answering') return
    this.#state = 'over'
    this.#stopRinging()
    const refusal = this.#compose(status, headers, reason)
    addStanding(this.#ground, refusal)
    this.#transaction.respond(refusal)
    this.session.fade()
  }

  /** @returns whether the ACK is of this INVITE's 2xx */
  takes(ack: SipRequest): boolean {
    return this.#success?.takes(ack) ?? false
  }

  #stopRinging(): void {
    this.#reliable.stop()
    this.#expiry?.cancel()
    this.#ringAgain?.cancel()
  }

  #compose(status: number, headers: readonly Header[], reason?: string): SipResponse {
    const response = makeResponse(this.request, status, reason, this.session.dialog.localTag)
    for (const [name, value] of headers) response.headers.append(name, value)
    return response
  }

  #prack(transaction: OtherServerTransaction, prack: SipRequest): void {
    const accept = () => transaction.respond(makeResponse(prack, 200))
    if (!this.#reliable.takes(prack, accept)) transaction.respond(makeResponse(prack, 481))
  }

  #acknowledged(ack: SipRequest): void {
    this.#state = 'over'
    this.session.offers.firstAnswered()
    this.#listener?.onAcknowledged(this.offer === null ? bodyOf(ack) : null)
    this.session.acknowledged()
  }

  #cancelled(request: SipRequest | null): void {
    if (this.#state !== 'asked' && this.#state !== 'answering') return
    this.reject(487)
    this.#listener?.onCancelled(request)
  }

  /** RFC 3262 section 3: the caller cannot be told what it has to know. */
  #noPrack(): void {
    if (this.#state !== 'asked' && this.#state !== 'answering') return
    this.reject(504)
    this.#listener?.onFailed('A reliable provisional answer was not acknowledged.')
  }

  #failed(why: NoAnswer): void {
    if (this.#state === 'over') return
    this.#lost(why.kind === 'timeout' ? 'The INVITE was not answered in time.' : why.why)
  }

  #lost(why: string): void {
    this.#state = 'over'
    this.#stopRinging()
    this.#success?.stop()
    this.#listener?.onFailed(why)
    // Section 13.3.1.4: BYE, though there was no ACK.
    this.session.fail(why)
  }

  /** Mostly by the caller's BYE: before the answer, or in the moment in which its ACK was on the way. */
  #ended(end: SessionEnd): void {
    this.#success?.stop()
    this.#stopRinging()
    const was = this.#state
    if (was === 'over') return
    this.#state = 'over'
    if (was === 'answered') {
      this.#listener?.onAcknowledged(null)
      return
    }
    this.#transaction.respond(this.#compose(487, []))
    if (end.by === 'remote') this.#listener?.onCancelled(end.bye)
    else this.#listener?.onFailed(end.by === 'failure' ? end.why : 'The session was ended before it was answered.')
  }
}

/** How long the caller lets it ring, in seconds (sections 13.3.1 and 20.19); null: it does not say. */
function expiresOf({ headers }: SipRequest): number | null {
  const written = headers.get('Expires')?.trim() ?? ''
  const seconds = /^\d{1,10}$/.test(written) ? Number(written) : EXPIRES_SEC_MAX
  return seconds < EXPIRES_SEC_MAX ? seconds : null
}

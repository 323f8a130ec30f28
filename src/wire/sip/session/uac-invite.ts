/**
 * An INVITE of ours (RFC 3261 sections 13.2, 9.1 and 22): sent again when it is challenged or its timer is too short, with one early
 * session for each end that rings (section 12.1), PRACK for reliable answers (RFC 3262), and one session at the end: of the first end that
 * answers. Other ends that answer, and all after CANCEL, get ACK and BYE.
 */
import { parseCSeq } from '../cseq.ts'
import { type Body, bodyOf } from '../dialog/body.ts'
import { Dialog } from '../dialog/dialog.ts'
import { ReliableOrder, reliableNumber, writeRAck } from '../dialog/reliable-provisional.ts'
import { askForLonger, termsOfSuccess } from '../dialog/session-timer-terms.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { ClientListener, NoAnswer } from '../transaction/client-listener.ts'
import type { InviteClientTransaction } from '../transaction/invite-client.ts'
import { tagOf } from '../transaction/tag-of.ts'
import type { Hop } from '../transport.ts'
import { credentialsOf } from './acks.ts'
import { Session } from './session.ts'
import { CHALLENGES_MAX, type SessionGround } from './session-ground.ts'
import type { UacListener, UacOutcome } from './uac-listener.ts'

/** Ends of one INVITE that are listened to; a fork with more of them is none that we made. */
export const FORKS_MAX = 32

interface Fork {
  readonly session: Session
  readonly order: ReliableOrder
}

export class UacInvite implements ClientListener {
  readonly #ground: SessionGround
  readonly #hop: Hop
  readonly #contact: string
  readonly #listener: UacListener
  /** By To tag. */
  readonly #forks = new Map<string, Fork>()
  #request: SipRequest
  #transaction: InviteClientTransaction | null = null
  #state: 'asking' | 'cancelling' | 'over' = 'asking'
  #tries = 0

  /** @param request whole but for Via; with Contact */
  constructor(ground: SessionGround, request: SipRequest, hop: Hop, listener: UacListener) {
    this.#ground = ground
    this.#request = request
    this.#hop = hop
    this.#contact = request.headers.get('Contact') ?? ''
    this.#listener = listener
  }

  start(): void {
    this.#transaction = this.#ground.layer.invite(this.#request, this.#hop, this)
  }

  /** The outcome still comes, when it is all over. Without effect once there is one. */
  cancel(reasons: readonly string[] = []): void {
    if (this.#state !== 'asking') return
    this.#state = 'cancelling'
    this.#transaction?.cancel(reasons)
  }

  onResponse(response: SipResponse, from: Hop): void {
    const { status } = response
    if (status < 200) this.#provisional(response, from)
    else if (status < 300) this.#success(response, from)
    else this.#refused(response)
  }

  onNoAnswer(why: NoAnswer): void {
    this.#conclude({ kind: 'no-answer', why })
  }

  #provisional(response: SipResponse, from: Hop): void {
    if (this.#state !== 'asking') return
    const fork = this.#forkOf(response, from)
    const rseq = reliableNumber(response.status, response.headers)
    if (rseq === null || fork === null) {
      if (rseq === null) this.#listener.onProvisional(response, fork?.session ?? null, null)
      return
    }
    if (!fork.order.takes(rseq)) return
    const body = bodyOf(response)
    const prack = (answer: Body | null) => this.#prack(fork.session, rseq, answer)
    const isOffer = body !== null && bodyOf(this.#request) === null && !fork.session.offers.isFirstAnswered
    if (!isOffer) prack(null)
    if (body !== null && !isOffer) fork.session.offers.firstAnswered()
    this.#listener.onProvisional(response, fork.session, isOffer ? prack : null)
  }

  #prack(session: Session, rseq: number, answer: Body | null): void {
    if (session.isOver) return
    const cseq = parseCSeq(this.#request.headers.get('CSeq')!)!.number
    session.send('PRACK', [['RAck', writeRAck({ rseq, cseq, method: 'INVITE' })]], answer, {
      onResponse() {},
      // Then the other end has no INVITE to answer any more, and says so there.
      onNoAnswer() {},
    })
    if (answer !== null) session.offers.firstAnswered()
  }

  #success(response: SipResponse, from: Hop): void {
    const number = parseCSeq(response.headers.get('CSeq') ?? '')!.number
    const known = this.#forks.get(tagOf(response.headers.get('To') ?? '') ?? '')
    if (known?.session.acks.again(number)) return
    if (known?.session.dialog.state === 'confirmed') return
    const session = known?.session ?? this.#join(response, from)
    if (session === null) return
    session.dialog.confirm(response)
    session.learn(response.headers, from)
    const acknowledge = (answer: Body | null) => {
      session.acks.send(session, number, answer, credentialsOf(this.#request.headers))
      session.offers.firstAnswered()
    }
    if (this.#state !== 'asking' || session.isOver) {
      acknowledge(null)
      session.hangUp()
      this.#conclude({ kind: 'cancelled' })
      return
    }
    session.restartTimer(termsOfSuccess(response.headers))
    const isOffer = bodyOf(this.#request) === null && !session.offers.isFirstAnswered
    if (!isOffer) acknowledge(null)
    this.#conclude({ kind: 'answered', session, response, acknowledge: isOffer ? acknowledge : null })
  }

  #refused(response: SipResponse): void {
    if (this.#state === 'asking' && this.#tries < CHALLENGES_MAX) {
      const again = this.#changed(response)
      if (again !== null) {
        this.#tries += 1
        this.#fadeBut(null)
        this.#request = again
        this.start()
        return
      }
    }
    this.#conclude({ kind: 'refused', response })
  }

  /** The INVITE as it is to be tried again: with credentials, or a longer timer. */
  #changed(response: SipResponse): SipRequest | null {
    const headers = this.#request.headers.copy()
    if (response.status === 401 || response.status === 407) {
      const answer = this.#ground.answerChallenge(response, this.#request)
      if (answer === null) return null
      headers.set(...answer)
    } else if (response.status !== 422 || !askForLonger(headers, response.headers)) return null
    const number = parseCSeq(headers.get('CSeq')!)!.number + 1
    headers.set('CSeq', `${number} INVITE`)
    return { ...this.#request, headers }
  }

  #conclude(outcome: UacOutcome): void {
    if (this.#state === 'over') return
    const wasCancelled = this.#state === 'cancelling'
    this.#state = 'over'
    this.#fadeBut(outcome.kind === 'answered' ? outcome.session : null)
    this.#listener.onOutcome(wasCancelled ? { kind: 'cancelled' } : outcome)
  }

  #fadeBut(winner: Session | null): void {
    for (const { session } of this.#forks.values())
      if (session !== winner && session.dialog.state === 'early') session.fade()
  }

  #forkOf(response: SipResponse, from: Hop): Fork | null {
    const tag = tagOf(response.headers.get('To') ?? '')
    if (tag === null || response.status === 100) return null
    const known = this.#forks.get(tag)
    if (known !== undefined) {
      known.session.learn(response.headers, from)
      return known
    }
    this.#join(response, from)
    return this.#forks.get(tag) ?? null
  }

  /** @returns null when there are too many */
  #join(response: SipResponse, from: Hop): Session | null {
    if (this.#forks.size === FORKS_MAX) return null
    const dialog = Dialog.ofResponse(this.#request, response)
    if (dialog === null) return null
    const session = new Session(this.#ground, dialog, this.#contact, from)
    session.learn(response.headers, from)
    this.#forks.set(dialog.remoteTag, { session, order: new ReliableOrder() })
    return session
  }
}

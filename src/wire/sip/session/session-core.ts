/**
 * The user agent core of SIP (RFC 3261 section 8), as far as it knows no calls: brings what comes in to its session, and what begins
 * something new to its user; begins sessions. Owns the transaction layer.
 */
import type { Clock } from '../../../lib/clock.ts'
import { randomUint32 } from '../../../lib/ids.ts'
import { checkRequest, type Supported } from '../check-request.ts'
import { parseCSeq } from '../cseq.ts'
import type { Body } from '../dialog/body.ts'
import { withBody } from '../dialog/body.ts'
import { Dialog } from '../dialog/dialog.ts'
import { keyOfRequest, keyOfResponse } from '../dialog/dialog-key.ts'
import { answerTimer, askForTimer, type SessionTimerWishes } from '../dialog/session-timer-terms.ts'
import { SipHeaders } from '../headers.ts'
import { makeResponse } from '../make-response.ts'
import { NO_BODY, type SipMessage, type SipRequest, type SipResponse } from '../message.ts'
import type { ClientListener } from '../transaction/client-listener.ts'
import type { InviteServerTransaction } from '../transaction/invite-server.ts'
import type { OtherClientTransaction } from '../transaction/other-client.ts'
import type { OtherServerTransaction } from '../transaction/other-server.ts'
import type { TimerBase } from '../transaction/timer-values.ts'
import { newCallId, newTag } from '../transaction/tokens.ts'
import { TransactionLayer } from '../transaction/transaction-layer.ts'
import type { TransactionUser } from '../transaction/transaction-user.ts'
import type { Hop, SendBytes } from '../transport.ts'
import { Session } from './session.ts'
import { type AnswerChallenge, addAbilities, type Header, type Locate, type SessionGround } from './session-ground.ts'
import { UacInvite } from './uac-invite.ts'
import type { UacListener } from './uac-listener.ts'
import { UasInvite } from './uas-invite.ts'

export interface SessionCoreUser {
  /** An INVITE that begins a session. Listen to it and to its session before returning; answer now or later. */
  onCall(invite: UasInvite, from: Hop): void
  /** A request outside of any dialog, of a method that is supported: OPTIONS, REGISTER, MESSAGE and so on. */
  onRequest(transaction: OtherServerTransaction, request: SipRequest, from: Hop): void
}

export interface SessionCoreOptions {
  readonly clock: Clock
  readonly send: SendBytes
  readonly user: SessionCoreUser
  readonly sentBy: (hop: Hop) => string
  /** The value of our Contact towards a hop. */
  readonly contact: (hop: Hop) => string
  readonly locate: Locate
  readonly answerChallenge: AnswerChallenge
  readonly supported: Supported
  readonly timerWishes: SessionTimerWishes
  readonly standing?: readonly Header[]
  readonly timers?: Partial<TimerBase>
  readonly transactionsMax?: number
  readonly randomBelow?: (end: number) => number
}

export interface NewInvite {
  /** The Request-URI. */
  readonly uri: string
  /** `"Name" <uri>`, without a tag. */
  readonly from: string
  readonly to: string
  readonly hop: Hop
  /** Null: the other end is to offer. */
  readonly offer: Body | null
  /** Route, identity and so on. */
  readonly headers?: readonly Header[]
  /** A new one when left out. */
  readonly callId?: string
}

const ALWAYS_TAKEN: ReadonlySet<string> = new Set(['BYE', 'PRACK'])

export class SessionCore implements TransactionUser {
  readonly layer: TransactionLayer
  readonly #options: SessionCoreOptions
  readonly #ground: SessionGround
  readonly #sessions = new Map<string, Session>()
  /** INVITEs that wait for their ACK or answer, by their session. */
  readonly #asked = new Map<Session, UasInvite>()

  constructor(options: SessionCoreOptions) {
    this.#options = options
    const { clock, send, sentBy, timers, transactionsMax } = options
    this.layer = new TransactionLayer({
      clock,
      send,
      sentBy,
      user: this,
      ...(timers && { timers }),
      ...(transactionsMax !== undefined && { transactionsMax }),
    })
    this.#ground = {
      clock,
      layer: this.layer,
      locate: options.locate,
      answerChallenge: options.answerChallenge,
      randomBelow: options.randomBelow ?? ((end) => randomUint32() % end),
      timerWishes: options.timerWishes,
      methods: options.supported.methods,
      extensions: options.supported.extensions,
      standing: options.standing ?? [],
      joined: (session) => this.#sessions.set(session.dialog.key, session),
      left: (session) => this.#left(session),
    }
  }

  /** Sessions that are there, early and ending ones too. */
  get size(): number {
    return this.#sessions.size
  }

  /** By the key of its dialog. */
  find(key: string): Session | undefined {
    return this.#sessions.get(key)
  }

  receive(message: SipMessage, from: Hop): void {
    this.layer.receive(message, from)
  }

  /** Ends all. Nothing is sent any more, and sessions are not told; calls that were not answered yet fail. */
  stop(): void {
    this.layer.stop()
    for (const session of [...this.#sessions.values()]) session.drop()
    this.#sessions.clear()
    this.#asked.clear()
  }

  /** Calls somebody. `cancel` of what is returned gives up. */
  invite(invite: NewInvite, listener: UacListener): UacInvite {
    const headers = new SipHeaders()
      .append('Max-Forwards', '70')
      .append('From', `${invite.from};tag=${newTag()}`)
      .append('To', invite.to)
      .append('Call-ID', invite.callId ?? newCallId())
      .append('CSeq', '1 INVITE')
      .append('Contact', this.#options.contact(invite.hop))
    for (const [name, value] of invite.headers ?? []) headers.append(name, value)
    const request: SipRequest = { kind: 'request', method: 'INVITE', uri: invite.uri, headers, body: NO_BODY }
    addAbilities(this.#ground, request)
    askForTimer(headers, this.#options.timerWishes, null)
    const uac = new UacInvite(this.#ground, withBody(request, invite.offer), invite.hop, listener)
    uac.start()
    return uac
  }

  /** A request outside of any dialog, whole but for Via. */
  request(request: SipRequest, hop: Hop, listener: ClientListener): OtherClientTransaction {
    return this.layer.request(request, hop, listener)
  }

  // From the transaction layer.

  onInvite(transaction: InviteServerTransaction, request: SipRequest, from: Hop): void {
    const key = keyOfRequest(request)
    if (key !== null) {
      const session = this.#sessions.get(key)
      if (session === undefined) transaction.respond(makeResponse(request, 481))
      else if (!this.#objects(transaction, request)) session.receiveInvite(transaction, request, from)
      return
    }
    if (this.#objects(transaction, request)) return
    const dialog = Dialog.ofRequest(request, transaction.toTag)
    if (dialog === null) {
      transaction.respond(makeResponse(request, 400, 'Missing Contact', transaction.toTag))
      return
    }
    const timer = answerTimer(request.headers, this.#options.timerWishes)
    if (timer.kind === 'too-short') {
      const refusal = makeResponse(request, 422, undefined, transaction.toTag)
      refusal.headers.append('Min-SE', `${timer.minSeSec}`)
      transaction.respond(refusal)
      return
    }
    const session = new Session(this.#ground, dialog, this.#options.contact(from), from)
    session.learn(request.headers, from)
    const terms = timer.kind === 'agreed' ? timer.terms : null
    const invite = new UasInvite(this.#ground, session, transaction, request, terms)
    this.#asked.set(session, invite)
    this.#options.user.onCall(invite, from)
  }

  onRequest(transaction: OtherServerTransaction, request: SipRequest, from: Hop): void {
    const key = keyOfRequest(request)
    if (key === null) {
      if (!this.#objects(transaction, request)) this.#options.user.onRequest(transaction, request, from)
      return
    }
    const session = this.#sessions.get(key)
    if (session === undefined) transaction.respond(makeResponse(request, 481))
    // What is odd about these is no reason to keep a call up, or an answer waiting.
    else if (ALWAYS_TAKEN.has(request.method) || !this.#objects(transaction, request))
      session.receive(transaction, request, from)
  }

  onAck(ack: SipRequest): void {
    const session = this.#sessions.get(keyOfRequest(ack) ?? '')
    if (session === undefined) return
    if (this.#asked.get(session)?.takes(ack)) this.#asked.delete(session)
    else session.offers.ack(ack)
  }

  onStraySuccess(response: SipResponse): void {
    const number = parseCSeq(response.headers.get('CSeq') ?? '')?.number
    if (number !== undefined) this.#sessions.get(keyOfResponse(response.headers))?.acks.again(number)
  }

  /** RFC 3261 section 8.2. */
  #objects(transaction: InviteServerTransaction | OtherServerTransaction, request: SipRequest): boolean {
    const objection = transaction.merged
      ? { status: 482, reason: undefined, headers: [] }
      : checkRequest(request, this.#options.supported)
    if (objection === null) return false
    const refusal = makeResponse(request, objection.status, objection.reason, transaction.toTag)
    for (const [name, value] of objection.headers) refusal.headers.append(name, value)
    transaction.respond(refusal)
    return true
  }

  #left(session: Session): void {
    this.#sessions.delete(session.dialog.key)
    this.#asked.delete(session)
  }
}

/** A REFER of the other end: it wants us to call somebody, and to be told what becomes of it (RFC 3515 section 2.4). */
import type { Timer } from '../../../lib/clock.ts'
import { parseCSeq } from '../cseq.ts'
import { notifyOfRefer, REFER_EXPIRES_SEC } from '../dialog/refer-progress.ts'
import type { ReferTo } from '../dialog/refer-to.ts'
import { makeResponse } from '../make-response.ts'
import type { SipRequest } from '../message.ts'
import type { OtherServerTransaction } from '../transaction/other-server.ts'
import type { Session } from './session.ts'
import { addStanding, type Header, type SessionGround } from './session-ground.ts'

/** The call was not decided in time. */
const TIMED_OUT = 408

export class IncomingRefer {
  readonly request: SipRequest
  readonly target: ReferTo
  readonly #ground: SessionGround
  readonly #session: Session
  readonly #transaction: OtherServerTransaction
  readonly #id: number
  /** RFC 4488: the other end does not want to be told. */
  readonly #isSilent: boolean
  #state: 'asked' | 'accepted' | 'over' = 'asked'
  #expiresAt = 0
  #expiry: Timer | null = null
  #isSending = false
  /** The newest that is not told yet; what came between is left out. */
  #untold: number | null = null

  constructor(
    ground: SessionGround,
    session: Session,
    transaction: OtherServerTransaction,
    request: SipRequest,
    target: ReferTo,
  ) {
    this.#ground = ground
    this.#session = session
    this.#transaction = transaction
    this.request = request
    this.target = target
    this.#id = parseCSeq(request.headers.get('CSeq') ?? '')!.number
    this.#isSilent = /^[ \t]*false\b/i.test(request.headers.get('Refer-Sub') ?? '')
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  /** By 202; the first NOTIFY follows at once. Without effect unless it is still asked. */
  accept(): void {
    if (this.#state !== 'asked') return
    this.#state = 'accepted'
    const response = makeResponse(this.request, 202)
    response.headers.append('Contact', this.#session.contact)
    addStanding(this.#ground, response)
    if (this.#isSilent) response.headers.append('Refer-Sub', 'false')
    this.#transaction.respond(response)
    if (this.#isSilent) {
      this.#state = 'over'
      return
    }
    this.#expiresAt = this.#ground.clock.now() + REFER_EXPIRES_SEC * 1000
    this.#expiry = this.#ground.clock.daemon(REFER_EXPIRES_SEC * 1000, () => this.report(TIMED_OUT))
    this.report(100)
  }

  refuse(status: number, headers: readonly Header[] = []): void {
    if (this.#state !== 'asked') return
    this.#state = 'over'
    const refusal = makeResponse(this.request, status)
    for (const [name, value] of headers) refusal.headers.append(name, value)
    this.#transaction.respond(refusal)
  }

  /** What the call has come to, a response's status; a final one is the last. */
  report(status: number): void {
    if (this.#state !== 'accepted') return
    if (status >= 200) {
      this.#state = 'over'
      this.#expiry?.cancel()
    }
    this.#untold = status
    this.#tell()
  }

  /** The session is over. */
  stop(): void {
    this.refuse(487)
    this.#state = 'over'
    this.#untold = null
    this.#expiry?.cancel()
  }

  /** One at a time: two on the way could arrive the other way round. */
  #tell(): void {
    const status = this.#untold
    if (status === null || this.#isSending) return
    this.#untold = null
    this.#isSending = true
    const leftSec = Math.max(0, Math.ceil((this.#expiresAt - this.#ground.clock.now()) / 1000))
    const { headers, body } = notifyOfRefer({ id: this.#id, status }, leftSec)
    const then = () => {
      this.#isSending = false
      this.#tell()
    }
    this.#session.send('NOTIFY', headers, body, {
      onResponse: (response) => {
        if (response.status >= 200) then()
      },
      onNoAnswer: then,
    })
  }
}

/** The REFERs of one session, ours and theirs, and the NOTIFYs that belong to them. */
import { readReferNotify } from '../dialog/refer-progress.ts'
import { readReferTo } from '../dialog/refer-to.ts'
import { makeResponse } from '../make-response.ts'
import type { SipRequest } from '../message.ts'
import type { OtherServerTransaction } from '../transaction/other-server.ts'
import { IncomingRefer } from './incoming-refer.ts'
import { OutgoingRefer, type ReferListener } from './outgoing-refer.ts'
import type { Session } from './session.ts'
import type { Header, SessionGround } from './session-ground.ts'

/** At the same time, each way. */
export const REFERS_MAX = 8

export class Refers {
  readonly #ground: SessionGround
  readonly #session: Session
  readonly #ours = new Set<OutgoingRefer>()
  readonly #theirs = new Set<IncomingRefer>()

  constructor(ground: SessionGround, session: Session) {
    this.#ground = ground
    this.#session = session
  }

  /** @returns false when too many are under way */
  ask(referTo: string, headers: readonly Header[], listener: ReferListener): boolean {
    if (this.#ours.size === REFERS_MAX) return false
    const refer = new OutgoingRefer(this.#ground, listener, () => this.#ours.delete(refer))
    this.#ours.add(refer)
    const all: Header[] = [['Contact', this.#session.contact], ['Refer-To', referTo], ...headers]
    this.#session.send('REFER', all, null, refer)
    return true
  }

  /** One of theirs. */
  take(transaction: OtherServerTransaction, request: SipRequest): void {
    const target = readReferTo(request.headers)
    for (const refer of this.#theirs) if (refer.isOver) this.#theirs.delete(refer)
    if (target === null) transaction.respond(makeResponse(request, 400, 'Malformed Refer-To'))
    else if (this.#theirs.size === REFERS_MAX) transaction.respond(makeResponse(request, 486))
    else {
      const refer = new IncomingRefer(this.#ground, this.#session, transaction, request, target)
      this.#theirs.add(refer)
      this.#session.listener.onRefer(refer)
    }
  }

  /** @returns whether it tells of one of ours */
  takesNotify(request: SipRequest): boolean {
    const progress = readReferNotify(request)
    if (progress !== null) for (const refer of this.#ours) if (refer.takes(progress)) return true
    return false
  }

  /** The session is over. */
  stop(): void {
    for (const refer of [...this.#ours]) refer.stop()
    for (const refer of this.#theirs) refer.stop()
    this.#theirs.clear()
  }
}

/** A party is asked to call somebody else (REFER): what it answers, and what it tells of the call that it then makes. */
import type { Referral } from '../engine/ports/leg.ts'
import type { SipResponse } from '../wire/sip/message.ts'
import type { ReferListener } from '../wire/sip/session/outgoing-refer.ts'
import type { Session } from '../wire/sip/session/session.ts'
import type { NoAnswer } from '../wire/sip/transaction/client-listener.ts'

const ACCEPTED = 202
/** The party never said whether it would. */
const UNANSWERED = 408
const UNREACHABLE = 503

export class Referring implements ReferListener {
  /** Resolves when it is known what came of it. */
  readonly outcome: Promise<Referral>
  readonly #resolve: (referral: Referral) => void
  #code = UNANSWERED
  #notifyCode: number | null = null

  constructor(session: Session, referTo: string) {
    const { promise, resolve } = Promise.withResolvers<Referral>()
    this.outcome = promise
    this.#resolve = resolve
    if (!session.refer(referTo, [], this)) this.#end(UNREACHABLE)
  }

  /** Nobody is there any more to tell more. */
  end(): void {
    this.#end(this.#code)
  }

  onAccepted(): void {
    this.#code = ACCEPTED
  }

  onProgress(status: number): void {
    this.#notifyCode = status
  }

  onOver(status: number | null): void {
    this.#notifyCode = status ?? this.#notifyCode
    // What is told of the call may come before the answer.
    this.#end(this.#notifyCode === null ? this.#code : ACCEPTED)
  }

  onRefused({ status }: SipResponse): void {
    this.#end(status)
  }

  onNoAnswer({ kind }: NoAnswer): void {
    this.#end(kind === 'timeout' ? UNANSWERED : UNREACHABLE)
  }

  #end(sipResponseCode: number): void {
    this.#resolve({ sipResponseCode, notifyCode: this.#notifyCode })
  }
}

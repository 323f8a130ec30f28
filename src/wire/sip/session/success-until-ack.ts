/** The 2xx to an INVITE, sent until its ACK comes (RFC 3261 section 13.3.1.4). */

import { parseCSeq } from '../cseq.ts'
import { Repeats } from '../dialog/repeats.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { InviteServerTransaction } from '../transaction/invite-server.ts'
import type { SessionGround } from './session-ground.ts'

export interface AckListener {
  onAck(ack: SipRequest): void
  /** None in 64*T1. */
  onNoAck(): void
}

export class SuccessUntilAck {
  readonly #number: number | undefined
  readonly #listener: AckListener
  readonly #repeats: Repeats | null
  #isOver = false

  constructor(
    ground: SessionGround,
    transaction: InviteServerTransaction,
    success: SipResponse,
    listener: AckListener,
  ) {
    this.#number = numberOf(success)
    this.#listener = listener
    const bytes = transaction.respond(success)
    // On reliable transports too: ACK goes end to end, and the next hop may be another one.
    this.#repeats =
      bytes === null
        ? null
        : new Repeats(
            ground.clock,
            { t1Ms: ground.layer.timers.t1Ms, everyMsMax: ground.layer.timers.t2Ms },
            () => transaction.repeat(bytes),
            () => {
              this.#isOver = true
              listener.onNoAck()
            },
          )
    if (bytes === null) this.#isOver = true
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** @returns whether it was the ACK waited for */
  takes(ack: SipRequest): boolean {
    if (this.#isOver || numberOf(ack) !== this.#number) return false
    this.stop()
    this.#listener.onAck(ack)
    return true
  }

  stop(): void {
    this.#isOver = true
    this.#repeats?.stop()
  }
}

const numberOf = ({ headers }: SipRequest | SipResponse): number | undefined =>
  parseCSeq(headers.get('CSeq') ?? '')?.number

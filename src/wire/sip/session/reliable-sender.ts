/**
 * Reliable provisional answers of one INVITE (RFC 3262 section 3): each is sent until its PRACK comes, and the next one waits for that.
 */
import { parseCSeq } from '../cseq.ts'
import { FIRST_RSEQ, parseRAck } from '../dialog/reliable-provisional.ts'
import { Repeats } from '../dialog/repeats.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { InviteServerTransaction } from '../transaction/invite-server.ts'
import type { SessionGround } from './session-ground.ts'

/** More provisional answers that wait are left out: the newest counts. */
const WAITING_MAX = 4

interface Waiting {
  readonly response: SipResponse
  readonly onPrack: (prack: SipRequest) => void
}

export class ReliableSender {
  readonly #ground: SessionGround
  readonly #transaction: InviteServerTransaction
  /** CSeq of the INVITE. */
  readonly #number: number | undefined
  readonly #onNoPrack: () => void
  readonly #waiting: Waiting[] = []
  #rseq = FIRST_RSEQ - 1
  #open: (Waiting & { readonly repeats: Repeats }) | null = null
  /** What waits until all are acknowledged: the final answer. */
  #then: (() => void) | null = null

  constructor(ground: SessionGround, transaction: InviteServerTransaction, invite: SipRequest, onNoPrack: () => void) {
    this.#ground = ground
    this.#transaction = transaction
    this.#number = parseCSeq(invite.headers.get('CSeq') ?? '')?.number
    this.#onNoPrack = onNoPrack
  }

  send(response: SipResponse, onPrack: (prack: SipRequest) => void): void {
    if (this.#waiting.length === WAITING_MAX) this.#waiting.shift()
    this.#waiting.push({ response, onPrack })
    this.#next()
  }

  /**
   * @param accept answers it, before anything follows from it
   * @returns false when none of ours waits for this PRACK: to be refused by 481
   */
  takes(prack: SipRequest, accept: () => void): boolean {
    const rack = parseRAck(prack.headers.get('RAck') ?? '')
    const open = this.#open
    if (open === null || rack?.rseq !== this.#rseq || rack.cseq !== this.#number || rack.method !== 'INVITE')
      return false
    open.repeats.stop()
    this.#open = null
    accept()
    open.onPrack(prack)
    this.#next()
    return true
  }

  /** At once when none with a body waits for its PRACK: before that there must be no 2xx (section 3). */
  afterBodies(then: () => void): void {
    this.#waiting.splice(0)
    if (this.#open === null || this.#open.response.body.length === 0) then()
    else this.#then = then
  }

  /** The final answer is out; a PRACK that still comes gets its 200. */
  stop(): void {
    this.#open?.repeats.stop()
    this.#waiting.splice(0)
    this.#then = null
  }

  #next(): void {
    if (this.#open !== null) return
    const next = this.#waiting.shift()
    if (next === undefined) {
      const then = this.#then
      this.#then = null
      then?.()
      return
    }
    this.#rseq += 1
    next.response.headers.append('Require', '100rel').append('RSeq', `${this.#rseq}`)
    const bytes = this.#transaction.respond(next.response)
    if (bytes === null) return
    const repeats = new Repeats(
      this.#ground.clock,
      { t1Ms: this.#ground.layer.timers.t1Ms, everyMsMax: Number.POSITIVE_INFINITY },
      () => this.#transaction.repeat(bytes),
      this.#onNoPrack,
    )
    this.#open = { ...next, repeats }
  }
}

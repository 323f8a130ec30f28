/** A REFER of ours: asks the other end to call somebody, and hears what becomes of it (RFC 3515). */
import type { Timer } from '../../../lib/clock.ts'
import { parseCSeq } from '../cseq.ts'
import { REFER_EXPIRES_SEC, type ReferProgress } from '../dialog/refer-progress.ts'
import type { SipResponse } from '../message.ts'
import type { ClientListener, NoAnswer } from '../transaction/client-listener.ts'
import type { SessionGround } from './session-ground.ts'

export interface ReferListener {
  /** The other end tries. */
  onAccepted(): void
  /** A provisional answer to the call that it makes. */
  onProgress(status: number): void
  /** The last that is heard: the final answer; null when none was told. In place of it one of the two below. */
  onOver(status: number | null): void
  onRefused(response: SipResponse): void
  onNoAnswer(why: NoAnswer): void
}

export class OutgoingRefer implements ClientListener {
  readonly #listener: ReferListener
  readonly #gone: (refer: OutgoingRefer) => void
  readonly #expiry: Timer
  /** CSeq of the REFER that was accepted, which may be another than the first one's: it was challenged. */
  #id: number | null = null
  #isOver = false

  /** `gone`: no NOTIFY is waited for any more. */
  constructor(ground: Pick<SessionGround, 'clock'>, listener: ReferListener, gone: (refer: OutgoingRefer) => void) {
    this.#listener = listener
    this.#gone = gone
    // Nobody promised to tell in that time; but for ever is too long.
    this.#expiry = ground.clock.daemon(2 * REFER_EXPIRES_SEC * 1000, () => this.stop())
  }

  onResponse(response: SipResponse): void {
    const { status, headers } = response
    if (status < 200 || this.#isOver) return
    if (status >= 300) {
      this.#end()
      this.#listener.onRefused(response)
      return
    }
    this.#id = parseCSeq(headers.get('CSeq') ?? '')?.number ?? null
    this.#listener.onAccepted()
    // RFC 4488: it will tell nothing.
    if (/^[ \t]*false\b/i.test(headers.get('Refer-Sub') ?? '')) this.stop()
  }

  onNoAnswer(why: NoAnswer): void {
    if (this.#isOver) return
    this.#end()
    this.#listener.onNoAnswer(why)
  }

  /** @returns whether the NOTIFY is this one's. It may come before the 202. */
  takes({ id, status, over }: ReferProgress): boolean {
    if (this.#isOver || (id !== null && this.#id !== null && id !== this.#id)) return false
    if (over) {
      this.#end()
      this.#listener.onOver(status !== null && status >= 200 ? status : null)
    } else if (status !== null) this.#listener.onProgress(status)
    return true
  }

  /** No more is heard. */
  stop(): void {
    if (this.#isOver) return
    this.#end()
    this.#listener.onOver(null)
  }

  #end(): void {
    this.#isOver = true
    this.#expiry.cancel()
    this.#gone(this)
  }
}

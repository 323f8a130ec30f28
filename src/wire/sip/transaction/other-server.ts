/** One request other than INVITE and ACK as its receiver sees it. */
import type { SipResponse } from '../message.ts'
import type { Hop } from '../transport.ts'
import { writeMessage } from '../write-message.ts'
import type { NoAnswer } from './client-listener.ts'
import {
  OTHER_SERVER_TABLE,
  OTHER_SERVER_TIMERS,
  type OtherServerAction,
  type OtherServerEvent,
  type OtherServerState,
} from './other-server-table.ts'
import { newTag } from './tokens.ts'
import { type Ground, Transaction } from './transaction.ts'

const MACHINE = { table: OTHER_SERVER_TABLE, timers: OTHER_SERVER_TIMERS }

export class OtherServerTransaction extends Transaction<OtherServerState, OtherServerEvent, OtherServerAction> {
  /** RFC 3261 section 8.2.2.2: this request is also here by another way. To be refused by 482. */
  readonly merged: boolean
  /** What its copies are known by; null in a dialog, and in a copy. */
  readonly mergedKey: string | null
  #onFailure: ((why: NoAnswer) => void) | null = null
  #toTag: string | null = null
  #bytes: Uint8Array | null = null
  #toSend: Uint8Array | null = null
  #transportWhy: string | null = null

  constructor(options: {
    readonly ground: Ground
    readonly key: string
    readonly hop: Hop
    readonly merged: boolean
    readonly mergedKey: string | null
  }) {
    super(options.ground, MACHINE, 'trying', options.key, options.hop)
    this.merged = options.merged
    this.mergedKey = options.mergedKey
  }

  /** For the answers of this end without a dialog of their own. */
  get toTag(): string {
    this.#toTag ??= newTag()
    return this.#toTag
  }

  start(): void {
    this.begin()
  }

  /** The answer found no way, or was not given in time; once. */
  listen(onFailure: (why: NoAnswer) => void): void {
    this.#onFailure = onFailure
  }

  /** @returns false when there is a final answer already and this one was dropped */
  respond(response: SipResponse): boolean {
    this.#toSend = writeMessage(response)
    const sent = this.step(response.status < 200 ? 'provisional' : 'final')
    this.#toSend = null
    return sent
  }

  /** The same request has come again. */
  receive(): void {
    this.step('request')
  }

  protected onTransportFailed(why: string): void {
    if (this.#transportWhy !== null) return
    this.#transportWhy = why
    this.step('transport-failed')
  }

  protected perform(action: OtherServerAction): void {
    switch (action) {
      case 'send':
        this.#bytes = this.#toSend
        this.transmit(this.#bytes!)
        return
      case 'resend':
        this.transmit(this.#bytes!)
        return
      case 'tell-timeout':
        this.#onFailure?.({ kind: 'timeout' })
        return
      case 'tell-transport-failed':
        this.#onFailure?.({ kind: 'transport', why: this.#transportWhy! })
        return
    }
  }
}

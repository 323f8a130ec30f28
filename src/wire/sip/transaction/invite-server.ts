/** One INVITE as its receiver sees it. */
import { makeResponse } from '../make-response.ts'
import type { SipRequest, SipResponse } from '../message.ts'
import type { Hop } from '../transport.ts'
import { writeMessage } from '../write-message.ts'
import type { NoAnswer } from './client-listener.ts'
import {
  INVITE_SERVER_TABLE,
  INVITE_SERVER_TIMERS,
  type InviteServerAction,
  type InviteServerEvent,
  type InviteServerState,
} from './invite-server-table.ts'
import { newTag } from './tokens.ts'
import { type Ground, Transaction } from './transaction.ts'

export interface InviteServerListener {
  /** The caller has given up; CANCEL itself is answered. Now the INVITE is to be answered, by 487. */
  onCancel(cancel: SipRequest): void
  /** An ACK of a 2xx by a client that gives it the INVITE's own branch; others come to the layer's user. */
  onAck(ack: SipRequest): void
  /** A refusal was never acknowledged, or an answer found no way; once. */
  onFailure(why: NoAnswer): void
}

const MACHINE = { table: INVITE_SERVER_TABLE, timers: INVITE_SERVER_TIMERS }

export class InviteServerTransaction extends Transaction<InviteServerState, InviteServerEvent, InviteServerAction> {
  /** RFC 3261 section 8.2.2.2: this request is also here by another way, as a fork has it that joins again. To be refused by 482. */
  readonly merged: boolean
  /** What its copies are known by; null in a dialog, and in a copy. */
  readonly mergedKey: string | null
  #listener: InviteServerListener | null = null
  /** Until there is an answer. */
  #request: SipRequest | null
  #toTag: string | null = null
  #bytes: Uint8Array | null = null
  #toSend: Uint8Array | null = null
  #incoming: SipRequest | null = null
  #transportWhy: string | null = null

  constructor(options: {
    readonly ground: Ground
    readonly key: string
    readonly hop: Hop
    readonly request: SipRequest
    readonly merged: boolean
    readonly mergedKey: string | null
  }) {
    super(options.ground, MACHINE, 'trying', options.key, options.hop)
    this.merged = options.merged
    this.mergedKey = options.mergedKey
    this.#request = options.request
  }

  /** For all answers of this end without a dialog of their own. */
  get toTag(): string {
    this.#toTag ??= newTag()
    return this.#toTag
  }

  start(): void {
    this.begin()
  }

  listen(listener: InviteServerListener): void {
    this.#listener = listener
  }

  /** @returns the bytes, for `repeat`; null when there is a final answer already and this one was dropped */
  respond(response: SipResponse): Uint8Array | null {
    const { status } = response
    const bytes = writeMessage(response)
    this.#toSend = bytes
    const sent = this.step(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure')
    this.#toSend = null
    return sent ? bytes : null
  }

  /** Sends a 2xx or a reliable provisional answer once more; dropped when a refusal has come in between. */
  repeat(bytes: Uint8Array): void {
    this.#toSend = bytes
    this.step('repeat')
    this.#toSend = null
  }

  /** The same INVITE, its ACK or its CANCEL has come. */
  receive(request: SipRequest): void {
    this.#incoming = request
    this.step(request.method === 'INVITE' ? 'request' : request.method === 'ACK' ? 'ack' : 'cancel')
    this.#incoming = null
  }

  protected onTransportFailed(why: string): void {
    if (this.#transportWhy !== null) return
    this.#transportWhy = why
    this.step('transport-failed')
  }

  protected perform(action: InviteServerAction): void {
    switch (action) {
      case 'send':
        this.#request = null
        this.#bytes = this.#toSend
        this.transmit(this.#toSend!)
        // The user repeats a 2xx; it keeps the bytes as long as it must.
        if (this.state === 'accepted') this.#bytes = null
        return
      case 'repeat':
        this.transmit(this.#toSend!)
        return
      case 'resend':
        this.transmit(this.#bytes!)
        return
      case 'send-trying':
        this.#bytes = writeMessage(makeResponse(this.#request!, 100))
        this.#request = null
        this.transmit(this.#bytes)
        return
      case 'tell-ack':
        this.#listener?.onAck(this.#incoming!)
        return
      case 'tell-cancel':
        this.#listener?.onCancel(this.#incoming!)
        return
      case 'tell-timeout':
        this.#listener?.onFailure({ kind: 'timeout' })
        return
      case 'tell-transport-failed':
        this.#listener?.onFailure({ kind: 'transport', why: this.#transportWhy! })
        return
    }
  }
}

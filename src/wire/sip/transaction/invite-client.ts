/** One INVITE as its sender sees it. The table says what happens; here is how. */
import type { SipRequest, SipResponse } from '../message.ts'
import type { Hop } from '../transport.ts'
import { writeMessage } from '../write-message.ts'
import type { ClientListener } from './client-listener.ts'
import {
  INVITE_CLIENT_TABLE,
  INVITE_CLIENT_TIMERS,
  type InviteClientAction,
  type InviteClientEvent,
  type InviteClientState,
} from './invite-client-table.ts'
import { ackOfRefusal, cancelOf } from './requests-of-invite.ts'
import { type Ground, Transaction } from './transaction.ts'

const MACHINE = { table: INVITE_CLIENT_TABLE, timers: INVITE_CLIENT_TIMERS }

export class InviteClientTransaction extends Transaction<InviteClientState, InviteClientEvent, InviteClientAction> {
  readonly #listener: ClientListener
  readonly #sendCancel: (cancel: SipRequest, hop: Hop) => void
  /** With its Via; until there is a final answer: those that linger are many. */
  #request: SipRequest | null
  /** What is sent again: the INVITE, then the ACK of its refusal. */
  #bytes: Uint8Array | null = null
  #cancelReasons: readonly string[] = []
  #response: SipResponse | null = null
  #from: Hop
  #transportWhy = ''

  constructor(options: {
    readonly ground: Ground
    readonly key: string
    readonly hop: Hop
    readonly request: SipRequest
    readonly listener: ClientListener
    /** In a transaction of its own. */
    readonly sendCancel: (cancel: SipRequest, hop: Hop) => void
  }) {
    super(options.ground, MACHINE, 'calling', options.key, options.hop)
    this.#request = options.request
    this.#listener = options.listener
    this.#sendCancel = options.sendCancel
    this.#from = options.hop
  }

  start(): void {
    this.begin()
    this.#bytes = writeMessage(this.#request!)
    this.transmit(this.#bytes)
  }

  /**
   * Asks the other side to stop ringing: now, or when it shows that it knows of the INVITE. The answer still comes, mostly 487; a 2xx
   * that crossed it is possible. Without effect once there is a final answer.
   */
  cancel(reasons: readonly string[] = []): void {
    this.#cancelReasons = reasons
    this.step('cancel')
  }

  receive(response: SipResponse, from: Hop): void {
    this.#response = response
    this.#from = from
    const { status } = response
    this.step(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure')
    this.#response = null
  }

  protected onTransportFailed(why: string): void {
    this.#transportWhy = why
    this.step('transport-failed')
  }

  protected perform(action: InviteClientAction): void {
    switch (action) {
      case 'send':
        this.transmit(this.#bytes!)
        return
      case 'send-ack':
        if (this.#request !== null) this.#bytes = writeMessage(ackOfRefusal(this.#request, this.#response!))
        this.#request = null
        this.transmit(this.#bytes!)
        return
      case 'send-cancel':
        this.#sendCancel(cancelOf(this.#request!, this.#cancelReasons), this.hop)
        return
      case 'tell':
        // What is answered is not sent again.
        if (this.state !== 'completed') this.#bytes = null
        if (this.state === 'accepted') this.#request = null
        this.#listener.onResponse(this.#response!, this.#from)
        return
      case 'tell-timeout':
        this.#listener.onNoAnswer({ kind: 'timeout' })
        return
      case 'tell-transport-failed':
        this.#listener.onNoAnswer({ kind: 'transport', why: this.#transportWhy })
        return
    }
  }
}

/** One request other than INVITE and ACK as its sender sees it. */
import type { SipRequest, SipResponse } from '../message.ts'
import type { Hop } from '../transport.ts'
import { writeMessage } from '../write-message.ts'
import type { ClientListener } from './client-listener.ts'
import {
  OTHER_CLIENT_TABLE,
  OTHER_CLIENT_TIMERS,
  type OtherClientAction,
  type OtherClientEvent,
  type OtherClientState,
} from './other-client-table.ts'
import { type Ground, Transaction } from './transaction.ts'

const MACHINE = { table: OTHER_CLIENT_TABLE, timers: OTHER_CLIENT_TIMERS }

export class OtherClientTransaction extends Transaction<OtherClientState, OtherClientEvent, OtherClientAction> {
  readonly #listener: ClientListener
  #bytes: Uint8Array | null
  #response: SipResponse | null = null
  #from: Hop
  #transportWhy = ''

  constructor(options: {
    readonly ground: Ground
    readonly key: string
    readonly hop: Hop
    /** With its Via. */
    readonly request: SipRequest
    readonly listener: ClientListener
  }) {
    super(options.ground, MACHINE, 'trying', options.key, options.hop)
    this.#listener = options.listener
    this.#bytes = writeMessage(options.request)
    this.#from = options.hop
  }

  start(): void {
    this.begin()
    this.transmit(this.#bytes!)
  }

  receive(response: SipResponse, from: Hop): void {
    this.#response = response
    this.#from = from
    this.step(response.status < 200 ? 'provisional' : 'final')
    this.#response = null
  }

  protected onTransportFailed(why: string): void {
    this.#transportWhy = why
    this.step('transport-failed')
  }

  protected perform(action: OtherClientAction): void {
    switch (action) {
      case 'send':
        this.transmit(this.#bytes!)
        return
      case 'tell':
        if (this.state === 'completed') this.#bytes = null
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

/** A request that has no transaction: the ACK of a 2xx. Written once, sent as often as its 2xx comes. */
import type { Hop, SendBytes } from '../transport.ts'

export class OneWay {
  readonly #send: SendBytes
  readonly #hop: Hop
  readonly #bytes: Uint8Array

  constructor(send: SendBytes, hop: Hop, bytes: Uint8Array) {
    this.#send = send
    this.#hop = hop
    this.#bytes = bytes
  }

  /** Whether it finds its way, repeats of the 2xx will tell. */
  send(): void {
    this.#send(this.#hop, this.#bytes, () => {})
  }
}

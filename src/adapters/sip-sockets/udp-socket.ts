/** SIP in datagrams: one message each (RFC 3261 section 18.1.1). */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Hop } from '../../wire/sip/transport.ts'

/** The kernel keeps what comes while the thread is busy: enough for a second of calls. */
const BUFFER_BYTES = 4 * 2 ** 20
/** A message to keep the way through a NAT open. */
const SHORTEST_BYTES = 5

export class UdpSocket {
  readonly port: number
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
    this.port = socket.address().port
  }

  /** @throws Error of the system when the address cannot be had */
  static async open(
    { host, port }: { readonly host: string; readonly port: number },
    received: (bytes: Uint8Array, hop: Hop) => void,
  ): Promise<UdpSocket> {
    const family = isIPv6(host) ? 6 : 4
    const socket = createSocket({
      type: `udp${family}`,
      // Asked for every message. Addresses are addresses here: what would be looked up is never asked for.
      lookup: (address, _options, done) => done(null, address, family),
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(port, host, () => {
        socket.off('error', reject)
        resolve()
      })
    })
    // Whoever cannot be reached is noticed by the answer that does not come.
    socket.on('error', () => {})
    socket.setRecvBufferSize(BUFFER_BYTES)
    socket.setSendBufferSize(BUFFER_BYTES)
    socket.on('message', (bytes, from) => {
      if (bytes.length < SHORTEST_BYTES) return
      received(bytes, { transport: 'udp', address: from.address, port: from.port })
    })
    return new UdpSocket(socket)
  }

  send(hop: Hop, bytes: Uint8Array, failed: (why: string) => void): void {
    this.#socket.send(bytes, hop.port, hop.address, (error) => {
      if (error) failed(error.message)
    })
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()))
  }
}

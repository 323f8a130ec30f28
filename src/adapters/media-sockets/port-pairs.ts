/** Pairs of UDP ports out of a range: an even one for RTP, the next for RTCP (RFC 3550 section 11). */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

export interface PortPair {
  readonly rtp: Socket
  readonly rtcp: Socket
  readonly port: number
}

export interface PortRange {
  readonly first: number
  readonly last: number
}

/** Ports that somebody else has are passed over; after so many in a row none is free. */
const TRIES_MAX = 100
/** The kernel keeps what comes while the thread is busy: about a second. */
const BUFFER_BYTES = 65_536

export class PortPairs {
  readonly #host: string
  readonly #range: PortRange
  #next: number

  constructor(host: string, range: PortRange) {
    this.#host = host
    this.#range = { first: range.first + (range.first % 2), last: range.last }
    this.#next = this.#range.first
  }

  /** Null: none is free. */
  async open(): Promise<PortPair | null> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const port = this.#take()
      const rtp = await bind(this.#host, port)
      if (!rtp) continue
      const rtcp = await bind(this.#host, port + 1)
      if (rtcp) return { rtp, rtcp, port }
      rtp.close()
    }
    return null
  }

  /** One after the other, so that a port rests as long as can be before it is used again. */
  #take(): number {
    const port = this.#next
    this.#next = port + 3 <= this.#range.last ? port + 2 : this.#range.first
    return port
  }
}

function bind(host: string, port: number): Promise<Socket | null> {
  const socket = createSocket({
    type: isIPv6(host) ? 'udp6' : 'udp4',
    lookup: (hostname, _options, done) => done(null, hostname, isIPv6(hostname) ? 6 : 4),
  })
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close()
      resolve(null)
    })
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      // Whoever cannot be reached is noticed by what does not come from there.
      socket.on('error', () => {})
      socket.setRecvBufferSize(BUFFER_BYTES)
      resolve(socket)
    })
  })
}

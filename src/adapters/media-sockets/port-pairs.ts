/** Pairs of UDP ports out of a range: an even one for RTP, the next for RTCP (RFC 3550 section 11). */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

export interface PortPair {
  readonly rtp: Socket
  readonly rtcp: Socket
  readonly port: number
  /** Idempotent: then the pair may be used again. */
  close(): void
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
  readonly #first: number
  /** How many there are. */
  readonly #count: number
  readonly #inUse = new Set<number>()
  /** The index of the pair that is tried next. */
  #next = 0

  constructor(host: string, { first, last }: PortRange) {
    this.#host = host
    this.#first = first + (first % 2)
    this.#count = Math.max(0, Math.floor((last - this.#first + 1) / 2))
  }

  /** Null: none is free. */
  async open(): Promise<PortPair | null> {
    for (let tries = 0; tries < Math.min(TRIES_MAX, this.#count); tries++) {
      const port = this.#take()
      if (port === null) return null
      const rtp = await bind(this.#host, port)
      const rtcp = rtp && (await bind(this.#host, port + 1))
      if (rtcp) return this.#pair(rtp, rtcp, port)
      rtp?.close()
      this.#inUse.delete(port)
    }
    return null
  }

  #pair(rtp: Socket, rtcp: Socket, port: number): PortPair {
    let isOpen = true
    return {
      rtp,
      rtcp,
      port,
      close: () => {
        if (!isOpen) return
        isOpen = false
        rtp.close()
        rtcp.close()
        this.#inUse.delete(port)
      },
    }
  }

  /** One after the other, so that a port rests as long as can be before it is used again. */
  #take(): number | null {
    for (let looked = 0; looked < this.#count; looked++) {
      const port = this.#first + 2 * this.#next
      this.#next = (this.#next + 1) % this.#count
      if (this.#inUse.has(port)) continue
      this.#inUse.add(port)
      return port
    }
    return null
  }
}

function bind(host: string, port: number): Promise<Socket | null> {
  const family = isIPv6(host) ? 6 : 4
  const socket = createSocket({
    type: `udp${family}`,
    // Asked for every packet. Addresses are addresses here.
    lookup: (address, _options, done) => done(null, address, family),
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

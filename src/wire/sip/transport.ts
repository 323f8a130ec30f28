/** What the layers above a socket know of transport (RFC 3261 section 18): where a message came from, and where one goes. */

export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

/** The other end of a message's next stretch. */
export interface Hop {
  readonly transport: TransportName
  /** An IP address, without brackets. */
  readonly address: string
  readonly port: number
  /** The connection that a message came in on; what answers it goes back on it while it stands. Only tcp, tls, ws and wss. */
  readonly connection?: string
  /** Whom the certificate must name; only tls and wss. */
  readonly serverName?: string
}

/** Takes whole messages; what it cannot bring out it tells once, by `failed`, never before it has returned. */
export type SendBytes = (hop: Hop, bytes: Uint8Array, failed: (why: string) => void) => void

/** Messages are sent again by the layers above when they get no answer. */
export function isReliable(transport: TransportName): boolean {
  return transport !== 'udp'
}

/** Where a request goes when its address names no port (RFC 3261 section 19.1.2). */
export function defaultPort(transport: TransportName): number {
  return transport === 'tls' || transport === 'wss' ? 5061 : 5060
}

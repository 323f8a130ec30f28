/** Which way a request of a call goes: back where its party's messages come from, to an address that a URI has, or where DNS says. */
import ipaddr from 'ipaddr.js'
import { defaultPort, type Hop, isReliable, type TransportName } from '../wire/sip/transport.ts'
import { parseUri } from '../wire/sip/uri.ts'
import type { SipLocator } from './ports.ts'

const TRANSPORTS: readonly TransportName[] = ['udp', 'tcp', 'tls', 'ws', 'wss']
/** Connections that are known to be gone; the oldest are forgotten. */
const GONE_MAX = 10_000

export class Hops {
  readonly #locator: SipLocator
  readonly #gone = new Set<string>()

  constructor(locator: SipLocator) {
    this.#locator = locator
  }

  /** A connection is no more. */
  forget(connection: string): void {
    if (this.#gone.size === GONE_MAX) this.#gone.delete(this.#gone.values().next().value!)
    this.#gone.add(connection)
  }

  /**
   * Finds the way at once where it can. `peer`: where the party's last message came from. While its connection stands everything
   * goes back there; over UDP what says to be at another address than it comes from is behind a NAT.
   */
  find(text: string, peer: Hop | null, found: (hop: Hop | null) => void): void {
    const uri = parseUri(text)
    if (!uri) {
      found(null)
      return
    }
    if (peer && isReliable(peer.transport) && !this.#gone.has(peer.connection ?? '')) {
      found(peer)
      return
    }
    const named = uri.parameters.get('transport')?.toLowerCase()
    const transport = TRANSPORTS.find((one) => one === named) ?? null
    const host = uri.host.replace(/^\[|\]$/g, '')
    const isSecure = uri.scheme === 'sips'
    if (ipaddr.isValid(host)) {
      // A party whose connection is gone is looked for by the same transport, but for WebSockets, which only it can open.
      const usual = peer?.transport === 'tcp' || peer?.transport === 'tls' ? peer.transport : 'udp'
      const chosen = transport ?? (isSecure ? 'tls' : usual)
      if (peer?.transport === 'udp' && chosen === 'udp' && peer.address !== host) found(peer)
      else found({ transport: chosen, address: host, port: uri.port ?? defaultPort(chosen) })
      return
    }
    // A name in a Contact is often one that only the party's own network knows.
    void this.#locator
      .locate({ host: uri.host, port: uri.port, transport, isSecure })
      .then((hops) => found(hops[0] ?? peer))
  }
}

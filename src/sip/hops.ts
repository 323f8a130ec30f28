/** Which way a request goes: back where its party's messages come from, to an address that a URI has, or where DNS says. */
import ipaddr from 'ipaddr.js'
import { defaultPort, type Hop, isReliable, type TransportName } from '../wire/sip/transport.ts'
import { parseUri } from '../wire/sip/uri.ts'
import type { SipLocator } from './ports.ts'

const TRANSPORTS: readonly TransportName[] = ['udp', 'tcp', 'tls', 'ws', 'wss']

/**
 * Finds the way at once where it can. `peer`: where the party's last message came from. On a connection everything goes back
 * there; over UDP what says to be at another address than it comes from is behind a NAT.
 */
export function findHop(locator: SipLocator, text: string, peer: Hop | null, found: (hop: Hop | null) => void): void {
  const uri = parseUri(text)
  if (!uri) {
    found(null)
    return
  }
  if (peer && isReliable(peer.transport)) {
    found(peer)
    return
  }
  const named = uri.parameters.get('transport')?.toLowerCase()
  const transport = TRANSPORTS.find((one) => one === named) ?? null
  const host = uri.host.replace(/^\[|\]$/g, '')
  const isSecure = uri.scheme === 'sips'
  if (ipaddr.isValid(host)) {
    const chosen = transport ?? (isSecure ? 'tls' : 'udp')
    if (peer && chosen === 'udp' && peer.address !== host) found(peer)
    else found({ transport: chosen, address: host, port: uri.port ?? defaultPort(chosen) })
    return
  }
  // A name in a Contact is often one that only the party's own network knows.
  void locator.locate({ host: uri.host, port: uri.port, transport, isSecure }).then((hops) => found(hops[0] ?? peer))
}

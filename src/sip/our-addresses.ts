/** How others reach us: what stands in Via, Contact, From and session descriptions, by the hop that it is for. */
import ipaddr from 'ipaddr.js'
import type { Hop } from '../wire/sip/transport.ts'
import type { SipSockets } from './ports.ts'

export const CONTACT_USER = 'ringback'

/** Where nothing listens nobody is told anything; a host has to stand there all the same. */
const NOWHERE = '127.0.0.1'

export class OurAddresses {
  readonly #sockets: () => Pick<SipSockets, 'listeners' | 'listenerFor'> | null
  readonly #mediaHost: string | null

  /** @param sockets null while none stand @param mediaHost for sound; null: that of the socket which signalling goes by */
  constructor(sockets: () => Pick<SipSockets, 'listeners' | 'listenerFor'> | null, mediaHost: string | null) {
    this.#sockets = sockets
    this.#mediaHost = mediaHost
  }

  /** Whether the host of a Request-URI that came here is ours, not the name of a domain. */
  isOurs(host: string): boolean {
    const bare = withoutBrackets(host).toLowerCase()
    // What came here by an address was meant for us.
    if (ipaddr.isValid(bare) || bare === 'localhost') return true
    return (this.#sockets()?.listeners ?? []).some((listener) => listener.host.toLowerCase() === bare)
  }

  /** As it stands in a URI. */
  host(hop: Hop): string {
    const host = this.#bareHost(hop)
    return host.includes(':') ? `[${host}]` : host
  }

  /** Of Via. */
  sentBy(hop: Hop): string {
    // A transport that we only connect by has no port of its own: answers come back on the connection.
    const port = this.#sockets()?.listenerFor(hop)?.port
    return port ? `${this.host(hop)}:${port}` : this.host(hop)
  }

  contactUri(hop: Hop, user: string = CONTACT_USER): string {
    const transport = hop.transport === 'udp' ? '' : `;transport=${hop.transport}`
    return `sip:${user}@${this.sentBy(hop)}${transport}`
  }

  /** Of a session description. */
  mediaHost(hop: Hop): string {
    return this.#mediaHost ?? this.#bareHost(hop)
  }

  #bareHost(hop: Hop): string {
    return withoutBrackets(this.#sockets()?.listenerFor(hop)?.host ?? NOWHERE)
  }
}

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '')

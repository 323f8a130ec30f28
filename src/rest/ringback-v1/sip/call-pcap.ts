/**
 * The SIP of a call as a capture file. Addresses and ports are those of the messages; all else of the headers is made up. What went
 * over TCP is shown in segments of a connection, what was inside of TLS or a WebSocket in datagrams.
 */
import type { WireHop, WireStory } from '../../../journal/entry.ts'
import type { Instant } from '../../../lib/ids.ts'
import { type Endpoint, TcpFlow, udpPacket } from '../../../wire/pcap/ip-packets.ts'
import { type CapturedPacket, formatPcap } from '../../../wire/pcap/pcap-file.ts'
import { defaultPort } from '../../../wire/sip/transport.ts'

/** Null: the messages were not kept. */
export function pcapOf({ beganAt, hops, messages }: WireStory): Buffer | null {
  const flows = hops.map((hop) => ({ us: endpoint(hop.us, hop), peer: endpoint(hop.peer, hop) }))
  const connections = flows.map(({ us, peer }) => new TcpFlow(us, peer))
  const packets: CapturedPacket[] = []
  for (const { atMs, direction, hop, bytes } of messages) {
    if (bytes === undefined) return null
    const at = (beganAt + atMs) as Instant
    const payload = Buffer.from(bytes, 'base64')
    const { us, peer } = flows[hop]!
    const [from, to] = direction === 'sent' ? [us, peer] : [peer, us]
    if (hops[hop]!.transport !== 'tcp') packets.push({ at, bytes: udpPacket(from, to, payload) })
    else for (const segment of connections[hop]!.packets(direction, payload)) packets.push({ at, bytes: segment })
  }
  return formatPcap(packets)
}

/** Of `address:port`, `[address]:port` or a host alone. */
function endpoint(text: string, { transport }: WireHop): Endpoint {
  const [, address = '', port] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(text) ?? []
  return { address, port: port === undefined ? defaultPort(transport) : Number(port) }
}

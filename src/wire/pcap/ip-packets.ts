/**
 * Packets made up around what was sent in them: IP (RFC 791, RFC 8200), UDP (RFC 768) and TCP (RFC 9293), with right lengths and
 * checksums, without options. For files that are read by others, never for a network.
 */
import ipaddr from 'ipaddr.js'

export interface Endpoint {
  /** What is no IP address becomes 0.0.0.0 or ::. */
  readonly address: string
  readonly port: number
}

const UDP = 17
const TCP = 6
const UDP_HEADER_BYTES = 8
const TCP_HEADER_BYTES = 20
/** An IPv4 packet has at most 65,535 bytes, with its own header and that of TCP or UDP. */
const PAYLOAD_BYTES_MAX = 65_535 - 20 - TCP_HEADER_BYTES
const PSH_ACK = 0x18
const WINDOW = 65_535

/** A longer payload is cut. */
export function udpPacket(from: Endpoint, to: Endpoint, payload: Uint8Array): Buffer {
  const kept = payload.subarray(0, PAYLOAD_BYTES_MAX)
  //   from(2) to(2) length(2) checksum(2)
  const datagram = Buffer.alloc(UDP_HEADER_BYTES + kept.length)
  datagram.writeUInt16BE(from.port, 0)
  datagram.writeUInt16BE(to.port, 2)
  datagram.writeUInt16BE(datagram.length, 4)
  datagram.set(kept, UDP_HEADER_BYTES)
  return ipPacket(UDP, from, to, datagram, 6)
}

/** Both directions of one connection, from its first byte that is told of. */
export class TcpFlow {
  readonly #here: Endpoint
  readonly #there: Endpoint
  /** Of the next byte, by direction. */
  #sent = 1
  #received = 1

  constructor(here: Endpoint, there: Endpoint) {
    this.#here = here
    this.#there = there
  }

  /** Several when it is too long for one. */
  packets(direction: 'sent' | 'received', payload: Uint8Array): Buffer[] {
    const packets: Buffer[] = []
    for (let at = 0; at < payload.length; at += PAYLOAD_BYTES_MAX)
      packets.push(this.#packet(direction, payload.subarray(at, at + PAYLOAD_BYTES_MAX)))
    return packets
  }

  #packet(direction: 'sent' | 'received', payload: Uint8Array): Buffer {
    const isSent = direction === 'sent'
    const [from, to] = isSent ? [this.#here, this.#there] : [this.#there, this.#here]
    //   from(2) to(2) sequence(4) acknowledged(4) offset(1) flags(1) window(2) checksum(2) urgent(2)
    const segment = Buffer.alloc(TCP_HEADER_BYTES + payload.length)
    segment.writeUInt16BE(from.port, 0)
    segment.writeUInt16BE(to.port, 2)
    segment.writeUInt32BE(isSent ? this.#sent : this.#received, 4)
    segment.writeUInt32BE(isSent ? this.#received : this.#sent, 8)
    segment.writeUInt8((TCP_HEADER_BYTES / 4) << 4, 12)
    segment.writeUInt8(PSH_ACK, 13)
    segment.writeUInt16BE(WINDOW, 14)
    segment.set(payload, TCP_HEADER_BYTES)
    if (isSent) this.#sent += payload.length
    else this.#received += payload.length
    return ipPacket(TCP, from, to, segment, 16)
  }
}

/** @param checksumAt where the checksum of what it carries stands, still 0 */
function ipPacket(protocol: number, from: Endpoint, to: Endpoint, carried: Buffer, checksumAt: number): Buffer {
  const isIpv6 = [from, to].some(({ address }) => ipaddr.IPv6.isValid(address))
  const addresses = Buffer.concat([addressBytes(from.address, isIpv6), addressBytes(to.address, isIpv6)])
  const checksum = checksumOf(carried, sumOf(addresses) + protocol + carried.length)
  // In UDP 0 would say that there is none.
  carried.writeUInt16BE(checksum === 0 && protocol === UDP ? 0xffff : checksum, checksumAt)
  return Buffer.concat([
    isIpv6 ? ipv6Header(protocol, carried.length) : ipv4Header(protocol, carried, addresses),
    addresses,
    carried,
  ])
}

/** Up to the addresses. */
function ipv4Header(protocol: number, carried: Buffer, addresses: Buffer): Buffer {
  //   version and length(1) service(1) total(2) id(2) flags(2) ttl(1) protocol(1) checksum(2)
  const header = Buffer.alloc(12)
  header.writeUInt8(0x45, 0)
  header.writeUInt16BE(header.length + addresses.length + carried.length, 2)
  header.writeUInt16BE(0x4000, 6)
  header.writeUInt8(64, 8)
  header.writeUInt8(protocol, 9)
  header.writeUInt16BE(checksumOf(header, sumOf(addresses)), 10)
  return header
}

/** Up to the addresses. */
function ipv6Header(protocol: number, length: number): Buffer {
  //   version, class and flow(4) payload(2) next(1) hops(1)
  const header = Buffer.alloc(8)
  header.writeUInt8(0x60, 0)
  header.writeUInt16BE(length, 4)
  header.writeUInt8(protocol, 6)
  header.writeUInt8(64, 7)
  return header
}

function addressBytes(address: string, isIpv6: boolean): Buffer {
  if (!ipaddr.isValid(address)) return Buffer.alloc(isIpv6 ? 16 : 4)
  const parsed = ipaddr.parse(address)
  const same = isIpv6 && parsed instanceof ipaddr.IPv4 ? parsed.toIPv4MappedAddress() : parsed
  return Buffer.from(same.toByteArray())
}

/** Of 16-bit words; an odd last byte counts as if a 0 came after it. */
function sumOf(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  return bytes.length % 2 === 0 ? sum : sum + (bytes.at(-1)! << 8)
}

/** RFC 1071. */
function checksumOf(bytes: Buffer, before: number): number {
  let sum = sumOf(bytes) + before
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}

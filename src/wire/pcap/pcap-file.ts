/**
 * Packets in a file that tcpdump and Wireshark read: the classic format of libpcap (draft-ietf-opsawg-pcap), microseconds, with
 * packets that begin with their IP header.
 */
import type { Instant } from '../../lib/ids.ts'

export interface CapturedPacket {
  readonly at: Instant
  /** From the IP header on. */
  readonly bytes: Uint8Array
}

const MAGIC = 0xa1b2c3d4
const SNAP_BYTES = 262_144
const LINKTYPE_RAW = 101
export const PCAP_HEADER_BYTES = 24
export const PACKET_HEADER_BYTES = 16

export function formatPcap(packets: readonly CapturedPacket[]): Buffer {
  //   magic(4) major(2) minor(2) reserved(4) reserved(4) snaplen(4) linktype(4)
  const header = Buffer.alloc(PCAP_HEADER_BYTES)
  header.writeUInt32LE(MAGIC, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(SNAP_BYTES, 16)
  header.writeUInt32LE(LINKTYPE_RAW, 20)
  return Buffer.concat([header, ...packets.flatMap(({ at, bytes }) => [packetHeader(at, bytes.length), bytes])])
}

function packetHeader(at: Instant, length: number): Buffer {
  //   seconds(4) microseconds(4) captured(4) original(4)
  const header = Buffer.alloc(PACKET_HEADER_BYTES)
  header.writeUInt32LE(Math.floor(at / 1000), 0)
  header.writeUInt32LE(Math.round((at % 1000) * 1000), 4)
  header.writeUInt32LE(length, 8)
  header.writeUInt32LE(length, 12)
  return header
}

/**
 * The header of an RTP packet (RFC 3550 §5.1). Reading gives numbers and where the payload lies, never a copy; writing
 * fills a buffer of the caller's. Of contributing sources and the header extension only the lengths are checked: nothing
 * here uses what they say, and we send neither.
 */
import { assert } from '../../lib/assert.ts'

export interface RtpPacket {
  /** 0 to 127, without 64 to 95. */
  readonly payloadType: number
  readonly marker: boolean
  /** 16 bits. */
  readonly sequence: number
  /** 32 bits, in ticks: 8 a millisecond in the telephone's audio. */
  readonly rtpTimestamp: number
  /** 32 bits. */
  readonly ssrc: number
  /** The payload is `bytes[payloadAt..payloadEnd)`, without padding. */
  readonly payloadAt: number
  readonly payloadEnd: number
}

/** What is sent with a payload. */
export type RtpHeader = Omit<RtpPacket, 'payloadAt' | 'payloadEnd'>

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                           timestamp                           |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |           synchronization source (SSRC) identifier            |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
export const RTP_HEADER_BYTES = 12
const VERSION = 0x80
const VERSION_MASK = 0xc0
const PADDING = 0x20
const EXTENSION = 0x10
const CSRC_COUNT_MASK = 0x0f
const MARKER = 0x80
const PAYLOAD_TYPE_MASK = 0x7f
const SEQUENCE_AT = 2
const TIMESTAMP_AT = 4
const SSRC_AT = 8
const CSRC_BYTES = 4
const EXTENSION_HEADER_BYTES = 4
/** Of RTCP, whose packet types 192 to 223 look like a marker and these (RFC 5761 §4). */
const RTCP_PAYLOAD_TYPE_FIRST = 64
const RTCP_PAYLOAD_TYPE_LAST = 95

export const isRtcpPayloadType = (payloadType: number): boolean =>
  payloadType >= RTCP_PAYLOAD_TYPE_FIRST && payloadType <= RTCP_PAYLOAD_TYPE_LAST

export const readUint16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!

export const readUint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0

export function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}

export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** Where the payload begins; -1 when the header is none or goes beyond the packet. */
export function rtpPayloadAt(bytes: Uint8Array, length: number): number {
  if (length < RTP_HEADER_BYTES) return -1
  const first = bytes[0]!
  if ((first & VERSION_MASK) !== VERSION) return -1
  let at = RTP_HEADER_BYTES + (first & CSRC_COUNT_MASK) * CSRC_BYTES
  if ((first & EXTENSION) !== 0) {
    if (at + EXTENSION_HEADER_BYTES > length) return -1
    at += EXTENSION_HEADER_BYTES + readUint16(bytes, at + 2) * 4
  }
  return at <= length ? at : -1
}

/** @returns null when it is no RTP packet: too short, another version, RTCP, or lengths in it that go beyond it */
export function parseRtp(bytes: Uint8Array, length: number = bytes.length): RtpPacket | null {
  const payloadAt = rtpPayloadAt(bytes, length)
  if (payloadAt < 0) return null
  const second = bytes[1]!
  const payloadType = second & PAYLOAD_TYPE_MASK
  if (isRtcpPayloadType(payloadType)) return null
  let payloadEnd = length
  if ((bytes[0]! & PADDING) !== 0) {
    // The count is the last byte of the padding and counts itself.
    const padding = bytes[length - 1]!
    if (padding === 0 || padding > length - payloadAt) return null
    payloadEnd -= padding
  }
  return {
    payloadType,
    marker: (second & MARKER) !== 0,
    sequence: readUint16(bytes, SEQUENCE_AT),
    rtpTimestamp: readUint32(bytes, TIMESTAMP_AT),
    ssrc: readUint32(bytes, SSRC_AT),
    payloadAt,
    payloadEnd,
  }
}

/** The payload follows at `RTP_HEADER_BYTES`. */
export function writeRtpHeader(header: RtpHeader, into: Uint8Array): void {
  assert(into.length >= RTP_HEADER_BYTES, `a packet does not fit into ${into.length} bytes`)
  into[0] = VERSION
  into[1] = (header.marker ? MARKER : 0) | (header.payloadType & PAYLOAD_TYPE_MASK)
  writeUint16(into, SEQUENCE_AT, header.sequence)
  writeUint32(into, TIMESTAMP_AT, header.rtpTimestamp)
  writeUint32(into, SSRC_AT, header.ssrc)
}

/** @returns how long the packet is */
export function writeRtp(header: RtpHeader, payload: Uint8Array, into: Uint8Array): number {
  const length = RTP_HEADER_BYTES + payload.length
  assert(into.length >= length, `a packet of ${length} bytes does not fit into ${into.length}`)
  writeRtpHeader(header, into)
  into.set(payload, RTP_HEADER_BYTES)
  return length
}

/** 16-bit sequence numbers wrap: later is what is up to half a round ahead. */
export const isLaterSequence = (sequence: number, than: number): boolean => {
  const ahead = (sequence - than) & 0xffff
  return ahead !== 0 && ahead < 0x8000
}

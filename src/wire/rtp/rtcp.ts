/**
 * RTCP packets (RFC 3550 §6): sender and receiver reports, CNAME, BYE. What arrives is several in one datagram; a
 * datagram counts as a whole or not at all (§A.2). Other types, and other items of a description, are passed over.
 */
import type { NtpTime } from './ntp-time.ts'
import { readUint16, readUint32 } from './packet.ts'

/** Of a sender, about itself. */
export interface SenderInfo {
  readonly ntp: NtpTime
  /** The same moment on the clock of its packets. */
  readonly rtpTimestamp: number
  readonly packetCount: number
  /** Of payload. */
  readonly octetCount: number
}

/** What one side hears of a source. */
export interface ReportBlock {
  readonly ssrc: number
  /** Since the last report, in parts of 256. */
  readonly fractionLost: number
  /** Since the beginning; below 0 when more came than were sent, which duplicates do. */
  readonly cumulativeLost: number
  /** With the number of wraps in the upper half. */
  readonly highestSequence: number
  /** In ticks. */
  readonly jitter: number
  /** The middle of the NTP time of the last sender report heard; 0 without one. */
  readonly lastSenderReport: number
  /** Since then, in parts of 65,536 of a second. */
  readonly delaySinceLastSenderReport: number
}

export type RtcpPacket =
  | {
      readonly type: 'sender-report'
      readonly ssrc: number
      readonly sender: SenderInfo
      readonly reports: ReportBlock[]
    }
  | { readonly type: 'receiver-report'; readonly ssrc: number; readonly reports: ReportBlock[] }
  | { readonly type: 'cname'; readonly ssrc: number; readonly cname: string }
  | { readonly type: 'bye'; readonly ssrcs: number[] }

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|  count  |  packet type  |   length in words, minus one  |    count: of reports, chunks or sources
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
export const RTCP_HEADER_BYTES = 4
export const SENDER_REPORT = 200
export const RECEIVER_REPORT = 201
export const SOURCE_DESCRIPTION = 202
export const BYE = 203
export const SENDER_INFO_BYTES = 20
export const REPORT_BLOCK_BYTES = 24
export const CNAME_ITEM = 1
const TYPE_AT = 1
const LENGTH_AT = 2
const VERSION_MASK = 0xc0
const VERSION = 0x80
const PADDING = 0x20
const COUNT_MASK = 0x1f
const SSRC_BYTES = 4

const TEXT = new TextDecoder()

/** @returns null when the datagram is no RTCP: what is in it is all right, or none of it is used */
export function parseRtcp(bytes: Uint8Array, length: number = bytes.length): RtcpPacket[] | null {
  const packets: RtcpPacket[] = []
  // A packet is a word at least, so this ends after a quarter of the datagram's bytes.
  for (let at = 0; at < length; ) {
    if (at + RTCP_HEADER_BYTES > length) return null
    const first = bytes[at]!
    const type = bytes[at + TYPE_AT]!
    const next = at + (readUint16(bytes, at + LENGTH_AT) + 1) * 4
    if ((first & VERSION_MASK) !== VERSION || next > length) return null
    // §6.1: a report comes first, and only the last packet is padded.
    if (at === 0 && ((type !== SENDER_REPORT && type !== RECEIVER_REPORT) || (first & PADDING && next < length)))
      return null
    let end = next
    if ((first & PADDING) !== 0) {
      const padding = bytes[next - 1]!
      if (next !== length || padding === 0 || padding % 4 !== 0 || padding > next - at - RTCP_HEADER_BYTES) return null
      end -= padding
    }
    if (!readPacket(bytes, { type, count: first & COUNT_MASK, at: at + RTCP_HEADER_BYTES, end }, packets)) return null
    at = next
  }
  return packets.length > 0 ? packets : null
}

interface Body {
  readonly type: number
  readonly count: number
  readonly at: number
  readonly end: number
}

/** @returns false when the body is too short for what its header counts */
function readPacket(bytes: Uint8Array, body: Body, packets: RtcpPacket[]): boolean {
  switch (body.type) {
    case SENDER_REPORT:
      return readReport(bytes, body, SENDER_INFO_BYTES, packets)
    case RECEIVER_REPORT:
      return readReport(bytes, body, 0, packets)
    case SOURCE_DESCRIPTION:
      return readDescription(bytes, body, packets)
    case BYE:
      return readBye(bytes, body, packets)
    default:
      return true
  }
}

function readReport(bytes: Uint8Array, { count, at, end }: Body, infoBytes: number, packets: RtcpPacket[]): boolean {
  const blocksAt = at + SSRC_BYTES + infoBytes
  if (blocksAt + count * REPORT_BLOCK_BYTES > end) return false
  const ssrc = readUint32(bytes, at)
  const reports: ReportBlock[] = []
  for (let index = 0; index < count; index++) reports.push(readBlock(bytes, blocksAt + index * REPORT_BLOCK_BYTES))
  if (infoBytes === 0) packets.push({ type: 'receiver-report', ssrc, reports })
  else packets.push({ type: 'sender-report', ssrc, sender: readSenderInfo(bytes, at + SSRC_BYTES), reports })
  return true
}

const readSenderInfo = (bytes: Uint8Array, at: number): SenderInfo => ({
  ntp: { seconds: readUint32(bytes, at), fraction: readUint32(bytes, at + 4) },
  rtpTimestamp: readUint32(bytes, at + 8),
  packetCount: readUint32(bytes, at + 12),
  octetCount: readUint32(bytes, at + 16),
})

const readBlock = (bytes: Uint8Array, at: number): ReportBlock => {
  const loss = readUint32(bytes, at + 4)
  return {
    ssrc: readUint32(bytes, at),
    fractionLost: loss >>> 24,
    // 24 bits with a sign.
    cumulativeLost: (loss << 8) >> 8,
    highestSequence: readUint32(bytes, at + 8),
    jitter: readUint32(bytes, at + 12),
    lastSenderReport: readUint32(bytes, at + 16),
    delaySinceLastSenderReport: readUint32(bytes, at + 20),
  }
}

/** Chunks are a source and its items, ended by a zero and filled up to a whole word (§6.5). */
function readDescription(bytes: Uint8Array, { count, at, end }: Body, packets: RtcpPacket[]): boolean {
  let next = at
  for (let chunk = 0; chunk < count; chunk++) {
    if (next + SSRC_BYTES >= end) return false
    const ssrc = readUint32(bytes, next)
    next += SSRC_BYTES
    while (next < end && bytes[next] !== 0) {
      const item = bytes[next]!
      const textAt = next + 2
      next = textAt + (bytes[next + 1] ?? 0)
      if (textAt > end || next > end) return false
      if (item === CNAME_ITEM) packets.push({ type: 'cname', ssrc, cname: TEXT.decode(bytes.subarray(textAt, next)) })
    }
    if (next >= end) return false
    next = at + (((next - at) >> 2) + 1) * 4
  }
  return next <= end
}

function readBye(bytes: Uint8Array, { count, at, end }: Body, packets: RtcpPacket[]): boolean {
  if (at + count * SSRC_BYTES > end) return false
  const ssrcs = Array.from({ length: count }, (_, index) => readUint32(bytes, at + index * SSRC_BYTES))
  packets.push({ type: 'bye', ssrcs })
  return true
}

/** The RTCP datagram that we send (RFC 3550 §6.1): a report, our CNAME, and BYE when it is the last. */
import { assert } from '../../lib/assert.ts'
import { writeUint16, writeUint32 } from './packet.ts'
import {
  BYE,
  CNAME_ITEM,
  RECEIVER_REPORT,
  REPORT_BLOCK_BYTES,
  type ReportBlock,
  RTCP_HEADER_BYTES,
  SENDER_INFO_BYTES,
  SENDER_REPORT,
  type SenderInfo,
  SOURCE_DESCRIPTION,
} from './rtcp.ts'

export interface RtcpToSend {
  readonly ssrc: number
  /** null while nothing was sent since the report before last: then it is a receiver report (§6.4). */
  readonly sender: SenderInfo | null
  readonly reports: readonly ReportBlock[]
  /** Up to 255 bytes. */
  readonly cname: string
  readonly bye: boolean
}

const REPORTS_MAX = 31
const CNAME_BYTES_MAX = 255
const SSRC_BYTES = 4
const LOST_MAX = 0x7fffff
const LOST_MIN = -0x800000

const TEXT = new TextEncoder()

/** @returns how long the datagram is */
export function writeRtcp({ ssrc, sender, reports, cname, bye }: RtcpToSend, into: Uint8Array): number {
  assert(reports.length <= REPORTS_MAX, `${reports.length} reports do not fit into a packet`)
  const name = TEXT.encode(cname)
  assert(name.length <= CNAME_BYTES_MAX, `a CNAME has ${CNAME_BYTES_MAX} bytes at most, not ${name.length}`)
  const reportBytes =
    RTCP_HEADER_BYTES + SSRC_BYTES + (sender ? SENDER_INFO_BYTES : 0) + reports.length * REPORT_BLOCK_BYTES
  // Type, length and text, ended by at least one zero.
  const descriptionBytes = RTCP_HEADER_BYTES + SSRC_BYTES + (((2 + name.length) >> 2) + 1) * 4
  const length = reportBytes + descriptionBytes + (bye ? RTCP_HEADER_BYTES + SSRC_BYTES : 0)
  assert(into.length >= length, `RTCP of ${length} bytes does not fit into ${into.length}`)

  writeHeader(into, 0, { type: sender ? SENDER_REPORT : RECEIVER_REPORT, count: reports.length, bytes: reportBytes })
  writeUint32(into, RTCP_HEADER_BYTES, ssrc)
  let at = RTCP_HEADER_BYTES + SSRC_BYTES
  if (sender) at = writeSenderInfo(into, at, sender)
  for (const report of reports) at = writeBlock(into, at, report)

  writeHeader(into, at, { type: SOURCE_DESCRIPTION, count: 1, bytes: descriptionBytes })
  writeUint32(into, at + RTCP_HEADER_BYTES, ssrc)
  const itemAt = at + RTCP_HEADER_BYTES + SSRC_BYTES
  at += descriptionBytes
  into.fill(0, itemAt, at)
  into[itemAt] = CNAME_ITEM
  into[itemAt + 1] = name.length
  into.set(name, itemAt + 2)

  if (bye) {
    writeHeader(into, at, { type: BYE, count: 1, bytes: RTCP_HEADER_BYTES + SSRC_BYTES })
    writeUint32(into, at + RTCP_HEADER_BYTES, ssrc)
  }
  return length
}

function writeHeader(
  into: Uint8Array,
  at: number,
  { type, count, bytes }: { readonly type: number; readonly count: number; readonly bytes: number },
): void {
  into[at] = 0x80 | count
  into[at + 1] = type
  writeUint16(into, at + 2, bytes / 4 - 1)
}

function writeSenderInfo(into: Uint8Array, at: number, { ntp, rtpTimestamp, packetCount, octetCount }: SenderInfo) {
  writeUint32(into, at, ntp.seconds)
  writeUint32(into, at + 4, ntp.fraction)
  writeUint32(into, at + 8, rtpTimestamp)
  writeUint32(into, at + 12, packetCount)
  writeUint32(into, at + 16, octetCount)
  return at + SENDER_INFO_BYTES
}

function writeBlock(into: Uint8Array, at: number, block: ReportBlock): number {
  const lost = Math.max(LOST_MIN, Math.min(LOST_MAX, block.cumulativeLost))
  writeUint32(into, at, block.ssrc)
  writeUint32(into, at + 4, (block.fractionLost << 24) | (lost & 0xffffff))
  writeUint32(into, at + 8, block.highestSequence)
  writeUint32(into, at + 12, block.jitter)
  writeUint32(into, at + 16, block.lastSenderReport)
  writeUint32(into, at + 20, block.delaySinceLastSenderReport)
  return at + REPORT_BLOCK_BYTES
}

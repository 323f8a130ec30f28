/** What came in on a media port, by its first bytes (RFC 7983, RFC 5761 §4): RTP and RTCP may share one port. */
import { isRtcpPayloadType } from './packet.ts'

export type DatagramKind = 'rtp' | 'rtcp' | 'stun' | 'dtls' | 'unknown'

const STUN_LAST = 3
const DTLS_FIRST = 20
const DTLS_LAST = 63
const RTP_FIRST = 128
const RTP_LAST = 191

export function datagramKind(bytes: Uint8Array): DatagramKind {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return 'unknown'
  if (first >= RTP_FIRST && first <= RTP_LAST) return isRtcpPayloadType(second & 0x7f) ? 'rtcp' : 'rtp'
  if (first <= STUN_LAST) return 'stun'
  return first >= DTLS_FIRST && first <= DTLS_LAST ? 'dtls' : 'unknown'
}

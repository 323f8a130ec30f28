/**
 * Encrypted RTP and RTCP (RFC 3711), AES_CM_128 with HMAC_SHA1 of 80 or 32 bits: one key for what we send, another for
 * what comes. In place: a packet grows by its tag, and shrinks by it. Left out: master key identifiers and deriving keys
 * anew, which descriptions are refused for.
 */
import { assert } from '../../lib/assert.ts'
import { parseRtp, readUint16, readUint32, rtpPayloadAt, writeUint32 } from './packet.ts'
import { ReplayWindow } from './replay-window.ts'
import { deriveSessionKeys, type SrtpKey, type SrtpSuite } from './srtp-keys.ts'
import { SRTP_BYTES_MAX, SrtpTransform } from './srtp-transform.ts'

const RTP_TAG_BYTES: Readonly<Record<SrtpSuite, number>> = { AES_CM_128_HMAC_SHA1_80: 10, AES_CM_128_HMAC_SHA1_32: 4 }
/** Of RTCP, in both suites (RFC 3711 §5.2, RFC 4568 §6.2.2). */
const RTCP_TAG_BYTES = 10
const RTCP_INDEX_BYTES = 4
const RTCP_ENCRYPTED = 0x8000_0000
const RTCP_INDEX_MAX = 0x7fff_ffff
/** Header and source of the first packet are not encrypted. */
const RTCP_CLEAR_BYTES = 8
const RTCP_SSRC_AT = 4
const SEQUENCE_AT = 2
const RTP_SSRC_AT = 8
const ROUND_BYTES = 4
const ROUND = 0x10000
/** So much a packet grows at most. */
export const SRTP_GROWTH_MAX = RTCP_INDEX_BYTES + RTCP_TAG_BYTES
/** Sources of one peer. Only authenticated packets make one, so nobody else can push them out. */
const SOURCES_MAX = 8

export class SrtpSender {
  readonly #rtp: SrtpTransform
  readonly #rtcp: SrtpTransform
  readonly #tagBytes: number
  #rounds = 0
  #lastSequence = 0
  #rtcpIndex = 0

  constructor(key: SrtpKey) {
    this.#rtp = new SrtpTransform(deriveSessionKeys(key, 'rtp'))
    this.#rtcp = new SrtpTransform(deriveSessionKeys(key, 'rtcp'))
    this.#tagBytes = RTP_TAG_BYTES[key.suite]
  }

  /** Packets of one source, in the order of their numbers. @param packet with room for the tag @returns its new length */
  protectRtp(packet: Uint8Array, length: number): number {
    checkRoom(packet, length, this.#tagBytes)
    const payloadAt = rtpPayloadAt(packet, length)
    assert(payloadAt > 0, 'only RTP is encrypted as RTP')
    const sequence = readUint16(packet, SEQUENCE_AT)
    if (sequence < this.#lastSequence) this.#rounds += 1
    this.#lastSequence = sequence
    const index = this.#rounds * ROUND + sequence
    this.#rtp.crypt(packet, payloadAt, length, { ssrc: readUint32(packet, RTP_SSRC_AT), index })
    // The round is signed as if it stood where the tag will.
    writeUint32(packet, length, this.#rounds)
    const tag = this.#rtp.sign(packet, length + ROUND_BYTES)
    for (let at = 0; at < this.#tagBytes; at++) packet[length + at] = tag[at]!
    return length + this.#tagBytes
  }

  protectRtcp(packet: Uint8Array, length: number): number {
    checkRoom(packet, length, SRTP_GROWTH_MAX)
    assert(length >= RTCP_CLEAR_BYTES, 'only RTCP is encrypted as RTCP')
    const index = this.#rtcpIndex
    this.#rtcpIndex = (index + 1) & RTCP_INDEX_MAX
    this.#rtcp.crypt(packet, RTCP_CLEAR_BYTES, length, { ssrc: readUint32(packet, RTCP_SSRC_AT), index })
    writeUint32(packet, length, (RTCP_ENCRYPTED | index) >>> 0)
    const tagAt = length + RTCP_INDEX_BYTES
    packet.set(this.#rtcp.sign(packet, tagAt).subarray(0, RTCP_TAG_BYTES), tagAt)
    return tagAt + RTCP_TAG_BYTES
  }
}

const checkRoom = (packet: Uint8Array, length: number, growth: number): void =>
  assert(
    length + growth <= packet.length && length + growth <= SRTP_BYTES_MAX,
    `a packet of ${length} bytes has no room to be encrypted`,
  )

interface Source {
  /** Of the newest packet: rounds and sequence. */
  newest: number
  readonly window: ReplayWindow
}

export class SrtpReceiver {
  readonly #rtp: SrtpTransform
  readonly #rtcp: SrtpTransform
  readonly #tagBytes: number
  readonly #sources = new Map<number, Source>()
  readonly #rtcpWindows = new Map<number, ReplayWindow>()

  constructor(key: SrtpKey) {
    this.#rtp = new SrtpTransform(deriveSessionKeys(key, 'rtp'))
    this.#rtcp = new SrtpTransform(deriveSessionKeys(key, 'rtcp'))
    this.#tagBytes = RTP_TAG_BYTES[key.suite]
  }

  /** @returns the new length; 0 when it is not the peer's, came before, or is no RTP; then `bytes` are worth nothing */
  unprotectRtp(bytes: Uint8Array, length: number = bytes.length): number {
    const tagAt = length - this.#tagBytes
    const payloadAt = tagAt > 0 && length <= SRTP_BYTES_MAX ? rtpPayloadAt(bytes, tagAt) : -1
    if (payloadAt < 0) return 0
    const ssrc = readUint32(bytes, RTP_SSRC_AT)
    const source = this.#sources.get(ssrc)
    const index = guessIndex(readUint16(bytes, SEQUENCE_AT), source?.newest ?? null)
    if (index < 0 || source?.window.isFresh(index) === false) return 0
    const tag = Uint8Array.from(bytes.subarray(tagAt, length))
    writeUint32(bytes, tagAt, Math.floor(index / ROUND))
    if (!this.#rtp.isSigned(bytes, tagAt + ROUND_BYTES, tag)) return 0
    const known = source ?? remember(this.#sources, ssrc, { newest: index, window: new ReplayWindow() })
    known.window.add(index)
    known.newest = Math.max(known.newest, index)
    this.#rtp.crypt(bytes, payloadAt, tagAt, { ssrc, index })
    return parseRtp(bytes, tagAt) ? tagAt : 0
  }

  /** @returns the new length; 0 as above */
  unprotectRtcp(bytes: Uint8Array, length: number = bytes.length): number {
    const tagAt = length - RTCP_TAG_BYTES
    const indexAt = tagAt - RTCP_INDEX_BYTES
    if (indexAt < RTCP_CLEAR_BYTES || length > SRTP_BYTES_MAX) return 0
    const ssrc = readUint32(bytes, RTCP_SSRC_AT)
    const written = readUint32(bytes, indexAt)
    const index = written & RTCP_INDEX_MAX
    const window = this.#rtcpWindows.get(ssrc)
    if (window?.isFresh(index) === false) return 0
    if (!this.#rtcp.isSigned(bytes, tagAt, Uint8Array.from(bytes.subarray(tagAt, length)))) return 0
    const known = window ?? remember(this.#rtcpWindows, ssrc, new ReplayWindow())
    known.add(index)
    if (written >= RTCP_ENCRYPTED) this.#rtcp.crypt(bytes, RTCP_CLEAR_BYTES, indexAt, { ssrc, index })
    return indexAt
  }
}

/** RFC 3711 §3.3.1: of the rounds before, now and next, the one in which the number is nearest to the newest. */
function guessIndex(sequence: number, newest: number | null): number {
  if (newest === null) return sequence
  const index = Math.floor(newest / ROUND) * ROUND + sequence
  if (index - newest > ROUND / 2) return index - ROUND
  return newest - index > ROUND / 2 ? index + ROUND : index
}

function remember<Value>(values: Map<number, Value>, ssrc: number, value: Value): Value {
  if (values.size >= SOURCES_MAX) for (const oldest of values.keys()) if (values.delete(oldest)) break
  values.set(ssrc, value)
  return value
}

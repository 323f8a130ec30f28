/**
 * One source of RTP, as it is sent: sound in µ-law or A-law, keys as telephone-events, and the numbers that go with them. Its
 * driver gives it 20 ms every 20 ms and sends what packets are due then. It has no clock.
 */
import { assert } from '../../lib/assert.ts'
import { randomUint32 } from '../../lib/ids.ts'
import { recode, ULAW_TO_ALAW } from '../codec/alaw.ts'
import { FRAME } from '../codec/energy.ts'
import { SAMPLES_PER_MS, ULAW_SILENCE } from '../codec/g711.ts'
import { encodeNoiseLevel } from './comfort-noise.ts'
import { COMFORT_NOISE_TYPE, type RtpFormats } from './formats.ts'
import { RTP_HEADER_BYTES, writeRtp, writeRtpHeader } from './packet.ts'
import type { SenderInfo } from './rtcp.ts'
import { TelephoneEventSender } from './telephone-event-sender.ts'

export interface SentFormats extends RtpFormats {
  /** Sound in a packet: 10 to 60, a multiple of 10. */
  readonly ptimeMs: number
  /**
   * What goes out while there is nothing to say: silence, which keeps routers and recorders on the way awake; nothing; or
   * comfort noise once (RFC 3389).
   */
  readonly pauses?: 'sent' | 'left-out' | 'comfort-noise'
}

/** Of a source's first packet; random unless given. */
export interface FirstNumbers {
  readonly ssrc: number
  readonly sequence: number
  readonly rtpTimestamp: number
}

const PTIME_MS_MAX = 60
/** Keys that wait for their turn. */
const KEYS_MAX = 32
/** Sound between two keys, so that receivers that listen for pauses hear one. */
const BETWEEN_KEYS = 40 * SAMPLES_PER_MS
/** Quiet, but not so that a line seems dead. */
const NOISE_DBOV = 70

/**
 * A sequence begins in the lower half: loss among the first packets around its first wrap would leave the two ends of
 * SRTP with different counts of rounds (RFC 3711 §3.3.1).
 */
const randomNumbers = (): FirstNumbers => ({
  ssrc: randomUint32(),
  sequence: randomUint32() & 0x7fff,
  rtpTimestamp: randomUint32(),
})

export class RtpSender {
  readonly ssrc: number
  #formats: SentFormats
  /** In a packet. */
  #ticks = 0
  #sequence: number
  #rtpTimestamp: number
  #packetCount = 0
  #octetCount = 0
  /** The next packet of sound begins a talk-spurt. */
  #marker = true
  /** Given and not sent yet, µ-law. */
  readonly #waiting = new Uint8Array(PTIME_MS_MAX * SAMPLES_PER_MS + FRAME)
  #waitingCount = 0
  /** So many of them, at the end, are a pause. */
  #waitingPause = 0
  /** The pause was told of. */
  #paused = false
  readonly #keys: { readonly key: string; readonly durationTicks: number }[] = []
  #key: { readonly sender: TelephoneEventSender; readonly began: number } | null = null
  #sinceKey = BETWEEN_KEYS

  constructor(formats: SentFormats, { ssrc, sequence, rtpTimestamp }: FirstNumbers = randomNumbers()) {
    this.ssrc = ssrc
    this.#sequence = sequence
    this.#rtpTimestamp = rtpTimestamp
    this.#formats = formats
    this.agree(formats)
  }

  /** The same source, from now on in other formats. Keys that wait are left out when there are no events any more. */
  agree(formats: SentFormats): void {
    const { ptimeMs } = formats
    assert(ptimeMs >= 10 && ptimeMs <= PTIME_MS_MAX && ptimeMs % 10 === 0, `packets cannot be of ${ptimeMs} ms`)
    this.#formats = formats
    this.#ticks = ptimeMs * SAMPLES_PER_MS
    if (formats.events !== null) return
    this.#keys.length = 0
    this.#key = null
  }

  /**
   * Sends a key as soon as those before it are over, instead of the sound that is given meanwhile.
   * @returns false when there are no events, or too many wait
   * @throws WireError unless it is one of the 16
   */
  sendKey(key: string, lengthMs: number): boolean {
    if (this.#formats.events === null || this.#keys.length >= KEYS_MAX) return false
    const durationTicks = Math.max(1, Math.round(lengthMs * SAMPLES_PER_MS))
    // Made here too, so that what is no key is refused at once.
    new TelephoneEventSender({ key, durationTicks, packetTicks: this.#ticks })
    this.#keys.push({ key, durationTicks })
    return true
  }

  /** The next 20 ms. Then `next` until it has no more. @param frame 160 µ-law codes, read before it returns; null is a pause */
  give(frame: Uint8Array | null): void {
    const to = this.#waitingCount + FRAME
    assert(to <= this.#waiting.length, 'a frame is given before what was due is sent')
    if (frame) {
      assert(frame.length === FRAME, `a frame has ${FRAME} samples, not ${frame.length}`)
      this.#waiting.set(frame, this.#waitingCount)
    } else this.#waiting.fill(ULAW_SILENCE, this.#waitingCount, to)
    this.#waitingPause = frame ? 0 : this.#waitingPause + FRAME
    this.#waitingCount = to
  }

  /** @param into for a whole packet: header and 480 bytes at most @returns its length; 0 when none is due */
  next(into: Uint8Array): number {
    while (this.#waitingCount >= this.#ticks) {
      const length = this.#nextEvent(into) || this.#nextSound(into)
      this.#rtpTimestamp = (this.#rtpTimestamp + this.#ticks) >>> 0
      this.#waitingCount -= this.#ticks
      this.#waitingPause = Math.min(this.#waitingPause, this.#waitingCount)
      this.#waiting.copyWithin(0, this.#ticks, this.#ticks + this.#waitingCount)
      if (length > 0) return length
    }
    return 0
  }

  /** For a sender report: `rtpTimestamp` is the present's. Null before the first packet. */
  info(): Omit<SenderInfo, 'ntp'> | null {
    if (this.#packetCount === 0) return null
    return { rtpTimestamp: this.#rtpTimestamp, packetCount: this.#packetCount, octetCount: this.#octetCount }
  }

  #nextEvent(into: Uint8Array): number {
    if (!this.#key) {
      const next = this.#sinceKey >= BETWEEN_KEYS ? this.#keys.shift() : undefined
      if (!next) return 0
      this.#key = {
        sender: new TelephoneEventSender({ ...next, packetTicks: this.#ticks }),
        began: this.#rtpTimestamp,
      }
    }
    const packet = this.#key.sender.next()
    if (!packet) {
      this.#key = null
      this.#sinceKey = 0
      return 0
    }
    const rtpTimestamp = (this.#key.began + packet.timestampOffset) >>> 0
    const header = { ...this.#count(packet.payload.length), payloadType: this.#formats.events!, rtpTimestamp }
    return writeRtp({ ...header, marker: packet.marker }, packet.payload, into)
  }

  #nextSound(into: Uint8Array): number {
    this.#sinceKey += this.#ticks
    const { codec, payloadType, pauses = 'sent' } = this.#formats
    if (pauses !== 'sent' && this.#waitingCount - this.#waitingPause <= 0) return this.#pause(into, pauses)
    const length = RTP_HEADER_BYTES + this.#ticks
    assert(into.length >= length, `a packet of ${length} bytes does not fit into ${into.length}`)
    const marker = this.#marker
    this.#marker = false
    this.#paused = false
    writeRtpHeader({ ...this.#count(this.#ticks), payloadType, marker, rtpTimestamp: this.#rtpTimestamp }, into)
    if (codec === 'PCMU') for (let at = 0; at < this.#ticks; at++) into[RTP_HEADER_BYTES + at] = this.#waiting[at]!
    else recode(ULAW_TO_ALAW, this.#waiting, into, { end: this.#ticks, at: RTP_HEADER_BYTES })
    return length
  }

  #pause(into: Uint8Array, pauses: 'left-out' | 'comfort-noise'): number {
    this.#marker = true
    if (pauses === 'left-out' || this.#paused) return 0
    this.#paused = true
    const payload = encodeNoiseLevel(NOISE_DBOV)
    const header = { payloadType: COMFORT_NOISE_TYPE, marker: false, rtpTimestamp: this.#rtpTimestamp }
    return writeRtp({ ...this.#count(payload.length), ...header }, payload, into)
  }

  /** Counts a packet. @returns what is its own of the header */
  #count(octets: number): { readonly ssrc: number; readonly sequence: number } {
    const sequence = this.#sequence
    this.#sequence = (sequence + 1) & 0xffff
    this.#packetCount += 1
    this.#octetCount = (this.#octetCount + octets) >>> 0
    return { ssrc: this.ssrc, sequence }
  }
}

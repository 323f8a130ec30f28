/**
 * One source of RTP, as it is heard: packets in as they come, 20 ms of µ-law out every 20 ms, and keys told once each. What
 * is missing is concealed, what comes in A-law is turned into µ-law. Whose packets come here is decided before
 * (`latch.ts`). It has no clock.
 */
import { ALAW_TO_ULAW, recode } from '../codec/alaw.ts'
import { ULAW_SILENCE } from '../codec/g711.ts'
import { ComfortNoise, decodeNoiseLevel } from './comfort-noise.ts'
import { Concealment } from './concealment.ts'
import { formatOf, type RtpFormats } from './formats.ts'
import { JitterBuffer, type JitterCounts, PACKET_SAMPLES_MAX, type Stretch } from './jitter-buffer.ts'
import { type JitterLimits, USUAL_JITTER_LIMITS } from './jitter-limits.ts'
import type { RtpPacket } from './packet.ts'
import { Reception } from './reception.ts'
import { SourceCandidate } from './source-candidate.ts'
import { EVENT_BYTES } from './telephone-event.ts'
import { type KeyReport, TelephoneEventReceiver } from './telephone-event-receiver.ts'

export interface RtpReceiverOptions {
  readonly formats: RtpFormats
  readonly limits?: JitterLimits
  /** Told beside the sound, as soon as the packet is there. */
  readonly tellKey: (report: KeyReport) => void
}

export interface ReceiverCounts {
  /** Of payload types that mean nothing here, or too short for what they are. */
  unknown: number
  /** Of sources that are not believed, or not yet. */
  strange: number
  /** How often another source took the place of the one that was heard. */
  sources: number
}

export class RtpReceiver {
  #formats: RtpFormats
  readonly #tellKey: (report: KeyReport) => void
  readonly #buffer: JitterBuffer
  readonly #concealment = new Concealment()
  readonly #noise = new ComfortNoise()
  readonly #candidate = new SourceCandidate()
  readonly #counts: ReceiverCounts = { unknown: 0, strange: 0, sources: 0 }
  readonly #recoded = new Uint8Array(PACKET_SAMPLES_MAX)
  #reception: Reception | null = null
  #events = new TelephoneEventReceiver()
  #heardAtMs = 0
  /** The source makes noise in its pauses. */
  #hasNoise = false
  /** Of the frame that is being taken. */
  #sounds = false

  constructor({ formats, limits = USUAL_JITTER_LIMITS, tellKey }: RtpReceiverOptions) {
    this.#formats = formats
    this.#tellKey = tellKey
    this.#buffer = new JitterBuffer(limits)
  }

  /** What the source's payload types mean from now on. */
  agree(formats: RtpFormats): void {
    this.#formats = formats
  }

  /** Of the source that is heard; null before the first packet. */
  get reception(): Reception | null {
    return this.#reception
  }

  get counts(): Readonly<ReceiverCounts> {
    return this.#counts
  }

  get jitterCounts(): Readonly<JitterCounts> {
    return this.#buffer.counts
  }

  get delayMs(): number {
    return this.#buffer.delayMs
  }

  /**
   * @param packet what `parseRtp` found in `bytes`, which is read before this returns
   * @param arrivedAtMs on any clock that does not jump
   */
  receive(packet: RtpPacket, bytes: Uint8Array, arrivedAtMs: number): void {
    const reception = this.#reception ?? this.#adopt(packet)
    if (packet.ssrc === reception.ssrc && reception.arrived(packet.sequence)) {
      this.#candidate.clear()
      this.#heardAtMs = arrivedAtMs
      this.#accept(packet, bytes, { reception, arrivedAtMs })
      return
    }
    const held = this.#candidate.add(packet, bytes, { arrivedAtMs, heardAtMs: this.#heardAtMs })
    if (!held) {
      this.#counts.strange += 1
      return
    }
    this.#heardAtMs = arrivedAtMs
    const believed = this.#adopt(held[0]!.packet)
    for (const one of held) {
      believed.arrived(one.packet.sequence)
      this.#accept(one.packet, one.bytes, { reception: believed, arrivedAtMs: one.arrivedAtMs })
    }
  }

  /**
   * The next 20 ms; to be asked for every 20 ms.
   * @param into takes 160 µ-law codes @returns false when they are silence
   */
  take(into: Uint8Array): boolean {
    if (this.#reception === null) {
      into.fill(ULAW_SILENCE)
      return false
    }
    for (const report of this.#events.tick()) this.#tellKey(report)
    this.#sounds = false
    this.#buffer.take(into, this.#fill)
    return this.#sounds
  }

  #adopt({ ssrc, sequence }: RtpPacket): Reception {
    for (const report of this.#events.end()) this.#tellKey(report)
    this.#events = new TelephoneEventReceiver()
    this.#buffer.restart()
    this.#hasNoise = false
    this.#counts.sources += 1
    const reception = new Reception(ssrc, sequence)
    this.#reception = reception
    return reception
  }

  #accept(
    packet: RtpPacket,
    bytes: Uint8Array,
    { reception, arrivedAtMs }: { readonly reception: Reception; readonly arrivedAtMs: number },
  ): void {
    const { payloadType, sequence, rtpTimestamp, payloadAt, payloadEnd } = packet
    switch (formatOf(payloadType, this.#formats)) {
      case 'PCMU':
        reception.timed(rtpTimestamp, arrivedAtMs)
        this.#buffer.put(sequence, rtpTimestamp, bytes, payloadAt, payloadEnd)
        return
      case 'PCMA': {
        reception.timed(rtpTimestamp, arrivedAtMs)
        const length = payloadEnd - payloadAt
        if (length <= PACKET_SAMPLES_MAX)
          recode(ALAW_TO_ULAW, bytes, this.#recoded, { begin: payloadAt, end: payloadEnd })
        this.#buffer.put(sequence, rtpTimestamp, this.#recoded, 0, length)
        return
      }
      case 'comfort-noise':
        this.#acceptNoise(decodeNoiseLevel(bytes, payloadAt, payloadEnd), packet)
        return
      case 'telephone-event':
        this.#acceptEvent(packet, bytes)
        return
      case null:
        this.#counts.unknown += 1
    }
  }

  #acceptNoise(levelDbov: number | null, { sequence, rtpTimestamp }: RtpPacket): void {
    this.#hasNoise = levelDbov !== null
    if (levelDbov !== null) this.#noise.setLevel(levelDbov)
    this.#buffer.putSilence(sequence, rtpTimestamp)
  }

  #acceptEvent({ sequence, rtpTimestamp, marker, payloadAt, payloadEnd }: RtpPacket, bytes: Uint8Array): void {
    if (payloadEnd - payloadAt < EVENT_BYTES) {
      this.#counts.unknown += 1
      return
    }
    const payload = bytes.subarray(payloadAt, payloadEnd)
    for (const report of this.#events.receive(rtpTimestamp, payload, marker)) this.#tellKey(report)
    this.#buffer.putSilence(sequence, rtpTimestamp)
  }

  readonly #fill = (stretch: Stretch, into: Uint8Array, from: number, to: number): void => {
    switch (stretch) {
      case 'sound':
        this.#concealment.heard(into, from, to)
        this.#sounds = true
        return
      case 'lost':
        if (this.#concealment.conceal(into, from, to)) this.#sounds = true
        return
      case 'silence':
        if (this.#hasNoise) this.#noise.render(into, from, to)
        else into.fill(ULAW_SILENCE, from, to)
        if (this.#hasNoise) this.#sounds = true
        break
      case 'empty':
        into.fill(ULAW_SILENCE, from, to)
    }
    this.#concealment.paused(into, from, to)
  }
}

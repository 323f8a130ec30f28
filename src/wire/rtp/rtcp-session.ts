/**
 * Our side of RTCP with one peer (RFC 3550 §6): what to send and when, and what the peer's reports tell. It has no clock:
 * its driver asks `intervalMs` and writes a report each time that it has passed. Two parties never need more than
 * the shortest interval, so the scaling of §6.2 to many is left out.
 */
import type { Instant } from '../../lib/ids.ts'
import { SHORT_UNITS_PER_SECOND, toNtpTime, toShortNtp } from './ntp-time.ts'
import type { Reception } from './reception.ts'
import { parseRtcp, type ReportBlock, type RtcpPacket, type SenderInfo } from './rtcp.ts'
import { writeRtcp } from './write-rtcp.ts'

const INTERVAL_MS = 5000
/** §6.2: the first comes sooner, so that both sides soon know of each other. */
const FIRST_INTERVAL_MS = INTERVAL_MS / 2
/** What a round trip can be; else the peer's numbers are nonsense. */
const ROUND_TRIP_MS_MAX = 60_000

/** What the peer says of the packets that we send. */
export interface PeerView {
  /** 0 to 1, since its report before. */
  readonly fractionLost: number
  readonly cumulativeLost: number
  readonly jitterMs: number
}

export interface Sending {
  readonly ssrc: number
  readonly clockRateHz: number
  /** @returns null when nothing was sent yet */
  info(): Omit<SenderInfo, 'ntp'> | null
}

export class RtcpSession {
  readonly #sending: Sending
  readonly #cname: string
  #reports = 0
  #roundTripMs: number | null = null
  #peerView: PeerView | null = null
  #peerCname: string | null = null
  #peerLeft = false
  /** Packets sent when the last two reports were made: without new ones they are receiver reports. */
  #sentBefore: readonly [number, number] = [0, 0]

  constructor(sending: Sending, cname: string) {
    this.#sending = sending
    this.#cname = cname
  }

  /** null until the peer has answered a sender report. */
  get roundTripMs(): number | null {
    return this.#roundTripMs
  }

  get peerView(): PeerView | null {
    return this.#peerView
  }

  get peerCname(): string | null {
    return this.#peerCname
  }

  /** The peer's source has said BYE. It is no hang-up: that is signalling's business. */
  get peerLeft(): boolean {
    return this.#peerLeft
  }

  /** Until the next report, spread from half to one and a half so that many calls do not report at once. @param random 0 to 1 */
  intervalMs(random: number): number {
    return (this.#reports === 0 ? FIRST_INTERVAL_MS : INTERVAL_MS) * (0.5 + random)
  }

  /**
   * @param heard the source that is received at present
   * @returns how long the datagram is
   */
  write(now: Instant, heard: Reception | null, into: Uint8Array, { bye = false } = {}): number {
    const info = this.#sending.info()
    const sent = info?.packetCount ?? 0
    const sends = info !== null && sent !== this.#sentBefore[0]
    this.#sentBefore = [this.#sentBefore[1], sent]
    this.#reports += 1
    return writeRtcp(
      {
        ssrc: this.#sending.ssrc,
        sender: sends ? { ntp: toNtpTime(now), ...info } : null,
        reports: heard && heard.received > 0 ? [heard.report(now)] : [],
        cname: this.#cname,
        bye,
      },
      into,
    )
  }

  /** @returns false when it is no RTCP */
  read(bytes: Uint8Array, now: Instant, heard: Reception | null, length: number = bytes.length): boolean {
    const packets = parseRtcp(bytes, length)
    if (!packets) return false
    for (const packet of packets) this.#read(packet, now, heard)
    return true
  }

  #read(packet: RtcpPacket, now: Instant, heard: Reception | null): void {
    switch (packet.type) {
      case 'sender-report':
        if (heard?.ssrc === packet.ssrc) heard.senderReported(packet.sender.ntp, now)
        for (const report of packet.reports) this.#readReport(report, now)
        break
      case 'receiver-report':
        for (const report of packet.reports) this.#readReport(report, now)
        break
      case 'cname':
        this.#peerCname = packet.cname
        break
      case 'bye':
        if (heard && packet.ssrcs.includes(heard.ssrc)) this.#peerLeft = true
        break
    }
  }

  #readReport(report: ReportBlock, now: Instant): void {
    if (report.ssrc !== this.#sending.ssrc) return
    this.#peerView = {
      fractionLost: report.fractionLost / 256,
      cumulativeLost: report.cumulativeLost,
      jitterMs: (report.jitter * 1000) / this.#sending.clockRateHz,
    }
    if (report.lastSenderReport === 0) return
    // §6.4.1: what has passed since our report, without the time that the peer held it.
    const units = (toShortNtp(toNtpTime(now)) - report.lastSenderReport - report.delaySinceLastSenderReport) | 0
    const ms = (units * 1000) / SHORT_UNITS_PER_SECOND
    // Rounding on both sides may make a very short one negative.
    if (ms > -5 && ms <= ROUND_TRIP_MS_MAX) this.#roundTripMs = Math.max(0, ms)
  }
}

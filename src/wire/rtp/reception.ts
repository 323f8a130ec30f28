/**
 * What is known of one source whose packets arrive: which of them belong to it, how many are missing, how evenly they
 * come (RFC 3550 §6.4.1, appendices A.1, A.3 and A.8). A jump of sequence numbers is not believed here; whoever
 * restarts a source makes a new one of these.
 */
import type { Instant } from '../../lib/ids.ts'
import { SAMPLES_PER_MS } from '../codec/g711.ts'
import { type NtpTime, SHORT_UNITS_PER_SECOND, toShortNtp } from './ntp-time.ts'
import type { ReportBlock } from './rtcp.ts'

/** Up to so many may be missing in a row (A.1); a minute at 20 ms. */
const DROPOUT_MAX = 3000
/** So far behind a packet may come; what is older belongs to something else. */
const MISORDER_MAX = 100
const ROUND = 0x10000
/** A.8: how slowly the jitter follows. */
const JITTER_GAIN = 16

export class Reception {
  readonly ssrc: number
  readonly #firstSequence: number
  #highestSequence: number
  #rounds = 0
  #received = 0
  #jitterTicks = 0
  #lastArrival: { readonly ticks: number; readonly rtpTimestamp: number } | null = null
  #senderReport: { readonly shortNtp: number; readonly at: Instant } | null = null
  /** When the last report was made. */
  #reported = { expected: 0, received: 0 }

  /** @param firstSequence of the packet that will be told first */
  constructor(ssrc: number, firstSequence: number) {
    this.ssrc = ssrc
    this.#firstSequence = firstSequence
    this.#highestSequence = firstSequence
  }

  /** Told of each packet. @returns false when its number is so far off that it is not of this source; then it is not counted */
  arrived(sequence: number): boolean {
    const ahead = (sequence - this.#highestSequence) & 0xffff
    if (ahead < DROPOUT_MAX) {
      if (sequence < this.#highestSequence) this.#rounds += 1
      this.#highestSequence = sequence
    } else if (ahead <= ROUND - MISORDER_MAX) return false
    this.#received += 1
    return true
  }

  /**
   * Told of each packet of sound that `arrived`. Keys are left out: their timestamps stand still while they are held,
   * which would look like jitter.
   */
  timed(rtpTimestamp: number, arrivedAtMs: number): void {
    const ticks = arrivedAtMs * SAMPLES_PER_MS
    if (this.#lastArrival) {
      const sent = (rtpTimestamp - this.#lastArrival.rtpTimestamp) | 0
      const differenceTicks = Math.abs(ticks - this.#lastArrival.ticks - sent)
      this.#jitterTicks += (differenceTicks - this.#jitterTicks) / JITTER_GAIN
    }
    this.#lastArrival = { ticks, rtpTimestamp }
  }

  senderReported(ntp: NtpTime, at: Instant): void {
    this.#senderReport = { shortNtp: toShortNtp(ntp), at }
  }

  get highestSequence(): number {
    return (this.#rounds * ROUND + this.#highestSequence) >>> 0
  }

  get received(): number {
    return this.#received
  }

  /** Below 0 when duplicates came. */
  get lost(): number {
    return this.#expected - this.#received
  }

  get jitterMs(): number {
    return this.#jitterTicks / SAMPLES_PER_MS
  }

  /** What the source is told; the loss in it is that since the last one. */
  report(now: Instant): ReportBlock {
    const expected = this.#expected
    const expectedSince = expected - this.#reported.expected
    const lostSince = expectedSince - (this.#received - this.#reported.received)
    this.#reported = { expected, received: this.#received }
    const report = this.#senderReport
    return {
      ssrc: this.ssrc,
      fractionLost:
        expectedSince <= 0 || lostSince <= 0 ? 0 : Math.min(255, Math.floor((lostSince * 256) / expectedSince)),
      cumulativeLost: this.lost,
      highestSequence: this.highestSequence,
      jitter: Math.floor(this.#jitterTicks),
      lastSenderReport: report?.shortNtp ?? 0,
      delaySinceLastSenderReport: report
        ? Math.max(0, Math.round(((now - report.at) * SHORT_UNITS_PER_SECOND) / 1000)) >>> 0
        : 0,
    }
  }

  get #expected(): number {
    return this.#received === 0 ? 0 : this.#rounds * ROUND + this.#highestSequence - this.#firstSequence + 1
  }
}

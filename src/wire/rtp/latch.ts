/**
 * Whose packets count, and where ours go ("symmetric RTP", RFC 4961, RFC 7362). The description of a session names an
 * address, but behind a router packets come from another one, and ours only get through if they go there. So we follow
 * the packets; but carefully, or whoever sends to our port could take a call over:
 *
 * - what comes from the address that was named counts at once, also when another one was quicker in the first seconds;
 * - another address counts in the first seconds while nothing has come from where it should;
 * - later only while the one that counts is silent: soon if it goes on with the same source, as behind a router that
 *   has changed its mind, else after a longer proof.
 */
import type { Instant } from '../../lib/ids.ts'
import type { RtpPacket } from './packet.ts'

export interface MediaEndpoint {
  /** An IP address. */
  readonly address: string
  readonly port: number
}

export interface LatchCounts {
  /** Packets that did not count. */
  refused: number
  /** How often another address took over. */
  moved: number
}

/** After an address was named. */
const LEARNING_MS = 5000
/** Packets in a row that prove an address, and how long the one that counts must have been silent before. */
const PROOF_WHILE_LEARNING = { packets: 2, silentMs: 0 }
const PROOF_OF_SAME_SOURCE = { packets: 4, silentMs: 200 }
const PROOF_OF_OTHER_SOURCE = { packets: 25, silentMs: 2000 }
/** Between two packets in a row so many may be missing. */
const GAP_MAX = 4
/** Only then may another stranger try. */
const IDLE_MS = 200

interface Candidate extends MediaEndpoint {
  readonly ssrc: number
  sequence: number
  packets: number
  lastAt: Instant
}

export class Latch {
  readonly #counts: LatchCounts = { refused: 0, moved: 0 }
  #named: MediaEndpoint | null
  #target: MediaEndpoint | null
  #namedAt: Instant
  /** Of the target; null while nothing has come from it. */
  #ssrc: number | null = null
  #heardAt: Instant
  #candidate: Candidate | null = null

  /** @param named by the description; null when it names none */
  constructor(named: MediaEndpoint | null, now: Instant) {
    this.#named = named
    this.#target = named
    this.#namedAt = now
    this.#heardAt = now
  }

  /** Another description. One that names the same address changes nothing. */
  name(named: MediaEndpoint | null, now: Instant): void {
    if (sameEndpoint(named, this.#named)) return
    this.#named = named
    this.#target = named
    this.#namedAt = now
    this.#heardAt = now
    this.#ssrc = null
    this.#candidate = null
  }

  /** Where our packets go; null: nowhere yet. */
  get target(): MediaEndpoint | null {
    return this.#target
  }

  get counts(): Readonly<LatchCounts> {
    return this.#counts
  }

  /**
   * Asked for each packet that is RTP, of a payload type that means something.
   * @param authenticated by its key (SRTP): nobody else can have sent it, so it is believed wherever it comes from
   * @returns whether it counts
   */
  judge(
    from: MediaEndpoint,
    packet: RtpPacket,
    { now, authenticated = false }: { now: Instant; authenticated?: boolean },
  ) {
    if (sameEndpoint(from, this.#target)) return this.#follow(from, packet, now)
    const isLearning = now - this.#namedAt <= LEARNING_MS
    if (authenticated || (isLearning && sameEndpoint(from, this.#named)) || this.#isProven(from, packet, now)) {
      this.#counts.moved += 1
      return this.#follow(from, packet, now)
    }
    this.#counts.refused += 1
    return false
  }

  /** Whether RTCP from there counts: its port is another one often, its address the same. */
  isFromPeer(address: string): boolean {
    return this.#target?.address === address
  }

  #follow({ address, port }: MediaEndpoint, { ssrc }: RtpPacket, now: Instant): true {
    if (!sameEndpoint({ address, port }, this.#target)) this.#target = { address, port }
    this.#ssrc = ssrc
    this.#heardAt = now
    this.#candidate = null
    return true
  }

  #isProven(from: MediaEndpoint, packet: RtpPacket, now: Instant): boolean {
    const candidate = this.#candidate
    if (!candidate || !isNext(candidate, from, packet)) {
      if (!candidate || now - candidate.lastAt >= IDLE_MS || sameEndpoint(candidate, from))
        this.#candidate = { ...from, ssrc: packet.ssrc, sequence: packet.sequence, packets: 1, lastAt: now }
      return false
    }
    candidate.sequence = packet.sequence
    candidate.packets += 1
    candidate.lastAt = now
    const { packets, silentMs } = this.#proofOf(packet, now)
    return candidate.packets >= packets && now - this.#heardAt >= silentMs
  }

  #proofOf({ ssrc }: RtpPacket, now: Instant): { readonly packets: number; readonly silentMs: number } {
    if (this.#ssrc === null && (this.#target === null || now - this.#namedAt <= LEARNING_MS))
      return PROOF_WHILE_LEARNING
    return ssrc === this.#ssrc ? PROOF_OF_SAME_SOURCE : PROOF_OF_OTHER_SOURCE
  }
}

function isNext(candidate: Candidate, from: MediaEndpoint, { ssrc, sequence }: RtpPacket): boolean {
  const ahead = (sequence - candidate.sequence) & 0xffff
  return sameEndpoint(candidate, from) && candidate.ssrc === ssrc && ahead >= 1 && ahead <= GAP_MAX
}

function sameEndpoint(one: MediaEndpoint | null, other: MediaEndpoint | null): boolean {
  if (one === null || other === null) return one === other
  return one.port === other.port && one.address === other.address
}

/**
 * Packets of a source that would take the place of the one that is heard: another SSRC, or the same with sequence numbers
 * far off. They are kept, so that nothing of its first word is missing should it be believed (RFC 3550 A.1).
 */
import type { RtpPacket } from './packet.ts'

export interface HeldPacket {
  readonly packet: RtpPacket
  /** A copy. */
  readonly bytes: Uint8Array
  readonly arrivedAtMs: number
}

/** In order, one after the other, so many prove a source. */
const PROOF = 2
/** The one that is heard has to be silent for so long, or two sources would take turns. */
const SILENT_MS = 60
/** Older ones give way. */
const HELD_MAX = 8
/** Longer ones are not kept: no packet of sound is. */
const BYTES_MAX = 2048

export class SourceCandidate {
  #held: HeldPacket[] = []

  clear(): void {
    if (this.#held.length > 0) this.#held = []
  }

  /**
   * @param heardAtMs when the source that is heard came last
   * @returns what was kept, once the source is believed; it then begins with these
   */
  add(
    packet: RtpPacket,
    bytes: Uint8Array,
    times: { arrivedAtMs: number; heardAtMs: number },
  ): readonly HeldPacket[] | null {
    if (packet.payloadEnd > BYTES_MAX) return null
    const last = this.#held.at(-1)?.packet
    if (last && (last.ssrc !== packet.ssrc || ((last.sequence + 1) & 0xffff) !== packet.sequence)) this.#held = []
    this.#held.push({
      packet,
      bytes: new Uint8Array(bytes.subarray(0, packet.payloadEnd)),
      arrivedAtMs: times.arrivedAtMs,
    })
    if (this.#held.length > HELD_MAX) this.#held.shift()
    if (this.#held.length < PROOF || times.arrivedAtMs - times.heardAtMs < SILENT_MS) return null
    const held = this.#held
    this.#held = []
    return held
  }
}

/**
 * One key as the packets that carry it (RFC 4733 §2.5.1). It has no clock: its driver asks for a packet every packet
 * time, sends it instead of audio, and is told when there is no more.
 */
import { assert } from '../../lib/assert.ts'
import { WireError } from '../../lib/wire-error.ts'
import { DURATION_TICKS_MAX, encodeTelephoneEvent, eventOfKey } from './telephone-event.ts'

export interface TelephoneEventPacket {
  readonly payload: Uint8Array
  /** Set on the first packet of the key only. */
  readonly marker: boolean
  /** To be added to the RTP timestamp at which the key began; grows only from segment to segment. */
  readonly timestampOffset: number
}

export interface SentKey {
  readonly key: string
  readonly durationTicks: number
  /** Between packets: 160 for 20 ms at 8 kHz. */
  readonly packetTicks: number
  /** In dBm0 without the sign. */
  readonly volume?: number
}

/** The last packet is sent three times, so that its loss does not make a long key of a short one (§2.5.1.4). */
const FINAL_PACKETS = 3
const USUAL_VOLUME = 10

export class TelephoneEventSender {
  readonly #event: number
  readonly #durationTicks: number
  readonly #packetTicks: number
  readonly #volume: number
  /** Sent so far, since the beginning of the key. */
  #elapsedTicks = 0
  #segmentFrom = 0
  #marker = true
  #finals = 0

  /** @throws WireError unless the key is one of the 16 */
  constructor({ key, durationTicks, packetTicks, volume = USUAL_VOLUME }: SentKey) {
    const event = eventOfKey(key)
    if (event === null) throw new WireError('key to send', key, '0 to 9, A to D, * or #')
    assert(durationTicks > 0, 'a key lasts longer than nothing')
    assert(packetTicks > 0 && packetTicks < DURATION_TICKS_MAX, `packets cannot be ${packetTicks} ticks apart`)
    this.#event = event
    this.#durationTicks = durationTicks
    this.#packetTicks = packetTicks
    this.#volume = volume
  }

  /** The packet that is due one packet time after the last; null when the key is over and everything is sent. */
  next(): TelephoneEventPacket | null {
    if (this.#finals === FINAL_PACKETS) return null
    // §2.5.1.3: a segment ends at exactly the longest duration, without E; the next begins where it ended. It is not
    // repeated as an end is: packets of the next segment follow at once and tell as much.
    if (this.#finals === 0 && this.#elapsedTicks - this.#segmentFrom === DURATION_TICKS_MAX)
      this.#segmentFrom = this.#elapsedTicks
    this.#elapsedTicks = Math.min(
      this.#elapsedTicks + this.#packetTicks,
      this.#segmentFrom + DURATION_TICKS_MAX,
      this.#durationTicks,
    )
    const end = this.#elapsedTicks === this.#durationTicks
    if (end) this.#finals += 1
    const marker = this.#marker
    this.#marker = false
    const durationTicks = this.#elapsedTicks - this.#segmentFrom
    return {
      payload: encodeTelephoneEvent({ event: this.#event, end, volume: this.#volume, durationTicks }),
      marker,
      timestampOffset: this.#segmentFrom,
    }
  }
}

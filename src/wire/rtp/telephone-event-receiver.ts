/**
 * Keys out of received telephone-event packets (RFC 4733 §2.5.2): each once, however often its packets are repeated,
 * reordered or lost. One receiver for each source (SSRC). It has no clock: its driver calls `tick` every 20 ms.
 */
import { DURATION_TICKS_MAX, decodeTelephoneEvent, keyOfEvent, type TelephoneEvent } from './telephone-event.ts'

export type KeyReport =
  | { readonly happened: 'began'; readonly key: string; readonly rtpTimestamp: number }
  | {
      readonly happened: 'ended'
      readonly key: string
      /** Of its beginning. */
      readonly rtpTimestamp: number
      /** As far as it is known. */
      readonly durationTicks: number
    }

/** Without an update for so long a key is over: three packets of the longest usual distance, 50 ms. */
const TICKS_WITHOUT_UPDATE_MAX = 8
/** Of keys that are over: their late packets are told by timestamp and event, and a sender holds few at a time. */
const REMEMBERED_MAX = 8
const NONE: readonly KeyReport[] = []

interface Segment {
  readonly event: number
  readonly rtpTimestamp: number
}

interface HeldKey {
  readonly key: string
  readonly event: number
  readonly rtpTimestamp: number
  segment: Segment
  /** In segments before this one. */
  earlierTicks: number
  segmentTicks: number
  ticksWithoutUpdate: number
}

export class TelephoneEventReceiver {
  #held: HeldKey | null = null
  /** Oldest first. */
  readonly #over: Segment[] = []

  /**
   * @param marker of the RTP header: a packet that has it does not continue a key
   * @returns what happened, in order: nothing mostly; an end without its packet and the beginning of the next key at most
   * @throws WireError when the payload is no event
   */
  receive(rtpTimestamp: number, payload: Uint8Array, marker = false): readonly KeyReport[] {
    const packet = decodeTelephoneEvent(payload)
    const key = keyOfEvent(packet.event)
    if (key === null || this.#isOver(packet.event, rtpTimestamp)) return NONE
    const reports: KeyReport[] = []
    let held = this.#held
    if (!held || !isOf(held, packet, rtpTimestamp)) {
      if (held && !marker && continues(held, packet, rtpTimestamp)) this.#nextSegment(held, rtpTimestamp)
      else {
        this.#end(reports)
        held = begin(key, packet.event, rtpTimestamp)
        this.#held = held
        reports.push({ happened: 'began', key, rtpTimestamp })
      }
    }
    held.ticksWithoutUpdate = 0
    held.segmentTicks = Math.max(held.segmentTicks, packet.durationTicks)
    if (packet.end) this.#end(reports)
    return reports
  }

  /** Every 20 ms. Ends a key whose last packets were all lost. */
  tick(): readonly KeyReport[] {
    if (!this.#held) return NONE
    this.#held.ticksWithoutUpdate += 1
    if (this.#held.ticksWithoutUpdate < TICKS_WITHOUT_UPDATE_MAX) return NONE
    const reports: KeyReport[] = []
    this.#end(reports)
    return reports
  }

  /** Nothing more will come of this source: ends a key that is held. */
  end(): readonly KeyReport[] {
    const reports: KeyReport[] = []
    this.#end(reports)
    return reports
  }

  #end(reports: KeyReport[]): void {
    if (!this.#held) return
    const { key, rtpTimestamp, segment, earlierTicks, segmentTicks } = this.#held
    this.#held = null
    this.#remember(segment)
    reports.push({ happened: 'ended', key, rtpTimestamp, durationTicks: earlierTicks + segmentTicks })
  }

  #nextSegment(held: HeldKey, rtpTimestamp: number): void {
    this.#remember(held.segment)
    held.earlierTicks += ticksFrom(held.segment.rtpTimestamp, rtpTimestamp)
    held.segmentTicks = 0
    held.segment = { event: held.event, rtpTimestamp }
  }

  #remember(segment: Segment): void {
    this.#over.push(segment)
    if (this.#over.length > REMEMBERED_MAX) this.#over.shift()
  }

  #isOver(event: number, rtpTimestamp: number): boolean {
    return this.#over.some((segment) => segment.event === event && segment.rtpTimestamp === rtpTimestamp)
  }
}

const begin = (key: string, event: number, rtpTimestamp: number): HeldKey => ({
  key,
  event,
  rtpTimestamp,
  segment: { event, rtpTimestamp },
  earlierTicks: 0,
  segmentTicks: 0,
  ticksWithoutUpdate: 0,
})

const isOf = ({ segment }: HeldKey, { event }: TelephoneEvent, rtpTimestamp: number): boolean =>
  segment.event === event && segment.rtpTimestamp === rtpTimestamp

/** §2.5.1.3: the next segment of a long key begins where the last ended, which is known or, if its end was lost, the longest. */
function continues({ segment, segmentTicks }: HeldKey, { event }: TelephoneEvent, rtpTimestamp: number): boolean {
  const ticks = ticksFrom(segment.rtpTimestamp, rtpTimestamp)
  return event === segment.event && (ticks === segmentTicks || ticks === DURATION_TICKS_MAX)
}

/** Timestamps wrap at 2^32. */
const ticksFrom = (earlier: number, later: number): number => (later - earlier) >>> 0

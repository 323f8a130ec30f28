/**
 * The payload of RTP's telephone-event (RFC 4733): keys sent as names instead of tones. Here one payload;
 * `telephone-event-sender.ts` and `telephone-event-receiver.ts` make keys of many. Left out: several events in one
 * packet (RFC 4733 §2.5.1.5), which is for events without a pause between them; keys have one.
 */
import { assert } from '../../lib/assert.ts'
import { WireError } from '../../lib/wire-error.ts'

export interface TelephoneEvent {
  /** 0 to 15 are the keys, 16 is a hook flash. */
  readonly event: number
  readonly end: boolean
  /** Power of the tone in dBm0 without its sign: 0 is loud, 63 faint. */
  readonly volume: number
  /** So far, in clock ticks; 8 a millisecond in the telephone's audio. */
  readonly durationTicks: number
}

export const EVENT_BYTES = 4
const VOLUME_MAX = 0x3f
export const DURATION_TICKS_MAX = 0xffff
const END = 0x80
/** Key by event code (RFC 4733 §3.2). */
const KEYS = '0123456789*#ABCD'

/** @returns null when the key is none of the 16 */
export function eventOfKey(key: string): number | null {
  const event = key.length === 1 ? KEYS.indexOf(key) : -1
  return event < 0 ? null : event
}

/** @returns null for events that are no keys, such as the hook flash */
export const keyOfEvent = (event: number): string | null => KEYS[event] ?? null

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |     event     |E|R| volume    |          duration             |    RFC 4733 §2.3; R is reserved: sent as 0, ignored
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
const EVENT_AT = 0
const VOLUME_AT = 1
const DURATION_AT = 2

/** Bytes after the first event are ignored. @throws WireError when there are fewer than four. */
export function decodeTelephoneEvent(payload: Uint8Array): TelephoneEvent {
  if (payload.length < EVENT_BYTES)
    throw new WireError('telephone-event payload', `${payload.length} bytes`, `${EVENT_BYTES}`)
  const flags = payload[VOLUME_AT]!
  return {
    event: payload[EVENT_AT]!,
    end: (flags & END) !== 0,
    volume: flags & VOLUME_MAX,
    durationTicks: (payload[DURATION_AT]! << 8) | payload[DURATION_AT + 1]!,
  }
}

export function encodeTelephoneEvent({ event, end, volume, durationTicks }: TelephoneEvent): Uint8Array {
  assert(event >= 0 && event <= 0xff, `telephone-event ${event} is not 0 to 255`)
  assert(volume >= 0 && volume <= VOLUME_MAX, `telephone-event volume ${volume} is not 0 to ${VOLUME_MAX}`)
  assert(
    durationTicks >= 0 && durationTicks <= DURATION_TICKS_MAX,
    `telephone-event duration ${durationTicks} is not 0 to ${DURATION_TICKS_MAX}`,
  )
  return Uint8Array.of(event, (end ? END : 0) | volume, durationTicks >> 8, durationTicks & 0xff)
}

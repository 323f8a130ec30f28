/**
 * DTMF, the tones of the telephone's keys (ITU-T Q.23): each key is one low and one high frequency. Here keys are made;
 * `dtmf-detector.ts` finds them. Levels are those usual in networks, the high group 2 dB stronger because lines take
 * more of it away.
 */
import { WireError } from '../../lib/wire-error.ts'
import { SAMPLES_PER_MS } from './g711.ts'
import { amplitudeOf, dbfsOfDbm0, RENDERED_MS_MAX, rounding, sineAt, toSample } from './tone.ts'

/** One for each row of the keys. */
export const LOW_GROUP_HZ = [697, 770, 852, 941] as const
/** One for each column. */
export const HIGH_GROUP_HZ = [1209, 1336, 1477, 1633] as const
/** Row by row. */
export const DTMF_KEYS = '123A456B789C*0#D'

const LOW_DBFS = dbfsOfDbm0(-9)
const HIGH_DBFS = dbfsOfDbm0(-7)
const TONE_MS = 100
const GAP_MS = 100
const PAUSE_MS: Readonly<Record<string, number>> = { w: 500, W: 1000 }

export interface KeyFrequencies {
  readonly lowHz: number
  readonly highHz: number
}

/** @throws WireError unless the key is one of the 16. */
export function keyFrequencies(key: string): KeyFrequencies {
  const index = key.length === 1 ? DTMF_KEYS.indexOf(key) : -1
  if (index < 0) throw new WireError('DTMF key', key, '0 to 9, A to D, * or #')
  return { lowHz: LOW_GROUP_HZ[index >> 2]!, highHz: HIGH_GROUP_HZ[index & 3]! }
}

export interface KeyTone {
  readonly toneMs: number
  /** Levels of the two tones, where a sine at full scale is 0. */
  readonly lowDbfs?: number
  readonly highDbfs?: number
}

/** @throws WireError unless the key is one of the 16. */
export function renderKey(key: string, { toneMs, lowDbfs = LOW_DBFS, highDbfs = HIGH_DBFS }: KeyTone): Int16Array {
  const { lowHz, highHz } = keyFrequencies(key)
  const low = amplitudeOf(lowDbfs)
  const high = amplitudeOf(highDbfs)
  const samples = new Int16Array(Math.floor(toneMs * SAMPLES_PER_MS))
  for (let at = 0; at < samples.length; at++)
    samples[at] = toSample(rounding(at, samples.length) * (low * sineAt(lowHz, at) + high * sineAt(highHz, at)))
  return samples
}

/**
 * Keys as the platform sends them: each 100 ms of tone and 100 ms of gap; `w` is half a second of silence, `W` a second.
 * What goes beyond 40 minutes is left out.
 * @throws WireError when something else is among them.
 */
export function renderKeys(digits: string): Int16Array {
  const samples = new Int16Array(keysLengthMs(digits) * SAMPLES_PER_MS)
  const tones = new Map<string, Int16Array>()
  let at = 0
  for (const key of digits) {
    if (at === samples.length) break
    if (!(key in PAUSE_MS)) {
      const tone = tones.get(key) ?? renderKey(key, { toneMs: TONE_MS })
      tones.set(key, tone)
      samples.set(tone.subarray(0, samples.length - at), at)
    }
    at = Math.min(samples.length, at + lengthMsOf(key) * SAMPLES_PER_MS)
  }
  return samples
}

/**
 * How long `renderKeys` makes them, in whole milliseconds.
 * @throws WireError when something else than keys and pauses is among them.
 */
export function keysLengthMs(digits: string): number {
  let lengthMs = 0
  for (const key of digits) lengthMs += lengthMsOf(key)
  return Math.min(lengthMs, RENDERED_MS_MAX)
}

function lengthMsOf(key: string): number {
  const pauseMs = PAUSE_MS[key]
  if (pauseMs !== undefined) return pauseMs
  if (!DTMF_KEYS.includes(key)) throw new WireError('keys to send', key, '0 to 9, A to D, *, #, w and W')
  return TONE_MS + GAP_MS
}

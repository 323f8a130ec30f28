/**
 * Tones of the telephone network, rendered as 8 kHz samples. A *cadence* is what sounds and rests in turn, written as
 * telephone people write it: `440+480/2000 0/4000` is two tones together for two seconds, then four of silence; then it
 * begins anew. Phases run on through rests, and every beginning and end is rounded so that nothing clicks.
 */
import { assert } from '../../lib/assert.ts'
import { WireError } from '../../lib/wire-error.ts'
import { SAMPLES_PER_MS } from './g711.ts'

export interface Segment {
  /** Sounding together; none is silence. */
  readonly frequenciesHz: readonly number[]
  /** The rhythm at which the only frequency swells and fades, or null. */
  readonly modulatedByHz: number | null
  readonly lengthMs: number
}

/** At least one segment. */
export type Cadence = readonly [Segment, ...Segment[]]

const SEGMENTS_MAX = 16
const FREQUENCIES_MAX = 4
const SEGMENT_MS_MAX = 60_000
const SAMPLE_RATE_HZ = 1000 * SAMPLES_PER_MS
/** What is rendered is held in memory whole: 40 minutes, the longest that a prompt may be. */
export const RENDERED_MS_MAX = 2_400_000
/** How long a tone takes to come and to go. */
const ROUNDED_MS = 2
const ROUNDED = ROUNDED_MS * SAMPLES_PER_MS
/** How far a modulated tone swells and fades, as a part of its level. */
const MODULATION_DEPTH = 0.9
/** The highest sample; a sine that reaches it is at 0 dBFS. */
const FULL_SCALE = 32_767
/** In G.711 a sine at full scale is at 3.17 dBm0, the telephone network's own measure of level. */
const FULL_SCALE_DBM0 = 3.17

export const dbfsOfDbm0 = (levelDbm0: number): number => levelDbm0 - FULL_SCALE_DBM0

/** Peak of a sine, in units of a sample. */
export const amplitudeOf = (levelDbfs: number): number => FULL_SCALE * 10 ** (levelDbfs / 20)

/** The usual level of each frequency in a network tone: -19 dBm0. */
export const TONE_LEVEL_DBFS = dbfsOfDbm0(-19)

// cadence = segment *(1*SP segment)    segment = tone "/" ms    tone = "0" | hz *("+" hz) | hz "*" hz
const SEGMENT = /^(?:0|(\d+(?:\+\d+)*)|(\d+)\*(\d+))\/(\d+)$/

/** @throws WireError when the text is not a cadence, or goes beyond what a telephone carries. */
export function parseCadence(text: string): Cadence {
  const [first, ...others] = text.split(/ +/)
  if (others.length >= SEGMENTS_MAX) throw new WireError('cadence', text, `at most ${SEGMENTS_MAX} segments`)
  return [parseSegment(first!), ...others.map(parseSegment)]
}

function parseSegment(text: string): Segment {
  const [, sum, carrier, modulation, ms] = SEGMENT.exec(text) ?? []
  const lengthMs = Number(ms)
  if (!(lengthMs >= 1 && lengthMs <= SEGMENT_MS_MAX))
    throw new WireError('cadence', text, `tone/ms, such as 440+480/2000 or 0/4000, of 1 to ${SEGMENT_MS_MAX} ms`)
  const frequenciesHz = (sum ?? carrier)?.split('+').map(Number) ?? []
  if (frequenciesHz.length > FREQUENCIES_MAX) throw new WireError('cadence', text, `at most ${FREQUENCIES_MAX} tones`)
  const modulatedByHz = modulation === undefined ? null : Number(modulation)
  for (const hz of [...frequenciesHz, modulatedByHz ?? 1])
    if (!(hz >= 1 && hz < SAMPLE_RATE_HZ / 2)) throw new WireError('cadence', text, 'frequencies of 1 to 3999 Hz')
  return { frequenciesHz, modulatedByHz, lengthMs }
}

/** Once through. */
export const cadenceLengthMs = (cadence: Cadence): number =>
  cadence.reduce((lengthMs, segment) => lengthMs + segment.lengthMs, 0)

/**
 * Repeats the cadence until `lengthMs` are full. A cadence that ends in silence can also be rendered once and looped.
 * @param levelDbfs of each frequency, where a sine at full scale is 0; sums that go beyond full scale are clipped
 */
export function renderCadence(
  cadence: Cadence,
  { lengthMs, levelDbfs = TONE_LEVEL_DBFS }: { readonly lengthMs: number; readonly levelDbfs?: number },
): Int16Array {
  assert(
    lengthMs >= 0 && lengthMs <= RENDERED_MS_MAX,
    `cannot render ${lengthMs} ms: 0 to ${RENDERED_MS_MAX} are possible`,
  )
  const samples = new Int16Array(Math.floor(lengthMs * SAMPLES_PER_MS))
  const amplitude = amplitudeOf(levelDbfs)
  // A cadence of one segment never ends: only the first beginning and the last end are rounded.
  const endless = cadence.length === 1
  for (let from = 0, turn = 0; from < samples.length; turn++) {
    const segment = cadence[turn % cadence.length]!
    const to = endless ? samples.length : Math.min(from + segment.lengthMs * SAMPLES_PER_MS, samples.length)
    if (segment.frequenciesHz.length > 0)
      for (let at = from; at < to; at++)
        samples[at] = toSample(amplitude * rounding(at - from, to - from) * waveAt(segment, at))
    from = to
  }
  return samples
}

function waveAt({ frequenciesHz, modulatedByHz }: Segment, at: number): number {
  let wave = 0
  for (const hz of frequenciesHz) wave += sineAt(hz, at)
  return modulatedByHz === null ? wave : wave * (1 + MODULATION_DEPTH * sineAt(modulatedByHz, at))
}

/** A sine of amplitude 1 that began at sample 0. */
export const sineAt = (frequencyHz: number, at: number): number =>
  Math.sin((2 * Math.PI * frequencyHz * at) / SAMPLE_RATE_HZ)

/** Half a wave of a raised cosine over 2 ms at the beginning and the end, 1 between: the factor for sample `at` of `count`. */
export function rounding(at: number, count: number): number {
  const edge = Math.min(at + 1, count - at)
  return edge > ROUNDED ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * edge) / (ROUNDED + 1))
}

export const toSample = (value: number): number => Math.round(Math.max(-FULL_SCALE, Math.min(FULL_SCALE, value)))
